"""The booth of an event as entries of a calendar: its hours and its shifts, naming nobody."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models import Booth, Decision, Event, Foundation, Shift
from models.events import CALLED_OFF, NOT_CALLED_OFF
from models.staffing import PLACE_OF_SHIFT, SAID_OF_SHIFT
from outreach.accounts.audit import changes_of, list_removed
from outreach.calendars.changes import GONE_FOR, last_of
from outreach.calendars.entries import Entry, identity
from outreach.language import gettext as _
from outreach.staffing.booth.hours import KIND_WORDS, from_stored

MOST = 1000


def list_hours(
    session: Session, foundation: Foundation, event_id: int, real: datetime
) -> list[Entry]:
    """Return when the booth of an event is open; nobody is busy because of it."""
    changed = changes_of("booth", foundation)
    row = session.execute(
        select(Booth, Event, Decision.state, changed.c.times, changed.c.at)
        .join(Booth.event)
        .outerjoin(Event.decision)
        .outerjoin(changed, changed.c.number == Booth.id)
        .where(Booth.event_id == event_id, _is_told(real))
    ).first()
    return list(_hours(row, foundation)) if row else []


def _hours(row: Any, foundation: Foundation) -> Iterator[Entry]:
    booth, event = row.Booth, row.Event
    zone = ZoneInfo(event.timezone or "UTC")
    for one in from_stored(booth.hours):
        first, last = one.instants(zone)
        words = (one.kind, one.day.isoformat(), one.starts.isoformat("minutes"))
        yield Entry(
            uid=identity(foundation.calendar_scope, "hours", booth.id, *words),
            title=_title(event.name, str(KIND_WORDS.get(one.kind) or _("booth hours"))),
            starts=first,
            ends=last,
            stamp=last_of(event.created_at, row.at),
            sequence=booth.version - 1 + (row.times or 0),
            zone=event.timezone,
            place=_place(booth.label, event.city, event.country),
            standing="cancelled" if row.state in CALLED_OFF else "confirmed",
            is_busy=False,
        )


def list_shifts(
    session: Session, foundation: Foundation, event_id: int, now: datetime, real: datetime
) -> list[Entry]:
    """Return the shifts of an event, and for a while those that were cancelled."""
    is_told = or_(Shift.cancelled_at.is_(None), Shift.cancelled_at > now - GONE_FOR)
    rows = session.execute(
        select(
            *(Shift.id, Shift.kind, Shift.starts_at, Shift.ends_at, Shift.sequence),
            *(Shift.changed_at, Shift.created_at, Shift.cancelled_at),
            *(Event.name, Event.city, Event.country, Event.timezone, Decision.state),
            *(SAID_OF_SHIFT.label("said"), PLACE_OF_SHIFT.label("place")),
        )
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .outerjoin(Event.decision)
        .where(Event.id == event_id, is_told, _is_told(real))
        .order_by(Shift.starts_at, Shift.id)
        .limit(MOST)
    )
    entries = [_shift(row, foundation) for row in rows]
    known = {entry.uid for entry in entries}
    gone = _list_gone(session, foundation, event_id, real)
    return [*entries, *(entry for entry in gone if entry.uid not in known)]


def _list_gone(
    session: Session, foundation: Foundation, event_id: int, real: datetime
) -> list[Entry]:
    """Return the shifts whose rows were taken away, as a drawing anew does with empty ones.

    The history knows them for as long as calendars are told of them.
    """
    found = session.execute(
        select(Booth.id, Booth.label, Event.name, Event.city, Event.country, Event.timezone)
        .join(Booth.event)
        .where(Event.id == event_id)
    ).first()
    if found is None:
        return []
    about, since = ("booth", found.id), real - GONE_FOR
    return [
        Entry(
            uid=identity(foundation.calendar_scope, "shift", gone.number),
            title=_title(found.name, _say_kind(gone.row["kind"])),
            starts=gone.row["starts_at"],
            ends=gone.row["ends_at"],
            stamp=gone.at,
            sequence=gone.row["sequence"] + 1,
            zone=found.timezone,
            place=_place(found.label, found.city, found.country),
            standing="cancelled",
        )
        for gone in list_removed(session, foundation, "shift", about, since)
    ]


def _shift(row: Any, foundation: Foundation) -> Entry:
    is_off = row.cancelled_at is not None or row.state in CALLED_OFF
    return Entry(
        uid=identity(foundation.calendar_scope, "shift", row.id),
        title=_title(row.name, _say_kind(row.kind)),
        starts=row.starts_at,
        ends=row.ends_at,
        stamp=last_of(row.created_at, row.changed_at),
        sequence=row.sequence,
        zone=row.timezone,
        place=_place(row.place, row.city, row.country),
        note=row.said,
        standing="cancelled" if is_off else "confirmed",
    )


def _is_told(real: datetime) -> ColumnElement[bool]:
    """Ask whether the booth of an event is told of: where we do not go, for a while."""
    return or_(NOT_CALLED_OFF, Decision.recorded_at > real - GONE_FOR)


def _say_kind(kind: str) -> str:
    return str(KIND_WORDS.get(kind) or _("booth shift"))


def _title(event: str, what: str) -> str:
    return f"{event}: {what}"


def _place(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)
