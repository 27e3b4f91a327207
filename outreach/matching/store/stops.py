"""Trips among stored events, however they were read: rows, lines of a list, events themselves."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement

from models import Event
from outreach.matching.engine.terms import EventText
from outreach.matching.engine.trips import GAP_DAYS, LONGEST_DAYS, distance, find_trips, gap_days

REACH = timedelta(days=GAP_DAYS)
FARTHEST = REACH + timedelta(days=LONGEST_DAYS)
"""So long after an event another one may begin that its trip serves too."""


class Stop(Protocol):
    """A stored event, or a row with its columns."""

    @property
    def id(self) -> Any: ...
    @property
    def name(self) -> Any: ...
    @property
    def starts_on(self) -> Any: ...
    @property
    def ends_on(self) -> Any: ...
    @property
    def city(self) -> Any: ...
    @property
    def country(self) -> Any: ...
    @property
    def latitude(self) -> Any: ...
    @property
    def longitude(self) -> Any: ...


AnyStop = TypeVar("AnyStop", bound=Stop)


def days_near(first: date, last: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return which events are so near to these days that one trip may serve both."""
    return Event.starts_on <= last + REACH, Event.ends_on >= first - REACH


def trips_among(stops: Sequence[AnyStop]) -> list[list[AnyStop]]:
    """Return the trips that these events make together, each in order of time."""
    by_key = {str(stop.id): stop for stop in stops}
    return [[by_key[key] for key in trip.keys] for trip in find_trips(map(_spelled, stops))]


def trip_of(stop: AnyStop, near: Sequence[AnyStop]) -> list[AnyStop]:
    """Return the trip among those near that serves this event, itself alone where none does."""
    until = stop.ends_on + FARTHEST
    trips = trips_among([one for one in near if one.starts_on <= until])
    return next((trip for trip in trips if any(one.id == stop.id for one in trip)), [stop])


def apart(one: Stop, other: Stop) -> tuple[int, float]:
    """Return the days and the kilometres between two events, 0 where nobody knows how far."""
    texts = _spelled(one), _spelled(other)
    return gap_days(*texts), distance(*texts) or 0.0


def _spelled(stop: Stop) -> EventText:
    return EventText(
        key=str(stop.id),
        name=stop.name,
        starts=stop.starts_on,
        ends=stop.ends_on,
        city=stop.city,
        country=stop.country,
        latitude=stop.latitude,
        longitude=stop.longitude,
    )
