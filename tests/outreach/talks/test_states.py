"""States of a proposal: what can follow what, each pair of them; and that nothing else sets one."""

import ast

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ProposalStep
from models.talks import ON_STAGE, OWED, PROPOSAL_STATES, TURNED_DOWN, UNSENT
from outreach.refusal import Refused
from outreach.talks.states import NEXT, WORDS, StateTold, begin, say_state, set_state
from outreach.talks.words import STATIONS, draw_way
from tests import counted
from tests.cast import TODAY, add_clocked, add_event, add_proposal

LEADS = """
idea drafting submitted
drafting idea submitted
submitted waitlisted accepted rejected withdrawn cancelled
waitlisted accepted rejected withdrawn cancelled
accepted informed confirmed withdrawn cancelled
informed confirmed withdrawn cancelled
confirmed scheduled given withdrawn cancelled
scheduled confirmed given withdrawn cancelled
given published
published
rejected waitlisted accepted
withdrawn
cancelled
"""
"""Each state, and behind it those that can follow, written down again by hand."""
TABLE = {first: set(rest) for first, *rest in (line.split() for line in LEADS.split("\n") if line)}


@pytest.mark.parametrize("state", PROPOSAL_STATES)
def test_every_pair_of_states(session: Session, state: str) -> None:
    event, told = add_event(session, add_clocked(session)), StateTold(TODAY, "why", "who")
    for wanted in PROPOSAL_STATES:
        proposal = add_proposal(session, event, state=state)
        steps = select(ProposalStep).where(ProposalStep.proposal_id == proposal.id)
        if wanted in TABLE[state]:
            set_state(session, proposal, wanted, told)
            assert (proposal.state, proposal.state_on) == (wanted, TODAY)
            (step,) = session.scalars(steps)
            assert (step.state, step.dated) == (wanted, TODAY)
            assert (step.reason, step.told_by) == ("why", "who")
        else:
            with pytest.raises(Refused, match="^It is "):
                set_state(session, proposal, wanted, told)
            assert proposal.state == state, wanted
            assert session.scalars(steps).all() == [], wanted


def test_every_state_has_its_word_its_followers_and_its_place() -> None:
    assert NEXT.keys() == TABLE.keys() == WORDS.keys() == set(PROPOSAL_STATES)
    assert all(say_state(state) for state in PROPOSAL_STATES)
    drawn = {*STATIONS, "waitlisted"}
    assert drawn | set(TURNED_DOWN) == set(PROPOSAL_STATES)
    assert {*UNSENT, *OWED, *ON_STAGE} < drawn
    assert [one.look for one in draw_way("accepted")] == ["was"] * 3 + ["owed"] + ["to"] * 5
    assert draw_way("rejected") == []


def test_what_is_refused_says_what_can_follow(session: Session) -> None:
    proposal = add_proposal(session, add_event(session, add_clocked(session)), state="rejected")
    with pytest.raises(Refused) as refusal:
        set_state(session, proposal, "given", StateTold())
    assert refusal.value.sentence == (
        "It is rejected: it can become waitlisted or accepted, not confirmed."
    )
    with pytest.raises(Refused, match="It is rejected already"):
        set_state(session, proposal, "rejected", StateTold())
    proposal.state = "published"
    with pytest.raises(Refused, match="that is the end of it"):
        set_state(session, proposal, "given", StateTold())


def test_a_proposal_begins_before_anybody_answered(session: Session) -> None:
    proposal = add_proposal(session, add_event(session, add_clocked(session)))
    for state in set(PROPOSAL_STATES) - {*UNSENT, "submitted"}:
        with pytest.raises(Refused, match="begins as"):
            begin(session, proposal, state, StateTold())


def test_nothing_else_sets_a_state() -> None:
    """Whatever assigns to `proposal.state` is the one module; a roster's proposals are others."""
    setters = {
        path
        for path, tree in counted.those("outreach/talks", "outreach/example", "views/talks")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr == "state"
    }
    assert setters == {"outreach/talks/states.py"}
