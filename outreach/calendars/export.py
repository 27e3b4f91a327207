"""Events with their talks as iCalendar: stable identities, the same bytes for the same rows."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar
from icalendar import Event as Entry
from icalendar.enums import STATUS

from outreach.calendars.shift_entries import ShiftEntry, add_entries, ask_again

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""The library writes these raw into some properties; a line end there is a line of its own."""


class Dated(Protocol):
    """What an entry is made of."""

    id: int
    name: str
    starts_on: date
    ends_on: date
    city: str | None
    country: str | None
    url: str | None
    created_at: datetime
    version: int


SAID = {"go": STATUS.CONFIRMED, "proposed": STATUS.TENTATIVE, "cancelled": STATUS.CANCELLED}
"""What a calendar is told of a decision; a no-go does not go into it at all."""


def as_calendar(
    title: str, events: Iterable[tuple[Dated, str]], scope: str, talks: Sequence[ShiftEntry] = ()
) -> bytes:
    """Write a calendar of events with their decisions; a no-go is left out.

    `scope` keeps identities of different foundations apart.
    """
    calendar = Calendar.new(
        name=_plain(title), prodid="-//Whereabouts//EN", uid=str(uuid5(NAMESPACE_URL, scope))
    )
    for event, decision in events:
        if decision in SAID:
            calendar.add_component(_entry(event, SAID[decision], scope))
    add_entries(calendar, talks)
    content: bytes = calendar.to_ical()
    return content


def _entry(event: Dated, status: STATUS, scope: str) -> Entry:
    place = ", ".join(part for part in (event.city, event.country) if part)
    return Entry.new(
        uid=f"{uuid5(NAMESPACE_URL, f'{scope}/event/{event.id}')}",
        summary=_plain(event.name),
        start=event.starts_on,
        # The end of an all-day entry is the day after its last.
        end=event.ends_on + timedelta(days=1),
        location=_plain(place) or None,
        url=_plain(event.url or "") or None,
        status=status,
        sequence=event.version - 1,
        stamp=event.created_at,
    )


def _plain(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text)


@dataclass(frozen=True, slots=True)
class DayEntry:
    """Something of whole days: a deadline, from the day on that it can be met."""

    identity: str
    title: str
    first: date
    last: date
    note: str
    stamp: datetime


def as_day_feed(title: str, entries: Iterable[DayEntry], scope: str) -> bytes:
    """Write a calendar that programs ask for again and again; nobody is busy because of it."""
    calendar = Calendar.new(
        name=_plain(title),
        prodid="-//Whereabouts//EN",
        uid=str(uuid5(NAMESPACE_URL, f"{scope}/deadlines")),
    )
    ask_again(calendar)
    for entry in entries:
        component = Entry.new(
            uid=f"{uuid5(NAMESPACE_URL, f'{scope}/{entry.identity}')}",
            summary=_plain(entry.title),
            start=entry.first,
            end=entry.last + timedelta(days=1),
            description=_plain(entry.note) or None,
            stamp=entry.stamp,
        )
        component.add("transp", "TRANSPARENT")
        calendar.add_component(component)
    content: bytes = calendar.to_ical()
    return content
