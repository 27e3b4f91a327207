"""Proposed rosters: a first one at once, and a worker that betters it while the page watches."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, RosterProposal
from outreach.claims import Columns
from outreach.solving import searches
from outreach.solving.highs import Level
from outreach.solving.searches import Work
from outreach.staffing.proposed_rosters.choice import NO_CHOICE, RowChoice, read_choice, with_choice
from outreach.staffing.proposed_rosters.explanation import Open, explain
from outreach.staffing.proposed_rosters.load_problem import load_problem
from outreach.staffing.proposed_rosters.problem import Problem, ProposedPlace, with_leads
from outreach.staffing.proposed_rosters.solvers import exact
from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.bounds import bound_missing, bound_unmet
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.proposed_rosters.solvers.greedy import fill
from outreach.staffing.proposed_rosters.solvers.ruin import Progress, better

ROUNDS = 5_000
ROUNDS_BEFORE_PROOF = 4_000
"""Of the search where the solver follows, which is better at the rest."""
ROUNDS_A_PAIR = 40
"""At most, for each pair of a slot and somebody who may take it."""
MOST_SEARCH_SECONDS = 20.0
EXPLAINED_AT_ONCE = 2_000
"""Pairs of an open slot and a person that a request looks at; the worker looks at all."""


def find_latest(session: Session, booth: Booth) -> RosterProposal | None:
    newest = (
        select(RosterProposal)
        .where(RosterProposal.booth_id == booth.id)
        .order_by(RosterProposal.id.desc())
        .limit(1)
    )
    return session.scalar(newest)


def ask(
    session: Session, booth: Booth, by: Person, now: datetime, choice: RowChoice = NO_CHOICE
) -> RosterProposal:
    """Propose a roster at once, and let a worker better it; an older question is cancelled.

    What staff chose of the newest proposal is kept in this one, or left out of it. Pressed twice,
    the second is a new question that gets the same first answer.
    """
    choice.check()
    before = find_latest(session, booth)
    session.execute(select(Booth.id).where(Booth.id == booth.id).with_for_update(key_share=True))
    session.execute(searches.end(RosterProposal, now).where(RosterProposal.booth_id == booth.id))
    event = session.get_one(Event, booth.event_id)
    kept = [
        one
        for one in (before.places if before else [])
        if (one["shift"], one["person"]) in choice.kept
    ]
    left_out = [{"shift": slot, "person": person} for slot, person in sorted(choice.left_out)]
    proposal = RosterProposal(
        booth_id=booth.id, state="waiting", asked_by_id=by.id, asked_at=now,
        kept=kept, left_out=left_out,
    )  # fmt: skip
    draft = fill(Board(_problem_of(session, proposal, booth, event, now)))
    for name, value in _found(draft, True).items():
        setattr(proposal, name, value)
    session.add(proposal)
    session.flush()
    return proposal


def _problem_of(
    session: Session, proposal: RosterProposal, booth: Booth, event: Event, now: datetime
) -> Problem:
    """Return what a proposal is sought for, with what staff keep and leave out."""
    choice = read_choice(proposal.kept, proposal.left_out)
    kept = [ProposedPlace(one["shift"], one["person"], one["lead"]) for one in proposal.kept]
    return with_choice(load_problem(session, booth, event, now), kept, choice.left_out)


def rounds_for(board: Board) -> int:
    """Return how many rounds a search has: fewer where little can be tried."""
    most = ROUNDS_BEFORE_PROOF if exact.is_able(board) else ROUNDS
    return min(most, ROUNDS_A_PAIR * sum(map(len, board.may)))


@dataclass
class RosterWork(Work):
    """A worker's way through one proposal."""

    rows: ClassVar[searches.Rows] = RosterProposal

    def run(self) -> None:
        draft = self._search(self._begin())
        if self.must_end():
            return self.give_back(_found(draft, True))
        self._tell(_found(draft, False), {"stage": "proof"})
        solved = exact.prove(draft, watch=self._watch_proof, should_stop=self.must_end)
        levels: Sequence[Level] = ()
        if solved is not None:
            draft, levels = solved.draft, solved.levels
        if self.must_end():
            return self.give_back(_found(draft, True))
        return self.finish(_found(draft, False, levels))

    def _begin(self) -> Board:
        with self.make_session() as session:
            proposal = session.get_one(RosterProposal, self.number)
            booth = session.get_one(Booth, proposal.booth_id)
            event = session.get_one(Event, booth.event_id)
            now = self.foundation(session).now(self.now())
            return Board(_problem_of(session, proposal, booth, event, now))

    def _search(self, board: Board) -> Draft:
        until = time.monotonic() + MOST_SEARCH_SECONDS
        return better(
            fill(board),
            rounds_for(board),
            seed=self.number,
            watch=lambda progress: self._watch_search(board, progress),
            should_stop=lambda: self.must_end() or time.monotonic() > until,
        )

    def _watch_search(self, board: Board, progress: Progress) -> None:
        if self.is_time():
            draft = Draft(board)
            draft.load(progress.best)
            stage = {"stage": "search", "round": progress.round, "rounds": progress.rounds}
            self._tell({"places": _places(draft)}, stage | {"score": draft.score()._asdict()})

    def _watch_proof(self, level: str, bound: float | None) -> None:
        if self.is_time():
            self._tell({}, {"stage": "proof", "level": level})

    def _tell(self, columns: Columns, progress: Columns) -> None:
        known = columns.pop("progress", {})
        self.tell({**columns, "progress": known | progress})

    def foundation(self, session: Session) -> Foundation:
        own = (
            select(Foundation)
            .join(Event, Event.foundation_id == Foundation.id)
            .join(Booth, Booth.event_id == Event.id)
            .join(RosterProposal, RosterProposal.booth_id == Booth.id)
            .where(RosterProposal.id == self.number)
        )
        return session.scalars(own).one()


def _found(draft: Draft, is_first: bool, levels: Sequence[Level] = ()) -> Columns:
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
    problem = draft.board.problem
    places = [*problem.kept, *with_leads(problem, draft.named_pairs())]
    return [
        {"shift": place.slot_id, "person": place.person_id, "lead": place.is_lead}
        for place in sorted(places, key=lambda one: (one.slot_id, one.person_id))
    ]


def _unfilled(one: Open) -> Columns:
    return {
        "shift": one.slot_id,
        "missing": one.missing,
        "need": one.need,
        "why": one.sentence,
        "fixes": [remedy.sentence for remedy in one.remedies],
    }
