"""Reads requests with all that is said of them, and the trips that a person can ask money for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Booth,
    Decision,
    Event,
    MoneyRequest,
    MoneyStop,
    Person,
    Proposal,
    ProposalSpeaker,
    Shift,
    SignUp,
    TeamMember,
)
from models.events import NOT_CALLED_OFF
from models.staffing import IS_LIVING
from models.talks import SPEAKING
from outreach.matching.store.stops import trip_of, trips_among

WHOLE = (
    selectinload(MoneyRequest.lines),
    selectinload(MoneyRequest.rates),
    selectinload(MoneyRequest.events),
    joinedload(MoneyRequest.person),
    joinedload(MoneyRequest.approved_by),
)
"""All that is said of a request, in four statements for any number of them."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A trip as one person makes it, and what they asked for it, if they did."""

    events: tuple[Event, ...]
    request: MoneyRequest | None = None


def is_for(event: Event) -> ColumnElement[bool]:
    """Return the condition that finds the requests for the trip to an event."""
    stops = select(MoneyStop.request_id).where(MoneyStop.event_id == event.id)
    return MoneyRequest.id.in_(stops)


def load_requests(session: Session, *conditions: ColumnElement[bool]) -> list[MoneyRequest]:
    """Return the requests that meet these conditions, the newest first."""
    found = select(MoneyRequest).where(*conditions).options(*WHOLE)
    ordered = found.order_by(MoneyRequest.asked_on.desc(), MoneyRequest.id.desc())
    return list(session.scalars(ordered))


def open_request(session: Session, request: MoneyRequest) -> MoneyRequest:
    """Read all that is said of a request, as it is now."""
    session.flush()
    session.expire(request)
    return load_requests(session, MoneyRequest.id == request.id)[0]


def events_of(session: Session, person: Person, since: date) -> list[Event]:
    """Return the events that somebody goes to, on a team, at the booth or to speak."""
    mine = (
        select(TeamMember.event_id).where(TeamMember.person_id == person.id),
        select(Proposal.event_id)
        .join(ProposalSpeaker, ProposalSpeaker.proposal_id == Proposal.id)
        .where(ProposalSpeaker.person_id == person.id, Proposal.state.in_(SPEAKING)),
        select(Booth.event_id)
        .join(Shift, Shift.booth_id == Booth.id)
        .join(SignUp, SignUp.shift_id == Shift.id)
        .where(SignUp.person_id == person.id, IS_LIVING),
    )
    found = (
        select(Event)
        .outerjoin(Event.decision)
        .where(Event.foundation_id == person.foundation_id, Event.ends_on >= since)
        .where(NOT_CALLED_OFF, or_(*(Event.id.in_(one) for one in mine)))
        .order_by(Event.starts_on, Event.name, Event.id)
    )
    return list(session.scalars(found))


def trip_for(session: Session, person: Person, event: Event) -> list[Event]:
    """Return the events of the trip to this one that the person goes to, itself included."""
    near = events_of(session, person, event.starts_on - timedelta(days=31))
    return trip_of(event, [*(one for one in near if one.id != event.id), event])


def list_journeys(session: Session, person: Person, since: date) -> list[Journey]:
    """Return somebody's trips by their days: what they asked for, and what they could ask for."""
    asked = load_requests(session, MoneyRequest.person_id == person.id)
    taken = {event.id for request in asked for event in request.events}
    free = [one for one in events_of(session, person, since) if one.id not in taken]
    journeys = [Journey(tuple(request.events), request) for request in asked]
    journeys += [Journey(tuple(trip)) for trip in _grouped(free)]
    return sorted(journeys, key=_by_day)


def is_called_off(session: Session, events: Iterable[Event]) -> bool:
    """Tell whether we do not go to one of these."""
    numbers = [event.id for event in events]
    off = select(Decision.id).where(Decision.event_id.in_(numbers), Decision.is_current)
    return session.scalar(off.where(~NOT_CALLED_OFF).limit(1)) is not None


def _grouped(events: Sequence[Event]) -> list[list[Event]]:
    trips = trips_among(events)
    together = {event.id for trip in trips for event in trip}
    return [*trips, *([event] for event in events if event.id not in together)]


def _by_day(journey: Journey) -> tuple[date, int]:
    request = journey.request
    if journey.events:
        return journey.events[0].starts_on, journey.events[0].id
    return (request.asked_on, 0) if request else (date.max, 0)
