"""How days, times, lengths, lists and numbers are said."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from outreach import language
from outreach.calendars import clock
from outreach.calendars.clock import (
    say_coming,
    say_date,
    say_day,
    say_day_month,
    say_days,
    say_days_left,
    say_list,
    say_long_day,
    say_number,
)


def test_a_day_in_its_lengths() -> None:
    day = date(2024, 8, 1)
    assert say_day(day) == "Thu 1 Aug"
    assert say_day_month(day) == "1 Aug"
    assert say_long_day(day) == "Thu 1 Aug 2024"
    assert say_date(day) == "1 Aug 2024"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2024, 7, 28), date(2024, 7, 28), "Sun 28 Jul"),
        (date(2024, 2, 3), date(2024, 2, 4), "3–4 Feb"),
        (date(2024, 7, 28), date(2024, 8, 1), "28 Jul – 1 Aug"),
        (date(2024, 12, 27), date(2025, 1, 1), "27 Dec – 1 Jan"),
    ],
)
def test_a_span(first: date, last: date, words: str) -> None:
    assert say_days(first, last) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 7, 24), "today"),
        (date(2024, 7, 25), "today"),
        (date(2024, 7, 26), "tomorrow"),
        (date(2024, 7, 27), "on Saturday"),
        (date(2024, 7, 31), "on Wednesday"),
        (date(2024, 8, 1), "on 1 August"),
        (date(2025, 5, 20), "on 20 May"),
        (date(2025, 5, 21), "on 21 May 2025"),
    ],
)
def test_a_day_to_come(day: date, words: str) -> None:
    assert say_coming(day, date(2024, 7, 25)) == words


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "tomorrow"), (2, "in 2 days")])
def test_days_left(days: int, words: str) -> None:
    assert say_days_left(days) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no"), (1, "one"), (10, "ten"), (11, "11"), (-1, "-1")]
)
def test_a_number(count: int, words: str) -> None:
    assert say_number(count) == words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Ada"], "Ada"),
        (["Ada", "Lin"], "Ada and Lin"),
        (["Ada", "Lin", "Noor"], "Ada, Lin and Noor"),
    ],
)
def test_a_list(names: list[str], words: str) -> None:
    assert say_list(names) == words


def test_a_list_that_ends_in_a_count() -> None:
    names = ["Ada", "Lin", "Noor"]
    assert clock.say_some(names, 3) == "Ada, Lin and Noor"
    assert clock.say_some(names, 2) == "Ada, Lin and 1 more"
    assert clock.first_of(names, 3) == (names, "")
    assert clock.first_of(names, 1) == (["Ada"], "and 2 more")


DENVER = ZoneInfo("America/Denver")


def venue(clock: str, day: str = "2024-07-31") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=DENVER)


def test_a_time_by_the_venues_clock() -> None:
    starts, ends = venue("13:00").astimezone(UTC), venue("15:30").astimezone(UTC)
    assert clock.say_time(starts, DENVER) == "13:00"
    assert clock.say_time(time(8, 5)) == "08:05"
    assert clock.say_start(starts, DENVER) == "Wed 13:00"
    assert clock.say_moment(starts, DENVER) == "Wed 31 Jul, 13:00"
    assert clock.say_span(starts, ends, DENVER) == "Wed 31 Jul, 13:00–15:30"
    assert clock.say_zoned_moment(starts, DENVER) == "Wed 31 Jul, 13:00 MDT"
    assert clock.say_full_moment(starts) == "31 Jul 2024, 19:00"


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (venue("13:00"), venue("15:00"), "13:00–15:00"),
        (venue("22:00"), venue("00:00", "2024-08-01"), "22:00–24:00"),
        (venue("22:00"), venue("01:00", "2024-08-01"), "22:00–Thu 01:00"),
    ],
)
def test_open_times(starts: datetime, ends: datetime, words: str) -> None:
    assert clock.say_open_times(starts, ends) == words


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (venue("13:00"), venue("15:00"), "Wed 31 Jul 2024, 13:00–15:00 MDT"),
        (
            venue("23:00"),
            venue("01:00", "2024-08-01"),
            "Wed 31 Jul 2024, 23:00–Thu 1 Aug 01:00 MDT",
        ),
        (
            venue("01:00", "2024-11-03"),
            venue("03:00", "2024-11-03"),
            "Sun 3 Nov 2024, 01:00 MDT–03:00 MST",
        ),
    ],
)
def test_a_stretch_names_its_zone(starts: datetime, ends: datetime, words: str) -> None:
    assert clock.say_stretch(starts, ends, DENVER) == words


def test_a_zone_without_a_word_has_its_number() -> None:
    assert clock.say_zoned_moment(venue("13:00"), ZoneInfo("Pacific/Tongatapu")).endswith("UTC+13")


@pytest.mark.parametrize(
    ("place", "words"),
    [(1, "first"), (8, "eighth"), (9, "9th"), (11, "11th"), (21, "21st"), (22, "22nd"),
     (23, "23rd"), (112, "112th")],
)  # fmt: skip
def test_an_ordinal(place: int, words: str) -> None:
    assert clock.say_ordinal(place) == words


@pytest.mark.parametrize(
    ("minutes", "hours", "words"),
    [
        (1, "0.02", "1 minute"),
        (45, "0.75", "45 minutes"),
        (60, "1", "1 hour"),
        (150, "2.5", "2 h 30 min"),
        (480, "8", "8 hours"),
    ],
)
def test_a_length(minutes: int, hours: str, words: str) -> None:
    assert clock.say_hours(timedelta(minutes=minutes)) == hours
    assert clock.say_length(timedelta(minutes=minutes)) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.5, "half"), (0.25, "a quarter"), (0.4, "40 %"), (1.0, "all")]
)
def test_a_share(share: float, words: str) -> None:
    assert clock.say_share(share) == words


def test_figures() -> None:
    assert [clock.say_figure(count) for count in (0, 999, 12345)] == ["0", "999", "12,345"]


def test_another_language_has_its_own_days_numbers_and_lists() -> None:
    """What was said in one language is not remembered for another."""
    day, names = date(2024, 7, 31), ["Ada", "Lin", "Noor"]
    assert clock.say_day(day) == "Wed 31 Jul"
    with language.spoken("de"):
        assert clock.say_day(day) == "Mi., 31. Juli"
        assert clock.say_list(names) == "Ada, Lin und Noor"
        assert clock.say_hours(timedelta(minutes=450)) == "7,5"
        assert clock.say_figure(12345) == "12.345"
    assert clock.say_day(day) == "Wed 31 Jul"
    assert clock.say_list(names) == "Ada, Lin and Noor"


def test_names_with_braces_are_names() -> None:
    assert clock.say_list(["{0}", "{x}"]) == "{0} and {x}"
