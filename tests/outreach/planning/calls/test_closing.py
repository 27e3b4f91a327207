"""How endings are said, which calls are open, and what is nearest; on the boundary."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Event, Foundation
from outreach.catalog.reading.endings import Ending
from outreach.planning.calls.closing import (
    Closing,
    are_over,
    ending_of,
    is_open,
    may_be_open,
    say_closings,
    say_ending,
    say_own_time,
)
from tests.cast import NOW, TODAY, add_call, add_event

DAY = date(2024, 7, 30)
AOE = Ending(day=DAY, at=datetime(2024, 7, 31, 11, 59, tzinfo=UTC), zone="AoE")
LAST = datetime(2024, 7, 31, 11, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours, "SeaGL", date(2024, 11, 8))


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (AOE, "Tue 30 Jul, 23:59 Anywhere on Earth"),
        (Ending(day=DAY), "through Tue 30 Jul"),
        (Ending(day=date(2025, 1, 5)), "through Sun 5 Jan 2025"),
        (Ending("tba"), "not announced yet"),
        (Ending("open"), "open, without an end"),
        (Ending(), "not known"),
        (
            Ending(day=DAY, at=datetime(2024, 7, 30, 21, tzinfo=UTC), zone="America/New_York"),
            "Tue 30 Jul, 17:00 New York",
        ),
        (
            Ending(day=DAY, at=datetime(2024, 7, 30, 21, tzinfo=UTC), zone="PT"),
            "Tue 30 Jul, 14:00 PT",
        ),
    ],
)
def test_an_ending_is_said_with_its_zone_as_given(ending: Ending, said: str) -> None:
    assert say_ending(ending, TODAY) == said


def test_the_planners_own_time_is_said_where_it_differs() -> None:
    assert say_own_time(AOE, ZoneInfo("Europe/Berlin")) == "Wed 31 Jul, 13:59 in Berlin"
    same = Ending(day=DAY, at=datetime(2024, 7, 30, 21, tzinfo=UTC), zone="UTC")
    assert say_own_time(same, ZoneInfo("UTC")) == ""
    assert say_own_time(Ending(day=DAY), ZoneInfo("UTC")) == ""


@pytest.mark.parametrize("columns", [{}, {"closes_at": LAST, "zone": "AoE"}])
def test_the_database_and_the_rule_agree_when_a_call_is_over(
    session: Session, event: Event, columns: dict[str, object]
) -> None:
    call = add_call(session, event, DAY, **columns)
    for now, wanted in ((LAST - SECOND, True), (LAST, True), (LAST + SECOND, False)):
        found = session.scalars(select(Call.id).where(is_open(now))).all()
        assert (found == [call.id]) is may_be_open(ending_of(call), now) is wanted


@pytest.mark.parametrize(
    ("word", "stands"), [("open", True), ("tba", False), ("closed", False), ("cancelled", False)]
)
def test_words_are_never_late_and_open_is_open(word: str, stands: bool) -> None:
    ending = Ending(word)  # type: ignore[arg-type]
    assert may_be_open(ending, NOW) is stands
    assert Closing("talks", ending).due(TODAY) == TODAY


def test_the_nearest_open_one_counts(session: Session, event: Event) -> None:
    for kind, day in (("talks", -2), ("stand", 9), ("travel", 3)):
        add_call(session, event, TODAY + timedelta(days=day), kind=kind)
    add_call(session, event, None, kind="sponsors", word="open", closes="open")
    assert say_closings(session, [event.id], NOW) == {event.id: "travel money, through Sun 28 Jul"}


def test_a_closed_one_is_said_to_be_closed(session: Session, event: Event) -> None:
    add_call(session, event, date(2024, 5, 1))
    assert say_closings(session, [event.id], NOW) == {event.id: "talks, closed Wed 1 May"}


@pytest.mark.parametrize(
    ("days", "over"),
    [([-5], True), ([-5, 3], False), ([0], False), ([], False), (["tba"], False),
     (["cancelled"], True)],
)  # fmt: skip
def test_calls_for_talks_are_over_once_all_are(
    session: Session, event: Event, days: list[int | str], over: bool
) -> None:
    for number, day in enumerate(days):
        if isinstance(day, int):
            add_call(session, event, TODAY + timedelta(days=day), name=str(number))
        else:
            add_call(session, event, None, word=day, closes=day)
    add_call(session, event, TODAY - timedelta(days=9), kind="stand")
    assert are_over(session, [event], NOW) is over
