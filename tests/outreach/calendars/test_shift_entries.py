"""Shifts in a calendar: the same bytes for the same rows, the venue's clock, one entry for ever."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from outreach.calendars.shift_entries import ShiftEntry, as_feed, identity

WEDNESDAY = datetime(2024, 7, 31, 21, tzinfo=UTC)
ENTRY = ShiftEntry(
    scope="ours",
    shift_id=7,
    person_id=3,
    title="AlmaLinux booth, SIGGRAPH",
    starts=WEDNESDAY,
    ends=WEDNESDAY + timedelta(hours=1),
    zone="America/Denver",
    place="Hall B, Denver, United States",
    note="Show the Houdini fix.",
    sequence=0,
    stamp=datetime(2024, 7, 25, 15, tzinfo=UTC),
)


def read(content: bytes) -> list[dict[str, Any]]:
    """Read the entries of a calendar back."""
    events = Calendar.from_ical(content).walk("VEVENT")
    return [
        {
            "uid": str(one["UID"]),
            "start": one.start,
            "end": one.end,
            "sequence": one["SEQUENCE"],
            "status": str(one["STATUS"]),
            "stamp": one["DTSTAMP"].dt,
            "where": str(one.get("LOCATION", "")),
        }
        for one in events
    ]


def test_an_entry_is_read_back_as_it_was() -> None:
    [found] = read(as_feed("Shifts of Sol", [ENTRY]))
    assert found["start"] == WEDNESDAY
    assert found["end"] == WEDNESDAY + timedelta(hours=1)
    assert found["uid"] == identity(ENTRY)
    assert found["stamp"] == ENTRY.stamp
    assert (found["sequence"], found["status"]) == (0, "CONFIRMED")
    assert found["where"] == "Hall B, Denver, United States"


def test_the_venues_zone_is_kept() -> None:
    text = as_feed("Shifts of Sol", [ENTRY]).decode()
    assert "DTSTART;TZID=America/Denver:20240731T150000" in text
    assert "TZID:America/Denver" in text


def test_the_same_rows_are_the_same_bytes_in_any_order() -> None:
    later = replace(ENTRY, shift_id=8, starts=ENTRY.ends, ends=ENTRY.ends + timedelta(hours=2))
    assert as_feed("Sol", [ENTRY, later]) == as_feed("Sol", [later, ENTRY])
    assert as_feed("Sol", []) == as_feed("Sol", [])


def test_a_moved_shift_keeps_its_identity_and_raises_its_number() -> None:
    moved = replace(ENTRY, starts=ENTRY.ends, ends=ENTRY.ends + timedelta(hours=1), sequence=1)
    [before], [after] = read(as_feed("Sol", [ENTRY])), read(as_feed("Sol", [moved]))
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)


def test_another_person_or_foundation_is_another_entry() -> None:
    others = (replace(ENTRY, person_id=4), replace(ENTRY, shift_id=8), replace(ENTRY, scope="b"))
    assert len({identity(one) for one in (ENTRY, *others)}) == 4


def test_what_is_cancelled_stays_as_cancelled() -> None:
    [found] = read(as_feed("Sol", [replace(ENTRY, is_cancelled=True)]))
    assert found["status"] == "CANCELLED"


@pytest.mark.parametrize("bad", ["\r\nATTENDEE:x", "\rATTENDEE:x", "\nX:y", "\x0b\x85\u2028\x00Z"])
def test_nothing_typed_becomes_a_line(bad: str) -> None:
    entry = replace(ENTRY, title=f"A{bad}", place=f"B{bad}", note=f"C{bad}" * 40)
    content = as_feed(f"D{bad}", [entry])
    plain = as_feed("D", [ENTRY])
    unfolded = content.decode().replace("\r\n ", "")
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded.split("\r\n")]
    expected = plain.decode().replace("\r\n ", "").split("\r\n")
    assert names == [line.partition(":")[0].partition(";")[0] for line in expected]
    assert max(len(line) for line in content.split(b"\r\n")) <= 75


# The clocks change: USA on 10 March and 3 November, Europe on 31 March, half an hour on Lord
# Howe; east of UTC+12 the venue's day is tomorrow for most others.
ZONES = [
    ("America/Denver", datetime(2024, 3, 10, 8, tzinfo=UTC)),
    ("America/New_York", datetime(2024, 11, 3, 4, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2024, 3, 30, 23, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2024, 4, 6, 13, tzinfo=UTC)),
    ("Pacific/Auckland", datetime(2024, 9, 28, 12, tzinfo=UTC)),
    ("Pacific/Kiritimati", datetime(2024, 12, 31, 9, tzinfo=UTC)),
    ("Africa/Casablanca", datetime(2024, 3, 10, 1, tzinfo=UTC)),
]


@pytest.mark.parametrize(("zone", "starts"), ZONES)
def test_a_shift_over_the_change_of_the_clocks(zone: str, starts: datetime) -> None:
    for hours in (1, 2, 3, 4, 6):
        entry = replace(ENTRY, zone=zone, starts=starts, ends=starts + timedelta(hours=hours))
        [found] = read(as_feed("Sol", [entry]))
        # Told in UTC: times of two zones are never equal to Python where a clock shows one twice.
        assert found["start"].astimezone(UTC) == entry.starts
        assert found["end"].astimezone(UTC) == entry.ends


@pytest.mark.parametrize(("zone", "starts"), ZONES)
def test_another_reader_finds_the_same_zone(zone: str, starts: datetime) -> None:
    """Dateutil reads what we spell, hour by hour, but for the hour that happens twice."""
    content = as_feed("Sol", [replace(ENTRY, zone=zone, starts=starts, ends=starts)])
    text = content.decode().replace("\r\n ", "")
    text = text[text.index("BEGIN:VTIMEZONE") : text.index("BEGIN:VEVENT")]
    spelled, true = tzical(io.StringIO(text)).get(zone), ZoneInfo(zone)
    hours = [starts + timedelta(hours=number) for number in range(-2000, 2000)]
    local = [hour.astimezone(true).replace(tzinfo=None) for hour in hours]
    clear = [
        one
        for one in local
        if one.replace(tzinfo=true).utcoffset() == one.replace(tzinfo=true, fold=1).utcoffset()
    ]
    assert len(clear) > 3990
    wrong = [
        one
        for one in clear
        if one.replace(tzinfo=spelled).utcoffset() != one.replace(tzinfo=true).utcoffset()
    ]
    assert wrong == []
