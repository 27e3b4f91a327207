"""The solver: a program of rows and columns, made as small as it gets level by level, by HiGHS.

Its scheduler belongs to the process: every solver here asks for one thread, for with two figures
in one process a solve silently ends at once. https://highs.dev
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from threading import Thread
from types import ModuleType
from typing import Any

INFINITY = float("inf")
LOOK_EVERY = 0.2
FEASIBLE = 2
"""What `primal_solution_status` is when there are values to read."""
UNKNOWN = 1e18
"""What no bound reaches."""
SLACK = 0.01
"""How much a sum that is kept may be worse: sums are whole, and the solver's own tolerance, by
which it may miss what fits exactly, is far smaller."""

Terms = list[tuple[int, float]]
"""Columns with what they count."""
Watch = Callable[[str, float | None], None]
"""Hears the level that is worked on and its bound so far."""
Stop = Callable[[], bool]


@dataclass
class Program:
    """Columns from `lower` to `upper`, and rows over them."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    rows: list[tuple[float, float, Terms]] = field(default_factory=list)
    whole: set[int] = field(default_factory=set)
    """The columns that take no fractions."""

    def column(self, upper: float, lower: float = 0.0, *, is_whole: bool = False) -> int:
        """Add a column."""
        self.lower.append(lower)
        self.upper.append(upper)
        number = len(self.upper) - 1
        if is_whole:
            self.whole.add(number)
        return number

    def row(self, least: float, most: float, terms: Terms) -> None:
        """Add a row; one without columns says nothing."""
        if terms:
            self.rows.append((least, most, terms))


@dataclass(frozen=True, slots=True)
class Level:
    """One level of what is sought: what was reached, and what cannot be beaten; both whole."""

    name: str
    value: float
    bound: float
    seconds: float = 0.0
    """When it was done, since the search began."""

    @property
    def is_proven(self) -> bool:
        """Tell whether nothing better exists."""
        return self.value - self.bound < 1

    @property
    def gap(self) -> float:
        """Return by how large a share of its value it could be better at most."""
        return 0.0 if self.is_proven else (self.value - self.bound) / (abs(self.value) or 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a solve found: the columns' values, None where none fit, and what none can beat."""

    values: Sequence[float] | None
    bound: float
    is_impossible: bool = False
    """Whether it is certain that no values fit."""


class Solver:
    """A program on its way through its levels."""

    def __init__(
        self, program: Program, watch: Watch | None = None, should_stop: Stop | None = None
    ) -> None:
        self.program, self.watch, self.should_stop = program, watch, should_stop
        self.is_stopped = False
        self.bound: float | None = None
        # Only who solves pays for it: the library takes 33 MB.
        self.kit = import_module("highspy")
        self.highs = _load(self.kit, program)
        for happening in (self.highs.cbMipInterrupt, self.highs.cbSimplexInterrupt):
            happening.subscribe(self._hear)

    def keep(self, terms: Terms, value: float) -> None:
        """Let the sum of these columns never again be more than it is."""
        columns, weights = [c for c, _ in terms], [w for _, w in terms]
        self.highs.addRow(-self.kit.kHighsInf, value + SLACK, len(columns), columns, weights)

    def minimise(
        self, name: str, terms: Terms, seconds: float, start: Mapping[int, float]
    ) -> Answer:
        """Make the sum of these columns as small as it gets in this time.

        `start` is a whole solution, what is 0 left out: one with holes the solver would have to
        complete first. An empty one is none.
        """
        weights, highs = dict(terms), self.highs
        for column in range(len(self.program.upper)):
            highs.changeColCost(column, weights.get(column, 0.0))
        highs.setOptionValue("time_limit", seconds)
        if start:
            known = self.kit.HighsSolution()
            known.col_value = [start.get(one, 0.0) for one in range(len(self.program.upper))]
            highs.setSolution(known)
        self._run(name)
        told, status, kinds = highs.getInfo(), highs.getModelStatus(), self.kit.HighsModelStatus
        bound = max(told.mip_dual_bound, -UNKNOWN)
        if told.primal_solution_status != FEASIBLE:
            return Answer(None, bound, status == kinds.kInfeasible)
        if status == kinds.kOptimal and bound == -UNKNOWN:  # proven before it was searched for
            bound = told.objective_function_value
        return Answer(highs.getSolution().col_value, bound)

    def _run(self, name: str) -> None:
        """Let the solver work beside, and look after it: the caller hears and may stop it."""
        self.bound = None
        thread = Thread(target=self.highs.run, name="solver", daemon=True)
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
        self.bound = bound if abs(bound) < UNKNOWN else None
        if self.is_stopped:
            event.interrupt()


def _load(kit: ModuleType, model: Program) -> Any:
    """Return a solver that holds the program."""
    program = kit.HighsLp()
    program.num_col_, program.num_row_ = len(model.upper), len(model.rows)
    program.col_cost_ = [0.0] * len(model.upper)
    program.col_lower_, program.col_upper_ = model.lower, model.upper
    program.row_lower_ = [max(row[0], -kit.kHighsInf) for row in model.rows]
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
    program.integrality_ = [whole if c in model.whole else part for c in range(len(model.upper))]
    solver = kit.Highs()
    solver.silent()
    for option, value in {"threads": 1, "mip_abs_gap": 0.99, "mip_rel_gap": 0.0}.items():
        solver.setOptionValue(option, value)
    solver.passModel(program)
    return solver
