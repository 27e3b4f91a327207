"""Keeps trips: made of what is near, changed, with who stays from when until when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models import (
    Event,
    Foundation,
    MoneyRequest,
    Person,
    TeamMember,
    Trip,
    TripCost,
    TripPerson,
    TripShare,
    TripStop,
)
from outreach.accounts import history
from outreach.catalog.facts import clean
from outreach.catalog.places.spelling import fold_name
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.trips.load import load_requests_of
from outreach.planning.trips.near import find_near, find_offer, find_stops
from outreach.refusal import Refused

MADE, CHANGED, REMOVED = "made trip", "changed trip", "removed trip"
PUT, TOOK_OFF = "put on trip", "took off trip"
FARTHEST = timedelta(days=60)
"""So far before and after the events nobody stays."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class TypedTrip:
    """A trip as somebody typed it."""

    name: str
    events: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """From when until when somebody is there."""

    arrives_on: date
    leaves_on: date
    is_at_home: bool = False
    note: str = ""


def make_trip(
    session: Session, foundation: Foundation, event: Event, by: Person, real: datetime
) -> tuple[Trip, history.Entry]:
    """Make the trip of an event and those near it, or let it join the trip that these are in.

    Who goes to the events is on it, for the nights that they asked money for, else for those
    around their events.
    """
    wait_for_others(session, foundation.id)
    offer = find_offer(session, event, find_near(session, event))
    if offer.standing:
        raise Refused(_("It is in the trip to %(place)s already.", place=offer.standing.name))
    trip = session.get(Trip, offer.joins.id) if offer.joins else None
    verb = CHANGED if trip else MADE
    trip = trip or Trip(foundation_id=foundation.id, name=event.city or event.name)
    events = [event] if offer.joins else [event, *offer.others]
    with history.act(session, real, by, foundation, verb, trip) as act:
        act.detail["name"] = trip.name
        session.add(trip)
        session.flush()
        session.add_all(TripStop(event_id=one.id, trip_id=trip.id) for one in events)
        _bring_teams(session, trip, events, real)
        flag_modified(trip, "note")  # the version of the trip moves on with its parts
        session.flush()
    return trip, act.entry


