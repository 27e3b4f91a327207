"""Finds the best plan and proves it, figure by figure, or names how far from it at most."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from outreach.planning.portfolio.linear import (
    NamedModel,
    SeasonModel,
    count_people,
    name_people,
)
from outreach.planning.portfolio.problem import SeasonPlan, SeasonProblem, breaches, figures
from outreach.solving.highs import UNKNOWN, Answer, Level, Solver, Stop, Terms, Watch

MOST_SECONDS = 25.0
SHARE_OF_REST = 0.6
"""A level may take so much of the time that is left, so that the later ones have some."""
SECONDS_FOR_PEOPLE = 5.0
LEVELS = ("reached", "well", "money", "people_days")


@dataclass(frozen=True, slots=True)
class SolvedSeason:
    """The best plan known and what is proven of it."""

    plan: SeasonPlan | None
    """None where none was found."""
    levels: tuple[Level, ...] = ()
    is_impossible: bool = False
    """Whether it is certain that no plan keeps the limits."""

    @property
    def is_proven(self) -> bool:
        return self.plan is not None and all(level.is_proven for level in self.levels)


def solve(
    problem: SeasonProblem,
    seconds: float = MOST_SECONDS,
    *,
    watch: Watch | None = None,
    should_stop: Stop | None = None,
    known: SeasonPlan | None = None,
) -> SolvedSeason:
    """Seek the plan that reaches most segments; of those the one that meets them best, then the
    cheapest, then the one with the fewest people-days. `known` is a plan to begin with.

    People are only counted first, and found for what is chosen; where that leaves a gap, or
    nobody can be found, the whole problem is solved person by person.
    """
    until = time.monotonic() + seconds
    counted = _Levels(count_people(problem), known, until, watch, should_stop).run()
    if counted.is_proven or counted.is_impossible:
        return counted
    named = _Levels(name_people(problem), counted.plan, until, watch, should_stop).run()
    return replace(named, levels=tuple(_surer(named.levels, counted.levels)))


def _surer(levels: Sequence[Level], others: Sequence[Level]) -> Iterator[Level]:
    """Give each level the better bound of two, as long as those before it came to the same."""
    is_same = True
    for level, other in zip_longest(levels, others):
        if level is None:
            return
        yield replace(level, bound=max(level.bound, other.bound)) if other and is_same else level
        is_same = is_same and other is not None and level.value == other.value


class _Levels:
    """A model on its way through the levels."""

    def __init__(
        self,
        model: SeasonModel,
        known: SeasonPlan | None,
        until: float,
        watch: Watch | None,
        should_stop: Stop | None,
    ) -> None:
        self.model, self.plan, self.until = model, known, until
        self.solver = Solver(model, watch, should_stop)
        self.begun = time.monotonic()

    def run(self) -> SolvedSeason:
        levels: list[Level] = []
        for number, (name, terms) in enumerate(_sums(self.model).items()):
            answer = self._minimise(name, terms)
            self._take(answer)
            if self.plan is None:
                return SolvedSeason(None, (), answer.is_impossible)
            value = figures(self.model.problem, self.plan).order[number]
            bound = min(value, max(answer.bound, _least(self.model, terms)))
            levels.append(Level(name, value, bound, time.monotonic() - self.begun))
            self.solver.keep(terms, value)
        return SolvedSeason(self.plan, tuple(levels))

    def _minimise(self, name: str, terms: Terms) -> Answer:
        left = self.until - time.monotonic()
        if self.solver.is_stopped or left <= 0:
            return Answer(None, -UNKNOWN)
        most = left if name == LEVELS[-1] else left * SHARE_OF_REST
        model, start = self.model, dict[int, float]()
        if self.plan is not None and isinstance(model, NamedModel):
            start = model.start(self.plan)
        return self.solver.minimise(name, terms, most, start)

    def _take(self, answer: Answer) -> None:
        """Take what was found, if it is better; the solver's word is not taken for a rule."""
        if answer.values is None:
            return
        found = _read(self.model, answer.values, self.plan)
        if found is None or breaches(self.model.problem, found):
            return
        order = figures(self.model.problem, found).order
        if self.plan is None or order < figures(self.model.problem, self.plan).order:
            self.plan = found


def _read(
    model: SeasonModel, values: Sequence[float], before: SeasonPlan | None
) -> SeasonPlan | None:
    """Return the plan that the columns say; where they name nobody, find people for it."""
    chosen = frozenset(one for one, column in model.chosen.items() if values[column] > 0.5)
    if isinstance(model, NamedModel):
        on = (pair for pair, column in model.goes.items() if values[column] > 0.5)
        return SeasonPlan(chosen, frozenset(on))
    if before is not None and before.chosen == chosen:
        return before
    only = tuple(replace(model.problem.by_id[one], must=True) for one in sorted(chosen))
    return _find_people(replace(model.problem, candidates=only))


def _find_people(problem: SeasonProblem) -> SeasonPlan | None:
    """Find people for events that are all in: the cheapest way, and of those the shortest."""
    model, plan = name_people(problem), None
    solver = Solver(model)
    for terms in (model.money, model.people_days):
        answer = solver.minimise("people", terms, SECONDS_FOR_PEOPLE, {})
        if answer.values is None:
            break
        plan = _read(model, answer.values, None)
        solver.keep(terms, sum(weight * answer.values[column] for column, weight in terms))
    return plan


def _sums(model: SeasonModel) -> dict[str, Terms]:
    """Return what each level makes as small as it gets."""
    worth = {one.id: model.problem.worth(one) for one in model.problem.candidates}
    reached: Terms = [(column, -1) for column in model.meets.values()]
    well: Terms = [(column, -worth[event][s]) for (event, s), column in model.meets.items()]
    return dict(zip(LEVELS, (reached, well, model.money, model.people_days), strict=True))


def _least(model: SeasonModel, terms: Terms) -> float:
    """Return what a sum cannot fall below whatever the rows say."""
    return sum(min(w * model.lower[c], w * model.upper[c]) for c, w in terms)
