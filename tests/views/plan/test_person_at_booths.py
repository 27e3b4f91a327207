"""A person's page and the pages of an event know who signed up: they go, and stood so long."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Event, TeamMember
from models.goers import count_goers
from tests import cast
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.booth.test_no_show import at
from tests.views.hall import Hall
from tests.views.planned import sign_in_as, text_of


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


@pytest.fixture
def staff(app: Flask, stored: Stored, hall: Hall) -> FlaskClient:
    return sign_in_as(app, stored, hall.lead)


def stands(hall: Hall, name: str = "Priya Example", **noted: object) -> int:
    """Put somebody on two shifts of Wednesday, the first with what was noted of it."""
    person = hall.person(name)
    hall.puts(hall.shift(), person, **noted)
    hall.puts(hall.shift(WEDNESDAY + timedelta(hours=3)), person)
    return person


def test_a_persons_page_tells_their_shifts_and_hours(staff: FlaskClient, hall: Hall) -> None:
    person = stands(hall, arrived_at=WEDNESDAY, left_at=WEDNESDAY + timedelta(hours=1.5))
    at(hall.stored, WEDNESDAY + timedelta(days=1))
    page = text_of(staff.get(f"/people/{person}"))
    assert "Goes to one event" in page
    assert "signed up" in page
    assert "4 h planned, 1.5 h stood" in page
    assert "Wed 31 Jul, 13:00–15:00: stood 1.5 h" in page
    assert "Wed 31 Jul, 16:00–18:00: not noted whether they came" in page
    assert "Certificate" in page


def test_who_has_nothing_goes_nowhere(staff: FlaskClient, hall: Hall) -> None:
    person = hall.person("Noor Example")
    page = text_of(staff.get(f"/people/{person}"))
    assert "Goes nowhere yet" in page
    assert "At the booth" not in page


def test_who_signed_up_is_named_wherever_people_are_counted(staff: FlaskClient, hall: Hall) -> None:
    with hall.stored() as session:
        event = session.get_one(Event, hall.event)
        cast.add_item(session, event, "Name two people", -60, code="team")
    event = f"/events/{hall.event}"
    assert "Nobody is named yet" in text_of(staff.get(event))
    people = [hall.person(name) for name in ("Ana Alpha", "Bob Beta", "Cy Gamma")]
    hall.puts(hall.shift(), *people[:2])
    hall.puts(hall.shift(WEDNESDAY + timedelta(hours=2)), people[0])
    with hall.stored() as session:
        session.add(TeamMember(event_id=hall.event, person_id=people[0], is_lead=False))
    shown = text_of(staff.get(event))
    assert "Two people go" in shown
    assert "Signed up for shifts: Bob Beta" in shown
    assert "named" not in text_of(staff.get("/season")).replace("Name people", "")
    team = text_of(staff.get(f"{event}/team"))
    assert "Two go to SIGGRAPH." in team
    assert "has shifts" in team
    assert "Name two people" not in text_of(staff.get("/deadlines"))


@pytest.mark.parametrize(
    ("named", "states", "count"),
    [
        ([], {}, 0), ([0], {}, 1), ([], {0: "taken"}, 1), ([0], {0: "taken"}, 1),
        ([0], {1: "taken"}, 2), ([], {0: "waiting", 1: "offered"}, 0), ([], {0: "left"}, 0),
        ([], {0: "missed", 1: "taken"}, 1),
    ],
)  # fmt: skip
def test_each_who_goes_is_counted_once(
    hall: Hall, named: list[int], states: dict[int, str], count: int
) -> None:
    shifts = [hall.shift(), hall.shift(WEDNESDAY + timedelta(hours=2))]
    people = [hall.person("Ana Alpha"), hall.person("Bob Beta")]
    for one, state in states.items():
        given = {"was_missed": state == "missed", "queue_no": 1, "offer_ends_at": WEDNESDAY}
        for shift in shifts:
            hall.puts(shift, people[one], state="taken" if state == "missed" else state, **given)
    with hall.stored() as session:
        session.add_all(TeamMember(event_id=hall.event, person_id=people[one]) for one in named)
        session.flush()
        asked = select(count_goers(Event.id, Event)).where(Event.id == hall.event)
        assert session.scalar(asked) == count
