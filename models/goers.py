"""Who goes to an event: who is named for it, and who has a shift at its booth."""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.orm import InstrumentedAttribute

from models.base import Base
from models.events import TeamMember
from models.staffing import IS_EXPECTED, Booth, Shift, SignUp

_NAMED = (
    select(TeamMember.person_id)
    .where(TeamMember.event_id == Booth.event_id, TeamMember.person_id == SignUp.person_id)
    .correlate(Booth, SignUp)
    .exists()
)
"""Of who has a shift: whether they are named for the event as well."""


def signed_up() -> Select[int, int]:
    """Select people with a shift that stands: person_id, event_id."""
    return (
        select(SignUp.person_id, Booth.event_id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(IS_EXPECTED, Shift.cancelled_at.is_(None))
    )


def count_goers(event_id: InstrumentedAttribute[int], outer: type[Base]) -> ColumnElement[Any]:
    """Count who goes to an event of the statement around, each once."""
    named = select(func.count()).select_from(TeamMember).where(TeamMember.event_id == event_id)
    others = (
        signed_up()
        .where(Booth.event_id == event_id, ~_NAMED)
        .with_only_columns(func.count(SignUp.person_id.distinct()))
    )
    return named.correlate(outer).scalar_subquery() + others.correlate(outer).scalar_subquery()


def goers() -> Select[int, int]:
    """Select who goes where, each pair once: person_id, event_id."""
    pairs = union(select(TeamMember.person_id, TeamMember.event_id), signed_up()).subquery()
    return select(pairs.c.person_id, pairs.c.event_id)
