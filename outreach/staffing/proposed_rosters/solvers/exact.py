"""Proves a roster best, or names how far from it at most, with HiGHS where that is installed.

HiGHS comes through `highspy`, an optional extra (`make solver`); without it the search alone
proposes. Its scheduler belongs to the process: every model here asks for one thread, for with
two figures in one process a solve silently ends at once. https://highs.dev
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from threading import Thread
from types import ModuleType
from typing import Any

from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.bounds import bound_missing
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.proposed_rosters.solvers.linear import Model, Terms, write_model
from outreach.staffing.proposed_rosters.solvers.ruin import better

MOST_PLACES = 12_000
"""Pairs of a slot and somebody who may take it: beyond, the search alone is faster."""
MOST_SECONDS = 20.0
SHARE_OF_REST = 0.5
"""A level may take so much of the time that is left, so that the later ones have some."""
ROUNDS_OF_POLISH = 800
LOOK_EVERY = 0.2
FEASIBLE = 2
"""What `primal_solution_status` is when there are values to read."""


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the score: what was reached, and what cannot be beaten."""

    name: str
    value: float
    bound: float
    seconds: float = 0.0
    """When it was done, since the proof began."""

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing better exists."""
        return self.value - self.bound < 1

    @property
    def gap(self) -> float:
        """Return by how large a share of its value it could be better at most."""
        return 0.0 if self.is_proven else (self.value - self.bound) / self.value


@dataclass(frozen=True, slots=True)
class Solved:
    """The best roster known and what is proven of it."""

    draft: Draft
    levels: tuple[Level, ...]


Watch = Callable[[str, float | None], None]
"""Hears the level that is worked on and its bound so far."""


def is_installed() -> bool:
    return find_spec("highspy") is not None


def is_able(board: Board) -> bool:
    """Tell whether the solver is there and the problem not too large for it."""
    return is_installed() and sum(map(len, board.may)) <= MOST_PLACES


def prove(
    draft: Draft,
    seconds: float = MOST_SECONDS,
    *,
    watch: Watch | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solved | None:
    """Better a roster level by level until each is proven or the time is up.

    Return None where the solver is absent or the problem too large for it.
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
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.model, self.draft, self.until = model, draft, until
        self.begun = time.monotonic()
        self.watch, self.should_stop = watch, should_stop
        self.is_stopped = False
        self.solver_kit = import_module("highspy")
        self.solver = _load(self.solver_kit, model)
        self.bound: float | None = None
        for happening in (self.solver.cbMipInterrupt, self.solver.cbSimplexInterrupt):
            happening.subscribe(self._hear)

    def levels(self) -> Solved:
        model, board = self.model, self.draft.board
        found = [self._missing()]
        found.append(self._level("needs", [(one, 1.0) for one in model.unmet], 0))
        places: Terms = [(column, -1.0) for column in model.on.values()]
        found.append(self._level("target", places, sum(board.room)))
        found.append(self._wishes())
        return Solved(self.draft, tuple(found))

    def _missing(self) -> Level:
        """Prove the coverage: mostly a flow does, without the solver."""
        value = self.draft.score().missing
        terms: Terms = [(one, 1.0) for one in self.model.short]
        if bound_missing(self.draft) == value:
            self._keep(terms, value)
            return Level("coverage", value, value, time.monotonic() - self.begun)
        return self._level("coverage", terms, 0)

    def _wishes(self) -> Level:
        """Fairness first and wishes after it, as one figure in which no wish outweighs fairness."""
        model, board = self.model, self.draft.board
        per_grain = (sum(board.room) + 1) / model.grain
        terms: Terms = [(column, per_grain * weight) for column, weight in model.heavy]
        terms += [(c, 1.0) for (s, p), c in model.on.items() if p not in board.wished[s]]
        return self._level("fairness and wishes", terms, model.burden_before * per_grain)

    def _level(self, name: str, terms: Terms, offset: float) -> Level:
        """Make the sum of these columns as small as it gets, and keep it there."""
        before = self.draft
        value, bound = self._solve(name, terms)
        self._keep(terms, value)
        if self.draft is not before:
            self._polish()
        return Level(name, value + offset, bound + offset, time.monotonic() - self.begun)

    def _polish(self) -> None:
        """Search on from what the solver found: it cared for one level and none that follow."""
        self.draft = better(self.draft, ROUNDS_OF_POLISH, should_stop=self._is_over)

    def _is_over(self) -> bool:
        stopped = self.should_stop is not None and self.should_stop()
        self.is_stopped = self.is_stopped or stopped
        return self.is_stopped or time.monotonic() > self.until

    def _keep(self, terms: Terms, value: float) -> None:
        columns, weights = [c for c, _ in terms], [w for _, w in terms]
        below = -self.solver_kit.kHighsInf
        self.solver.addRow(below, value + 1e-6, len(columns), columns, weights)

    def _solve(self, name: str, terms: Terms) -> tuple[float, float]:
        present = self._worth(terms)
        left = self.until - time.monotonic()
        if not terms or self.is_stopped or left <= 0:
            return present, min(0.0, sum(min(0.0, w) * self.model.upper[c] for c, w in terms))
        solver = self.solver
        weights = dict(terms)
        for column in range(len(self.model.upper)):
            solver.changeColCost(column, weights.get(column, 0.0))
        last = name == "fairness and wishes"
        solver.setOptionValue("time_limit", left if last else left * SHARE_OF_REST)
        self._start_from_draft()
        self._run(name)
        return self._read(terms, present)

    def _run(self, name: str) -> None:
        """Let the solver work beside, and look after it: the caller hears and may stop it."""
        self.bound = None
        thread = Thread(target=self.solver.run, name="solver", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(LOOK_EVERY)
            if self.watch is not None:
                self.watch(name, self.bound)
            if self.should_stop is not None and self.should_stop():
                self.is_stopped = True

    def _hear(self, event: Any) -> None:
        """Called by the solver as it works."""
        bound = event.data_out.mip_dual_bound
        self.bound = bound if abs(bound) < 1e18 else None
        if self.is_stopped:
            event.interrupt()

    def _read(self, terms: Terms, present: float) -> tuple[float, float]:
        """Take what the solver found, if it is better or as good."""
        told = self.solver.getInfo()
        bound = told.mip_dual_bound
        if told.primal_solution_status != FEASIBLE:
            return present, max(bound, -1e18)
        values = self.solver.getSolution().col_value
        found = Draft(self.draft.board)
        for (s, p), column in self.model.on.items():
            if values[column] > 0.5:
                if not found.fits(p, s):  # the solver's word is not taken for a rule
                    return present, bound
                found.put(p, s)
        before, self.draft = self.draft, found
        value = self._worth(terms)
        if value > present + 0.5:
            self.draft, value = before, present
        return value, bound

    def _worth(self, terms: Terms) -> float:
        """Return what the columns are worth in the present draft."""
        values = self._values()
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

    def _start_from_draft(self) -> None:
        """Give the solver a whole solution: one with holes it would have to complete first."""
        values = self._values() | self._ways()
        start = self.solver_kit.HighsSolution()
        start.col_value = [values.get(column, 0.0) for column in range(len(self.model.upper))]
        self.solver.setSolution(start)


def _load(kit: ModuleType, model: Model) -> Any:
    """Return a solver that holds the model."""
    program = kit.HighsLp()
    program.num_col_, program.num_row_ = len(model.upper), len(model.rows)
    program.col_cost_ = [0.0] * len(model.upper)
    program.col_lower_, program.col_upper_ = model.lower, model.upper
    program.row_lower_ = [row[0] for row in model.rows]
    program.row_upper_ = [min(row[1], kit.kHighsInf) for row in model.rows]
    starts, columns, weights = [0], list[int](), list[float]()
    for _, _, terms in model.rows:
        columns += [column for column, _ in terms]
        weights += [weight for _, weight in terms]
        starts.append(len(columns))
    matrix = program.a_matrix_
    matrix.format_ = kit.MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = starts, columns, weights
    whole, part = kit.HighsVarType.kInteger, kit.HighsVarType.kContinuous
    ours = set(model.on.values())
    program.integrality_ = [whole if c in ours else part for c in range(len(model.upper))]
    solver = kit.Highs()
    solver.silent()
    for option, value in {"threads": 1, "mip_abs_gap": 0.99, "mip_rel_gap": 0.0}.items():
        solver.setOptionValue(option, value)
    solver.passModel(program)
    return solver
