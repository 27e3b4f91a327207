"""What an event waits for, and by when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from outreach.catalog.reading.endings import Ending
from outreach.planning.calls.closing import Closing
from outreach.planning.season.deadlines import Deadline, Readiness, deadlines_of

STARTS = date(2024, 10, 27)
DECIDE, TEAM, PRINT = date(2024, 7, 29), date(2024, 8, 31), date(2024, 10, 24)
TODAY = date(2024, 7, 25)
AT_FIVE = Ending(day=date(2024, 8, 1), at=datetime(2024, 8, 1, 17, tzinfo=UTC), zone="UTC")


def named(readiness: Readiness, today: date = TODAY) -> list[tuple[str, date]]:
    return [(deadline.what, deadline.by) for deadline in deadlines_of(readiness, today)]


def test_limits_count_back_from_the_first_day() -> None:
    assert [STARTS - timedelta(days=days) for days in (90, 57, 3)] == [DECIDE, TEAM, PRINT]
    assert named(Readiness(STARTS, "proposed")) == [("Go or no-go", DECIDE)]
    assert named(Readiness(STARTS, "go")) == [
        ("Name at least two people", TEAM),
        ("Print brief", PRINT),
    ]


@pytest.mark.parametrize(("team", "wanted"), [(0, True), (1, True), (2, False), (5, False)])
def test_two_people_are_enough(team: int, wanted: bool) -> None:
    words = [what for what, _ in named(Readiness(STARTS, "go", team_size=team))]
    assert ("Name at least two people" in words) is wanted


@pytest.mark.parametrize(
    ("closes", "listed"),
    [
        (Ending(day=date(2024, 8, 1)), ("Call for talks closes, open through Thu 1 Aug", 31)),
        (AT_FIVE, ("Call for talks closes, 17:00 UTC", 1)),
        (None, None),
    ],
)
def test_the_next_call_is_listed_with_the_day_to_aim_at(
    closes: Ending | None, listed: tuple[str, int] | None
) -> None:
    call = Closing("talks", closes) if closes else None
    found = [(what, by.day) for what, by in named(Readiness(STARTS, "go", call)) if "Call" in what]
    assert found == ([listed] if listed else [])


@pytest.mark.parametrize("state", ["no_go", "cancelled"])
def test_what_is_turned_down_waits_for_nothing(state: str) -> None:
    assert named(Readiness(STARTS, state, Closing("talks", AT_FIVE))) == []


def test_nothing_is_due_once_it_has_begun() -> None:
    assert named(Readiness(STARTS, "go"), STARTS) != []
    assert named(Readiness(STARTS, "go"), STARTS + timedelta(days=1)) == []


def test_an_idea_is_never_late_but_a_proposal_is() -> None:
    assert named(Readiness(STARTS, None), DECIDE) == [("Go or no-go", DECIDE)]
    assert named(Readiness(STARTS, None), DECIDE + timedelta(days=1)) == []
    assert named(Readiness(STARTS, "proposed"), STARTS) == [("Go or no-go", DECIDE)]


def test_the_nearest_deadline_comes_first() -> None:
    later = Ending(day=date(2024, 9, 10))
    days = [by for _, by in named(Readiness(STARTS, "go", Closing("talks", later)))]
    assert days == sorted(days) == [TEAM, date(2024, 9, 9), PRINT]


def test_late_begins_the_day_after() -> None:
    deadline = Deadline("Print brief", PRINT)
    assert not deadline.is_late(PRINT)
    assert deadline.is_late(PRINT + timedelta(days=1))
