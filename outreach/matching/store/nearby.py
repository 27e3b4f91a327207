"""Finds the people for each event: who lives near it, who is on its team, else the nearest."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Float, Integer, bindparam, or_, select
from sqlalchemy.orm import Session

from models import Event, Foundation, Person, PersonSegment, Segment, TeamMember
from outreach.catalog.places.lookup import distance_km
from outreach.matching.engine import terms
from outreach.matching.engine.reasons import NEAR_KM

Point = tuple[float, float]
MANY = 600
"""More places, people or events than this are not named one by one in a query."""

# Built once and asked again and again: building a query costs more than its answer.
_FOUNDATION = bindparam("foundation", type_=Integer)
_PEOPLE = bindparam("people", expanding=True, type_=Integer)
_AT_HOME = (
    Person.foundation_id == _FOUNDATION,
    Person.latitude.is_not(None),
    Person.longitude.is_not(None),
)
_HOMES = select(Person.latitude, Person.longitude).where(*_AT_HOME).distinct()
_ALL_PEOPLE = (
    select(Person.id, Person.name, Person.city, Person.latitude, Person.longitude)
    .where(*_AT_HOME)
    .order_by(Person.id)
)
_SOME_PEOPLE = _ALL_PEOPLE.where(
    or_(
        Person.latitude.in_(bindparam("norths", expanding=True, type_=Float)),
        Person.id.in_(_PEOPLE),
    )
)
_ALL_EXPERTS = (
    select(PersonSegment.person_id, Segment.slug)
    .join(Segment, Segment.id == PersonSegment.segment_id)
    .order_by(PersonSegment.person_id, Segment.slug)
)
_SOME_EXPERTS = _ALL_EXPERTS.where(PersonSegment.person_id.in_(_PEOPLE))
_ALL_TEAMS = (
    select(TeamMember.event_id, TeamMember.person_id)
    .join(Event, Event.id == TeamMember.event_id)
    .where(Event.foundation_id == _FOUNDATION)
)
_SOME_TEAMS = _ALL_TEAMS.where(
    TeamMember.event_id.in_(bindparam("events", expanding=True, type_=Integer))
)


def find_people_near(
    session: Session, foundation: Foundation, events: Sequence[terms.EventText], today: date
) -> Iterable[terms.LocalPerson]:
    """Yield for each event who lives within NEAR_KM or is on its team, else who is nearest.

    Distances are computed once for each pair of places: many people in one town and many
    events in another cost one computation. Only the people who are named are read.
    """
    places = {event.key: _point(event) for event in events}
    asked = {"foundation": foundation.id}
    homes: Sequence[Any] = session.execute(_HOMES, asked).all()
    if not homes or not any(places.values()):
        return
    reach = {place: _in_reach(place, homes) for place in set(places.values()) if place}
    teams = _teams(session, foundation, [int(key) for key, place in places.items() if place])
    wanted = {home for reached in reach.values() for _, home in reached}
    people = _people(session, foundation, wanted, set().union(*teams.values()))
    at_home: dict[Point, list[Any]] = defaultdict(list)
    for person in people.values():
        at_home[person.latitude, person.longitude].append(person)
    experts = _experts(session, people)
    for key, place in places.items():
        if place:
            team = [people[one] for one in teams.get(key, ()) if one in people]
            for km, person in _named(place, reach[place], at_home, team):
                yield _local(key, km, person, experts.get(person.id, ()), today)


def _point(place: terms.EventText) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def _in_reach(place: Point, homes: Iterable[Point]) -> list[tuple[float, Point]]:
    """Return the homes within NEAR_KM, nearest first; else the one that is nearest."""
    distances = sorted((distance_km(*place, *home), home) for home in homes)
    return [pair for pair in distances if pair[0] <= NEAR_KM] or distances[:1]


def _named(
    place: Point,
    reached: Sequence[tuple[float, Point]],
    at_home: dict[Point, list[Any]],
    team: Iterable[Any],
) -> list[tuple[float, Any]]:
    """Return who is named for an event, nearest first: one of those too far away is enough."""
    near = [(km, one) for km, home in reached for one in at_home[home]]
    if near and near[0][0] > NEAR_KM:
        del near[1:]
    there = {one.id for _, one in near}
    far = [(distance_km(*place, one.latitude, one.longitude), one) for one in team]
    near += [pair for pair in far if pair[1].id not in there]
    return sorted(near, key=lambda pair: (pair[0], pair[1].id))


def _local(
    event: str, km: float, person: Any, expert_in: tuple[str, ...], today: date
) -> terms.LocalPerson:
    return terms.LocalPerson(
        sentence=f"{person.name} lives in {person.city}, {km:.0f} km away.",
        source="people list",
        dated=today,
        event=event,
        name=person.name,
        km=km,
        expert_in=expert_in,
    )


def _people(
    session: Session, foundation: Foundation, homes: set[Point], ids: set[int]
) -> dict[int, Any]:
    """Read who lives in these places or has one of these ids, as far as their home is known."""
    few = len(homes) + len(ids) <= MANY
    asked = {
        "foundation": foundation.id,
        "norths": list({north for north, _ in homes}),
        "people": list(ids),
    }
    rows = session.execute(_SOME_PEOPLE if few else _ALL_PEOPLE, asked)
    return {row.id: row for row in rows}


def _experts(session: Session, people: dict[int, Any]) -> dict[int, tuple[str, ...]]:
    query = _SOME_EXPERTS if len(people) <= MANY else _ALL_EXPERTS
    found: dict[int, tuple[str, ...]] = {}
    for person_id, slug in session.execute(query, {"people": list(people)}):
        found[person_id] = (*found.get(person_id, ()), slug)
    return found


def _teams(
    session: Session, foundation: Foundation, event_ids: Sequence[int]
) -> dict[str, set[int]]:
    query = _SOME_TEAMS if len(event_ids) <= MANY else _ALL_TEAMS
    found: dict[str, set[int]] = defaultdict(set)
    for event_id, person_id in session.execute(
        query, {"foundation": foundation.id, "events": event_ids}
    ):
        found[str(event_id)].add(person_id)
    return found
