"""Events as entries of a calendar: whole days, on which nobody is busy because of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from models import Decision, Event, Foundation
from models.base import among
from models.events import CALLED_OFF, PLANNED
from outreach.accounts.audit import changes_of
from outreach.calendars.changes import GONE_FOR, last_of
from outreach.calendars.entries import Entry, Standing, identity

STANDINGS: Mapping[str, Standing] = {
    "go": "confirmed",
    "proposed": "tentative",
    "no_go": "cancelled",
    "cancelled": "cancelled",
}
"""What a calendar is told of a decision."""
MOST = 1000


def list_events(
    session: Session, foundation: Foundation, real: datetime, *only: Any
) -> list[Entry]:
    """Return the events that we may go to, and for a while those that we were to go to."""
    changed = changes_of("event", foundation)
    rows = session.execute(
        select(
            *(Event.id, Event.name, Event.starts_on, Event.ends_on, Event.city, Event.country),
            *(Event.url, Event.created_at, Event.version, Decision.state, Decision.recorded_at),
            *(changed.c.times, changed.c.at),
        )
        .join(Event.decision)
        .outerjoin(changed, changed.c.number == Event.id)
        .where(Event.foundation_id == foundation.id, is_told(real), *only)
        .order_by(Event.starts_on.desc(), Event.id)
        .limit(MOST)
    )
    return [_entry(row, foundation.calendar_scope) for row in rows]


def is_told(real: datetime) -> ColumnElement[bool]:
    """Ask whether calendars are told of an event, joined with the decision that stands.

    What is off is told for a while where it was in a calendar before; the instant of a decision
    is real.
    """
    before = aliased(Decision)
    was_planned = exists().where(before.event_id == Event.id, among(before.state, PLANNED))
    is_fresh = and_(among(Decision.state, CALLED_OFF), Decision.recorded_at > real - GONE_FOR)
    return or_(among(Decision.state, PLANNED), and_(is_fresh, was_planned))


def _entry(row: Any, scope: str) -> Entry:
    return Entry(
        uid=identity(scope, "event", row.id),
        title=row.name,
        starts=row.starts_on,
        ends=row.ends_on,
        stamp=last_of(row.created_at, row.recorded_at, row.at),
        sequence=row.version - 1 + (row.times or 0),
        place=", ".join(part for part in (row.city, row.country) if part),
        url=row.url or "",
        standing=STANDINGS[row.state],
        is_busy=False,
    )
