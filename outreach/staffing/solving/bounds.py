"""How many places no roster can fill: a flow of people to times, with some rules left out."""

from collections import deque
from dataclasses import dataclass

from outreach.staffing.solving.board import Board
from outreach.staffing.solving.draft import Draft

MOST_PLANS = 2_000


@dataclass(frozen=True, slots=True)
class Bound:
    """Places short of the minimum that nobody can fill, whoever stands elsewhere."""

    missing: int
    short_times: dict[int, int]
    """Of which times they are, by position: one way to read the bound."""


def bound_missing(draft: Draft) -> Bound:
    """Return how many places below the minimum must stay empty on the draft's board.

    People flow through their days to the times of the shifts: as many a day as the rules let
    them at most, one at a time, and only as long as they offered. What is left out makes the
    figure smaller, never larger. The draft is where the search begins.
    """
    if not draft.score().missing:
        return Bound(0, {})
    flow = _Flow(draft)
    for t in range(len(draft.board.spans)):
        while flow.lacking[t] and flow.augment(t):
            pass
    short = {t: lack for t, lack in enumerate(flow.lacking) if lack}
    return Bound(sum(short.values()), short)


class _Flow:
    """Who stands when, and how many more they could."""

    def __init__(self, draft: Draft) -> None:
        board = draft.board
        self.board = board
        self.group_of = [board.groups.index(around) for around in board.around]
        self.can = [{board.span_of[s] for s in options} for options in board.options]
        self.able: list[list[int]] = [[] for _ in board.spans]
        for p, times in enumerate(self.can):
            for t in times:
                self.able[t].append(p)
        self.in_all = [_most_slots(board, p) for p in range(len(board.people))]
        self.a_day = _most_a_day(board)
        self.at: list[set[int]] = [set() for _ in board.people]
        self.lacking = [0] * len(board.spans)
        for s, slot in enumerate(board.slots):
            lack = max(0, slot.min_people - board.held[s])
            used = draft.on[s][:lack]
            self.lacking[board.span_of[s]] += lack - len(used)
            for p in used:
                self.at[p].add(board.span_of[s])

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
