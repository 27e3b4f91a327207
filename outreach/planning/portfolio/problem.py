"""What a portfolio is sought for: candidates, people, limits; and what a plan comes to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that the season may have. Events of one `trip` are served by one journey."""

    id: int
    name: str
    first: date
    last: date
    trip: int
    cost: int = 0
    """What it costs besides journeys that nobody has asked for."""
    made_of: str = ""
    """What that is made of, where it is more than a price."""
    reaches: Mapping[int, int] = field(default_factory=dict)
    """The segments that gather there, with how well they are met: 1 to 100."""
    region: str = ""
    team: frozenset[int] = frozenset()
    """People who are named for it: they go if it is chosen."""
    must: bool | None = None
    """True where it must be in, False where it must not."""

    @property
    def month(self) -> tuple[int, int]:
        return self.first.year, self.first.month

    def days(self) -> list[date]:
        return [self.first + DAY * n for n in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a plan may take at most; None is no limit."""

    money: int | None = None
    people_days: int | None = None
    a_month: int | None = None
    in_region: Mapping[str, int] = field(default_factory=dict)
    each: int = 2
    """How many people an event needs."""
    journey: int = 0
    """What a journey costs for one person, there and back."""


@dataclass(frozen=True)
class SeasonProblem:
    """Candidates, who can be sent, the segments to be reached, and the limits."""

    candidates: tuple[Candidate, ...]
    people: frozenset[int]
    segments: frozenset[int]
    limits: Limits = Limits()
    asked: frozenset[tuple[int, int]] = frozenset()
    """People and trips whose journeys are in what the events cost already."""
    places: Mapping[int, str] = field(default_factory=dict)
    """Where trips lead, of those that stand."""

    @cached_property
    def by_id(self) -> dict[int, Candidate]:
        return {one.id: one for one in self.candidates}

    @cached_property
    def trips(self) -> dict[int, list[Candidate]]:
        found: dict[int, list[Candidate]] = {}
        for one in self.candidates:
            found.setdefault(one.trip, []).append(one)
        return found

    def needs(self, candidate: Candidate) -> int:
        """Return how many people go there: all who are named, and others up to what it needs."""
        return max(self.limits.each, len(candidate.team))

    def strangers(self, candidate: Candidate) -> int:
        """Return how many at least go there whose journey is in no cost yet."""
        known = sum((one, candidate.trip) in self.asked for one in self.everybody(candidate))
        return max(0, self.needs(candidate) - known)

    def everybody(self, candidate: Candidate) -> list[int]:
        """Return who may be there, in order."""
        has_room = self.needs(candidate) > len(candidate.team)
        return sorted(candidate.team | (self.people if has_room else frozenset()))

    def worth(self, candidate: Candidate) -> dict[int, int]:
        """Return which of the segments that count it reaches, and how well."""
        return {one: well for one, well in candidate.reaches.items() if one in self.segments}


@dataclass(frozen=True, slots=True)
class SeasonPlan:
    """Events that are in, and who goes where."""

    chosen: frozenset[int]
    goes: frozenset[tuple[int, int]]
    """Pairs of an event and a person."""


class PlanFigures(NamedTuple):
    """What a plan comes to: the first figure decides first."""

    reached: int
    """Segments met at least once."""
    well: int
    """How well each of them is met at its best event, added up."""
    money: int
    people_days: int

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Return a key by which the better plan is the smaller."""
        return -self.reached, -self.well, self.money, self.people_days


def figures(problem: SeasonProblem, plan: SeasonPlan) -> PlanFigures:
    """Return what a plan comes to."""
    best = best_events(problem, plan.chosen)
    return PlanFigures(
        len(best),
        sum(well for _, well in best.values()),
        _money(problem, plan),
        len({(person, day) for person, day, _ in _presence(problem, plan)}),
    )


def best_events(problem: SeasonProblem, chosen: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Return for each segment that is reached the event where it is met best, and how well."""
    best: dict[int, tuple[int, int]] = {}
    for event in sorted(chosen):
        for segment, well in problem.worth(problem.by_id[event]).items():
            if segment not in best or best[segment][1] < well:
                best[segment] = event, well
    return best


def _money(problem: SeasonProblem, plan: SeasonPlan) -> int:
    journeys = {(person, problem.by_id[event].trip) for event, person in plan.goes} - problem.asked
    costs = sum(problem.by_id[one].cost for one in plan.chosen)
    return costs + problem.limits.journey * len(journeys)


def _presence(problem: SeasonProblem, plan: SeasonPlan) -> Iterator[tuple[int, date, int]]:
    """Yield who is where on which day: person, day, trip."""
    for event, person in plan.goes:
        candidate = problem.by_id[event]
        yield from ((person, day, candidate.trip) for day in candidate.days())


def shares(problem: SeasonProblem, plan: SeasonPlan) -> dict[int, tuple[int, int]]:
    """Return the money and people-days that each event adds to those before it, by time."""
    found, done, before = {}, frozenset[int](), (0, 0)
    for one in sorted(plan.chosen, key=lambda id: (problem.by_id[id].first, id)):
        done |= {one}
        part = SeasonPlan(done, frozenset(pair for pair in plan.goes if pair[0] in done))
        now = figures(problem, part)
        found[one] = now.money - before[0], now.people_days - before[1]
        before = now.money, now.people_days
    return found


def breaches(problem: SeasonProblem, plan: SeasonPlan) -> dict[str, int]:
    """Return which limits a plan breaks and by how much; empty where it keeps them all."""
    limits, chosen = problem.limits, [problem.by_id[one] for one in plan.chosen]
    told = figures(problem, plan)
    found = {
        "money": told.money - limits.money if limits.money is not None else 0,
        "people_days": told.people_days - limits.people_days
        if limits.people_days is not None
        else 0,
        "people": _lacking(problem, plan),
        "must": sum(one.must is True and one.id not in plan.chosen for one in problem.candidates)
        + sum(one.must is False for one in chosen),
    }
    if limits.a_month is not None:
        months = Counter(one.month for one in chosen)
        found["month"] = max([0, *(count - limits.a_month for count in months.values())])
    regions = Counter(one.region for one in chosen)
    found["region"] = max(
        [0, *(regions[region] - most for region, most in limits.in_region.items())]
    )
    return {code: over for code, over in found.items() if over > 0}


def _lacking(problem: SeasonProblem, plan: SeasonPlan) -> int:
    """Return how many places are not filled as they should be, or filled by somebody elsewhere."""
    going: dict[int, set[int]] = {one: set() for one in plan.chosen}
    for event, person in plan.goes:
        going.setdefault(event, set()).add(person)
    lacking = 0
    for event, people in going.items():
        candidate = problem.by_id[event]
        stray = people - problem.people - candidate.team
        lacking += abs(problem.needs(candidate) - len(people)) + len(stray)
        lacking += len(candidate.team - people) + (event not in plan.chosen)
    trips: dict[tuple[int, date], set[int]] = {}
    for person, day, trip in _presence(problem, plan):
        trips.setdefault((person, day), set()).add(trip)
    return lacking + sum(len(one) - 1 for one in trips.values())


def clash(one: Candidate, other: Candidate) -> bool:
    """Tell whether nobody can be at both: they share a day, and are no trip."""
    return one.trip != other.trip and one.first <= other.last and other.first <= one.last


def named_clashes(problem: SeasonProblem, among: Iterable[int]) -> list[tuple[int, int]]:
    """Return pairs of events that want one named person on one day."""
    events = sorted((problem.by_id[one] for one in among), key=lambda one: (one.first, one.id))
    return [
        (one.id, other.id)
        for one, other in combinations(events, 2)
        if one.team & other.team and clash(one, other)
    ]
