"""Finds the shifts whose venue got another time zone by an act, and which one they were by."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Booth, Event, Shift
from outreach.accounts.watching import Change
from outreach.language import gettext as _

Before = Mapping[tuple[str, int], Mapping[str, Any]]
"""What an act changed: rows by table and number, each with the columns as they were."""


def find_clocks(session: Session, changes: Iterable[Change]) -> dict[int, ZoneInfo]:
    """Return the shifts whose venue's zone is another one since, with the zone from before.

    A place that is settled, typed, imported, filled by a merge or taken back; a booth or a shift
    that a merge moved to another event.
    """
    before = {
        (one["table"], one["key"][0]): one["before"]
        for one in changes
        if one["table"] in {"event", "booth", "shift"} and one["before"]
    }
    events = {key for (table, key), row in before.items() if table == "event" and "timezone" in row}
    booths = {key for (table, key), row in before.items() if table == "booth" and "event_id" in row}
    shifts = {key for (table, key), row in before.items() if table == "shift" and "booth_id" in row}
    if not (events or booths or shifts):
        return {}
    rows = session.execute(
        select(Shift.id, Shift.booth_id, Event.id, Event.timezone)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .where(or_(Event.id.in_(events), Booth.id.in_(booths), Shift.id.in_(shifts)))
    )
    found = {}
    for shift_id, booth_id, event_id, zone in rows.all():
        was = _zone_before(session, before, shift_id, booth_id, event_id)
        if was != zone:
            found[shift_id] = ZoneInfo(was or "UTC")
    return found


def say_kept(session: Session, changes: Iterable[Change]) -> str:
    """Say that shifts keep their hours; "" where no clock of theirs became another one."""
    if not find_clocks(session, changes):
        return ""
    return _("Its shifts keep their hours by the clock there.")


def _zone_before(
    session: Session, before: Before, shift_id: int, booth_id: int, event_id: int
) -> str | None:
    """Return the zone of the venue at which the shift was."""
    booth_was = before.get(("shift", shift_id), {}).get("booth_id", booth_id)
    if booth_was != booth_id:
        booth = session.get(Booth, booth_was)
        event_id = booth.event_id if booth else event_id
    event_was = before.get(("booth", booth_was), {}).get("event_id", event_id)
    changed = before.get(("event", event_was), {})
    standing = select(Event.timezone).where(Event.id == event_was)
    was: str | None = changed["timezone"] if "timezone" in changed else session.scalar(standing)
    return was
