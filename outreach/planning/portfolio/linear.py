"""A portfolio's problem written as linear rows and columns, twice.

`count_people` asks only how many people each event and journey takes, which is small and solved
fast. What it says no plan can beat holds for every plan; whether people can be found for the
events that it chooses is another question. `name_people` asks that too, person by person: who is
named for an event goes where it is chosen, so the event's own column stands for them; everybody
else has a column for each event. On the days when several events of a trip are open one column
says that a person is there: it counts the day once, and keeps them from elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from outreach.planning.portfolio.problem import (
    Candidate,
    Limits,
    SeasonPlan,
    SeasonProblem,
    best_events,
    named_clashes,
)
from outreach.solving.highs import INFINITY, Program, Terms

Stay = tuple[frozenset[int], int]
"""Events of one trip that are open on the same days, and a person."""


@dataclass
class SeasonModel(Program):
    """A problem's columns by what they stand for."""

    problem: SeasonProblem = field(kw_only=True)
    chosen: dict[int, int] = field(default_factory=dict)
    """By event: 1 where it is in."""
    meets: dict[tuple[int, int], int] = field(default_factory=dict)
    """By event and segment: 1 where the segment is met there; once at most, at its best."""
    money: Terms = field(default_factory=list)
    people_days: Terms = field(default_factory=list)


@dataclass
class NamedModel(SeasonModel):
    """A problem's columns where each person has their own."""

    goes: dict[tuple[int, int], int] = field(default_factory=dict)
    """By event and person: 1 where the person is there."""
    journeys: dict[tuple[int, int], int] = field(default_factory=dict)
    """By trip of several events and person: 1 where they travel."""
    stays: dict[Stay, int] = field(default_factory=dict)

    def start(self, plan: SeasonPlan) -> dict[int, float]:
        """Return the columns of a plan that are not 0."""
        values = {self.chosen[one]: 1.0 for one in plan.chosen}
        values |= {self.goes[pair]: 1.0 for pair in plan.goes}
        for (trip, person), column in self.journeys.items():
            mates = frozenset(one.id for one in self.problem.trips[trip])
            values[column] = _goes(plan, mates, person)
        for (events, person), column in self.stays.items():
            values[column] = _goes(plan, events, person)
        best = best_events(self.problem, plan.chosen)
        return values | {self.meets[event, s]: 1.0 for s, (event, _) in best.items()}


def _goes(plan: SeasonPlan, events: Iterable[int], person: int) -> float:
    return float(any((one, person) in plan.goes for one in events))


def count_people(problem: SeasonProblem) -> SeasonModel:
    """Write a problem down with as many people as events take, whoever they are."""
    model = SeasonModel(problem=problem)
    _write_events(model)
    for events in problem.trips.values():
        if problem.limits.journey:
            travels = _most_of(model, events, problem.strangers)
            model.money += [(column, n * problem.limits.journey) for column, n in travels]
    _count_days(model)
    _write_limits(model, problem.limits)
    return model


def name_people(problem: SeasonProblem) -> NamedModel:
    """Write a problem down person by person."""
    model = NamedModel(problem=problem)
    _write_events(model)
    for one in problem.candidates:
        _write_people(model, one)
    for trip, events in problem.trips.items():
        _write_journeys(model, trip, events)
    _write_days(model)
    _write_limits(model, problem.limits)
    return model


def _write_events(model: SeasonModel) -> None:
    """Let each event be in or not, and each segment be met once at most, at an event that is in."""
    for one in model.problem.candidates:
        least, most = float(one.must is True), float(one.must is not False)
        model.chosen[one.id] = model.column(most, least, is_whole=True)
        model.money.append((model.chosen[one.id], one.cost))
        if model.problem.needs(one) > len(model.problem.everybody(one)):
            model.row(0, 0, [(model.chosen[one.id], 1)])
    _write_segments(model)


def _most_of(
    model: SeasonModel, events: list[Candidate], needs: Callable[[Candidate], int]
) -> Terms:
    """Return what is at least as much as each of these events `needs`, where it is in."""
    if len(events) == 1:
        return [(model.chosen[events[0].id], needs(events[0]))]
    most = model.column(INFINITY)
    for one in events:
        model.row(0, INFINITY, [(most, 1), (model.chosen[one.id], -needs(one))])
    return [(most, 1)]


def _count_days(model: SeasonModel) -> None:
    """Count days, and let no more people be on their way than there are."""
    problem, known = model.problem, dict[frozenset[int], Terms]()
    for trips in _open(problem.candidates):
        here: Terms = []
        for events in trips.values():
            key = frozenset(one.id for one in events)
            if key not in known:
                known[key] = _most_of(model, events, problem.needs)
            here += known[key]
        model.people_days += here
        people = {p for events in trips.values() for one in events for p in problem.everybody(one)}
        model.row(0, len(people), here)
    model.people_days = _summed(model.people_days)
    for one, other in named_clashes(problem, [one.id for one in problem.candidates]):
        model.row(0, 1, [(model.chosen[one], 1), (model.chosen[other], 1)])


