"""The one writer of calendars: entries as iCalendar (RFC 5545), the same bytes for the same data.

It spells its lines itself: the library takes most of a second for a few thousand entries, and a
feed is asked for by the hour. The tests read back with the library, and with others.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from models.contacts import plain
from outreach.calendars.entries import Entry, Head, Sender
from outreach.calendars.zones import spell_zone

PRODUCT = "-//Whereabouts//EN"
REFRESH = "PT1H"
"""How often we ask programs that subscribe to look; some of them look once a day all the same."""
LONGEST_LINE = 75
"""Octets; a longer one goes on behind a line break and a space."""
_DAY = timedelta(days=1)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_STANDINGS = {"confirmed": "CONFIRMED", "tentative": "TENTATIVE", "cancelled": "CANCELLED"}


def write(head: Head, entries: Sequence[Entry]) -> bytes:
    """Write a calendar: the same bytes for the same entries, in whatever order they come.

    Cancelled entries stay in it as cancelled, for a program that saw them once would otherwise
    show them for ever.
    """
    lines = [*_head(head)]
    content = [_folded(lines), *_zones(entries)]
    organizer = _organizer(head.sender) if head.sender else ""
    for entry in sorted(entries, key=lambda one: one.order):
        content.append(_folded(_entry(entry, organizer)))
    content.append(b"END:VCALENDAR\r\n")
    return b"".join(content)


def _head(head: Head) -> Iterator[str]:
    title = _text(head.title)
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:{PRODUCT}"
    yield "CALSCALE:GREGORIAN"
    if head.method:
        yield f"METHOD:{head.method}"
    yield f"NAME:{title}"
    yield f"X-WR-CALNAME:{title}"
    if head.is_asked_for:
        yield f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}"
        yield f"X-PUBLISHED-TTL:{REFRESH}"
    yield f"UID:{head.uid}"


def _entry(entry: Entry, organizer: str) -> Iterator[str]:
    title, stamp = _text(entry.title), _utc(entry.stamp)
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{stamp}"
    yield f"LAST-MODIFIED:{stamp}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"SUMMARY:{title}"
    yield from _times(entry)
    if place := _text(entry.place):
        yield f"LOCATION:{place}"
    if note := _note(entry.note):
        yield f"DESCRIPTION:{note}"
    if url := _line(entry.url):
        yield f"URL:{url}"
    if organizer:
        yield organizer
    yield f"STATUS:{_STANDINGS[entry.standing]}"
    yield f"TRANSP:{'OPAQUE' if entry.is_busy and not entry.is_cancelled else 'TRANSPARENT'}"
    if entry.alarm and not entry.is_cancelled:
        yield "BEGIN:VALARM"
        yield "ACTION:DISPLAY"
        yield f"DESCRIPTION:{title}"
        yield f"TRIGGER:-PT{entry.alarm // timedelta(minutes=1)}M"
        yield "END:VALARM"
    yield "END:VEVENT"


def _times(entry: Entry) -> Iterator[str]:
    if isinstance(entry.starts, datetime) and isinstance(entry.ends, datetime):
        zone = _zone(entry.zone) if entry.zone else None
        yield _at_venue("DTSTART", entry.starts, zone)
        yield _at_venue("DTEND", entry.ends, zone)
        return
    # The end of an all-day entry is the day after its last.
    yield f"DTSTART;VALUE=DATE:{_day(entry.starts)}"
    yield f"DTEND;VALUE=DATE:{_day(entry.ends + _DAY)}"


def _at_venue(name: str, instant: datetime, zone: ZoneInfo | None) -> str:
    """Say an instant by the venue's clock; in UTC where that clock shows the time again."""
    if zone is None:
        return f"{name}:{_wall(instant.astimezone(UTC))}"
    local = instant.astimezone(zone)
    if zone.key == "UTC" or local.fold:
        return f"{name}:{_utc(instant)}"
    return f"{name};TZID={zone.key}:{_wall(local)}"


_zone = lru_cache(maxsize=256)(ZoneInfo)


def _zones(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Spell out the zones that the entries are in, for the years around them."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for entry in entries:
        starts, ends = entry.starts, entry.ends
        if not (isinstance(starts, datetime) and isinstance(ends, datetime)):
            continue
        if entry.zone and entry.zone != "UTC":
            first, last = spans.get(entry.zone, (starts, ends))
            spans[entry.zone] = (min(first, starts), max(last, ends))
    for zone, (first, last) in sorted(spans.items()):
        yield spell_zone(zone, first.year, last.year)


def _organizer(sender: Sender) -> str:
    named = _line(sender.name).replace('"', "")
    return f'ORGANIZER;CN="{named}":mailto:{_line(sender.address)}'


def _line(text: str) -> str:
    """Return text without line ends and what hides or turns it: a line of its own is a forgery."""
    return " ".join(_UNPRINTABLE.sub(" ", plain(text)).split()) if text else ""


def _text(text: str) -> str:
    return _line(text).translate(_ESCAPED)


def _note(text: str) -> str:
    return "\n".join(map(_line, text.split("\n"))).strip().translate(_ESCAPED)


def _utc(instant: datetime) -> str:
    return f"{_wall(instant.astimezone(UTC))}Z"


def _wall(moment: datetime) -> str:
    return f"{_day(moment)}T{moment.hour:02}{moment.minute:02}{moment.second:02}"


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"


def _folded(lines: Iterable[str]) -> bytes:
    return b"".join(map(_fold, lines))


def _fold(line: str) -> bytes:
    """Break a line so that no part is too long, and never within a letter."""
    octets = line.encode()
    parts, start, most = [], 0, LONGEST_LINE
    while len(octets) - start > most:
        end = start + most
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(octets[start:end])
        start, most = end, LONGEST_LINE - 1  # the space counts too
    parts.append(octets[start:] + b"\r\n")
    return b"\r\n ".join(parts)
