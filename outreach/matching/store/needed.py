"""Which events a match is computed with: those not long over, and each Go beside them."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation
from outreach.matching.engine import terms
from outreach.matching.store.gathered import EVENT_FACTS, as_facts
from outreach.matching.store.stops import REACH, days_near

LOOKS_BACK = timedelta(days=365)
"""How long after its end an event keeps its matches."""
FEW = 50
"""Up to so many changed events their neighbours are looked up one by one; an import of more
brings its own neighbours along and decides nothing."""


def read_events(
    session: Session, foundation: Foundation, today: date, ids: Collection[int] | None
) -> list[terms.EventText]:
    """Return the facts of these events (None: all of the foundation that are not long over).

    The events near them in time that are a Go come along: they make trips and clashes.
    """
    query = EVENT_FACTS.order_by(Event.id)
    if ids is None:
        ours = (Event.foundation_id == foundation.id, Event.ends_on >= today - LOOKS_BACK)
        return [as_facts(row) for row in session.execute(query.where(*ours))]
    first, last = _days_of(session, ids)
    going = going_events(foundation).where(*days_near(first, last))
    wanted = {*ids, *session.scalars(going)}
    return [as_facts(row) for row in session.execute(query.where(Event.id.in_(wanted)))]


def going_events(foundation: Foundation) -> Select[int]:
    """Select the ids of the events that are a Go."""
    return (
        select(Event.id)
        .join(Event.decision)
        .where(Decision.state == "go", Event.foundation_id == foundation.id)
    )


def _days_of(session: Session, ids: Collection[int]) -> tuple[date, date]:
    """Return the first and the last day of events; any day where there are none."""
    days = select(func.min(Event.starts_on), func.max(Event.ends_on)).where(Event.id.in_(ids))
    first, last = session.execute(days).one()
    return first or date.min + REACH, last or date.min + REACH


def with_neighbours(
    session: Session,
    foundation: Foundation,
    event_ids: Collection[int],
    decided: Collection[int] = (),
) -> set[int]:
    """Return the events and, where one is a Go or was `decided` about, all that share its days.

    That is as far as a trip or a clash reaches; other events are felt by nobody.
    """
    found = set(event_ids)
    if len(event_ids) > FEW:
        return found
    felt = {*decided, *session.scalars(going_events(foundation).where(Event.id.in_(event_ids)))}
    days = select(func.min(Event.starts_on), func.max(Event.ends_on)).where(Event.id.in_(felt))
    for first, last in session.execute(days.group_by(Event.starts_on, Event.ends_on)).all():
        ours = select(Event.id).where(Event.foundation_id == foundation.id)
        found |= set(session.scalars(ours.where(*days_near(first, last))))
    return found
