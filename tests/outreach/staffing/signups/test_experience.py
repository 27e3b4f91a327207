"""Experience follows from the hours stood; what staff say of it holds, both ways."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Person, SignUp
from outreach.accounts.history import Entry, undo
from outreach.staffing.house_rules import HouseRules, house_rules_of, set_house_rules
from outreach.staffing.signups.attendance import check_in
from outreach.staffing.signups.attendance.experience import find_uncounted, recount_due
from tests import cast
from tests.cast import REAL
from tests.outreach.staffing.crew import WEDNESDAY, Crew


def after(hours: float) -> datetime:
    return WEDNESDAY + timedelta(hours=hours)


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


def stands(crew: Crew, *hours: float, said: bool | None = None) -> tuple[Person, list[SignUp]]:
    """Put somebody new on shifts of two hours."""
    person = crew.person("Priya Example", is_experienced=None)
    person.experience_set = said
    shifts = [crew.shift(after(one), min_people=1) for one in hours]
    return person, [cast.add_sign_up(crew.session, one, person) for one in shifts]


def comes(crew: Crew, places: list[SignUp]) -> Entry:
    """Check them in to each shift as it begins."""
    acts = [
        check_in.check_in(crew.session, place, crew.lead, after(2 * number), REAL)
        for number, place in enumerate(places)
    ]
    return acts[-1] if acts else Entry()


def count(crew: Crew, person: Person, now: datetime) -> Person:
    """Let the worker count."""
    while recount_due(crew.session, crew.ours, now):
        pass
    crew.session.refresh(person)
    return person


def test_hours_make_experience_once_the_shift_is_over(crew: Crew) -> None:
    person, places = stands(crew, 0, 2, 6)
    check_in.check_in(crew.session, places[0], crew.lead, after(0), REAL)
    assert not count(crew, person, after(1)).is_experienced
    assert count(crew, person, after(2)).minutes_stood == 120
    assert count(crew, person, after(3)).minutes_stood == 120
    assert not person.is_experienced
    assert count(crew, person, after(4)).minutes_stood == 240  # stayed for the next
    assert person.is_experienced
    assert find_uncounted(crew.session, crew.ours, after(99)) == []


def test_queries_say_what_the_person_says(crew: Crew) -> None:
    person, places = stands(crew, 0, 2)
    known = select(Person.id).where(Person.is_experienced, Person.id == person.id)
    assert crew.session.scalar(known) is None
    comes(crew, places)
    count(crew, person, after(4))
    assert crew.session.scalar(known) == person.id


@pytest.mark.parametrize(
    ("said", "stood", "is_experienced"),
    [
        (None, 0, False), (None, 2, True), (True, 0, True), (True, 2, True),
        (False, 0, False), (False, 2, False),
    ],
)  # fmt: skip
def test_what_staff_say_holds_both_ways(
    crew: Crew, said: bool | None, stood: int, is_experienced: bool
) -> None:
    person, places = stands(crew, 0, 2, said=said)
    comes(crew, places[:stood])
    count(crew, person, after(4))
    assert person.is_experienced == is_experienced
    known = crew.session.scalar(select(Person.is_experienced).where(Person.id == person.id))
    assert known == is_experienced


def test_what_is_taken_back_does_not_count(crew: Crew) -> None:
    person, places = stands(crew, 0, 2)
    entry = comes(crew, places)
    undo(crew.session, entry, crew.lead, after(3), REAL)
    check_in.miss(crew.session, places[1], crew.lead, after(3), REAL)
    assert count(crew, person, after(5)).minutes_stood == 120
    assert not person.is_experienced


def test_a_check_out_counts_at_once(crew: Crew) -> None:
    person, places = stands(crew, 0)
    check_in.check_in(crew.session, places[0], crew.lead, after(0), REAL)
    check_in.check_out(crew.session, places[0], crew.lead, after(1), REAL)
    crew.session.refresh(person)
    assert (person.minutes_stood, person.recount_at) == (60, None)


def test_another_rule_judges_all_again_and_goes_back(crew: Crew) -> None:
    person, places = stands(crew, 0)
    check_in.check_in(crew.session, places[0], crew.lead, after(0), REAL)
    assert not count(crew, person, after(2)).is_experienced
    entry = set_house_rules(crew.session, crew.ours, {"experience_minutes": 120}, crew.lead, REAL)
    crew.session.refresh(person)
    assert person.is_experienced
    assert entry is not None
    undo(crew.session, entry, crew.lead, after(3), REAL)
    crew.session.refresh(person)
    assert not person.is_experienced


@pytest.mark.parametrize(
    ("stored", "minutes", "mails"),
    [
        ({}, 240, False), ({"experience_minutes": 60}, 60, False),
        ({"experience_minutes": 0}, 240, False), ({"experience_minutes": True}, 240, False),
        ({"experience_minutes": "9"}, 240, False), ({"mails_thanks": True}, 240, True),
        ({"mails_thanks": 1}, 240, False), ({"other": 3}, 240, False),
    ],
)  # fmt: skip
def test_only_what_can_be_a_rule_is_one(
    crew: Crew, stored: dict[str, Any], minutes: int, mails: bool
) -> None:
    crew.ours.booth_rules = stored
    assert house_rules_of(crew.ours) == HouseRules(minutes, mails)
