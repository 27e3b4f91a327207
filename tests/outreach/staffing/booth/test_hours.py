"""The exhibitor's hours as people type and paste them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.staffing.booth.hours import OpenHours, as_stored, from_stored, read_hours, write_hours

FIRST, LAST = date(2024, 7, 28), date(2024, 8, 1)
"""SIGGRAPH: a Sunday to a Thursday."""


def said(text: str, first: date = FIRST, last: date = LAST) -> list[str]:
    read = read_hours(text, first, last)
    assert read.wrong == ()
    return [stretch.say() for stretch in read.stretches]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue 30 Jul 09:30-18:00", ["Tue 30 Jul 09:30–18:00"]),
        ("Tuesday, 30 July 2024: 10:00 am to 6:00 pm", ["Tue 30 Jul 10:00–18:00"]),
        ("Expo hours: Tue July 30, 9:30 a.m. – 6 p.m.", ["Tue 30 Jul 09:30–18:00"]),
        ("2024-07-30 09:30-18:00", ["Tue 30 Jul 09:30–18:00"]),
        ("30.07.2024 09.30-18.00 Uhr", ["Tue 30 Jul 09:30–18:00"]),
        ("30.07. 9-17", ["Tue 30 Jul 09:00–17:00"]),
        ("07/30 9-17", ["Tue 30 Jul 09:00–17:00"]),
        ("30/07 9-17", ["Tue 30 Jul 09:00–17:00"]),
        ("Tue 9-5pm", ["Tue 30 Jul 09:00–17:00"]),
        ("Tue 1-5pm", ["Tue 30 Jul 13:00–17:00"]),
        ("Tue noon - 6pm", ["Tue 30 Jul 12:00–18:00"]),
        ("Tue 20:00-midnight", ["Tue 30 Jul 20:00–24:00"]),
        ("Tue 20:00-24:00", ["Tue 30 Jul 20:00–24:00"]),
        ("Tue 22:00-02:00", ["Tue 30 Jul 22:00–02:00"]),
        ("Tue 0-24", ["Tue 30 Jul 00:00–24:00"]),
        ("Day 3 9-17", ["Tue 30 Jul 09:00–17:00"]),
        ("Tue-Wed 10-18", ["Tue 30 Jul 10:00–18:00", "Wed 31 Jul 10:00–18:00"]),
        ("July 30-31 10-18", ["Tue 30 Jul 10:00–18:00", "Wed 31 Jul 10:00–18:00"]),
        ("30-31 July 10-18", ["Tue 30 Jul 10:00–18:00", "Wed 31 Jul 10:00–18:00"]),
        ("Tue 10:00-12:00, 13:00-17:00", ["Tue 30 Jul 10:00–12:00", "Tue 30 Jul 13:00–17:00"]),
        ("Sat 14-18 set-up", ["Sat 27 Jul 14:00–18:00 set-up"]),
        ("build-up: Sat 14-18", ["Sat 27 Jul 14:00–18:00 set-up"]),
        (
            "Wed 09:00-09:30 set-up, 09:30-18:00 open, 18:00-18:30 tear-down",
            [
                "Wed 31 Jul 09:00–09:30 set-up",
                "Wed 31 Jul 09:30–18:00",
                "Wed 31 Jul 18:00–18:30 tear-down",
            ],
        ),
        (
            "Wednesday, 31 July\n09:00-09:30 set-up\n09:30-18:00\n",
            ["Wed 31 Jul 09:00–09:30 set-up", "Wed 31 Jul 09:30–18:00"],
        ),
        ("Tear-down\nThu 15:30-17:00", ["Thu 1 Aug 15:30–17:00 tear-down"]),
        ("Mon: closed\nTue 10-18\nTue 10-18", ["Tue 30 Jul 10:00–18:00"]),
        ("", []),
    ],
)
def test_a_line_is_read(text: str, expected: list[str]) -> None:
    assert said(text) == expected


def test_every_day_of_the_event() -> None:
    assert len(said("daily 10am-6pm")) == 5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("lots of time", "“lots of time” is no date"),
        ("Tue 25:00-26:00", "no clock shows"),
        ("Tue 10:00-10:00", "starts and ends at the same time"),
        ("Tue 31 Jul 10-18", "31 Jul 2024 is a Wednesday"),
        ("Tuesday", None),
        ("31 Feb 10-18", "no day of the calendar"),
        ("Fri 9-17, some words", "no date"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_line(text: str, why: str | None) -> None:
    read = read_hours(f"Mon 10-18\n{text}", FIRST, LAST)
    assert len(read.stretches) == 1
    assert [sentence.startswith("Line 2: ") and why in sentence for sentence in read.wrong] == (
        [True] if why else []
    )


def test_a_time_holds_for_the_day_above_it() -> None:
    assert said("Mon 10-12\n13-15") == ["Mon 29 Jul 10:00–12:00", "Mon 29 Jul 13:00–15:00"]
    assert "names no day" in read_hours("10:00-12:00", FIRST, LAST).wrong[0]


def test_a_weekday_that_comes_twice_wants_its_date() -> None:
    read = read_hours("Mon 10-18", date(2024, 7, 1), date(2024, 7, 12))
    assert "There are 2 days called Mon; give the date." in read.wrong[0]


def test_a_date_without_its_year_is_the_one_near_the_event() -> None:
    assert read_hours("Tue 31 Dec 10-18", date(2025, 1, 2), date(2025, 1, 3)).stretches == (
        OpenHours(date(2024, 12, 31), time(10), time(18)),
    )


def test_a_very_long_text_is_refused() -> None:
    assert read_hours("Tue 10-18\n" * 2000, FIRST, LAST).wrong
    assert read_hours("1 Jan 2024 - 31 Dec 2024 9-10", FIRST, LAST).wrong


days = st.dates(FIRST, LAST)
clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
stretches = st.builds(
    OpenHours, days, clocks, clocks, st.sampled_from(["booth", "set_up", "tear_down"])
).filter(lambda one: one.starts != one.ends or one.ends == time(0))


@given(st.lists(stretches, max_size=10, unique=True))
def test_what_is_written_is_read_again(given_hours: list[OpenHours]) -> None:
    assert list(read_hours(write_hours(given_hours), FIRST, LAST).stretches) == sorted(given_hours)
    assert list(from_stored(as_stored(given_hours))) == sorted(given_hours)


def test_what_is_kept_and_cannot_be_read_any_more_is_left_out() -> None:
    good = as_stored([OpenHours(FIRST, time(9), time(18))])
    odd = ["", None, 7, "24:00", "9", "2024-02-30", {}, "9" * 5000]
    bad = [row | {key: value} for row in good for key in row for value in odd]
    assert from_stored([*bad, *good, {}]) == from_stored(good)


@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    read_hours(text, FIRST, LAST)


@pytest.mark.parametrize(
    ("zone", "stretch", "starts", "hours"),
    [
        ("America/Denver", OpenHours(date(2024, 7, 31), time(13), time(15)), (31, 19), 2),
        ("Pacific/Auckland", OpenHours(date(2024, 7, 31), time(9), time(11)), (30, 21), 2),
        ("Pacific/Kiritimati", OpenHours(date(2024, 7, 31), time(9), time(11)), (30, 19), 2),
        ("America/Denver", OpenHours(date(2024, 7, 30), time(22), time(2)), (31, 4), 4),
    ],
)
def test_the_venues_clock_rules(
    zone: str, stretch: OpenHours, starts: tuple[int, int], hours: int
) -> None:
    first, last = stretch.instants(ZoneInfo(zone))
    assert first == datetime(2024, 7, *starts, tzinfo=UTC)
    assert (last - first).total_seconds() == hours * 3600


def test_a_night_in_which_the_clocks_change() -> None:
    spring = OpenHours(date(2024, 3, 9), time(22), time(6))
    first, last = spring.instants(ZoneInfo("America/Los_Angeles"))
    assert (last - first).total_seconds() == 7 * 3600


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Fri 10:30 - 5:00", ["10:30-17:00"]),
        ("Fri 9-5", ["09:00-17:00"]),
        ("Fri 9-1, 1-5", ["09:00-13:00", "13:00-17:00"]),
        ("Fri 9-11\nFri 11-1\nFri 1-3\nFri 3-5",
         ["09:00-11:00", "11:00-13:00", "13:00-15:00", "15:00-17:00"]),
        ("Fri 22-2", ["22:00-02:00"]),
        ("Fri 09:00-01:00", ["09:00-01:00"]),
        ("Fri 10pm-2am", ["22:00-02:00"]),
        ("Fri 1-3", ["01:00-03:00"]),
    ],
)  # fmt: skip
def test_a_clock_of_half_days_goes_on_in_the_afternoon(text: str, times: list[str]) -> None:
    read = read_hours(text, date(2027, 3, 26), date(2027, 3, 28))
    assert read.wrong == ()
    assert [f"{one.starts:%H:%M}-{one.ends:%H:%M}" for one in read.stretches] == times


@pytest.mark.parametrize("text", ["Fri 11-1", "Fri 12-2", "Fri 10-1"])
def test_a_short_time_over_noon_or_midnight_asks_which(text: str) -> None:
    read = read_hours(text, date(2027, 3, 26), date(2027, 3, 28))
    assert read.stretches == () and "write it so" in read.asks
