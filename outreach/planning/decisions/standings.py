"""The states of many events at once, for a list and for what it is filtered by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from models import Attendance, Decision, Event, Foundation
from models.events import DECISION_STATES
from outreach.planning.deadlines.told import find_pressing
from outreach.planning.decisions.preparation import find_preparations
from outreach.planning.decisions.states import (
    STATE_WORDS,
    DecisionFacts,
    Preparation,
    say_lack,
    state_of,
)
from outreach.planning.season.booth_gaps import find_staffing

WAS_RECAPPED = (
    exists()
    .where(Attendance.event_id == Event.id)
    .where(or_(Attendance.judged.is_not(None), Attendance.note != ""))
)
COLUMNS = (
    Event.id,
    Event.starts_on,
    Event.ends_on,
    Decision.state,
    WAS_RECAPPED.label("was_recapped"),
)
"""What a row must have for its state to be told; a query joins the standing decision."""
FOLLOWING = tuple(state for state in STATE_WORDS if state not in {"idea", *DECISION_STATES}) + (
    "go",
)
"""States that follow from Go and from facts; Go itself is what nothing follows from yet."""
OVER = ("wrap_up", "recapped")
"""Those that only an event has which has ended."""


@dataclass(frozen=True, slots=True)
class EventStanding:
    """In which state an event is, and why the next one is not reached."""

    state: str
    lack: str


def tell_standings(
    session: Session, foundation: Foundation, rows: Sequence[Any], now: datetime
) -> dict[int, EventStanding]:
    """Return how each of these rows of `COLUMNS` stands; few statements for any number."""
    today = now.date()
    coming = {row.id: row.state for row in rows if row.state == "go" and row.ends_on >= today}
    prepared = _prepare(session, foundation, coming, now) if coming else {}
    facts = {row.id: _facts(row, prepared) for row in rows}
    return {
        number: EventStanding(state_of(one, today), say_lack(one, today))
        for number, one in facts.items()
    }


def in_state(
    session: Session,
    foundation: Foundation,
    state: str,
    conditions: Sequence[ColumnElement[bool]],
    now: datetime,
) -> ColumnElement[bool]:
    """Return the condition that an event is in a state, among those that meet the others."""
    if state == "idea":
        return Decision.id.is_(None)
    if state not in FOLLOWING:
        return Decision.state == state
    gone = _with_days(state, select(*COLUMNS).outerjoin(Event.decision), now.date())
    rows = session.execute(gone.where(Decision.state == "go", *conditions)).all()
    told = tell_standings(session, foundation, rows, now)
    return Event.id.in_([number for number, one in told.items() if one.state == state])


def _with_days(state: str, query: Any, today: date) -> Any:
    """Leave out what cannot be in that state by its days."""
    if state in OVER:
        return query.where(Event.ends_on < today)
    return query.where(Event.ends_on >= today)


def _prepare(
    session: Session, foundation: Foundation, coming: dict[int, str], now: datetime
) -> dict[int, Preparation]:
    staffing = find_staffing(session, coming, now)
    late, _nearest = find_pressing(session, foundation, coming, now)
    return find_preparations(session, foundation, coming, staffing, late)


def _facts(row: Any, prepared: dict[int, Preparation]) -> DecisionFacts:
    preparation = prepared.get(row.id, Preparation())
    recapped = bool(row.was_recapped)
    return DecisionFacts(row.state, row.starts_on, row.ends_on, recapped, preparation)
