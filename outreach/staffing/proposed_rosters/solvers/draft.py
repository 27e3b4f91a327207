"""A roster in the making: places are given and taken back, and its score follows each step."""

from collections.abc import Iterable

from outreach.staffing.proposed_rosters.problem import Score, burden, heavier
from outreach.staffing.proposed_rosters.solvers.board import Board


class Draft:
    """Who is new on which slot of a board; it never breaks a rule of the problem."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.on: list[list[int]] = [[] for _ in board.slots]
        self.slots_of: list[set[int]] = [set() for _ in board.people]
        self.met = list(board.met)
        self.newcomers = [0] * len(board.slots)
        self.times = [0] * len(board.people)
        self.new_minutes = [0] * len(board.people)
        self.cost = 0
        """What the roster's score weighs as one number, counted from the empty draft."""

    def missing(self, s: int) -> int:
        """Return how many people the slot is short of its minimum."""
        board = self.board
        return max(0, board.slots[s].min_people - board.held[s] - len(self.on[s]))

    def unmet(self, s: int) -> int:
        """Return what the slot asks for and nobody on it is, as bits."""
        return self.board.wants[s] & ~self.met[s]

    def has_room(self, s: int) -> bool:
        return len(self.on[s]) < self.board.room[s]

    def fits(self, p: int, s: int) -> bool:
        """Tell whether the person may take the slot, being one of those who `may` at all."""
        board = self.board
        if self.new_minutes[p] + board.minutes[s] > board.left[p] or s in self.slots_of[p]:
            return False
        if not board.is_experienced[p] and self.newcomers[s] >= board.newcomer_room[s]:
            return False
        t = board.span_of[s]
        return board.is_legal(board.diary_of[p], self.times[p] & board.around[t], t)

    def price(self, p: int, s: int) -> int:
        """Return how the cost changes if the person takes the slot; less than 0 is better."""
        return self._price_of_place(s) + self._price_of_person(p, s, self.unmet(s))

    def prices(self, s: int, people: Iterable[int]) -> list[tuple[int, int, int]]:
        """Return those of the people who fit, each with price and how many slots they could take.

        The smallest is the best: of equals who can do the least else, and then the first.
        """
        unmet, place, options = self.unmet(s), self._price_of_place(s), self.board.options
        return [
            (place + self._price_of_person(p, s, unmet), len(options[p]), p)
            for p in people
            if self.fits(p, s)
        ]

    def _price_of_place(self, s: int) -> int:
        board = self.board
        if board.held[s] + len(self.on[s]) < board.slots[s].min_people:
            return -board.per_place - board.per_missing
        return -board.per_place

    def _price_of_person(self, p: int, s: int, unmet: int) -> int:
        board = self.board
        load = board.base[p] + self.new_minutes[p]
        price = board.per_burden * heavier(load, board.minutes[s], board.unit)
        t, diary = board.span_of[s], board.diary_of[p]
        there = self.times[p] & board.around[t]
        more = board.visits(diary, there | 1 << t) - board.visits(diary, there)
        price += board.per_visit * more + (p not in board.wished[s])
        met = unmet & board.has[p]
        return price - board.per_need * met.bit_count() if met else price

    def put(self, p: int, s: int) -> None:
        """Put a person who fits on the slot."""
        board = self.board
        self.cost += self.price(p, s)
        self.on[s].append(p)
        self.slots_of[p].add(s)
        self.met[s] |= board.wants[s] & board.has[p]
        self.newcomers[s] += not board.is_experienced[p]
        self.times[p] |= 1 << board.span_of[s]
        self.new_minutes[p] += board.minutes[s]

    def drop(self, p: int, s: int) -> None:
        board = self.board
        self.on[s].remove(p)
        self.slots_of[p].discard(s)
        self.newcomers[s] -= not board.is_experienced[p]
        self.times[p] &= ~(1 << board.span_of[s])
        self.new_minutes[p] -= board.minutes[s]
        self.met[s] = board.met[s]
        for one in self.on[s]:
            self.met[s] |= board.wants[s] & board.has[one]
        self.cost -= self.price(p, s)

    def pairs(self) -> list[tuple[int, int]]:
        """Return who is new, as pairs of slot and person by position."""
        return [(s, p) for s, people in enumerate(self.on) for p in sorted(people)]

    def load(self, pairs: Iterable[tuple[int, int]]) -> None:
        for s, p in pairs:
            self.put(p, s)

    def score(self) -> Score:
        board, slots = self.board, range(len(self.board.slots))
        loads = (base + new for base, new in zip(board.base, self.new_minutes, strict=True))
        return Score(
            missing=sum(self.missing(s) for s in slots),
            unmet=sum(self.unmet(s).bit_count() for s in slots),
            below_target=sum(board.room[s] - len(self.on[s]) for s in slots),
            unfairness=sum(burden(load, board.unit) for load in loads),
            visits=sum(map(self._visits, range(len(board.people)))),
            wishes_passed=sum(p not in board.wished[s] for s, p in self.pairs()),
        )

    def _visits(self, p: int) -> int:
        """Return how often more the person comes with the new places."""
        board = self.board
        there = (self.times[p] & group for group in board.groups)
        return sum(board.visits(board.diary_of[p], times) for times in there if times)

    def named_pairs(self) -> list[tuple[int, int]]:
        """Return who is new, as pairs of the numbers of slot and person."""
        slots, people = self.board.slots, self.board.people
        return [(slots[s].id, people[p].id) for s, p in self.pairs()]