def change_trip(
    session: Session,
    foundation: Foundation,
    trip: Trip,
    typed: TypedTrip,
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change what a trip is called and which events it serves; parts of costs go with an event."""
    with history.edit(session, foundation, trip, version, by, real, CHANGED) as act:
        act.detail["name"] = clean(typed.name)
        trip.name, trip.note = clean(typed.name), typed.note.strip()
        there = set(session.scalars(select(TripStop.event_id).where(TripStop.trip_id == trip.id)))
        wanted = set(typed.events)
        if not wanted:
            raise Refused(_("A trip leads to one event at least."), "events")
        _refuse_taken(session, wanted - there)
        if gone := there - wanted:
            of_trip = select(TripCost.id).where(TripCost.trip_id == trip.id)
            session.execute(
                delete(TripShare).where(
                    TripShare.event_id.in_(gone), TripShare.cost_id.in_(of_trip)
                )
            )
            session.execute(delete(TripStop).where(TripStop.event_id.in_(gone)))
        session.add_all(TripStop(event_id=one, trip_id=trip.id) for one in wanted - there)
        if there != wanted:
            flag_modified(trip, "note")
        session.flush()
    return act.changed


def remove_trip(
    session: Session, foundation: Foundation, trip: Trip, by: Person, real: datetime
) -> history.Entry:
    """Take a trip away; its events, requests for money and the history stay."""
    return history.remove(session, foundation, trip, by, real, REMOVED, trip.name)


def put_on(
    session: Session,
    foundation: Foundation,
    trip: Trip,
    person: Person,
    stay: Stay,
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Put somebody on a trip, or change their nights."""
    refuse_days(trip.events, stay)
    with history.edit(session, foundation, trip, version, by, real, PUT) as act:
        act.concerns(person)
        act.detail["name"] = trip.name
        row = session.get(TripPerson, (trip.id, person.id))
        row = row or TripPerson(trip_id=trip.id, person_id=person.id)
        _write(row, stay)
        session.add(row)
        if session.is_modified(row):  # the version of the trip moves on with its parts
            flag_modified(trip, "note")
    return act.changed


def take_off(
    session: Session,
    foundation: Foundation,
    trip: Trip,
    person: Person,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Take somebody off a trip; what they asked money for stays."""
    wait_for_others(session, foundation.id)
    row = session.get(TripPerson, (trip.id, person.id))
    if row is None:
        raise Refused(_("%(name)s is not on this trip.", name=person.name))
    with history.act(session, real, by, foundation, TOOK_OFF, trip) as act:
        act.concerns(person)
        act.detail["name"] = trip.name
        session.delete(row)
        flag_modified(trip, "note")
    return act.entry


def stay_around(
    events: Sequence[Event],
    today: date,
    home: str | None = None,
    asked: MoneyRequest | None = None,
) -> Stay:
    """Return the days that somebody is there, as long as nobody said so themselves.

    As they asked money for; else from the day before the first of their events to the day after
    the last, and at home without a night. `today` stands in where a trip has no event.
    """
    first = min((event.starts_on for event in events), default=today)
    last = max((event.ends_on for event in events), default=today)
    town = fold_name((home or "").partition(",")[0])
    if town and all(fold_name(event.city or "") == town for event in events):
        return Stay(first, last, is_at_home=True)
    leaves = (asked.returns_on if asked else None) or last + DAY
    arrives = (asked.leaves_on if asked else None) or first - DAY
    return Stay(arrives, max(arrives, leaves))


def write_stays(session: Session, trip: Trip, stays: Mapping[int, Stay]) -> None:
    """Write the days of people, by their numbers."""
    for number, stay in stays.items():
        row = session.get(TripPerson, (trip.id, number))
        row = row or TripPerson(trip_id=trip.id, person_id=number)
        _write(row, stay)
        session.add(row)
    session.flush()


def _bring_teams(session: Session, trip: Trip, events: Sequence[Event], real: datetime) -> None:
    numbers = [event.id for event in events]
    rows = session.execute(
        select(TeamMember.event_id, Person)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.event_id.in_(numbers))
        .order_by(Person.name, Person.id)
    )
    goes: dict[Person, set[int]] = {}
    for event_id, person in rows:
        goes.setdefault(person, set()).add(event_id)
    asked = {one.person_id: one for one in load_requests_of(session, numbers)}
    on_it = set(session.scalars(select(TripPerson.person_id).where(TripPerson.trip_id == trip.id)))
    stays = {
        person.id: stay_around(
            [event for event in events if event.id in theirs],
            real.date(),
            person.city,
            asked.get(person.id),
        )
        for person, theirs in goes.items()
        if person.id not in on_it
    }
    write_stays(session, trip, stays)


def _write(row: TripPerson, stay: Stay) -> None:
    row.arrives_on, row.leaves_on = stay.arrives_on, stay.leaves_on
    row.is_at_home, row.note = stay.is_at_home, clean(stay.note)


def _refuse_taken(session: Session, events: Iterable[int]) -> None:
    for taken in find_stops(session, events).values():
        raise Refused(
            _("One of these is in the trip to %(place)s already.", place=taken.name), "events"
        )


def refuse_days(events: Sequence[Event], stay: Stay) -> None:
    """Refuse days that cannot be, or that are far from the events."""
    if stay.leaves_on < stay.arrives_on:
        raise Refused(_("They would leave before they arrive."), "leaves_on")
    days = [day for event in events for day in (event.starts_on, event.ends_on)]
    for name in ("arrives_on", "leaves_on"):
        if days and not min(days) - FARTHEST <= getattr(stay, name) <= max(days) + FARTHEST:
            raise Refused(_("That is too far from the days of the trip."), name)
