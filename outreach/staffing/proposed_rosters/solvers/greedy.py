"""The first roster, at once: the hardest slots first, each time the person it suits best."""

from collections.abc import Sequence
from random import Random

from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.draft import Draft

SECOND_BEST = 0.15
"""How often a search takes the second best."""


def fill(board: Board) -> Draft:
    """Return a roster that gives every slot the best person left, and never takes one back."""
    draft = Draft(board)
    fill_slots(draft, order_by_need(board))
    return draft


def order_by_need(board: Board) -> list[int]:
    """Return the slots in order: whom it is hardest to find for comes first."""

    def hardness(s: int) -> tuple[float, int, int]:
        wants, may = board.wants[s] & ~board.met[s], board.may[s]
        rarest = len(may)
        for bit in board.bit.values():
            if wants & bit:
                rarest = min(rarest, sum(1 for p in may if board.has[p] & bit))
        return rarest, len(may), s

    return sorted(range(len(board.slots)), key=hardness)


def fill_slots(draft: Draft, order: Sequence[int], dice: Random | None = None) -> None:
    """Fill slots to their minimum, meet their needs, then fill them to their most.

    With `dice` the choice is sometimes the second best: a search sees more that way.
    """
    board = draft.board
    for s in order:
        while draft.missing(s) and draft.has_room(s):
            if not _add_best(draft, s, board.may[s], dice):
                break
    for s in order:
        while draft.has_room(s) and (unmet := draft.unmet(s)):
            able = [p for p in board.may[s] if board.has[p] & unmet]
            if not _add_best(draft, s, able, dice):
                break
    open_slots = [s for s in order if draft.has_room(s)]
    while open_slots:
        open_slots = [
            s for s in open_slots
            if _add_best(draft, s, board.may[s], dice) and draft.has_room(s)
        ]  # fmt: skip


def _add_best(draft: Draft, s: int, people: Sequence[int], dice: Random | None) -> bool:
    """Put the person on the slot whom it suits best, of equals who can do the least else."""
    found = draft.prices(s, people)
    if not found:
        return False
    best = min(found)
    if dice is not None and len(found) > 1 and dice.random() < SECOND_BEST:
        found.remove(best)
        best = min(found)
    draft.put(best[2], s)
    return True
