"""Reads from the database what a roster is sought for: the shifts to come, people, who stands."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models import Booth, Event
from outreach.calendars.spans import Span, day_span, days_of
from outreach.staffing.proposed_rosters.problem import LEAD, Problem, ProposedPlace, Volunteer
from outreach.staffing.roster.coverage import RosterPerson, join
from outreach.staffing.roster.days import Roster, RosterShift
from outreach.staffing.roster.load import load_roster
from outreach.staffing.roster.stated.availability import Said

LEADING_SKILL = "skill:lead"
"""Somebody who may lead a shift without leading the event has this among their skills."""


def load_problem(session: Session, booth: Booth, event: Event, now: datetime) -> Problem:
    """Return the shifts that have not begun, who could stand on them, and who does already.

    People are the event's team, who said when they could, and who signed up or waits. Places
    taken and offered stay as they are.
    """
    return as_problem(load_roster(session, booth, event), now)


def as_problem(roster: Roster, now: datetime) -> Problem:
    """Write a roster down as a problem."""
    rows = [row for row in roster.rows if row.starts > now and row.happens]
    seated = {seat.person.id for row in roster.rows for seat in row.seats}
    people = [
        _candidate(roster, person, rows)
        for person in sorted(roster.people.values(), key=lambda one: one.id)
        if person.goes or person.id in seated or person.id in roster.said
    ]
    return Problem(
        slots=tuple(row.slot for row in rows),
        people=tuple(people),
        rules=roster.rules,
        zone=roster.zone,
        held=tuple(
            ProposedPlace(row.id, seat.person.id, seat.is_lead)
            for row in rows
            for seat in (*row.expected, *row.offered)
        ),
    )


def _candidate(roster: Roster, known: RosterPerson, rows: Sequence[RosterShift]) -> Volunteer:
    said = roster.said.get(known.id, Said())
    times = join((one.starts, one.ends) for one in said.stretches)
    words = known.words
    if known.leads_event or LEADING_SKILL in words or _has_led(roster, known.id):
        words |= {LEAD}
    return Volunteer(
        id=known.id,
        first_name=known.first_name,
        is_experienced=known.is_experienced,
        name=known.name,
        words=words,
        free=tuple(times if said.tells_times else _free_unsaid(roster, known)),
        likes=tuple(join((one.starts, one.ends) for one in said.stretches if one.likes)),
        waits_for=frozenset(
            row.id for row in rows for seat in row.waiting if seat.person.id == known.id
        ),
        most_minutes=said.most_minutes,
        commitments=tuple(roster.commitments.get(known.id, ())),
    )


def _has_led(roster: Roster, person_id: int) -> bool:
    return any(
        seat.is_lead for row in roster.rows for seat in row.taken if seat.person.id == person_id
    )


def _free_unsaid(roster: Roster, person: RosterPerson) -> list[Span]:
    """Return when somebody could who did not say: who goes always, others on days they chose."""
    rows = [row for row in roster.rows if person.goes or row.seat_of(person.id)]
    days = {day for row in rows for day in days_of(row.starts, row.ends, roster.zone)}
    return join(day_span(day, roster.zone) for day in days)
