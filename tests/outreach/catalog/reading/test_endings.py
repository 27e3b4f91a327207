"""Endings of calls: real ones, and a table of the kinds in which organisers write them."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.catalog.reading.endings import Beside, Ending, NoEnding, read_ending

EVENT = date(2026, 1, 31)
BESIDE = Beside(before=EVENT, venue="Europe/Brussels")
READ_BESIDE = {"JSHeroes": date(2026, 5, 20)}
"""The first day of events that are not in January 2026."""
ONLY_SAID = {
    "ATC 2022": (None, None, None),
    "JSHeroes": (
        date(2025, 12, 27), date(2025, 12, 26), datetime(2025, 12, 28, 11, 59, 59, 0, UTC),
    ),
    "IstioCon 2022": (
        date(2022, 3, 3), date(2022, 3, 2), datetime(2022, 3, 4, 11, 59, 59, 0, UTC),
    ),
    "FOSDEM 2026 stands": (
        date(2025, 11, 9), date(2025, 11, 8), datetime(2025, 11, 10, 11, 59, 59, 0, UTC),
    ),
}  # fmt: skip
"""Real endings without an instant: their day, the day to aim at, and until when perhaps."""


def read(text: str, zone: str = "", beside: Beside = BESIDE) -> Ending:
    return read_ending(text, zone, beside)


def test_every_real_ending_is_read_right(shared_data: Path) -> None:
    path = shared_data / "own-data" / "call-endings.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 24
    for row in rows:
        name, zone = row["what"], row["zone as given"]
        is_left_out = zone in ("none", "omitted = AoE")
        beside = Beside("AoE" if is_left_out and zone != "none" else "",
                        READ_BESIDE.get(name, EVENT))  # fmt: skip
        try:
            found = read_ending(row["as written"], "" if is_left_out else zone, beside)
        except NoEnding:
            found = Ending()
        if name in ONLY_SAID:
            assert (found.day, found.aim, found.until) == ONLY_SAID[name], name
        else:
            assert found.at == datetime.fromisoformat(row["instant UTC"]), name
        if "START of the last day" in row["what goes wrong"] or " 00:00:00" in row["as written"]:
            assert "day_early" in found.marks, name
            assert found.day and found.aim and found.aim < found.day, name


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("15 November 2025, 11:59 pm PT", "2025-11-16T07:59:59"),
        ("Nov 15, 2025 11:59pm PST", "2025-11-16T07:59:59"),
        ("Jul 15, 2025 11:59pm PT", "2025-07-16T06:59:59"),
        ("November 15 at 11:59 p.m. Eastern Standard Time", "2025-11-16T04:59:59"),
        ("15 Nov 2025 23:59 Pacific Time (US & Canada)", "2025-11-16T07:59:59"),
        ("15 Nov 2025 AoE", "2025-11-16T11:59:59"),
        ("November 15, 2025 (AoE)", "2025-11-16T11:59:59"),
        ("15 Nov 2025 23:59:00 Anywhere on Earth", "2025-11-16T11:59:00"),
        ("Nov 30 2025 11:59PM AoE (UTC-12)", "2025-12-01T11:59:59"),
        ("15 Nov 2025 23:59 UTC−12", "2025-11-16T11:59:59"),
        ("2025-11-15T23:59:59Z", "2025-11-15T23:59:59"),
        ("2025-11-15T23:59:59.000Z", "2025-11-15T23:59:59"),
        ("2025-11-15T23:59:59+02:00", "2025-11-15T21:59:59"),
        ("2025-11-15 23:59 UTC+05:30", "2025-11-15T18:29:59"),
        ("15 Nov 2025 18:00 +0545", "2025-11-15T12:15:00"),
        ("15.11.2025 18:00 Uhr MEZ", "2025-11-15T17:00:00"),
        ("15 Nov 2025, 23h59 CET", "2025-11-15T22:59:59"),
        ("15th Nov 2025 11.59pm GMT", "2025-11-15T23:59:59"),
        ("Sat 15 Nov 2025 noon UTC", "2025-11-15T12:00:00"),
        ("15 Nov 2025 12 pm ET", "2025-11-15T17:00:00"),
        ("15 Nov 2025 13:00 pm UTC", "2025-11-15T13:00:00"),
        ("15 Nov 2025 EOD PT", "2025-11-16T07:59:59"),
        ("by the end of 15 Nov 2025 (UTC)", "2025-11-15T23:59:59"),
        ("15 Nov 2025 24:00 UTC", "2025-11-15T23:59:59"),
        ("15 Nov, 5pm ET", "2025-11-15T22:00:00"),
        ("23:59 UTC on 15 Nov 2025", "2025-11-15T23:59:59"),
        ("deadline: 2025/11/15 23:59 JST", "2025-11-15T14:59:59"),
        ("2025-11-15 23:59:59 America/New_York", "2025-11-16T04:59:59"),
        ("15 Nov 2025 23:59 Seattle time", "2025-11-16T07:59:59"),
        ("15 Nov 2025 at 23:59 in Berlin", "2025-11-15T22:59:59"),
        ("15 Nov 2025 23:59 local time", "2025-11-15T22:59:59"),
        ("15 Nov 2025 11:59 PM PDT (06:59 UTC next day)", "2025-11-16T06:59:59"),
        ("15 Nov 2025 23:59 EST / 20:59 PST", "2025-11-16T04:59:59"),
        ("Submissions are due on Nov 30th, 2025 by 11:59PM EST", "2025-12-01T04:59:59"),
        ("1763251199", "2025-11-15T23:59:59"),
        ("1763251199000", "2025-11-15T23:59:59"),
    ],
)  # fmt: skip
def test_an_hour_with_a_zone_is_an_instant(text: str, instant: str) -> None:
    found = read(text)
    assert found.at == found.until == datetime.fromisoformat(f"{instant}Z")
    assert not found.marks & {"day_early", "zone_assumed"}


@pytest.mark.parametrize(
    ("text", "day", "opens"),
    [
        ("15/11/2025", "2025-11-15", None),
        ("2025-11-15", "2025-11-15", None),
        ("2025-11-15 00:00", "2025-11-15", None),
        ("20251115", "2025-11-15", None),
        ("15-Nov-2025", "2025-11-15", None),
        ("15 Nov '25", "2025-11-15", None),
        ("15.11.", "2025-11-15", None),
        ("the 15th of November, 2025", "2025-11-15", None),
        ("Sunday, November 15", "2025-11-15", None),
        ("31 January", "2026-01-31", None),
        ("1 February", "2025-02-01", None),
        ("15 Nov 2025 EOD", "2025-11-15", None),
        ("1–15 Nov 2025", "2025-11-15", "2025-11-01"),
        ("Nov 1–15, 2025", "2025-11-15", "2025-11-01"),
        ("1 Oct - 15 Nov 2025", "2025-11-15", "2025-10-01"),
        ("15 Dec - 15 Jan", "2026-01-15", "2025-12-15"),
        ("Opens 1 Oct 2025, closes 15 Nov 2025", "2025-11-15", "2025-10-01"),
        ("CFP open now, closes 15 Nov 2025", "2025-11-15", None),
        ("closes 15 Nov 2025, notification 1 Dec 2025", "2025-11-15", None),
        ("15 Nov 2025; told by 1 Dec", "2025-11-15", None),
    ],
)  # fmt: skip
def test_a_day_alone_is_open_through_it_and_perhaps_until_noon_of_the_next(
    text: str, day: str, opens: str | None
) -> None:
    found = read(text)
    assert found.at is None
    assert found.day == date.fromisoformat(day)
    assert found.opens == (date.fromisoformat(opens) if opens else None)
    assert found.aim and found.until
    assert (found.day - found.aim).days == (found.until.date() - found.day).days == 1
    assert found.until.isoformat().endswith("T11:59:59+00:00")


def test_hours_of_an_opening_are_not_those_of_the_closing() -> None:
    both = read("from 1 Oct 2025 09:00 to 15 Nov 2025 18:00 CET")
    assert both.at == datetime(2025, 11, 15, 17, tzinfo=UTC)
    one = read("opens 1 Oct, closes at 23:59 on 15 Nov 2025 UTC")
    assert (one.opens, one.at) == (date(2025, 10, 1), datetime(2025, 11, 15, 23, 59, 59, 0, UTC))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("TBA", "tba"), ("tbd.", "tba"), ("to be announced", "tba"), ("Not announced yet", "tba"),
        ("?", "tba"), ("open", "open"), ("Rolling", "open"), ("open until filled", "open"),
        ("no deadline", "open"), ("CFP closed", "closed"), ("cancelled", "cancelled"),
        ("canceled", "cancelled"), ("no call this year", "cancelled"),
    ],
)  # fmt: skip
def test_words_are_never_late(text: str, word: str) -> None:
    found = read(text)
    assert (found.word, found.day, found.until, found.aim) == (word, None, None, None)


@pytest.mark.parametrize(
    ("text", "was", "day"),
    [
        ("1 Nov 2025, extended to 15 Nov 2025", "1 Nov 2025", 15),
        ("15 Nov 2025 (extended from 1 Nov 2025)", "1 Nov 2025", 15),
        ("15 Nov 2025 (was 1 Nov 2025)", "1 Nov 2025", 15),
        ("~~1 Nov 2025~~ 15 Nov 2025", "1 Nov 2025", 15),
        ("<del>1 Nov</del> 15 Nov 2025", "1 Nov", 15),
        ("originally 1 Nov; extended until 15 Nov 2025", "originally 1 Nov", 15),
        ("originally 1 Nov 2025, now 15 Nov 2025", "originally 1 Nov 2025", 15),
        ("January 4th (23:59 CET), corrected to January 5th", "January 4th (23:59 CET)", 5),
        ("Extended to 15 November 2025", "", 15),
        ("Extended: Nov 15, 2025", "", 15),
    ],
)
def test_an_extension_keeps_both_dates(text: str, was: str, day: int) -> None:
    found = read(text)
    assert found.day and (found.was, found.day.day) == (was, day)


def test_an_extension_keeps_the_hour_and_the_zone() -> None:
    found = read("1 Nov 2025 18:00 CET, extended to 15 Nov 2025")
    assert (found.at, found.zone) == (datetime(2025, 11, 15, 17, tzinfo=UTC), "CET")


@pytest.mark.parametrize(
    ("text", "zone", "beside", "mark"),
    [
        ("15 Nov 2025 00:00", "UTC", "", "day_early"),
        ("15 Nov 2025 midnight UTC", "", "", "day_early"),
        ("15 Nov 2025 12am ET", "", "", "day_early"),
        ("15 Jul 2025 23:59 PST", "", "", "hour_early"),
        ("15 Jul 2025 23:59", "CET", "", "hour_early"),
        ("15 Nov 2025 17:00", "", "AoE", "zone_assumed"),
    ],
)
def test_what_is_unsure_is_marked(text: str, zone: str, beside: str, mark: str) -> None:
    assert read_ending(text, zone, Beside(beside)).marks == {mark}


def test_the_start_of_a_day_is_taken_as_it_is_written() -> None:
    found = read("15 Nov 2025 00:00 CET")
    assert (found.at, found.aim) == (datetime(2025, 11, 14, 23, tzinfo=UTC), date(2025, 11, 14))


def test_the_zone_in_the_words_is_the_one_that_holds() -> None:
    assert read("15 Nov 2025 23:00 UTC", "AoE").at == datetime(2025, 11, 15, 23, tzinfo=UTC)
    assert read("15 Nov 2025 23:00", "UTC", Beside("AoE")).zone == "UTC"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("15 Nov 2025 23:59 CST", "“CST” names several zones: write America/Chicago, Asia"),
        ("15 Nov 2025 IST", "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem"),
        ("15 Nov 2025 11pm bst", "Europe/London or Asia/Dhaka"),
        ("15 Nov 2025 23:59 XYZT", "“XYZT” names no zone"),
        ("15 Nov 2025 23:59 NYC time", "“NYC time” names no zone"),
        ("15 Nov 2025 17:00", "whose clock"),
        ("15 Nov 2025 25:00 UTC", "no hour of a day"),
        ("15 Nov 2025 13 am UTC", "“13 am” is no hour"),
        ("15 Nov 2025 23:59 +19:00", "further from UTC"),
        ("10/11/2025", "two ways"),
        ("31 Feb 2025", "no day of the calendar"),
        ("30 Feb", "no day of the calendar"),
        ("2 weeks after 5 May 2025", "more than a day and an hour"),
        ("end of November 2025", "tells no day"),
        ("", "tells no day"),
        ("UTC was given, AoE was stored", "tells no day"),
        ("x" * 300, "too long"),
    ],
)  # fmt: skip
def test_what_tells_no_ending_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(NoEnding) as refused:
        read(text)
    assert sentence in str(refused.value)


def test_a_day_without_a_year_asks_for_one_where_no_event_is_known() -> None:
    with pytest.raises(NoEnding, match="has no year"):
        read_ending("15 Nov")


PIECES = (
    "15 Nov 2025", "29 Feb", "2025-11-15", "23:59", "12 am", "0:00", "AoE", "CST", "UTC+8",
    "+99", "extended to", "was", "(", ")", "~~", ";", "->", "now", "noon", "end of", "local time",
    "٣", "\0", "9999999999", "1/2/3", "24:59", "Europe/Berlin", "time", "the", "Dec 31, 2100",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=7).map(" ".join))
def test_any_words_are_read_or_refused(text: str) -> None:
    try:
        found = read(text)
    except NoEnding as refused:
        assert str(refused)
    else:
        assert found.word or found.day
