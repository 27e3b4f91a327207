"""Proposed rosters: a first one at once, and a worker that betters it while the page watches."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from models import Booth, Event, Foundation, Person, RosterProposal
from outreach.staffing.proposed_rosters.explanation import Open, explain
from outreach.staffing.proposed_rosters.load_problem import load_problem
from outreach.staffing.proposed_rosters.problem import with_leads
from outreach.staffing.proposed_rosters.solvers import exact
from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.bounds import bound_missing, bound_unmet
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.proposed_rosters.solvers.greedy import fill
from outreach.staffing.proposed_rosters.solvers.ruin import Progress, better

LEASE = timedelta(seconds=60)
"""How long a claimed proposal is a worker's own; every sign of life renews it."""
EVERY = 1.0
"""Seconds between two signs of life."""
ROUNDS = 5_000
ROUNDS_BEFORE_PROOF = 4_000
"""Of the search where the solver follows, which is better at the rest."""
ROUNDS_A_PAIR = 40
"""At most, for each pair of a slot and somebody who may take it."""
MOST_SEARCH_SECONDS = 20.0
EXPLAINED_AT_ONCE = 2_000
"""Pairs of an open slot and a person that a request looks at; the worker looks at all."""
OPEN_STATES = ("waiting", "running")

Columns = dict[str, Any]
Sessions = sessionmaker[Session]
Clock = Callable[[], datetime]


