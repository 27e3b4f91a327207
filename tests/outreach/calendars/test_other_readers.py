"""Our calendars as two other programs read them: the same entries at the same instants."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject
from icalendar import Calendar

from outreach.calendars.entries import Entry
from outreach.calendars.writing import write
from tests.outreach.calendars.test_writing import DAYS, HEAD, SHIFT, ZONES

Read = dict[str, tuple[Any, ...]]
PROPERTIES = ("SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "TRANSP", "SEQUENCE", "URL")


def told(moment: date | datetime) -> object:
    """Tell an instant in UTC; a day, or hours by nobody's clock, as they are."""
    is_instant = isinstance(moment, datetime) and moment.tzinfo is not None
    return moment.astimezone(UTC) if is_instant else moment


def by_icalendar(content: bytes) -> Read:
    """Read the entries with the library that reads calendars here."""
    return {
        str(one["UID"]): (
            *(told(one[name].dt) for name in ("DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED")),
            *(str(one.get(name, "")) for name in PROPERTIES),
        )
        for one in Calendar.from_ical(content).walk("VEVENT")
    }


def by_vobject(content: bytes) -> Read:
    """Read the entries with a library that knows nothing of the other."""
    found = {}
    for one in vobject.readOne(content.decode()).contents.get("vevent", ()):
        times = (one.dtstart, one.dtend, one.dtstamp, one.last_modified)
        rest = (one.contents.get(name.lower(), [None])[0] for name in PROPERTIES)
        found[one.uid.value] = (
            *(told(moment.value) for moment in times),
            *(str(row.value) if row else "" for row in rest),
        )
    return found


def as_written(entry: Entry) -> tuple[Any, ...]:
    """Return when an entry is, as it went in."""
    if isinstance(entry.starts, datetime):
        return entry.starts, entry.ends
    return entry.starts, entry.ends + timedelta(days=1)


ODD = "Day 1; a, b\\c “ü” 🎪 " * 20


@pytest.mark.parametrize(("zone", "starts"), ZONES)
def test_both_find_the_same_instants(zone: str, starts: datetime) -> None:
    """An hour that clocks show twice is told in UTC, so that no reader can mistake it."""
    entries = [
        replace(SHIFT, uid=str(hours), zone=zone, starts=starts + timedelta(hours=hours),
                ends=starts + timedelta(hours=hours + 2), title=ODD, note=f"{ODD}\n{ODD}")
        for hours in range(30)
    ]  # fmt: skip
    content = write(HEAD, [*entries, DAYS, replace(DAYS, uid="off", standing="cancelled")])
    ours, theirs = by_icalendar(content), by_vobject(content)
    assert ours == theirs
    for entry in (*entries, DAYS):
        assert theirs[entry.uid][:2] == as_written(entry)
        assert theirs[entry.uid][4] == " ".join(entry.title.split())


def test_both_find_the_same_clock_where_no_zone_is_known() -> None:
    content = write(HEAD, [replace(SHIFT, zone=None)])
    assert by_icalendar(content) == by_vobject(content)
    [found] = by_vobject(content).values()
    assert found[0] == SHIFT.starts.replace(tzinfo=None)
