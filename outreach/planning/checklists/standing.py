"""How an event's checklist stands: which items are open, and which of those are late."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from models import ChecklistItem, Decision
from models.checklists import DUE_ON
from models.goers import count_goers

DECIDE, TEAM = "decide", "team"
"""Items that nobody need tick: they are done as soon as the plan says so."""
PEOPLE_ENOUGH = 2

_IS_GO = (
    exists()
    .where(Decision.event_id == ChecklistItem.event_id, Decision.is_current, Decision.state == "go")
    .correlate(ChecklistItem)
)
_PEOPLE = count_goers(ChecklistItem.event_id, ChecklistItem)
_FOLLOWS = or_(
    and_(func.coalesce(ChecklistItem.code, "") == DECIDE, _IS_GO),
    and_(func.coalesce(ChecklistItem.code, "") == TEAM, _PEOPLE >= PEOPLE_ENOUGH),
)
IS_OPEN = and_(ChecklistItem.done_on.is_(None), ~_FOLLOWS)
"""Condition on an item: nobody ticked it, and no decision or team says that it is done."""

_OPEN = (
    select(
        ChecklistItem.id,
        ChecklistItem.event_id,
        ChecklistItem.what,
        ChecklistItem.kind,
        DUE_ON.label("by"),
    )
    .join(ChecklistItem.event)
    .where(ChecklistItem.event_id.in_(bindparam("events", expanding=True)), IS_OPEN)
    .order_by(DUE_ON, ChecklistItem.id)
)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still to do, and by when."""

    id: int
    event_id: int
    what: str
    kind: str
    by: date
    is_late: bool


def list_open(session: Session, events: Collection[int], today: date) -> dict[int, list[OpenItem]]:
    """Return what is open of each event's checklist, nearest first; an event without one is not in.

    An item is late from the day after. What is called off waits for nothing, but is not asked
    about here.
    """
    found: dict[int, list[OpenItem]] = defaultdict(list)
    for row in session.execute(_OPEN, {"events": list(events)}):
        found[row.event_id].append(OpenItem(*row, is_late=row.by < today))
    return dict(found)


def list_late(session: Session, events: Collection[int], today: date) -> dict[int, list[str]]:
    """Return what is late of each event's checklist, by what it is, nearest first."""
    items = list_open(session, events, today)
    return {event: [one.what for one in some if one.is_late] for event, some in items.items()}
