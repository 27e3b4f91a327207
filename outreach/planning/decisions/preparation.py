"""Reads what events have of what comes between Go and their first day, for many at once."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Approval, Booth, Foundation, MoneyRequest, MoneyStop, TeamMember
from outreach.planning.checklists.standing import list_open
from outreach.planning.decisions.approvals import bodies_asked
from outreach.planning.decisions.states import Preparation
from outreach.planning.season.booth_gaps import Staffing


def find_preparations(
    session: Session,
    foundation: Foundation,
    decisions: Mapping[int, str | None],
    staffing: Mapping[int, Staffing],
    today: date,
) -> dict[int, Preparation]:
    """Return it for each event, given what is decided of it and how its booth is staffed."""
    ids = list(decisions)
    booths = {
        row.event_id: bool(row.label or row.hours)
        for row in session.execute(
            select(Booth.event_id, Booth.label, Booth.hours).where(Booth.event_id.in_(ids))
        )
    }
    counted = (
        select(MoneyStop.event_id, func.count().label("people"))
        .join(MoneyRequest, MoneyRequest.id == MoneyStop.request_id)
        .join(
            TeamMember,
            (TeamMember.event_id == MoneyStop.event_id)
            & (TeamMember.person_id == MoneyRequest.person_id),
        )
        .where(MoneyStop.event_id.in_(ids), MoneyRequest.state == "wanted")
        .group_by(MoneyStop.event_id)
    )
    waiting = {row.event_id: row.people for row in session.execute(counted)}
    given: dict[int, set[str]] = defaultdict(set)
    rows = select(Approval.event_id, Approval.whose).where(Approval.event_id.in_(ids))
    for event_id, whose in session.execute(rows):
        given[event_id].add(whose)
    items = list_open(session, ids, today)
    return {
        number: Preparation(
            booths.get(number, False) or number in staffing,
            tuple(one for one in bodies_asked(foundation, state) if one not in given[number]),
            waiting.get(number, 0),
            staffing.get(number),
            tuple(item.what for item in items.get(number, ()) if item.is_late),
        )
        for number, state in decisions.items()
    }
