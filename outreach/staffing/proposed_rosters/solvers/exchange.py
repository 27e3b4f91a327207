"""Exchanges places of two people: hours stay as they are, and torn days become whole."""

from random import Random

from outreach.staffing.proposed_rosters.solvers.draft import Draft

TRIES_A_PLACE = 60


def exchange(draft: Draft, dice: Random) -> None:
    """Exchange two people's places of the same length again and again, where nothing gets worse.

    A search that fills slot by slot gives the next one to who has the fewest hours, and so tears
    days apart; this mends them without a minute more or less for anybody.
    """
    board = draft.board
    full = [s for s, people in enumerate(draft.on) if people]
    for _ in range(TRIES_A_PLACE * sum(map(len, draft.on))):
        s = dice.choice(full)
        p, q = dice.choice(draft.on[s]), dice.choice(board.may[s])
        theirs = [] if q in draft.on[s] else _places_for(draft, q, p, s)
        if theirs:
            _try(draft, p, s, q, dice.choice(theirs))


def _places_for(draft: Draft, q: int, p: int, s: int) -> list[int]:
    """Return the slots of one person that another might take for a slot of theirs."""
    board = draft.board
    return [
        u
        for u in sorted(draft.slots_of[q])
        if board.minutes[u] == board.minutes[s] and p not in draft.on[u] and p in board.may[u]
    ]


def _try(draft: Draft, p: int, s: int, q: int, u: int) -> None:
    """Exchange two places, and take it back where a rule forbids it or it is worse."""
    before = draft.cost
    draft.drop(p, s)
    draft.drop(q, u)
    if draft.fits(p, u):
        draft.put(p, u)
        if draft.fits(q, s):
            draft.put(q, s)
            if draft.cost <= before:
                return
            draft.drop(q, s)
        draft.drop(p, u)
    draft.put(p, s)
    draft.put(q, u)
