"""Proves a roster best, or names how far from it at most, with HiGHS where the booth is small."""

import time
from dataclasses import dataclass

from outreach.solving.highs import Answer, Level, Solver, Stop, Terms, Watch
from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.bounds import bound_missing
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.proposed_rosters.solvers.linear import Model, write_model
from outreach.staffing.proposed_rosters.solvers.ruin import better

MOST_PLACES = 12_000
"""Pairs of a slot and somebody who may take it: beyond, the search alone is faster."""
MOST_SECONDS = 20.0
SHARE_OF_REST = 0.5
"""A level may take so much of the time that is left, so that the later ones have some."""
SECONDS_OF_VISITS = 4.0
"""The last level chooses among rosters that are as good; nobody waits long for that."""
ROUNDS_OF_POLISH = 800


@dataclass(frozen=True, slots=True)
class Solved:
    """The best roster known and what is proven of it."""

    draft: Draft
    levels: tuple[Level, ...]


def is_able(board: Board) -> bool:
    """Tell whether the problem is not too large for the solver."""
    return sum(map(len, board.may)) <= MOST_PLACES


def prove(
    draft: Draft,
    seconds: float = MOST_SECONDS,
    *,
    watch: Watch | None = None,
    should_stop: Stop | None = None,
) -> Solved | None:
    """Better a roster level by level until each is proven or the time is up.

    Return None where the problem is too large for the solver.
    """
    if not is_able(draft.board):
        return None
    model = write_model(draft.board)
    if model is None:
        return None
    run = _Run(model, draft, time.monotonic() + seconds, watch, should_stop)
    return run.levels()


class _Run:
    """One problem on its way through the levels."""

    def __init__(
        self,
        model: Model,
        draft: Draft,
        until: float,
        watch: Watch | None,
        should_stop: Stop | None,
    ) -> None:
        self.model, self.draft, self.until = model, draft, until
        self.begun = time.monotonic()
        self.solver = Solver(model, watch, should_stop)

    def levels(self) -> Solved:
        model, board = self.model, self.draft.board
        found = [self._missing()]
        found.append(self._level("needs", [(one, 1.0) for one in model.unmet], 0))
        places: Terms = [(column, -1.0) for column in model.on.values()]
        found.append(self._level("target", places, sum(board.room)))
        found.append(self._fairness())
        self.until = max(self.until, time.monotonic() + SECONDS_OF_VISITS)
        found.append(self._wishes())
        return Solved(self.draft, tuple(found))

    def _missing(self) -> Level:
        """Prove the coverage: mostly a flow does, without the solver."""
        value = self.draft.score().missing
        terms: Terms = [(one, 1.0) for one in self.model.short]
        if bound_missing(self.draft) == value:
            self.solver.keep(terms, value)
            return Level("coverage", value, value, time.monotonic() - self.begun)
        return self._level("coverage", terms, 0)

    def _fairness(self) -> Level:
        model = self.model
        terms: Terms = [(column, weight / model.grain) for column, weight in model.heavy]
        return self._level("fairness", terms, model.burden_before / model.grain)

    def _wishes(self) -> Level:
        """Few visits first and wishes after them, as one figure: no wish outweighs a visit."""
        board = self.draft.board
        terms: Terms = [
            (column, float(board.per_visit * board.visits(board.diary_of[p], plan)))
            for (p, plan), column in self.model.ways.items()
        ]
        terms += [(c, 1.0) for (s, p), c in self.model.on.items() if p not in board.wished[s]]
        return self._level("visits and wishes", terms, 0)

    def _level(self, name: str, terms: Terms, offset: float) -> Level:
        """Make the sum of these columns as small as it gets, and keep it there."""
        before = self.draft
        value, bound = self._solve(name, terms)
        self.solver.keep(terms, value)
        if self.draft is not before:
            self._polish()
        return Level(name, value + offset, bound + offset, time.monotonic() - self.begun)

    def _polish(self) -> None:
        """Search on from what the solver found: it cared for one level and none that follow."""
        self.draft = better(self.draft, ROUNDS_OF_POLISH, should_stop=self._is_over)

    def _is_over(self) -> bool:
        solver = self.solver
        stopped = solver.should_stop is not None and solver.should_stop()
        solver.is_stopped = solver.is_stopped or stopped
        return solver.is_stopped or time.monotonic() > self.until

    def _solve(self, name: str, terms: Terms) -> tuple[float, float]:
        present = self._worth(terms)
        left = self.until - time.monotonic()
        if not terms or self.solver.is_stopped or left <= 0:
            return present, min(0.0, sum(min(0.0, w) * self.model.upper[c] for c, w in terms))
        seconds = left * (1.0 if name == "fairness" else SHARE_OF_REST)
        seconds = min(SECONDS_OF_VISITS, left) if name == "visits and wishes" else seconds
        start = self._values() | self._ways()
        return self._read(terms, present, self.solver.minimise(name, terms, seconds, start))

    def _read(self, terms: Terms, present: float, answer: Answer) -> tuple[float, float]:
        """Take what the solver found, if it is better or as good."""
        if answer.values is None:
            return present, answer.bound
        found = Draft(self.draft.board)
        for (s, p), column in self.model.on.items():
            if answer.values[column] > 0.5:
                if not found.fits(p, s):  # the solver's word is not taken for a rule
                    return present, answer.bound
                found.put(p, s)
        before, self.draft = self.draft, found
        value = self._worth(terms)
        if value > present + 0.5:
            self.draft, value = before, present
        return value, answer.bound

    def _worth(self, terms: Terms) -> float:
        """Return what the columns are worth in the present draft."""
        values = self._values() | self._ways()
        return sum(weight * values.get(column, 0.0) for column, weight in terms)

    def _values(self) -> dict[int, float]:
        """Return the columns of the present draft that are not 0, but for the days' ways."""
        draft, model, board = self.draft, self.model, self.draft.board
        values = {model.on[s, p]: 1.0 for s, p in draft.pairs()}
        short, unmet = iter(model.short), iter(model.unmet)
        for s, slot in enumerate(board.slots):
            if slot.min_people > board.held[s]:
                values[next(short)] = draft.missing(s)
            for bit in board.bit.values():
                if board.wants[s] & ~board.met[s] & bit:
                    values[next(unmet)] = float(bool(draft.unmet(s) & bit))
        return values | self._steps()

    def _steps(self) -> dict[int, float]:
        upper = self.model.upper
        values: dict[int, float] = {}
        for p, steps in enumerate(self.model.steps):
            left = float(self.draft.new_minutes[p])
            for column in steps:
                values[column] = min(left, upper[column])
                left -= values[column]
        return values

    def _ways(self) -> dict[int, float]:
        """Return how everybody spends their days in the present draft."""
        ways, groups = self.model.ways, self.draft.board.groups
        plans = ((p, times & group) for p, times in enumerate(self.draft.times) for group in groups)
        return {ways[p, plan]: 1.0 for p, plan in plans if plan}
