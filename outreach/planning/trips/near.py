"""Which events one team serves: those of the trip that stands, else those that are near."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, Trip, TripStop
from models.events import NOT_CALLED_OFF, PLANNED
from outreach.calendars.clock import say_list
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.matching.store.stops import apart, days_near, trip_of, trips_among

AROUND = timedelta(days=14)
"""So far before and after its other events an event may be put into a trip by hand."""


@dataclass(frozen=True, slots=True)
class TripName:
    """A trip that stands, as other pages name it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TripOffer:
    """The trip of an event: the one that stands, or the one that could be made."""

    event: Event
    others: tuple[Event, ...]
    """The events that one team could serve with it, or serves."""
    standing: TripName | None = None
    joins: TripName | None = None
    """The trip that the others are in already."""

    def say(self) -> str:
        """Say what it is: "One trip with SIGGRAPH: same city, 0 days apart"."""
        if self.standing:
            return _("In the trip to %(place)s", place=self.standing.name)
        if not self.others:
            return _("No other event of yours is near in place and time")
        names = say_list([one.name for one in self.others])
        return _("One trip with %(events)s: %(apart)s", events=names, apart=self.say_apart())

    def say_apart(self) -> str:
        """Say how near they are: "same city, 0 days apart", "within 39 km, 2 days apart"."""
        found = [apart(self.event, one) for one in self.others]
        days, km = max(days for days, _km in found), max(km for _days, km in found)
        said = ngettext("%(num)s day apart", "%(num)s days apart", days)
        if round(km) == 0 or all(one.city == self.event.city for one in self.others):
            return _("same city, %(days)s", days=said)
        return _("within %(km)s km, %(days)s", km=round(km), days=said)


def find_trip(session: Session, event: Event) -> list[Event]:
    """Return the events that one team serves together with this one, itself included.

    Those of the trip that stands, but for what is called off; else those that are near, of what
    somebody proposed or said Go to.
    """
    mine = select(TripStop.trip_id).where(TripStop.event_id == event.id)
    stops = (
        select(Event)
        .join(TripStop, TripStop.event_id == Event.id)
        .outerjoin(Event.decision)
        .where(TripStop.trip_id.in_(mine), NOT_CALLED_OFF | (Event.id == event.id))
        .order_by(Event.starts_on, Event.name, Event.id)
    )
    return list(session.scalars(stops)) or find_near(session, event)


def find_near(session: Session, event: Event) -> list[Event]:
    """Return the events that one team can serve together with this one, itself included.

    Only events that somebody proposed or said Go to count as stops, besides itself.
    """
    planned = select(Event).join(Event.decision).where(Decision.state.in_(PLANNED))
    near = session.scalars(planned.where(*days_near(event.starts_on, event.ends_on)))
    ours = {one for one in near if one.foundation_id == event.foundation_id}
    return trip_of(event, [*ours | {event}])


def find_offer(session: Session, event: Event, near: Sequence[Event]) -> TripOffer:
    """Tell which trip an event is in or could be in; `near` is what `find_trip` found."""
    stops = find_stops(session, [event.id, *(one.id for one in near)])
    standing = stops.get(event.id)
    joins = next((stops[one.id] for one in near if one.id in stops), None)
    others = [one for one in near if one.id != event.id and stops.get(one.id) in (None, joins)]
    return TripOffer(event, tuple(others), standing, None if standing else joins)


def find_stops(session: Session, events: Iterable[int]) -> dict[int, TripName]:
    """Return the trips that these events are in."""
    rows = session.execute(
        select(TripStop.event_id, Trip.id, Trip.name)
        .join(Trip, Trip.id == TripStop.trip_id)
        .where(TripStop.event_id.in_(list(events)))
    )
    return {event: TripName(number, name) for event, number, name in rows}


def find_offers(session: Session, foundation: Foundation, since: date) -> list[TripOffer]:
    """Return the trips that could be made of events to come which are in none yet."""
    trips = trips_among(session.scalars(_free(foundation).where(Event.ends_on >= since)).all())
    return [TripOffer(trip[0], tuple(trip[1:])) for trip in trips]


def find_free(session: Session, foundation: Foundation, stops: Sequence[Event]) -> list[Event]:
    """Return the events in the weeks around these that are in no trip, wherever they are."""
    first = min(one.starts_on for one in stops) - AROUND
    last = max(one.ends_on for one in stops) + AROUND
    near = _free(foundation).where(Event.ends_on >= first, Event.starts_on <= last)
    return list(session.scalars(near))


def _free(foundation: Foundation) -> Select[Event]:
    """Select the events that we may go to and that are in no trip."""
    return (
        select(Event)
        .join(Event.decision)
        .outerjoin(TripStop, TripStop.event_id == Event.id)
        .where(Event.foundation_id == foundation.id, Decision.state.in_(PLANNED))
        .where(TripStop.event_id.is_(None))
    )
