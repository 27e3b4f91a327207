"""When somebody could stand at a booth: joined, read back, said again and taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from models import Availability
from outreach.refusal import Refused
from outreach.staffing.roster.stated.availability import (
    Said,
    SuitableTime,
    booth_for,
    find_said,
    join_stretches,
    say,
)
from tests.cast import NOW, REAL
from tests.outreach.staffing.crew import Crew

T = datetime(2024, 7, 31, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)


def span(first: int, last: int, likes: bool = False) -> SuitableTime:
    return SuitableTime(T + first * HOUR, T + last * HOUR, likes)


@pytest.mark.parametrize(
    ("said", "joined"),
    [
        ([], []),
        ([span(0, 2), span(2, 4)], [span(0, 4)]),
        ([span(2, 4), span(0, 2)], [span(0, 4)]),
        ([span(0, 2), span(0, 2)], [span(0, 2)]),
        ([span(0, 3), span(1, 2)], [span(0, 3)]),
        ([span(0, 2), span(3, 4)], [span(0, 2), span(3, 4)]),
        ([span(0, 2), span(2, 4, True)], [span(0, 2), span(2, 4, True)]),
        ([span(0, 2, True), span(2, 4, True)], [span(0, 4, True)]),
    ],
)
def test_what_touches_and_is_alike_is_one(
    said: list[SuitableTime], joined: list[SuitableTime]
) -> None:
    assert join_stretches(said) == joined


@pytest.mark.parametrize(
    ("said", "first", "last", "covers", "likes"),
    [
        ([], 0, 1, False, False),
        ([span(0, 2)], 0, 2, True, False),
        ([span(0, 2)], 0, 3, False, False),
        ([span(0, 2)], -1, 2, False, False),
        ([span(0, 2), span(2, 4, True)], 1, 3, True, False),
        ([span(0, 2), span(2, 4, True)], 2, 4, True, True),
        ([span(0, 2), span(3, 4)], 0, 4, False, False),
    ],
)
def test_a_time_suits_as_a_whole_or_not(
    said: list[SuitableTime], first: int, last: int, covers: bool, likes: bool
) -> None:
    answer = Said(said)
    assert answer.covers(T + first * HOUR, T + last * HOUR) is covers
    assert answer.likes(T + first * HOUR, T + last * HOUR) is likes


def test_said_read_back_said_again_and_taken_back(session: Session) -> None:
    crew = Crew(session)
    person = crew.person()
    assert find_said(session, crew.booth, person) == Said()
    say(session, crew.booth, person, [span(2, 4), span(0, 2), span(5, 6, True)], 240, NOW, REAL)
    said = find_said(session, crew.booth, person)
    assert list(said.stretches) == [span(0, 4), span(5, 6, True)]
    assert (said.most_minutes, said.said_at) == (240, NOW)
    say(session, crew.booth, person, [span(0, 1)], None, NOW, REAL)
    assert list(find_said(session, crew.booth, person).stretches) == [span(0, 1)]
    assert session.query(Availability).count() == 1
    say(session, crew.booth, person, [], None, NOW, REAL)
    never = find_said(session, crew.booth, person)
    assert (list(never.stretches), never.tells_times) == ([], True)
    say(session, crew.booth, person, [], 60, NOW, REAL)
    assert not find_said(session, crew.booth, person).tells_times  # a limit alone


@pytest.mark.parametrize("minutes", [0, -60, 24 * 60 * 31 + 1])
def test_an_odd_limit_is_refused(session: Session, minutes: int) -> None:
    crew = Crew(session)
    with pytest.raises(Refused):
        say(session, crew.booth, crew.person(), [span(0, 1)], minutes, NOW, REAL)


def test_only_booths_of_ones_own_foundation(session: Session) -> None:
    ours, theirs = Crew(session), Crew(session, "theirs")
    found = booth_for(session, ours.person(), ours.event.id)
    assert found is not None and found[0].id == ours.booth.id
    assert booth_for(session, ours.person(), theirs.event.id) is None
    assert booth_for(session, ours.person(), 4711) is None
