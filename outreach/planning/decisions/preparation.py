"""Reads what events have of what comes between Go and their first day, for many at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models import Approval, Booth, Event, Foundation, MoneyRequest, MoneyStop, TeamMember
from outreach.planning.decisions.approvals import bodies_asked
from outreach.planning.decisions.states import Preparation
from outreach.planning.season.booth_gaps import Staffing

_WAITING = (
    select(func.count())
    .select_from(MoneyStop)
    .join(MoneyRequest, MoneyRequest.id == MoneyStop.request_id)
    .join(
        TeamMember,
        (TeamMember.event_id == MoneyStop.event_id)
        & (TeamMember.person_id == MoneyRequest.person_id),
    )
    .where(MoneyStop.event_id == Event.id, MoneyRequest.state == "wanted")
    .correlate(Event)
    .scalar_subquery()
)
_PREPARED = (
    select(Event.id, Booth.label, Booth.hours, Approval.whose, _WAITING.label("waiting"))
    .select_from(Event)
    .outerjoin(Booth, Booth.event_id == Event.id)
    .outerjoin(Approval, Approval.event_id == Event.id)
    .where(Event.id.in_(bindparam("events", expanding=True)))
)
"""A row for each approval that an event has; one where it has none."""


def find_preparations(
    session: Session,
    foundation: Foundation,
    decisions: Mapping[int, str | None],
    staffing: Mapping[int, Staffing],
    late: Mapping[int, Sequence[str]],
) -> dict[int, Preparation]:
    """Return it for each event, by what is decided, how its booth is staffed, which items wait."""
    ids = list(decisions)
    booths, waiting, given = set[int](), dict[int, int](), defaultdict[int, set[str]](set)
    for row in session.execute(_PREPARED, {"events": ids}):
        if row.label or row.hours:
            booths.add(row.id)
        waiting[row.id] = row.waiting
        given[row.id].add(row.whose)
    return {
        number: Preparation(
            number in booths or number in staffing,
            tuple(one for one in bodies_asked(foundation, state) if one not in given[number]),
            waiting.get(number, 0),
            staffing.get(number),
            tuple(late.get(number, ())),
        )
        for number, state in decisions.items()
    }
