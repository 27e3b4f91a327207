"""Which items of a checklist are open: neither ticked nor done as soon as the plan says so."""

from sqlalchemy import and_, exists, func, or_

from models import ChecklistItem, Decision
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
