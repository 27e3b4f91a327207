"""Reads trips with their events, people, costs and requests for money; who is on two at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from models import Event, MoneyRequest, MoneyStop, Person, Trip, TripCost, TripPerson, TripStop
from outreach.calendars.clock import say_count, say_days
from outreach.language import gettext as _

WHOLE = (
    selectinload(Trip.events),
    selectinload(Trip.people).joinedload(TripPerson.person),
    selectinload(Trip.costs).joinedload(TripCost.shares),
)
"""All that is said of a trip, in four statements for any number of them."""


@dataclass(frozen=True, slots=True)
class TripOverlap:
    """Somebody who is on another trip on days of this one."""

    person_id: int
    name: str
    trip_id: int
    other: TripPerson
    trip: str

    def say(self) -> str:
        """Say it: "Kim is also in the trip to Raleigh 1–4 Aug"."""
        days = say_days(self.other.arrives_on, self.other.leaves_on)
        return _("%(name)s is also in the trip to %(trip)s, %(days)s",
                 name=self.name, trip=self.trip, days=days)  # fmt: skip


def select_trips(*conditions: ColumnElement[bool]) -> Select[Trip]:
    """Select the trips that meet these conditions with all that is said of them, by their days."""
    starts = (
        select(func.min(Event.starts_on))
        .join(TripStop, TripStop.event_id == Event.id)
        .where(TripStop.trip_id == Trip.id)
        .scalar_subquery()
    )
    query = select(Trip).where(*conditions).options(*WHOLE)
    return query.order_by(starts.desc(), Trip.name, Trip.id)


def load_trips(session: Session, *conditions: ColumnElement[bool]) -> list[Trip]:
    """Return the trips that meet these conditions, the latest first."""
    return list(session.scalars(select_trips(*conditions)))


def open_trip(session: Session, trip: Trip) -> Trip:
    """Read all that is said of a trip, as it is now."""
    session.flush()
    session.expire(trip)
    return load_trips(session, Trip.id == trip.id)[0]


def people_of(trip: Trip) -> list[TripPerson]:
    """Return who is on a trip: who comes first first."""
    return sorted(trip.people, key=lambda one: (one.is_at_home, one.arrives_on, one.person.name))


def load_requests_of(session: Session, events: Sequence[int]) -> list[MoneyRequest]:
    """Return the requests for money to get to these events that stand, by when they were asked."""
    stops = select(MoneyStop.request_id).where(MoneyStop.event_id.in_(events))
    found = (
        select(MoneyRequest)
        .where(MoneyRequest.id.in_(stops), MoneyRequest.state != "withdrawn")
        .options(
            joinedload(MoneyRequest.person),
            joinedload(MoneyRequest.approved_by),
            joinedload(MoneyRequest.lines),
            joinedload(MoneyRequest.rates),
        )
        .order_by(MoneyRequest.asked_on, MoneyRequest.id)
    )
    return list(session.scalars(found).unique())


def find_overlaps(session: Session, trip: Trip) -> list[TripOverlap]:
    """Return who of a trip is on another one on the same days; a day of travel may be both's."""
    mine = aliased(TripPerson)
    rows = session.scalars(
        select(TripPerson)
        .join(mine, (mine.person_id == TripPerson.person_id) & (mine.trip_id == trip.id))
        .join(TripPerson.trip)
        .join(TripPerson.person)
        .options(contains_eager(TripPerson.trip), contains_eager(TripPerson.person))
        .where(TripPerson.trip_id != trip.id)
        .where(
            or_(
                (TripPerson.arrives_on < mine.leaves_on) & (TripPerson.leaves_on > mine.arrives_on),
                TripPerson.arrives_on == mine.arrives_on,
            )
        )
        .order_by(TripPerson.arrives_on, Person.name)
    )
    return [
        TripOverlap(row.person_id, row.person.first_name, row.trip_id, row, row.trip.name)
        for row in rows
    ]


def find_stays(session: Session, person: Person) -> dict[int, str]:
    """Say from when until when somebody is on a trip, by its events."""
    rows = session.execute(
        select(TripStop.event_id, TripPerson)
        .join(TripPerson, TripPerson.trip_id == TripStop.trip_id)
        .where(TripPerson.person_id == person.id)
    )
    return {event: _say_stay(row) for event, row in rows}


def load_stays(session: Session, event: Event) -> list[TripPerson]:
    """Return who is on the trip to an event, by when they come."""
    mine = (
        select(TripPerson)
        .join(TripStop, TripStop.trip_id == TripPerson.trip_id)
        .join(TripPerson.person)
        .where(TripStop.event_id == event.id)
        .options(contains_eager(TripPerson.person))
        .order_by(TripPerson.arrives_on, Person.name)
    )
    return list(session.scalars(mine))


def say_nights(row: TripPerson) -> str:
    """Say how many nights somebody stays: "six nights", "at home"."""
    if row.is_at_home:
        return _("at home")
    return say_count("%(number)s night", "%(number)s nights", row.nights)


def _say_stay(row: TripPerson) -> str:
    days = say_days(row.arrives_on, row.leaves_on)
    said = _("You are there %(days)s, %(nights)s", days=days, nights=say_nights(row))
    return _("%(stay)s: %(note)s.", stay=said, note=row.note) if row.note else f"{said}."
