"""Who goes to an event: who is named for it, and who has a shift at its booth.

Nobody does where it is decided that we do not go; who was named or signed up stays on record.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, aliased

from models.base import Base, among
from models.events import CALLED_OFF, Decision, TeamMember
from models.staffing import IS_EXPECTED, Booth, Shift, SignUp

_STANDING = aliased(Decision)
_NAMED = (
    select(TeamMember.person_id)
    .where(TeamMember.event_id == Booth.event_id, TeamMember.person_id == SignUp.person_id)
    .correlate(Booth, SignUp)
    .exists()
)
"""Of who has a shift: whether they are named for the event as well."""


def _is_on(event_id: InstrumentedAttribute[int], of: type[Base]) -> ColumnElement[bool]:
    """Tell whether an event of the statement around is not called off."""
    off = select(_STANDING.id).where(
        _STANDING.event_id == event_id, _STANDING.is_current, among(_STANDING.state, CALLED_OFF)
    )
    return ~off.correlate(of).exists()


def signed_up() -> Select[int, int]:
    """Select people with a shift that stands: person_id, event_id."""
    return (
        select(SignUp.person_id, Booth.event_id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(IS_EXPECTED, Shift.cancelled_at.is_(None), _is_on(Booth.event_id, Booth))
    )


def _named() -> Select[int, int]:
    """Select who is named where we go: person_id, event_id."""
    named = select(TeamMember.person_id, TeamMember.event_id)
    return named.where(_is_on(TeamMember.event_id, TeamMember))


def count_goers(
    event_id: InstrumentedAttribute[int] | ColumnElement[Any], *outer: type[Base]
) -> ColumnElement[Any]:
    """Count who goes to an event of the statement around, each once."""
    named = _named().where(TeamMember.event_id == event_id).with_only_columns(func.count())
    others = (
        signed_up()
        .where(Booth.event_id == event_id, ~_NAMED)
        .with_only_columns(func.count(SignUp.person_id.distinct()))
    )
    return named.correlate(*outer).scalar_subquery() + others.correlate(*outer).scalar_subquery()


def goers() -> Select[int, int]:
    """Select who goes where, each pair once: person_id, event_id."""
    pairs = union(_named(), signed_up()).subquery()
    return select(pairs.c.person_id, pairs.c.event_id)
