"""Where deadlines come from, as one SELECT: checklists, calls, answers owed, what a plan lacks."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from models import (
    Booth,
    Call,
    ChecklistItem,
    Decision,
    Event,
    EventPlan,
    Foundation,
    KitBooking,
    Proposal,
    Swag,
    TeamMember,
)
from models.base import OfFoundation, UtcDateTime, among, days_after
from models.checklists import DUE_ON
from models.events import NOT_CALLED_OFF, PLANNED
from models.goers import count_goers
from models.talks import OWED
from outreach.planning.calls.closing import IS_ANSWERED, earliest_open, is_open_at
from outreach.planning.checklists.standing import DECIDE, IS_OPEN, PEOPLE_ENOUGH, TEAM
from outreach.planning.checklists.templates import BRIEF, days_before

ITEM, CALL, ANSWER, TALK, FILE, PARCEL, KIT = (
    *("item", "call", "answer", "talk"),
    *("file", "parcel", "kit"),
)
"""Sources that have rows of their own; the others are the codes of what a plan lacks."""
LOOK = "look"
"""What the day that an owner set is for, once it is decided to go."""
WORTH_A_TALK = 45.0
"""The best rank from which an open call for talks is worth a reminder."""
IS_CREWED = or_(
    exists().where(Booth.event_id == Event.id), exists().where(TeamMember.event_id == Event.id)
)
"""Somebody counts on the event, whatever is decided."""
IS_OURS = or_(
    among(Decision.state, PLANNED), IS_CREWED, exists().where(ChecklistItem.event_id == Event.id)
)
"""We go there or may, or somebody has begun to prepare for it."""
Part = Select[*tuple[Any, ...]]
Mine = Callable[[type[OfFoundation]], ColumnElement[bool]]
_DECIDED = func.coalesce(Decision.event_id, Event.id)
"""An event, in a way that lets a database look at what is decided before it asks more of it."""
_TEAM_SIZE = count_goers(_DECIDED, Event, Decision)
_AIM = case(
    (
        or_(Call.closes_at.is_(None), cast(Call.marks, String).contains("day_early")),
        days_after(Call.last_day, literal(-1)),
    ),
    else_=Call.last_day,
)
"""The day to aim at: the one before, where all of the last one is not certain."""
_WANTED_BY = func.coalesce(
    Proposal.answer_by,
    select(func.min(Call.answer_by))
    .where(Call.event_id == Event.id, Call.kind == "talks")
    .where(or_(Proposal.call_id.is_(None), Call.id == Proposal.call_id))
    .correlate(Event, Proposal)
    .scalar_subquery(),
)


_NEXT_ON = (
    select(EventPlan.next_on)
    .where(EventPlan.event_id == Event.id)
    .correlate(Event)
    .scalar_subquery()
)
_OURS = bindparam("foundation_id", type_=Integer)
_TODAY = bindparam("today", type_=Date)
_AHEAD = Event.starts_on >= _TODAY


def find_waiting(*, of_events: bool = False, or_late: bool = False) -> Subquery:
    """Select what events of a foundation wait for: source, number, kind, code, event_id, by.

    Nothing is done that is in it, and nothing of an event that is called off. It is of `events`,
    whatever they are, and the caller has made sure that they are ours; else of those that somebody
    has thought of, with calls for talks that are worth one; `or_late` adds what is late of any
    checklist. It is built once: `given_for` says by what it is to be read.
    """
    mine = _of_events if of_events else _of_foundation
    listed = mine(ChecklistItem)
    if or_late:
        listed = and_(_of_foundation(ChecklistItem), or_(listed, DUE_ON < _TODAY))
    parts = (_items().where(listed), *_others(mine, true() if of_events else IS_OURS))
    current = (part.outerjoin(Event.decision).where(NOT_CALLED_OFF) for part in parts)
    return union_all(*current).subquery()


def _of_foundation(row: type[OfFoundation]) -> ColumnElement[bool]:
    """Ask it of the item, the call or the talk: a database begins with the few of these then."""
    return row.foundation_id == _OURS


def _of_events(_row: type[OfFoundation]) -> ColumnElement[bool]:
    """Ask for the events alone: a database begins with these few then."""
    return Event.id.in_(bindparam("events", expanding=True))


def given_for(foundation: Foundation, now: datetime) -> dict[str, Any]:
    """Return by what `find_waiting` is to be read for a foundation."""
    before = {f"{code}_days": -days_before(foundation, code) for code in (DECIDE, TEAM, BRIEF)}
    instants = {"now": now, "earliest": earliest_open(now), "today": now.date()}
    return {"foundation_id": foundation.id, **instants, **before}


def _others(mine: Mine, ours: ColumnElement[bool]) -> Iterator[Part]:
    """Select what is in no checklist."""
    worth = and_(Call.kind == "talks", Event.best_rank >= WORTH_A_TALK)
    open_ = is_open_at(bindparam("now", type_=UtcDateTime), bindparam("earliest", type_=Date))
    yield _calls(mine, CALL, "call", _AIM).where(
        open_, ~IS_ANSWERED, Call.last_day.is_not(None), _AHEAD, or_(ours, worth)
    )
    yield _calls(mine, ANSWER, "answer", Call.answer_by).where(
        Call.kind != "talks", Call.answer_by >= _TODAY, among(Decision.state, PLANNED)
    )
    yield _answers(mine).where(Event.ends_on >= _TODAY)
    # What nobody has proposed is no duty, so it is never late.
    decide_by = func.coalesce(_NEXT_ON, _before(DECIDE))
    is_coming = and_(Decision.id.is_(None), decide_by >= _TODAY, ours)
    yield _lacks(mine, DECIDE, decide_by).where(
        or_(Decision.state == "proposed", is_coming), _AHEAD
    )
    is_go = (Decision.state == "go", _AHEAD)
    yield _lacks(mine, TEAM, _before(TEAM)).where(_TEAM_SIZE < PEOPLE_ENOUGH, *is_go)
    yield _lacks(mine, BRIEF, _before(BRIEF)).where(*is_go)
    looked_at = _part(LOOK, Event.id, literal("task"), EventPlan.next_on)
    plans = looked_at.join(EventPlan, EventPlan.event_id == Event.id)
    yield plans.where(mine(Event), EventPlan.next_on.is_not(None), *is_go)
    yield from _kits(mine)


def _kits(mine: Mine) -> Iterator[Part]:
    """Select what kits and swag wait for until they are there."""
    is_on = Event.ends_on >= _TODAY
    for source, kind, by, waits in (
        (FILE, "print", Swag.file_by, Swag.filed_on.is_(None)),
        (PARCEL, "shipping", Swag.arrives_by, true()),
    ):
        part = _part(source, Swag.id, literal(kind), by).join(Swag.event)
        yield part.where(mine(Swag), Swag.before.is_(None), by.is_not(None), waits, is_on)
    leaves = days_after(Event.starts_on, -KitBooking.days_before)
    part = _part(KIT, KitBooking.id, literal("shipping"), leaves).join(KitBooking.event)
    unsent = (KitBooking.sent_on.is_(None), KitBooking.arrived_on.is_(None))
    yield part.where(mine(KitBooking), *unsent, is_on)


def _part(source: str, number: Any, kind: Any, by: Any, code: Any = None) -> Part:
    code = cast(null(), String) if code is None else code
    named = {"source": literal(source), "number": number, "kind": kind, "code": code}
    columns = (column.label(name) for name, column in named.items())
    return select(*columns, Event.id.label("event_id"), by.label("by"))


def _items() -> Part:
    part = _part(ITEM, ChecklistItem.id, ChecklistItem.kind, DUE_ON, ChecklistItem.code)
    return part.join(ChecklistItem.event).where(IS_OPEN)


def _calls(mine: Mine, source: str, kind: str, by: Any) -> Part:
    part = _part(source, Call.id, literal(kind), by).join(Call.event)
    return part.where(mine(Call))


def _answers(mine: Mine) -> Part:
    part = _part(TALK, Proposal.id, literal("answer"), _WANTED_BY).join(Proposal.event)
    owed = (mine(Proposal), among(Proposal.state, OWED))
    return part.where(*owed, _WANTED_BY.is_not(None))


def _lacks(mine: Mine, code: str, by: Any) -> Part:
    """Select what an event without such an item in its checklist lacks all the same."""
    listed = exists().where(ChecklistItem.event_id == _DECIDED, ChecklistItem.code == code)
    part = _part(code, Event.id, literal("task"), by)
    return part.select_from(Event).where(mine(Event), ~listed)


def _before(code: str) -> Any:
    return days_after(Event.starts_on, bindparam(f"{code}_days", type_=Integer))
