"""Reads what a portfolio is sought among: events to come, who gathers there, people, prices."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, Match, Person, Segment, TeamMember
from models.events import NOT_CALLED_OFF
from outreach.calendars.clock import say_list
from outreach.costs.events import EventCost, read_costs
from outreach.issues.at_events.concerns import SURELY_THERE
from outreach.matching.engine.text.regions import country_code, region_countries
from outreach.matching.store.stops import trips_among
from outreach.planning.portfolio.problem import Candidate, SeasonProblem
from outreach.planning.portfolio.sought import Sought
from outreach.planning.trips.near import find_stops

MOST_CANDIDATES = 150
REGIONS = ("North America", "Latin America", "Europe", "Asia", "Africa", "Oceania")
"""In the order in which a country is looked for: some belong to two."""
ELSEWHERE = "elsewhere"
SOMEBODY_GATHERS = exists().where(Match.event_id == Event.id, Match.gathers >= SURELY_THERE)


@dataclass(frozen=True)
class SeasonAhead:
    """Everything that a portfolio may be made of, as it is stored."""

    rows: Sequence[Any]
    """Events by time, with the state of the decision that stands."""
    reaches: dict[int, dict[int, int]]
    teams: dict[int, frozenset[int]]
    trips: dict[int, int]
    """By event the first event of its trip: of the one that stands, else of what is near."""
    places: dict[int, str]
    """Where trips lead that stand, by their first event."""
    costs: dict[int, EventCost]
    segments: dict[int, str]
    people: dict[int, str]
    """Who can be sent: staff, and who is named for one of the events."""

    def regions(self) -> list[str]:
        """Return where the events are."""
        there = {region_of(row.country) for row in self.rows}
        return [region for region in (*REGIONS, ELSEWHERE) if region in there]

    def usual_price(self) -> int:
        """Return the middle one of the known prices; 0 where none is known."""
        prices = sorted(row.booth_cost for row in self.rows if row.booth_cost is not None)
        return prices[len(prices) // 2] if prices else 0

    def problem(self, sought: Sought) -> SeasonProblem:
        """Write it down as a problem. What is decided to be gone to must be in."""
        return SeasonProblem(
            tuple(self._candidate(row, sought) for row in self.rows),
            sought.people & self.people.keys(),
            sought.segments & self.segments.keys(),
            sought.limits,
            frozenset(
                (part.person_id, self.trips.get(event, event))
                for event, cost in self.costs.items()
                for part in cost.journeys
                if part.person_id
            ),
            self.places,
        )

    def _candidate(self, row: Any, sought: Sought) -> Candidate:
        must = True if row.state == "go" or row.id in sought.must else None
        if row.id in sought.must_not and row.state != "go":
            must = False
        return Candidate(
            id=row.id,
            name=row.name,
            first=row.starts_on,
            last=row.ends_on,
            trip=self.trips.get(row.id, row.id),
            cost=ceil(self.costs[row.id].known.sum.amount)
            + (sought.unpriced if row.booth_cost is None else 0),
            made_of=_say_made_of(self.costs[row.id]),
            reaches=self.reaches.get(row.id, {}),
            region=region_of(row.country),
            team=self.teams.get(row.id, frozenset()),
            must=must,
        )


def _say_made_of(cost: EventCost) -> str:
    """Say what a cost is made of; "" where it is a price alone."""
    if not cost.shared and not cost.journeys:
        return ""
    said = f"It costs {cost.say()}."
    apart = say_list(one.say() for one in cost.known.apart)
    return f"{said} {apart} is in no sum: no rate leads there." if apart else said


def region_of(country: str | None) -> str:
    """Return the part of the world that a country lies in."""
    code = country_code(country)
    for region in REGIONS if code else ():
        if code in (region_countries(region) or ()):
            return region
    return ELSEWHERE


def load_season(session: Session, foundation: Foundation, year: int, today: date) -> SeasonAhead:
    """Read the events of a year from a day on: what is decided, then those that match best.

    What is called off is none of them, nor what is online alone: nobody travels there.
    """
    rows = _rows(session, foundation, year, today)
    ids = [row.id for row in rows]
    reaches: dict[int, dict[int, int]] = defaultdict(dict)
    there = select(Match.event_id, Match.segment_id, Match.rank).where(
        Match.event_id.in_(ids), Match.gathers >= SURELY_THERE
    )
    for match in session.execute(there):
        reaches[match.event_id][match.segment_id] = min(100, max(1, round(match.rank)))
    teams: dict[int, set[int]] = defaultdict(set)
    named = select(TeamMember.event_id, TeamMember.person_id).where(TeamMember.event_id.in_(ids))
    for member in session.execute(named):
        teams[member.event_id].add(member.person_id)
    going = {person for team in teams.values() for person in team}
    people = select(Person.id, Person.name).where(
        Person.foundation_id == foundation.id, or_(Person.role == "staff", Person.id.in_(going))
    )
    segments = select(Segment.id, Segment.short_name).where(Segment.foundation_id == foundation.id)
    trips, places = _find_trips(session, rows)
    return SeasonAhead(
        rows,
        dict(reaches),
        {event: frozenset(team) for event, team in teams.items()},
        trips,
        places,
        read_costs(session, foundation, rows),
        {row.id: row.short_name for row in session.execute(segments.order_by(Segment.short_name))},
        {row.id: row.name for row in session.execute(people.order_by(Person.name, Person.id))},
    )


def _find_trips(session: Session, rows: Sequence[Any]) -> tuple[dict[int, int], dict[int, str]]:
    """Return the first event of each event's trip, and where the trips lead that stand.

    What is in no trip goes with what it is near to, and with the trip that this is in.
    """
    standing = find_stops(session, [row.id for row in rows])
    first, trips = dict[int, int](), dict[int, int]()
    for row in rows:
        if row.id in standing:
            trips[row.id] = first.setdefault(standing[row.id].id, row.id)
    places = {number: standing[number].name for number in first.values()}
    for near in trips_among(rows):
        joined = next((trips[stop.id] for stop in near if stop.id in standing), near[0].id)
        trips |= {stop.id: joined for stop in near if stop.id not in standing}
    return trips, places


def _rows(session: Session, foundation: Foundation, year: int, today: date) -> Sequence[Any]:
    best = (
        select(
            Event.id,
            Event.name,
            Event.starts_on,
            Event.ends_on,
            Event.city,
            Event.country,
            Event.latitude,
            Event.longitude,
            Event.booth_cost,
            Decision.state,
        )
        .outerjoin(Event.decision)
        .where(
            Event.foundation_id == foundation.id,
            Event.starts_on.between(max(today, date(year, 1, 1)), date(year, 12, 31)),
            or_(Event.is_online.is_not(True), Event.city.is_not(None)),
            or_(SOMEBODY_GATHERS, Decision.id.is_not(None)),
            NOT_CALLED_OFF,
        )
        .order_by(Decision.id.is_(None), Event.best_rank.desc(), Event.id)
        .limit(MOST_CANDIDATES)
    )
    return sorted(session.execute(best), key=lambda row: (row.starts_on, row.ends_on, row.id))