def _write_people(model: NamedModel, one: Candidate) -> None:
    """Let who is named go where the event is in, and as many others as it needs."""
    chosen, others = model.chosen[one.id], Terms()
    for person in model.problem.everybody(one):
        if person in one.team:
            model.goes[one.id, person] = chosen
        else:
            model.goes[one.id, person] = model.column(1, is_whole=True)
            others.append((model.goes[one.id, person], 1))
    lacking = model.problem.needs(one) - len(one.team)
    if others and lacking <= len(others):
        model.row(0, 0, [*others, (chosen, -lacking)])
        for column, _ in others:
            model.row(-INFINITY, 0, [(column, 1), (chosen, -1)])


def _write_segments(model: SeasonModel) -> None:
    for segment in sorted(model.problem.segments):
        where: Terms = []
        for one in model.problem.candidates:
            if segment in model.problem.worth(one):
                met = model.column(1)
                model.meets[one.id, segment] = met
                model.row(-INFINITY, 0, [(met, 1), (model.chosen[one.id], -1)])
                where.append((met, 1))
        model.row(0, 1, where)


def _write_journeys(model: NamedModel, trip: int, events: list[Candidate]) -> None:
    """Let everybody pay for a trip once, however many of its events they serve."""
    price, needs = model.problem.limits.journey, model.problem.strangers
    if not price:
        return
    going = {person for one in events for person in model.problem.everybody(one)}
    unasked = going - {person for person, where in model.problem.asked if where == trip}
    if len(events) == 1:
        one = events[0]
        model.money += (
            [(model.chosen[one.id], price * needs(one))]
            if going == unasked
            else [(model.goes[one.id, person], price) for person in sorted(unasked)]
        )
        return
    travels: Terms = []
    for person in sorted(unasked):
        journey = model.column(1)
        model.journeys[trip, person] = journey
        travels.append((journey, 1))
        model.money.append((journey, price))
        for one in events:
            if (one.id, person) in model.goes:
                model.row(0, 1, [(journey, 1), (model.goes[one.id, person], -1)])
    for one in events:  # follows from the rows above, and lets the solver see it at once
        model.row(0, INFINITY, [*travels, (model.chosen[one.id], -needs(one))])


def _write_days(model: NamedModel) -> None:
    """Count everybody's days, and let nobody be in two places on one."""
    seen: set[tuple[int, frozenset[int]]] = set()
    for trips in _open(model.problem.candidates):
        groups = [_group(model, events) for events in trips.values()]
        for group in groups:
            model.people_days += [(column, 1) for column in group.values()]
        for person in {person for group in groups for person in group}:
            here: Terms = [(group[person], 1) for group in groups if person in group]
            columns = frozenset(column for column, _ in here)
            if len(here) > 1 and (person, columns) not in seen:
                seen.add((person, columns))
                model.row(0, 1, _summed(here))
    model.people_days = _summed(model.people_days)


def _open(candidates: Iterable[Candidate]) -> Iterator[dict[int, list[Candidate]]]:
    """Yield the events that are open, by trip, day by day."""
    by_day: dict[date, dict[int, list[Candidate]]] = {}
    for one in candidates:
        for day in one.days():
            by_day.setdefault(day, {}).setdefault(one.trip, []).append(one)
    yield from (by_day[day] for day in sorted(by_day))


def _group(model: NamedModel, events: list[Candidate]) -> dict[int, int]:
    """Return by person the column that says that they are on this trip on such a day."""
    people = {person for one in events for person in model.problem.everybody(one)}
    if len(events) == 1:
        return {person: model.goes[events[0].id, person] for person in people}
    key = frozenset(one.id for one in events)
    for person in sorted(people):
        if (key, person) not in model.stays:
            stay = model.column(1)
            model.stays[key, person] = stay
            for one in events:
                if (one.id, person) in model.goes:
                    model.row(0, 1, [(stay, 1), (model.goes[one.id, person], -1)])
    return {person: model.stays[key, person] for person in people}


def _summed(terms: Terms) -> Terms:
    """Return the terms with each column once."""
    found: dict[int, float] = {}
    for column, weight in terms:
        found[column] = found.get(column, 0) + weight
    return list(found.items())


def _write_limits(model: SeasonModel, limits: Limits) -> None:
    model.money = _summed(model.money)
    if limits.money is not None:
        model.row(0, limits.money, model.money)
    if limits.people_days is not None:
        model.row(0, limits.people_days, model.people_days)
    candidates = model.problem.candidates
    if limits.a_month is not None:
        for month in sorted({one.month for one in candidates}):
            ones: Terms = [(model.chosen[one.id], 1) for one in candidates if one.month == month]
            model.row(0, limits.a_month, ones)
    for region, most in limits.in_region.items():
        there: Terms = [(model.chosen[one.id], 1) for one in candidates if one.region == region]
        model.row(0, most, there)
