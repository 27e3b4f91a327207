"""The day after: thanks, hours, shifts that are over, and a certificate to print."""

from datetime import timedelta

import pytest
from flask import Flask

from models import Person
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.booth.test_no_show import at
from tests.views.hall import Hall
from tests.views.planned import sign_in_as, text_of

NEXT_DAY = WEDNESDAY + timedelta(days=1)


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


def mine(hall: Hall, person: int) -> str:
    return text_of(hall.phone().get(f"/my/{hall.link(person)}"))


def stood(hall: Hall, name: str = "Priya Example", **noted: object) -> int:
    person = hall.person(name)
    hall.puts(hall.shift(), person, **(noted or {"arrived_at": WEDNESDAY}))
    return person


def test_the_page_thanks_and_says_the_hours(hall: Hall) -> None:
    person = stood(hall)
    at(hall.stored, NEXT_DAY)
    page = mine(hall, person)
    assert "Thank you. You stood 2 hours at the booth at SIGGRAPH." in page
    assert "Wed 31 Jul, 13:00–15:00: 2 h" in page
    assert "Certificate to print" in page
    assert "You have no shift to come" not in page


def test_hours_that_nobody_noted_are_not_made_up(hall: Hall) -> None:
    person = stood(hall, was_missed=False)
    at(hall.stored, NEXT_DAY)
    page = mine(hall, person)
    assert "Thank you for being with us at SIGGRAPH." in page
    assert "Your hours were not noted" in page
    assert "Certificate" not in page


def test_who_did_not_come_is_not_thanked(hall: Hall) -> None:
    person = stood(hall, was_missed=True)
    at(hall.stored, NEXT_DAY)
    assert "You have no shift to come." in mine(hall, person)


def test_a_shift_to_come_comes_first(hall: Hall) -> None:
    person = stood(hall)
    hall.puts(hall.shift(NEXT_DAY), person)
    at(hall.stored, NEXT_DAY - timedelta(hours=5))
    page = mine(hall, person)
    assert "Thank you" not in page
    assert "Thursday at one" in page


def test_a_certificate_says_who_what_where_and_how_long(hall: Hall) -> None:
    person = stood(hall)
    at(hall.stored, NEXT_DAY)
    page = text_of(hall.phone().get(f"/my/{hall.link(person)}/events/{hall.event}/certificate"))
    said = "stood at the booth of Ours at SIGGRAPH for 2 hours, on 31 July 2024."
    assert said.casefold() in page.casefold()
    assert "Priya Example" in page


def test_staff_print_the_same(hall: Hall, app: Flask, stored: Stored) -> None:
    person = stood(hall)
    at(stored, NEXT_DAY)
    address = f"/people/{person}/events/{hall.event}/certificate"
    page = text_of(sign_in_as(app, stored, hall.lead).get(address))
    assert "for 2 hours, on 31 July 2024." in page


@pytest.mark.parametrize(
    ("noted", "hours_later"),
    [({"was_missed": True}, 24), ({"was_missed": False}, 24), ({"arrived_at": WEDNESDAY}, 1)],
    ids=["did not come", "nothing noted", "not over"],
)
def test_no_certificate_without_hours_that_are_over(
    hall: Hall, app: Flask, stored: Stored, noted: dict[str, object], hours_later: int
) -> None:
    person = stood(hall, **noted)
    at(stored, WEDNESDAY + timedelta(hours=hours_later))
    own = f"/my/{hall.link(person)}/events/{hall.event}/certificate"
    assert hall.phone().get(own).status_code == 404
    staff = sign_in_as(app, stored, hall.lead)
    assert staff.get(f"/people/{person}/events/{hall.event}/certificate").status_code == 404


def test_nobody_prints_anothers(hall: Hall, stored: Stored) -> None:
    person, other = stood(hall), hall.person("Noor Example")
    at(stored, NEXT_DAY)
    foreign = f"/my/{hall.link(other)}/events/{hall.event}/certificate"
    assert hall.phone().get(foreign).status_code == 404
    with stored() as session:
        assert session.get_one(Person, person).name == "Priya Example"


def test_what_is_over_asks_for_nobody(hall: Hall, app: Flask, stored: Stored) -> None:
    """Neither on the roster nor on the event, and nothing is said to be staffed that was not."""
    shift = hall.shift()
    hall.puts(shift, hall.person("Priya Example"), arrived_at=WEDNESDAY)
    at(stored, NEXT_DAY + timedelta(days=1))
    staff = sign_in_as(app, stored, hall.lead)
    event = f"/events/{hall.event}"
    for address in (f"{event}/roster", f"{event}/roster?as=list", f"{event}/roster?under=2"):
        assert "Find cover" not in text_of(staff.get(address))
    page = text_of(staff.get(event))
    assert "fully staffed" not in page
    assert "One of 1 shifts had too few people" in page
    cover = text_of(staff.get(f"{event}/shifts/{shift}/cover"))
    assert "is over" in cover
    assert "Ask" not in cover.partition("Who could be asked")[2]


def test_who_stayed_from_the_shift_before_has_come(hall: Hall) -> None:
    person = stood(hall)
    hall.puts(hall.shift(WEDNESDAY + timedelta(hours=2)), person)
    at(hall.stored, WEDNESDAY + timedelta(hours=2.5))
    page = mine(hall, person)
    assert "You are on until 17:00." in page
    assert "I can stay on" in page
    assert "I am here" not in page
