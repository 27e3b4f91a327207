"""A calendar as a list of events for the preview, with what was left out of it and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from outreach.calendars.clock import say_count, say_some
from outreach.calendars.reading.entries import CalendarEntry, CalendarRead, Quarantined
from outreach.calendars.reading.run import read_calendar
from outreach.catalog.reading.records import write_table
from outreach.language import gettext as _
from outreach.refusal import Refused

BEFORE, AFTER = timedelta(days=3 * 366), timedelta(days=2 * 366)
"""So far back and ahead entries are read: what was visited tells of what is to come."""
MOST_NAMED = 3
HEADS = ("Name", "First day", "Last day", "Place", "Web address", "Note")
_BEGINS = (b"BEGIN:VCALENDAR", b"BEGIN:VEVENT")
_LOOKED_AT = 4_000


@dataclass(frozen=True, slots=True)
class CalendarTable:
    """The entries of a calendar as a table, and sentences on what is odd of it."""

    text: str
    remarks: tuple[str, ...]


def is_calendar(content: bytes) -> bool:
    """Tell a calendar by how it begins, in any of the usual ways to write text."""
    head = content[:_LOOKED_AT].replace(b"\0", b"").upper()
    return any(word in head for word in _BEGINS)


def table_of_calendar(content: bytes, today: date) -> CalendarTable:
    """Read a calendar for the paste box. Refuses what is none, and what has nothing to show."""
    found = read_calendar(content, today - BEFORE, today + AFTER)
    going = [one for one in found.entries if not one.is_cancelled]
    if not going:
        remarks = " ".join(_remarks(found, 0))
        nothing = _("The calendar has no entry from the last three years on.")
        raise Refused(f"{nothing} {remarks}".strip(), "file")
    cancelled = len(found.entries) - len(going)
    return CalendarTable(
        write_table([HEADS, *map(_cells, _once(going))]), tuple(_remarks(found, cancelled))
    )


def _once(entries: Iterable[CalendarEntry]) -> list[CalendarEntry]:
    """Return entries of one name, day and place once: many calendars have each of them twice."""
    by_sight = {(one.name.casefold(), one.first, one.place.casefold()): one for one in entries}
    return list(by_sight.values())


def _cells(one: CalendarEntry) -> Sequence[str]:
    days = one.first.isoformat(), one.last.isoformat()
    return (one.name, *days, one.place, one.url, one.note)


def _remarks(found: CalendarRead, cancelled: int) -> list[str]:
    """Say what was left out, and what may be another day than it looks."""
    said = []
    if not found.is_whole:
        said.append(_("The calendar ends too soon: it may have more than this."))
    if found.quarantined:
        said.append(_say_quarantined(found.quarantined))
    if cancelled:
        said.append(
            say_count("%(Number)s cancelled entry is left out.",
                      "%(Number)s cancelled entries are left out.", cancelled)
        )  # fmt: skip
    guessed = [one.name for one in found.entries if one.odd and not one.is_cancelled]
    if guessed:
        said.append(
            _("Look at the days of %(names)s: not all of their calendar could be understood.",
              names=say_some(list(dict.fromkeys(guessed)), MOST_NAMED))
        )  # fmt: skip
    if found.left_out:
        said.append(
            say_count("%(Number)s entry more is not read: the calendar is too large.",
                      "%(Number)s entries more are not read: the calendar is too large.",
                      found.left_out)
        )  # fmt: skip
    return said


def _say_quarantined(left: Sequence[Quarantined]) -> str:
    reasons = [
        _("“%(name)s”: %(reason)s", name=one.name or _("without a name"), reason=one.reason)
        for one in left[:MOST_NAMED]
    ]
    said = say_count("%(Number)s entry cannot be read as it is.",
                     "%(Number)s entries cannot be read as they are.", len(left))  # fmt: skip
    return " ".join([said, *reasons])
