"""Reads what events have of what comes between Go and their first day, for many at once."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, distinct, func, select
from sqlalchemy.orm import Session

from models import (
    Approval,
    Booth,
    ChecklistItem,
    Event,
    Foundation,
    MoneyRequest,
    MoneyStop,
    Proposal,
    ProposalSpeaker,
    TeamMember,
)
from models.checklists import DUE_ON
from models.talks import ON_STAGE, OWED
from outreach.planning.checklists.standing import IS_OPEN, PEOPLE_ENOUGH, TEAM
from outreach.planning.checklists.templates import OF_STANDS, OF_TALKS, TRAVEL
from outreach.planning.deadlines.told import LateList
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


def _count(rows: Any, *conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """Count the rows of an event that meet these conditions."""
    of_event = select(func.count()).select_from(rows).where(rows.event_id == Event.id)
    return of_event.where(*conditions).correlate(Event).scalar_subquery()


_CODE = func.coalesce(ChecklistItem.code, "")
_NUMBERS = {
    "waiting": _WAITING,
    "team": _count(TeamMember),
    "speakers": select(func.count(distinct(ProposalSpeaker.person_id)))
    .join(Proposal, Proposal.id == ProposalSpeaker.proposal_id)
    .where(Proposal.event_id == Event.id, Proposal.state.in_(ON_STAGE))
    .correlate(Event)
    .scalar_subquery(),
    "owed": _count(Proposal, Proposal.state.in_(OWED)),
    "on_stage": _count(Proposal, Proposal.state.in_(ON_STAGE)),
    "items": _count(ChecklistItem, _CODE != ""),
    "of_stands": _count(ChecklistItem, _CODE.in_(OF_STANDS)),
    "of_talks": _count(ChecklistItem, _CODE.in_(OF_TALKS)),
    "of_teams": _count(ChecklistItem, _CODE == TEAM),
    "travel": _count(ChecklistItem, _CODE == TRAVEL, IS_OPEN),
    "open": _count(ChecklistItem, IS_OPEN, Event.starts_on >= DUE_ON),
}
_PREPARED = (
    select(
        Event.id,
        Booth.label,
        Booth.hours,
        Approval.whose,
        *(number.label(name) for name, number in _NUMBERS.items()),
    )
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
    late: Mapping[int, LateList],
) -> dict[int, Preparation]:
    """Return it for each event, by what is decided, how its booth is staffed, which items wait."""
    rows, given = dict[int, Any](), defaultdict[int, set[str]](set)
    for row in session.execute(_PREPARED, {"events": list(decisions)}):
        rows[row.id] = row
        given[row.id].add(row.whose)
    nothing = LateList((), 0)
    return {
        number: replace(
            _prepared(rows[number], number in staffing) if number in rows else Preparation(),
            silent=tuple(
                one for one in bodies_asked(foundation, state) if one not in given[number]
            ),
            staffing=staffing.get(number),
            late=tuple(one.what for one in late.get(number, nothing).items),
            late_count=late.get(number, nothing).count,
        )
        for number, state in decisions.items()
    }


def _prepared(row: Any, is_drawn: bool) -> Preparation:
    has_booth = is_drawn or bool(row.label or row.hours)
    asks_for_none = row.items > 0 and row.of_stands == 0
    is_only_talk = not row.items and row.on_stage + row.owed > 0
    return Preparation(
        has_booth=has_booth,
        waiting=row.waiting,
        without_booth=not has_booth and (asks_for_none or is_only_talk),
        people=max(row.team, row.speakers),
        least=PEOPLE_ENOUGH if row.of_teams else 1,
        owed=row.owed,
        on_stage=row.on_stage,
        wants_talk=row.of_talks > 0,
        travel_open=row.travel > 0,
        still_open=row.open,
    )
