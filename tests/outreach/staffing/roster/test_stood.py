"""How long somebody stood: as noted, carried over to the shift that follows, never twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models import Shift, SignUp
from outreach.staffing.roster.stood import (
    Stand,
    carried_over,
    find_arrival,
    load_stands,
    time_stood,
)
from outreach.staffing.roster.today import load_duty
from tests import cast
from tests.outreach.staffing.crew import WEDNESDAY, Crew

NINE = datetime(2024, 7, 31, 15, 0, tzinfo=UTC)
LATER = NINE + timedelta(hours=20)


def at(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def stand(starts: float, ends: float, came: float | None = None, left: float | None = None,
          missed: bool = False, event: int = 1, person: int = 7) -> Stand:  # fmt: skip
    number = int(starts * 100) + 10_000 * event
    arrived = None if came is None else at(came)
    gone = None if left is None else at(left)
    return Stand(number, person, event, at(starts), at(ends), arrived, gone, missed)


TABLE = [
    ("nothing noted", [stand(0, 2)], 0),
    ("checked in", [stand(0, 2, 0)], 2),
    ("came late", [stand(0, 2, 0.5)], 1.5),
    ("left early", [stand(0, 2, 0, 1)], 1),
    ("stayed on", [stand(0, 2, 0, 2.5)], 2.5),
    ("did not come", [stand(0, 2, missed=True)], 0),
    ("the next has come", [stand(0, 2, 0), stand(2, 4)], 4),
    ("and the third", [stand(0, 2, 0), stand(2, 4), stand(4, 6)], 6),
    ("a quarter of an hour between", [stand(0, 2, 0), stand(2.25, 4)], 3.75),
    ("more is a pause", [stand(0, 2, 0), stand(2.5, 4)], 2),
    ("a hand-over counts once", [stand(0, 2, 0), stand(1.75, 4)], 4),
    ("left before the next", [stand(0, 2, 0, 2), stand(2, 4)], 2),
    ("left during the next", [stand(0, 2, 0), stand(2, 4, 2, 3)], 3),
    ("did not come to the next", [stand(0, 2, 0), stand(2, 4, missed=True)], 2),
    ("nor to the one after it", [stand(0, 2, 0), stand(2, 4, missed=True), stand(4, 6)], 2),
    ("came to the second alone", [stand(0, 2), stand(2, 4, 2)], 2),
    ("another booth", [stand(0, 2, 0), stand(2, 4, event=2)], 2),
    ("two booths", [stand(0, 2, 0), stand(30, 32, event=2)], 2),
]


@pytest.mark.parametrize(("stands", "hours"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE])
def test_time_stood(stands: list[Stand], hours: float) -> None:
    assert time_stood(stands, LATER) == timedelta(hours=hours)
    assert time_stood(reversed(stands), LATER) == timedelta(hours=hours)


def test_nobody_carries_another_over() -> None:
    found = carried_over([stand(0, 2, 0), stand(2, 4, person=8)], LATER)
    assert [one.arrived for one in found] == [at(0), None]


def test_it_is_carried_over_once_the_next_begins() -> None:
    both = [stand(0, 2, 0), stand(2, 4)]
    assert carried_over(both, at(1.9))[1].arrived is None
    assert carried_over(both, at(2))[1].arrived == at(2)


@pytest.fixture
def crew(session: Session) -> Crew:
    return Crew(session)


def puts(crew: Crew, *hours: float, **first: object) -> tuple[list[Shift], list[SignUp]]:
    """Put one person on shifts of two hours that begin so many hours after the first."""
    person = crew.person("Priya Example")
    shifts = [crew.shift(WEDNESDAY + timedelta(hours=one), min_people=1) for one in hours]
    rows = [cast.add_sign_up(crew.session, shift, person) for shift in shifts]
    for name, value in first.items():
        setattr(rows[0], name, value)
    crew.session.flush()
    return shifts, rows


def test_who_stood_the_shift_before_is_at_the_booth(crew: Crew) -> None:
    puts(crew, 0, 2, arrived_at=WEDNESDAY)
    duty = load_duty(crew.session, crew.booth, WEDNESDAY + timedelta(hours=2.5))
    assert duty.headline == "Priya is at the booth."
    assert not duty.awaited
    assert [seat.is_carried for seat in duty.on[0].taken] == [True]


def test_arrival_and_hours_are_read(crew: Crew) -> None:
    _, rows = puts(crew, 0, 2, 6, arrived_at=WEDNESDAY)
    end = WEDNESDAY + timedelta(days=1)
    second = find_arrival(crew.session, rows[1], crew.booth.id, end)
    assert second == WEDNESDAY + timedelta(hours=2)
    assert find_arrival(crew.session, rows[2], crew.booth.id, end) is None
    person = rows[0].person_id
    stands = load_stands(crew.session, SignUp.person_id == person)[person]
    assert time_stood(stands, end) == timedelta(hours=4)
