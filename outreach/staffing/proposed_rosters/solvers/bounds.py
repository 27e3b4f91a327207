"""How many places no roster can fill: a flow of people to times, with some rules left out."""

from collections import deque

from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.draft import Draft

MOST_PLANS = 2_000


def bound_missing(draft: Draft) -> int:
    """Return how many places below the minimum nobody can fill, whoever stands elsewhere.

    People flow through their days to the times of the shifts: as many a day as the rules let
    them at most, one at a time, and only as long as they offered. What is left out makes the
    figure smaller, never larger. The draft is where the search begins.
    """
    if not draft.score().missing:
        return 0
    flow = _Flow(draft, ~0)
    board = draft.board
    for s, slot in enumerate(board.slots):
        lack = max(0, slot.min_people - board.held[s])
        flow.want(s, lack, draft.on[s][:lack])
    return sum(flow.fill().values())


def bound_unmet(draft: Draft) -> int:
    """Return how many needs of slots nobody can meet, whoever stands elsewhere.

    For each need by itself, those who are it flow to the times of the slots that ask for it.
    """
    board, count = draft.board, 0
    for bit in board.bit.values():
        flow = _Flow(draft, bit)
        for s, wants in enumerate(board.wants):
            if wants & ~board.met[s] & bit:
                flow.want(s, 1, [p for p in draft.on[s] if board.has[p] & bit][:1])
        count += sum(flow.fill().values())
    return count


class _Flow:
    """Who of those that are something stands when, and how many more they could."""

    def __init__(self, draft: Draft, bit: int) -> None:
        board = draft.board
        self.board = board
        self.group_of = [board.groups.index(around) for around in board.around]
        self.able: list[list[int]] = [[] for _ in board.spans]
        for p, options in enumerate(board.options):
            if bit == ~0 or board.has[p] & bit:
                for t in {board.span_of[s] for s in options}:
                    self.able[t].append(p)
        self.in_all = [_most_slots(board, p) for p in range(len(board.people))]
        self.a_day = _most_a_day(board)
        self.at: list[set[int]] = [set() for _ in board.people]
        self.lacking = [0] * len(board.spans)

    def want(self, s: int, people: int, there: list[int]) -> None:
        """Ask for so many people at a slot's time, some of whom are there already."""
        t = self.board.span_of[s]
        self.lacking[t] += people - len(there)
        for p in there:
            self.at[p].add(t)

    def fill(self) -> dict[int, int]:
        """Find as many people as there are; return what lacks at which times."""
        for t in range(len(self.lacking)):
            while self.lacking[t] and self.augment(t):
                pass
        return {t: lack for t, lack in enumerate(self.lacking) if lack}

    def augment(self, t: int) -> bool:
        """Find one more person for a time, moving others about; tell whether there is one.

        The search goes from the time to people, and from a person who is full to the times
        that they would have to leave, each of which then wants somebody in turn.
        """
        came: dict[int, tuple[int, int]] = {}
        waiting, seen_people, seen_times = deque([t]), set[tuple[int, int]](), {t}
        while waiting:
            wanted = waiting.popleft()
            for p in self.able[wanted]:
                if wanted in self.at[p] or (p, self.group_of[wanted]) in seen_people:
                    continue
                seen_people.add((p, self.group_of[wanted]))
                leaves = self._in_the_way(p, wanted)
                if leaves is None:
                    self._shift(p, wanted, came, t)
                    return True
                for left in leaves - seen_times:
                    seen_times.add(left)
                    came[left] = p, wanted
                    waiting.append(left)
        return False

    def _in_the_way(self, p: int, t: int) -> set[int] | None:
        """Return the times one of which the person must leave for this one; None if none."""
        group = self.group_of[t]
        same_day = {u for u in self.at[p] if self.group_of[u] == group}
        if len(same_day) >= self.a_day[p][group]:
            return same_day
        return set(self.at[p]) if len(self.at[p]) >= self.in_all[p] else None

    def _shift(self, p: int, t: int, came: dict[int, tuple[int, int]], last: int) -> None:
        self.at[p].add(t)
        while t != last:
            p, wanted = came[t]
            self.at[p].discard(t)
            self.at[p].add(wanted)
            t = wanted
        self.lacking[last] -= 1


def _most_slots(board: Board, p: int) -> int:
    """Return how many slots fit into the time that a person offered."""
    lengths = sorted({board.span_of[s]: board.minutes[s] for s in board.options[p]}.values())
    left, count = board.left[p], 0
    for minutes in lengths:
        left -= minutes
        if left < 0:
            break
        count += 1
    return count


def _most_a_day(board: Board) -> list[list[int]]:
    """Return for every person and group of times how many of them the rules allow at most."""
    known: dict[tuple[int, tuple[int, ...]], int] = {}
    found = []
    for p, options in enumerate(board.options):
        row = []
        for group in board.groups:
            times = tuple(
                sorted({board.span_of[s] for s in options if group >> board.span_of[s] & 1})
            )
            key = board.diary_of[p], times
            if key not in known:
                plans = board.plans(p, group, MOST_PLANS)
                known[key] = len(times) if plans is None else max(one.bit_count() for one in plans)
            row.append(known[key])
        found.append(row)
    return found