def find_latest(session: Session, booth: Booth) -> RosterProposal | None:
    newest = (
        select(RosterProposal)
        .where(RosterProposal.booth_id == booth.id)
        .order_by(RosterProposal.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def ask(session: Session, booth: Booth, by: Person, now: datetime) -> RosterProposal:
    """Propose a roster at once, and let a worker better it; an older question is cancelled.

    Pressed twice, the second is a new question that gets the same first answer.
    """
    session.execute(select(Booth.id).where(Booth.id == booth.id).with_for_update(key_share=True))
    session.execute(_end(now).where(RosterProposal.booth_id == booth.id))
    event = session.get_one(Event, booth.event_id)
    draft = fill(Board(load_problem(session, booth, event, now)))
    proposal = RosterProposal(
        booth_id=booth.id, state="waiting", asked_by_id=by.id, asked_at=now, **_found(draft, True)
    )
    session.add(proposal)
    session.flush()
    return proposal


def cancel(session: Session, proposal: RosterProposal, now: datetime) -> bool:
    """End the search; the best found so far stays. Tell whether it was still on."""
    this = _end(now).where(RosterProposal.id == proposal.id)
    ended = session.scalar(this.returning(RosterProposal.id))
    session.refresh(proposal)
    return ended is not None


def _end(now: datetime) -> Update:
    still_on = update(RosterProposal).where(RosterProposal.state.in_(OPEN_STATES))
    return still_on.values(state="cancelled", claimed_until=None, finished_at=now)


def has_waiting(session: Session, now: datetime) -> bool:
    """Tell whether a proposal waits for a worker, or lost its own; `now` is real time."""
    return session.scalar(select(RosterProposal.id).where(_is_due(now)).limit(1)) is not None


def run_waiting(make_session: Sessions, now: Clock, should_stop: Callable[[], bool]) -> bool:
    """Better one proposal that waits, from claim to end; tell whether there was one.

    `now` tells real time. Every look at the database is a short transaction of its own, so that
    others write meanwhile. A worker that is to end gives the proposal back; one that is killed
    loses it when its lease runs out.
    """
    claimed = _claim(make_session, now())
    if claimed is None:
        return False
    work = _Work(make_session, now, should_stop, *claimed)
    try:
        work.run()
    except Exception:
        work.write({"state": "failed", "claimed_until": None, "finished_at": work.planning_now()})
        raise
    return True


def rounds_for(board: Board) -> int:
    """Return how many rounds a search has: fewer where little can be tried."""
    most = ROUNDS_BEFORE_PROOF if exact.is_able(board) else ROUNDS
    return min(most, ROUNDS_A_PAIR * sum(map(len, board.may)))


def _is_due(now: datetime) -> ColumnElement[bool]:
    lost = and_(RosterProposal.state == "running", RosterProposal.claimed_until < now)
    return or_(RosterProposal.state == "waiting", lost)


def _claim(make_session: Sessions, now: datetime) -> tuple[int, datetime] | None:
    """Take the oldest proposal that waits, so that no other worker does."""
    due = (
        select(RosterProposal.id)
        .where(_is_due(now))
        .order_by(RosterProposal.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    until = now + LEASE
    taken = (
        update(RosterProposal)
        .where(RosterProposal.id.in_(due.scalar_subquery()), _is_due(now))
        .values(state="running", claimed_until=until)
        .returning(RosterProposal.id)
    )
    with make_session() as session:
        found = session.scalar(taken)
        session.commit()
    return None if found is None else (found, until)


@dataclass
class _Work:
    """A worker's way through one proposal."""

    make_session: Sessions
    now: Clock
    should_stop: Callable[[], bool]
    proposal_id: int
    claimed_until: datetime
    is_lost: bool = False
    """Somebody cancelled or used it, or another worker has it."""
    told_at: float = 0.0

    def run(self) -> None:
        draft = self._search(self._begin())
        if self._must_end():
            return self._give_back(draft)
        self._tell(_found(draft, False), {"stage": "proof"})
        solved = exact.prove(draft, watch=self._watch_proof, should_stop=self._must_end)
        levels: Sequence[exact.Level] = ()
        if solved is not None:
            draft, levels = solved.draft, solved.levels
        if self._must_end():
            return self._give_back(draft)
        done = _found(draft, False, levels)
        ended = {"state": "done", "claimed_until": None, "finished_at": self.planning_now()}
        return self.write(done | ended)

    def _begin(self) -> Board:
        with self.make_session() as session:
            proposal = session.get_one(RosterProposal, self.proposal_id)
            booth = session.get_one(Booth, proposal.booth_id)
            event = session.get_one(Event, booth.event_id)
            now = session.get_one(Foundation, event.foundation_id).now(self.now())
            return Board(load_problem(session, booth, event, now))

    def _search(self, board: Board) -> Draft:
        until = time.monotonic() + MOST_SEARCH_SECONDS
        return better(
            fill(board),
            rounds_for(board),
            seed=self.proposal_id,
            watch=lambda progress: self._watch_search(board, progress),
            should_stop=lambda: self._must_end() or time.monotonic() > until,
        )

    def _must_end(self) -> bool:
        return self.is_lost or self.should_stop()

    def _watch_search(self, board: Board, progress: Progress) -> None:
        if self._is_time():
            draft = Draft(board)
            draft.load(progress.best)
            stage = {"stage": "search", "round": progress.round, "rounds": progress.rounds}
            self._tell({"places": _places(draft)}, stage | {"score": draft.score()._asdict()})

    def _watch_proof(self, level: str, bound: float | None) -> None:
        if self._is_time():
            self._tell({}, {"stage": "proof", "level": level})

    def _is_time(self) -> bool:
        return time.monotonic() - self.told_at >= EVERY

    def _tell(self, columns: Columns, progress: Columns) -> None:
        """Give a sign of life and renew the lease."""
        self.told_at = time.monotonic()
        until = self.now() + LEASE
        known = columns.pop("progress", {})
        self.write({**columns, "progress": known | progress, "claimed_until": until})
        self.claimed_until = until

    def _give_back(self, draft: Draft) -> None:
        """Leave it to the next worker, with what was found so far."""
        self.write(_found(draft, True) | {"state": "waiting", "claimed_until": None})

    def write(self, columns: Columns) -> None:
        """Write to the proposal, as long as it is this worker's."""
        ours = update(RosterProposal).where(
            RosterProposal.id == self.proposal_id,
            RosterProposal.state == "running",
            RosterProposal.claimed_until == self.claimed_until,
        )
        with self.make_session() as session:
            written = session.scalar(ours.values(**columns).returning(RosterProposal.id))
            session.commit()
        self.is_lost = self.is_lost or written is None

    def planning_now(self) -> datetime:
        """Return the foundation's own time."""
        with self.make_session() as session:
            own = (
                select(Foundation)
                .join(Event, Event.foundation_id == Foundation.id)
                .join(Booth, Booth.event_id == Event.id)
                .join(RosterProposal, RosterProposal.booth_id == Booth.id)
                .where(RosterProposal.id == self.proposal_id)
            )
            return session.scalars(own).one().now(self.now())


def _found(draft: Draft, is_first: bool, levels: Sequence[exact.Level] = ()) -> Columns:
    """Return the columns that tell of a roster."""
    most = max(1, EXPLAINED_AT_ONCE // (len(draft.board.people) or 1)) if is_first else None
    return {
        "places": _places(draft),
        "unfilled": [_unfilled(one) for one in explain(draft, most)],
        "progress": {
            "stage": "first" if is_first else "done",
            "score": draft.score()._asdict(),
            "least_missing": bound_missing(draft),
            "least_unmet": None if is_first else bound_unmet(draft),
            "levels": [
                {"name": one.name, "is_proven": one.is_proven, "gap": round(one.gap, 4)}
                for one in levels
            ],
        },
    }


def _places(draft: Draft) -> list[Columns]:
    return [
        {"shift": place.slot_id, "person": place.person_id, "lead": place.is_lead}
        for place in with_leads(draft.board.problem, draft.named_pairs())
    ]


def _unfilled(one: Open) -> Columns:
    return {
        "shift": one.slot_id,
        "missing": one.missing,
        "need": one.need,
        "why": one.sentence,
        "fixes": [remedy.sentence for remedy in one.remedies],
    }
