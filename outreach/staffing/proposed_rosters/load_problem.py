"""Reads from the database what a roster is sought for: the shifts to come, people, who stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Availability, Booth, Event, TeamMember
from outreach.staffing.proposed_rosters.problem import LEAD, Problem, ProposedPlace, Volunteer
from outreach.staffing.roster.coverage import RosterPerson, join
from outreach.staffing.roster.days import Roster, RosterShift, Seat
from outreach.staffing.roster.load import load_roster
from outreach.staffing.rules import Span, day_span, days_of

LEADING_SKILL = "skill:lead"
"""Somebody who may lead a shift without leading the event has this among their skills."""


def load_problem(session: Session, booth: Booth, event: Event, now: datetime) -> Problem:
    """Return the shifts that have not begun, who could stand on them, and who does already.

    People are the event's team, who said when they could, and who signed up or waits. Places
    taken and offered stay as they are.
    """
    return as_problem(load_roster(session, booth, event), *read_said(session, booth, event), now)


def as_problem(
    roster: Roster, said: Mapping[int, Any], team: Mapping[int, bool], now: datetime
) -> Problem:
    """Write a roster down as a problem; `team` says who goes, and whether they lead."""
    rows = [row for row in roster.rows if row.slot.starts > now]
    everybody = _everybody(roster.rows, said, team)
    people = [_candidate(roster, roster.people[one], rows, said, team) for one in everybody]
    return Problem(
        slots=tuple(row.slot for row in rows),
        people=tuple(people),
        rules=roster.rules,
        zone=roster.zone,
        held=tuple(_places(rows)),
    )


def read_said(
    session: Session, booth: Booth, event: Event
) -> tuple[dict[int, Any], dict[int, bool]]:
    """Return what people said of the booth, and the event's team with who leads it."""
    said = session.execute(
        select(Availability.person_id, Availability.times, Availability.most_minutes).where(
            Availability.booth_id == booth.id
        )
    )
    team = session.execute(
        select(TeamMember.person_id, TeamMember.is_lead).where(TeamMember.event_id == event.id)
    )
    return {row.person_id: row for row in said}, {row.person_id: row.is_lead for row in team}


def _everybody(rows: Iterable[RosterShift], said: Iterable[int], team: Iterable[int]) -> list[int]:
    seated = (seat.person.id for row in rows for seat in _seats(row))
    return sorted({*seated, *said, *team})


def _seats(row: RosterShift) -> Sequence[Seat]:
    return (*row.taken, *row.offered, *row.waiting)


def _places(rows: Iterable[RosterShift]) -> Iterable[ProposedPlace]:
    return (
        ProposedPlace(row.id, seat.person.id, seat.is_lead)
        for row in rows
        for seat in (*row.taken, *row.offered)
    )


def _candidate(
    roster: Roster,
    known: RosterPerson,
    rows: Sequence[RosterShift],
    said: Mapping[int, Any],
    team: Mapping[int, bool],
) -> Volunteer:
    told = said.get(known.id)
    times = told.times if told is not None else []
    words = known.words
    if team.get(known.id) or LEADING_SKILL in words or _has_led(roster, known.id):
        words |= {LEAD}
    return Volunteer(
        id=known.id,
        first_name=known.first_name,
        is_experienced=known.is_experienced,
        name=known.name,
        words=words,
        free=tuple(join(map(_span, times)) or _free_unsaid(roster, known.id, known.id in team)),
        likes=tuple(join(_span(one) for one in times if one.get("likes"))),
        waits_for=frozenset(
            row.id for row in rows for seat in row.waiting if seat.person.id == known.id
        ),
        most_minutes=told.most_minutes if told is not None else None,
        commitments=tuple(roster.commitments.get(known.id, ())),
    )


def _has_led(roster: Roster, person_id: int) -> bool:
    return any(
        seat.is_lead for row in roster.rows for seat in row.taken if seat.person.id == person_id
    )


def _free_unsaid(roster: Roster, person_id: int, goes: bool) -> list[Span]:
    """Return when somebody could who did not say: who goes always, others on days they chose."""
    rows = [
        row
        for row in roster.rows
        if goes or any(seat.person.id == person_id for seat in _seats(row))
    ]
    days = {day for row in rows for day in days_of(row.slot.starts, row.slot.ends, roster.zone)}
    return join(day_span(day, roster.zone) for day in days)


def _span(stretch: Mapping[str, Any]) -> Span:
    return datetime.fromisoformat(stretch["from"]), datetime.fromisoformat(stretch["until"])
