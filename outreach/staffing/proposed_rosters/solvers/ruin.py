"""Betters a roster: takes a part of it away, fills it anew, and keeps what is no worse."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random

from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.proposed_rosters.solvers.exchange import exchange
from outreach.staffing.proposed_rosters.solvers.greedy import fill_slots

MOST_SLOTS_RUINED = 8
MOST_PEOPLE_CLEARED = 3
BOLDNESS = 0.02
"""At the start so large a share of the burden may be lost for a while; at the end nothing."""
LOOK_UP = 16
"""Rounds between two looks at whether to stop."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is."""

    round: int
    rounds: int
    best: list[tuple[int, int]]
    """The best roster so far, as pairs of slot and person by position."""


def better(
    draft: Draft,
    rounds: int,
    seed: int = 0,
    *,
    watch: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Draft:
    """Return the best roster found in so many rounds; the same seed finds the same.

    `watch` hears of the search, and `should_stop` is asked, every few rounds.
    """
    board, dice = draft.board, Random(seed)
    best_cost, best = draft.cost, draft.pairs()
    for number in range(rounds if board.slots else 0):
        if number % LOOK_UP == 0:
            if watch is not None:
                watch(Progress(number, rounds, best))
            if should_stop is not None and should_stop():
                break
        allowed = best_cost + _slack(draft, 1 - number / rounds)
        before, changed = draft.cost, _Ruined(draft)
        order = _ruin(changed, dice)
        changed.fill(order, dice)
        if draft.cost > allowed and draft.cost > before:
            changed.take_back()
        elif draft.cost < best_cost:
            best_cost, best = draft.cost, draft.pairs()
    found = Draft(board)
    found.load(best)
    exchange(found, dice)
    return found


def _slack(draft: Draft, left: float) -> int:
    """Return by how much a roster may be worse than the best: fairness only, never coverage."""
    board = draft.board
    placed = sum(draft.new_minutes) + sum(board.base)
    return int(BOLDNESS * left * placed) * board.per_burden


class _Ruined:
    """A roster's slots from before a round, to be put back."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.cost = draft, draft.cost
        self._were: dict[int, list[int]] = {}

    def remember(self, slots: Iterable[int]) -> None:
        for s in slots:
            self._were.setdefault(s, list(self.draft.on[s]))

    def clear(self, s: int) -> None:
        self.remember([s])
        for p in list(self.draft.on[s]):
            self.draft.drop(p, s)

    def clear_person(self, p: int, around: int) -> None:
        """Take a person off all that they do within these times."""
        for s in list(self.draft.slots_of[p]):
            if around >> self.draft.board.span_of[s] & 1:
                self.remember([s])
                self.draft.drop(p, s)

    def touched(self) -> list[int]:
        return list(self._were)

    def fill(self, order: list[int], dice: Random) -> None:
        self.remember(order)
        fill_slots(self.draft, order, dice)

    def take_back(self) -> None:
        for s, were in self._were.items():
            for p in [one for one in self.draft.on[s] if one not in were]:
                self.draft.drop(p, s)
        for s, were in self._were.items():
            for p in [one for one in were if one not in self.draft.on[s]]:
                self.draft.put(p, s)
            self.draft.on[s][:] = were


def _ruin(changed: _Ruined, dice: Random) -> list[int]:
    """Take a part of the roster away; return the slots to fill again, in which order."""
    draft = changed.draft
    board = draft.board
    seed = _choose_seed(draft, dice)
    near = [s for s in _near(board, seed) if board.room[s]]
    if draft.missing(seed) or draft.unmet(seed):
        _make_room(changed, seed, dice)
    elif dice.random() < 0.5 and near:
        for s in dice.sample(near, min(len(near), dice.randint(2, MOST_SLOTS_RUINED))):
            changed.clear(s)
    else:
        _relieve(changed, dice)
    changed.remember([seed])
    rest = [s for s in changed.touched() if s != seed]
    dice.shuffle(rest)
    spare = [s for s in near if draft.has_room(s) and s not in rest and s != seed]
    return [seed, *rest, *dice.sample(spare, min(len(spare), MOST_SLOTS_RUINED))]


def _choose_seed(draft: Draft, dice: Random) -> int:
    """Return a slot that lacks somebody, more often than not; otherwise any."""
    lacking = [s for s in _open(draft) if draft.missing(s) or draft.unmet(s)]
    if lacking and dice.random() < 0.6:
        return dice.choice(lacking)
    return dice.randrange(len(draft.board.slots))


def _open(draft: Draft) -> Iterator[int]:
    return (s for s, may in enumerate(draft.board.may) if may)


def _near(board: Board, seed: int) -> list[int]:
    around = board.around[board.span_of[seed]]
    return [s for s, t in enumerate(board.span_of) if around >> t & 1]


def _make_room(changed: _Ruined, seed: int, dice: Random) -> None:
    """Free some people who could take the slot from what else they do around it."""
    draft = changed.draft
    board = draft.board
    unmet = draft.unmet(seed)
    able = [p for p in board.may[seed] if p not in draft.on[seed]]
    if not draft.missing(seed):
        able = [p for p in able if board.has[p] & unmet]
        if not draft.has_room(seed) or dice.random() < 0.5:
            changed.clear(seed)
    for p in dice.sample(able, min(len(able), dice.randint(1, MOST_PEOPLE_CLEARED))):
        around = board.around[board.span_of[seed]] if dice.random() < 0.8 else -1
        changed.clear_person(p, around)


def _relieve(changed: _Ruined, dice: Random) -> None:
    """Take all from some of the busiest people, and some from anybody."""
    draft = changed.draft
    busy = [p for p, minutes in enumerate(draft.new_minutes) if minutes]
    if not busy:
        return
    for _ in range(dice.randint(1, MOST_PEOPLE_CLEARED)):
        drawn = dice.choices(busy, k=3)
        changed.clear_person(max(drawn, key=draft.new_minutes.__getitem__), -1)
