"""Reads how people can be reached: as columns beside their names, or of many at once."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models import Message, Person
from outreach.staffing.reach.rule import ReachFacts

_LAST_OUTCOME = (
    select(Message.state)
    .where(Message.person_id == Person.id, Message.state.in_(("sent", "bounced")))
    .order_by(Message.id.desc())
    .limit(1)
    .correlate(Person)
    .scalar_subquery()
)
REACHED_BY = (
    Person.email.label("email"),
    Person.phone.label("phone"),
    or_(Person.email_key.is_not(None), Person.shares_address_at.is_not(None)).label("is_proven"),
    Person.letters_stopped_at.is_(None).label("wants_reminders"),
    Person.bounces.label("bounces"),
    _LAST_OUTCOME.label("last_outcome"),
)
"""Columns of a SELECT of people, from which `facts_in` reads."""


def facts_in(row: Any) -> ReachFacts:
    """Return what a row with these columns tells of how somebody can be reached."""
    return ReachFacts(
        row.email,
        row.phone,
        bool(row.is_proven),
        bool(row.wants_reminders),
        row.bounces,
        row.last_outcome,
    )


def load_reach(session: Session, person_ids: Collection[int]) -> dict[int, ReachFacts]:
    """Return how these people can be reached, in one statement."""
    if not person_ids:
        return {}
    rows = session.execute(select(Person.id, *REACHED_BY).where(Person.id.in_(set(person_ids))))
    return {row.id: facts_in(row) for row in rows}
