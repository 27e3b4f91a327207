"""Availability by days: what is ticked and typed, what is kept, shown and said of it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach.staffing.booth.half_days import NoHours
from outreach.staffing.booth.hours import read_times
from outreach.staffing.roster.stated.availability import Said, SuitableTime
from outreach.staffing.roster.stated.by_days import (
    ALL,
    AskedDay,
    StatedDay,
    WrongTimes,
    as_days,
    read_days,
    say_stated,
)

DENVER = ZoneInfo("America/Denver")
SAT, SUN, MON = date(2024, 7, 27), date(2024, 7, 28), date(2024, 7, 29)


def at(day: date, clock: float) -> datetime:
    """Return an instant by the venue's clock: 10.5 is half past ten, 26 is two in the night."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=DENVER)
    return (midnight.replace(tzinfo=None) + timedelta(hours=clock)).replace(tzinfo=DENVER)


def span(day: date, first: float, last: float) -> tuple[datetime, datetime]:
    return at(day, first).astimezone(UTC), at(day, last).astimezone(UTC)


DAYS = as_days(
    [(SAT, span(SAT, 18, 22)), (SAT, span(SAT, 22, 26)), (SUN, span(SUN, 10, 18))], DENVER
)
"""Saturday evening until two in the night, and Sunday."""


def clocks(times: list[SuitableTime], likes: bool | None = None) -> list[tuple[str, str]]:
    return [
        tuple(f"{edge.astimezone(DENVER):%a %H:%M}" for edge in (one.starts, one.ends))  # type: ignore[misc]
        for one in times
        if likes in (None, one.likes)
    ]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("", []),
        ("10-14", [(10, 14)]),
        ("10-14, from 16", [(10, 14), (16, None)]),
        ("from 10 to 14 and after 4pm", [(10, 14), (16, None)]),
        ("until noon", [(None, 12)]),
        ("before 10am; 1pm-3pm", [(13, 15), (None, 10)]),
        ("18:00–24:00", [(18, 0)]),
        ("ab 16 Uhr", [(16, None)]),
        ("9:30 bis 12 Uhr", [(9.5, 12)]),
    ],
)
def test_times_of_a_day(text: str, times: list[tuple[float | None, float | None]]) -> None:
    def clock(hour: float | None) -> time | None:
        return None if hour is None else time(int(hour), int(hour % 1 * 60))

    assert read_times(text) == [(clock(first), clock(last)) for first, last in times]


@pytest.mark.parametrize("text", ["perhaps", "10", "from 25", "10-14 if needed", "10-10", "<b>"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(NoHours):
        read_times(text)


def test_a_night_belongs_to_the_day_before() -> None:
    saturday, sunday = DAYS
    assert (saturday.span, sunday.span) == (span(SAT, 0, 26), span(SUN, 2, 24))
    assert list(saturday.parts) == [ALL, "evening"]
    assert list(sunday.parts) == [ALL, "morning", "afternoon"]
    assert sunday.say_needed == "10:00–18:00"


@pytest.mark.parametrize(
    ("stated", "kept", "said"),
    [
        (StatedDay(), [], ""),
        (StatedDay(frozenset({ALL})), [("Sun 02:00", "Mon 00:00")], "all day"),
        (StatedDay(frozenset({"morning"})), [("Sun 02:00", "Sun 12:00")], "in the morning"),
        (
            StatedDay(frozenset({"morning", "afternoon"})),
            [("Sun 02:00", "Sun 18:00")],
            "in the morning and in the afternoon",
        ),
        (StatedDay(hours="10:00–14:00"), [("Sun 10:00", "Sun 14:00")], "10:00–14:00"),
        (
            StatedDay(frozenset({"morning"}), "14:30–16:00"),
            [("Sun 02:00", "Sun 12:00"), ("Sun 14:30", "Sun 16:00")],
            "in the morning and 14:30–16:00",
        ),
        (StatedDay(hours="16:00–24:00"), [("Sun 16:00", "Mon 00:00")], "16:00–24:00"),
    ],
)
def test_a_day_is_shown_as_it_was_said(
    stated: StatedDay, kept: list[tuple[str, str]], said: str
) -> None:
    sunday = DAYS[1]
    times = sunday.read(stated)
    assert clocks(times) == kept
    assert sunday.show(Said(times)) == stated
    assert sunday.say(Said(times)) == said


def test_words_of_any_kind_are_shown_as_hours() -> None:
    times = DAYS[1].read(StatedDay(hours="until 11, from 16"))
    assert DAYS[1].show(Said(times)).hours == "02:00–11:00, 16:00–24:00"
    assert clocks(DAYS[0].read(StatedDay(frozenset({"evening"})))) == [("Sat 18:00", "Sun 02:00")]


def test_a_day_that_nobody_touched_and_what_lies_elsewhere_stay() -> None:
    """Wishes for a part of a day, and times of a day that is not asked about, are not flattened."""
    before = [
        SuitableTime(*span(SUN, 10, 12), likes=True),
        SuitableTime(*span(SUN, 12, 14)),
        SuitableTime(*span(MON, 9, 11)),
    ]
    said = Said(before)
    shown = {one.day: one.show(said) for one in DAYS}
    assert shown[SUN] == StatedDay(hours="10:00–14:00", likes=True)
    assert read_days(DAYS, shown, said) == before
    added = read_days(DAYS, shown | {SAT: StatedDay(frozenset({ALL}))}, said)
    assert clocks(added, likes=True) == [("Sun 10:00", "Sun 12:00")]
    assert clocks(added)[-1] == ("Mon 09:00", "Mon 11:00")


def test_each_day_that_cannot_be_read_is_named() -> None:
    stated = {SAT: StatedDay(hours="late"), SUN: StatedDay(hours="10-14")}
    with pytest.raises(WrongTimes) as refused:
        read_days(DAYS, stated, Said())
    assert list(refused.value.wrong) == [SAT] and "late" in refused.value.wrong[SAT]


@pytest.mark.parametrize(
    ("times", "sentence"),
    [
        ([], "Cannot on any of these days."),
        ([span(SUN, 10, 14)], "Can: Sun 28 Jul 10:00–14:00. Cannot: Sat 27 Jul."),
        ([DAYS[0].span, DAYS[1].span], "Can: Sat 27 Jul all day; Sun 28 Jul all day."),
    ],
)
def test_both_directions_are_said(times: list[tuple[datetime, datetime]], sentence: str) -> None:
    assert say_stated(DAYS, Said([SuitableTime(*one) for one in times])) == sentence


def test_on_the_day_of_a_change_of_clocks_all_of_it_is_meant() -> None:
    day = date(2024, 11, 3)
    [asked] = as_days([(day, span(day, 10, 18))], DENVER)
    assert asked.span[1] - asked.span[0] == timedelta(hours=25)
    assert isinstance(asked, AskedDay)
