"""A board written as linear rows and columns, so that a solver can prove what is best.

A person's day is one of the sets of times that the rules allow, chosen as a whole: that is why
the relaxed problem is nearly always whole by itself, where pairs of shifts that exclude each
other leave halves everywhere.
"""

from dataclasses import dataclass, field
from math import gcd

from outreach.solving.highs import INFINITY, Program, Terms
from outreach.staffing.proposed_rosters.problem import burden
from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.bounds import MOST_PLANS


@dataclass
class Model(Program):
    """A board's columns by what they stand for."""

    board: Board = field(kw_only=True)
    on: dict[tuple[int, int], int] = field(default_factory=dict)
    """The column of a slot and a person: 1 where the person is on it."""
    ways: dict[tuple[int, int], int] = field(default_factory=dict)
    """The column of a person and a set of times as bits: 1 where they spend that day so."""
    short: list[int] = field(default_factory=list)
    unmet: list[int] = field(default_factory=list)
    heavy: Terms = field(default_factory=list)
    """Minutes of people by how heavily they count, in steps of the burden."""
    steps: list[list[int]] = field(default_factory=list)
    """Each person's columns of `heavy`, the lightest first."""

    @property
    def grain(self) -> int:
        """Return a length that all minutes are multiples of."""
        board = self.board
        return gcd(board.unit, *board.minutes, *board.base) or 1

    @property
    def burden_before(self) -> int:
        """Return the burden of what people do without any new place."""
        return sum(burden(base, self.board.unit) for base in self.board.base)


def write_model(board: Board) -> Model | None:
    """Write a board down; None where somebody's day has too many ways to be spent."""
    model = Model(board=board)
    for s, may in enumerate(board.may):
        model.on.update({(s, p): model.column(1, is_whole=True) for p in may})
    for s in range(len(board.slots)):
        _write_slot(model, s)
    for p in range(len(board.people)):
        if not _write_days(model, p):
            return None
        _write_load(model, p)
    return model


def _write_slot(model: Model, s: int) -> None:
    board, slot, may = model.board, model.board.slots[s], model.board.may[s]
    everybody: Terms = [(model.on[s, p], 1) for p in may]
    model.row(0, board.room[s], everybody)
    lack = max(0, slot.min_people - board.held[s])
    if lack:
        model.short.append(model.column(lack))
        model.row(lack, INFINITY, [*everybody, (model.short[-1], 1)])
    newcomers: Terms = [(model.on[s, p], 1) for p in may if not board.is_experienced[p]]
    model.row(0, max(0, board.newcomer_room[s]), newcomers)
    for bit in board.bit.values():
        if board.wants[s] & ~board.met[s] & bit:
            able: Terms = [(model.on[s, p], 1) for p in may if board.has[p] & bit]
            model.unmet.append(model.column(1))
            model.row(1, INFINITY, [*able, (model.unmet[-1], 1)])


def _write_days(model: Model, p: int) -> bool:
    """Let the person choose one way to spend each day; tell whether there are few enough."""
    board = model.board
    for group in board.groups:
        plans = board.plans(p, group, MOST_PLANS)
        if plans is None:
            return False
        chosen = {plan: model.column(1) for plan in plans if plan}
        model.ways.update({(p, plan): column for plan, column in chosen.items()})
        model.row(0, 1, [(column, 1) for column in chosen.values()])
        for t in range(len(board.spans)):
            if group >> t & 1:
                here: Terms = [
                    (model.on[s, p], 1) for s in board.options[p] if board.span_of[s] == t
                ]
                ways: Terms = [(column, -1) for plan, column in chosen.items() if plan >> t & 1]
                model.row(0, 0, [*here, *ways])
    return True


def _write_load(model: Model, p: int) -> None:
    """Tie the person's minutes to steps that count more and more."""
    board = model.board
    minutes: Terms = [(model.on[s, p], board.minutes[s]) for s in board.options[p]]
    possible = int(sum(length for _, length in minutes))
    left = min(board.left[p], possible)
    if possible > left:
        model.row(0, left, minutes)
    steps: Terms = []
    load = board.base[p]
    while left > 0:
        step = min(left, board.unit - load % board.unit)
        steps.append((model.column(step), 2 * (load // board.unit) + 1))
        load, left = load + step, left - step
    model.heavy += steps
    model.steps.append([column for column, _ in steps])
    model.row(0, 0, [*minutes, *((column, -1) for column, _ in steps)])
