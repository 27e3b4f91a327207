"""The letter of thanks: once, a day after the last shift, where it is set and hours were noted."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import Message, Person
from outreach.messages.outbox import post_rows
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters import thanks
from outreach.staffing.letters.told_about import Desk
from tests import cast
from tests.outreach.staffing.crew import WEDNESDAY, Crew

DESK = Desk("http://where.example", "k" * 40, "booth@where.example")
ENDS = WEDNESDAY + timedelta(hours=2)


@pytest.fixture
def crew(session: Session) -> Crew:
    crew = Crew(session)
    crew.ours.is_example = False
    crew.ours.booth_rules = {"mails_thanks": True}
    return crew


def stood(crew: Crew, person: Person | None = None, **noted: Any) -> Person:
    person = person or crew.person("Priya Example")
    cast.add_sign_up(crew.session, crew.shift(), person, **({"arrived_at": WEDNESDAY} | noted))
    crew.session.flush()
    return person


def due(crew: Crew, now: datetime) -> list[dict[str, Any]]:
    crew.ours.clock = now
    crew.session.flush()
    return thanks.find_thanks(crew.session, now)


@pytest.mark.parametrize(("hours", "count"), [(1, 0), (15, 0), (16, 1), (40, 1), (71, 1), (72, 0)])
def test_it_is_due_the_day_after(crew: Crew, hours: int, count: int) -> None:
    stood(crew)
    assert len(due(crew, ENDS + timedelta(hours=hours))) == count


@pytest.mark.parametrize(
    ("noted", "facts", "is_set"),
    [
        ({"arrived_at": None}, {}, True),
        ({"arrived_at": None, "was_missed": True}, {}, True),
        ({}, {"email": None, "email_key": None}, True),
        ({}, {"letters_stopped_at": WEDNESDAY}, True),
        ({}, {}, False),
    ],
    ids=["nothing noted", "did not come", "no mail", "no letters wanted", "not set"],
)
def test_nobody_else_gets_it(
    crew: Crew, noted: dict[str, Any], facts: dict[str, Any], is_set: bool
) -> None:
    if not is_set:
        crew.ours.booth_rules = {}
    stood(crew, crew.person("Priya Example", **facts), **noted)
    assert due(crew, ENDS + timedelta(days=1)) == []


def test_a_shift_to_come_puts_it_off(crew: Crew) -> None:
    person = stood(crew)
    later = crew.shift(WEDNESDAY + timedelta(days=1, hours=4))
    cast.add_sign_up(crew.session, later, person)
    assert due(crew, ENDS + timedelta(days=1)) == []
    assert len(due(crew, ENDS + timedelta(days=2))) == 1


def test_it_is_posted_once_and_says_the_hours(crew: Crew) -> None:
    person, now = stood(crew), ENDS + timedelta(days=1)
    assert len(post_rows(crew.session, due(crew, now))) == 1
    assert due(crew, now) == []
    message = crew.session.query(Message).one()
    written = thanks.thanks(crew.session, message, person, now, DESK)
    assert isinstance(written, Written)
    assert written.subject == "Thank you, from SIGGRAPH"
    assert "You stood 2 hours there, on 31 July 2024." in written.body
    assert "a certificate to print" in written.body
    person.letters_stopped_at = now
    assert isinstance(thanks.thanks(crew.session, message, person, now, DESK), Dropped)
