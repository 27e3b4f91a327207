"""Late: whom to call when a shift is given up, and a number for the day once one is taken."""

from datetime import timedelta

import pytest
from flask import Flask

from models import Person
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.booth.test_no_show import at
from tests.views.hall import Hall
from tests.views.planned import text_of

NUMBER = "+1 303 555 0100"


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    hall = Hall(app, stored)
    with stored() as session:
        session.get_one(Person, hall.lead).phone = NUMBER
    return hall


@pytest.mark.parametrize(
    ("hours_before", "is_known", "is_told"),
    [(49, True, False), (47, True, True), (47, False, False), (23, False, True)],
)
def test_who_gives_up_late_is_told_whom_to_call(
    hall: Hall, hours_before: float, is_known: bool, is_told: bool
) -> None:
    contact = {} if is_known else {"email_key": None}
    person = hall.person("Priya Example", **contact)
    (place,) = hall.puts(hall.shift(), person)
    at(hall.stored, WEDNESDAY - timedelta(hours=hours_before))
    page = hall.phone().get(f"/my/{hall.link(person)}/shifts/{place}/leave").text
    assert ("tel:+13035550100" in page) == is_told


def test_a_number_for_the_day_is_asked_once_and_kept(hall: Hall) -> None:
    person = hall.person("Priya Example")
    link = f"/my/{hall.link(person)}"
    assert "A number for the day?" not in text_of(hall.phone().get(link))
    hall.puts(hall.shift(), person)
    assert "A number for the day?" in text_of(hall.phone().get(link))
    answer = hall.phone().post(f"{link}/phone", data={"phone": NUMBER}, follow_redirects=True)
    assert "It is kept for who runs the booth." in text_of(answer)
    assert "A number for the day?" not in text_of(answer)
    with hall.stored() as session:
        assert session.get_one(Person, person).phone == NUMBER


@pytest.mark.parametrize("typed", ["many", "12", "a@example.org", "+1 " + "5" * 50])
def test_what_is_no_number_is_said_beside_the_field(hall: Hall, typed: str) -> None:
    person = hall.person("Priya Example")
    answer = hall.phone().post(f"/my/{hall.link(person)}/phone", data={"phone": typed})
    assert answer.status_code == 422
    assert typed in answer.text
    with hall.stored() as session:
        assert session.get_one(Person, person).phone is None


def test_a_number_goes_again_where_an_address_is_known(hall: Hall) -> None:
    person = hall.person("Priya Example", phone=NUMBER)
    hall.phone().post(f"/my/{hall.link(person)}/phone", data={"phone": ""})
    alone = hall.person("Bob Example", phone=NUMBER, email=None, email_key=None)
    answer = hall.phone().post(f"/my/{hall.link(alone)}/phone", data={"phone": ""})
    assert answer.status_code == 422
    with hall.stored() as session:
        assert session.get_one(Person, person).phone is None
        assert session.get_one(Person, alone).phone == NUMBER
