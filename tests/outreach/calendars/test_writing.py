"""Calendars as they are written: the same bytes for the same data, read back as they were."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from outreach.calendars.entries import Entry, Head, Sender, identity
from outreach.calendars.writing import write

WEDNESDAY = datetime(2024, 7, 31, 21, tzinfo=UTC)
SHIFT = Entry(
    uid=identity("ours", "shift", 7, 3),
    title="AlmaLinux booth, SIGGRAPH",
    starts=WEDNESDAY,
    ends=WEDNESDAY + timedelta(hours=1),
    stamp=datetime(2024, 7, 25, 15, tzinfo=UTC),
    zone="America/Denver",
    place="Hall B, Denver, United States",
    note="Show the Houdini fix.",
)
DAYS = Entry(
    uid=identity("ours", "event", 7),
    title="SIGGRAPH",
    starts=date(2024, 7, 28),
    ends=date(2024, 8, 1),
    stamp=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
    sequence=3,
    place="Denver, United States",
    url="https://s2024.siggraph.org/",
    is_busy=False,
)
HEAD = Head("Shifts of Sol", identity("ours", "calendar"))


def read(content: bytes) -> list[dict[str, Any]]:
    """Read the entries of a calendar back."""
    return [
        {
            "uid": str(one["UID"]),
            "title": str(one["SUMMARY"]),
            "start": one["DTSTART"].dt,
            "end": one["DTEND"].dt,
            "sequence": one["SEQUENCE"],
            "status": str(one["STATUS"]),
            "busy": str(one["TRANSP"]),
            "stamp": one["DTSTAMP"].dt,
            "changed": one["LAST-MODIFIED"].dt,
            "where": str(one.get("LOCATION", "")),
            "note": str(one.get("DESCRIPTION", "")),
            "url": str(one.get("URL", "")),
        }
        for one in Calendar.from_ical(content).walk("VEVENT")
    ]


def lines(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def names(content: bytes) -> list[str]:
    return [line.partition(":")[0].partition(";")[0] for line in lines(content)]


def test_hours_are_read_back_as_they_were() -> None:
    [found] = read(write(HEAD, [SHIFT]))
    assert (found["start"], found["end"]) == (SHIFT.starts, SHIFT.ends)
    assert found["uid"] == SHIFT.uid
    assert found["stamp"] == found["changed"] == SHIFT.stamp
    assert (found["sequence"], found["status"], found["busy"]) == (0, "CONFIRMED", "OPAQUE")
    assert found["where"] == "Hall B, Denver, United States"


def test_days_are_days_wherever_they_are_read() -> None:
    [found] = read(write(HEAD, [DAYS]))
    assert (found["start"], found["end"]) == (date(2024, 7, 28), date(2024, 8, 2))
    assert "DTSTART;VALUE=DATE:20240728" in lines(write(HEAD, [DAYS]))
    assert (found["busy"], found["url"]) == ("TRANSPARENT", DAYS.url)
    leap = date(2024, 2, 29)
    [found] = read(write(HEAD, [replace(DAYS, starts=leap, ends=leap)]))
    assert found["end"] == date(2024, 3, 1)


def test_what_was_mailed_keeps_its_identity() -> None:
    """Programs have these: another way to make them would double every entry."""
    assert identity("ours", "shift", 7, 3) == "825dadc5-20d2-56ce-82e8-620ce716c244"
    assert identity("ours", "event", 7) == "ccac5e71-ea56-5260-b28d-8176536a6b84"


def test_the_venues_zone_is_kept_and_spelled() -> None:
    text = write(HEAD, [SHIFT]).decode()
    assert "DTSTART;TZID=America/Denver:20240731T150000" in text
    assert "TZID:America/Denver" in text
    assert text.index("END:VTIMEZONE") < text.index("BEGIN:VEVENT")
    assert b"VTIMEZONE" not in write(HEAD, [DAYS, replace(SHIFT, zone="UTC")])


def test_without_a_zone_hours_are_by_the_clock_of_whoever_reads_them() -> None:
    assert "DTSTART:20240731T210000" in lines(write(HEAD, [replace(SHIFT, zone=None)]))


def test_the_same_entries_are_the_same_bytes_in_any_order() -> None:
    later = replace(SHIFT, uid="b", starts=SHIFT.ends, ends=SHIFT.ends)
    assert write(HEAD, [SHIFT, DAYS, later]) == write(HEAD, [later, SHIFT, DAYS])


def test_what_is_cancelled_stays_as_cancelled_and_keeps_nobody_busy() -> None:
    off = replace(SHIFT, standing="cancelled", alarm=timedelta(hours=1))
    [found] = read(write(HEAD, [off]))
    assert (found["status"], found["busy"]) == ("CANCELLED", "TRANSPARENT")
    assert b"VALARM" not in write(HEAD, [off])
    on = write(HEAD, [replace(SHIFT, alarm=timedelta(hours=1))])
    [alarm] = Calendar.from_ical(on).walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=-1)


def test_what_is_mailed_names_its_sender_and_method() -> None:
    head = replace(HEAD, method="CANCEL", sender=Sender('A "B", C', "a@b.org"), is_asked_for=False)
    found = Calendar.from_ical(write(head, [SHIFT]))
    assert found["METHOD"] == "CANCEL" and "REFRESH-INTERVAL" not in found
    [entry] = found.walk("VEVENT")
    assert str(entry["ORGANIZER"]) == "mailto:a@b.org"
    assert entry["ORGANIZER"].params["CN"] == "A B, C"


BAD = ["\r\nATTENDEE:x", "\rATTENDEE:x", "\nX:y", "\x0b\x85\u2028\x00Z", "\u202eX\u2029"]


@pytest.mark.parametrize("bad", BAD)
def test_nothing_typed_becomes_a_line(bad: str) -> None:
    entry = replace(SHIFT, title=f"A{bad}", place=f"B{bad}", note=f"C{bad}" * 40, url=f"x:{bad}")
    sender = Sender(f"S{bad}", f"a@b.org{bad}")
    content = write(replace(HEAD, title=f"D{bad}", sender=sender), [entry])
    fair = write(replace(HEAD, sender=Sender("S", "a@b.org")), [replace(SHIFT, url="x:")])
    assert names(content) == names(fair)
    assert not any(ord(sign) < 32 for line in lines(content) for sign in line)


@given(text=st.text(st.characters(codec="utf-8"), max_size=200))
def test_whatever_is_typed_is_read_back_in_short_lines(text: str) -> None:
    content = write(replace(HEAD, title=text), [replace(DAYS, title=text, note=text)])
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert [one for one in names(content) if one != "DESCRIPTION"] == names(write(HEAD, [DAYS]))
    [found] = read(content)
    assert read(write(HEAD, [replace(DAYS, title=found["title"])]))[0]["title"] == found["title"]


def test_signs_of_the_format_are_only_signs() -> None:
    odd = 'Day 1; a, b\\c\\n: "d" “ü” 🎪' * 9
    [found] = read(write(HEAD, [replace(DAYS, title=odd, note=f"{odd}\n{odd}")]))
    assert (found["title"], found["note"]) == (odd, f"{odd}\n{odd}")


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
        entry = replace(SHIFT, zone=zone, starts=starts, ends=starts + timedelta(hours=hours))
        [found] = read(write(HEAD, [entry]))
        # Told in UTC: times of two zones are never equal to Python where a clock shows one twice.
        assert found["start"].astimezone(UTC) == entry.starts
        assert found["end"].astimezone(UTC) == entry.ends


@pytest.mark.parametrize(("zone", "starts"), ZONES)
def test_another_reader_finds_the_same_zone(zone: str, starts: datetime) -> None:
    """Dateutil reads what we spell, hour by hour, but for the hour that happens twice."""
    content = write(HEAD, [replace(SHIFT, zone=zone, starts=starts, ends=starts)])
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
