"""Proposals: a talk sent to an event, what they said, its slot, and what came of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Call, Event, Foundation, Person, Proposal, ProposalSpeaker, Talk, TalkSpeaker
from models.talks import TURNED_DOWN
from outreach.accounts import history
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused
from outreach.talks.library import copy_text
from outreach.talks.links import join
from outreach.talks.states import StateTold, begin, say_state, set_state

PROPOSED, MOVED, CHANGED = "proposed talk", "moved proposal", "changed proposal"
REMOVED = "removed proposal"


def propose(
    session: Session,
    foundation: Foundation,
    talk: Talk,
    event: Event,
    state: str,
    told: StateTold,
    by: Person,
    real: datetime,
    call: Call | None = None,
) -> Proposal:
    """Propose a talk to an event, by who gives it; once, unless that came to nothing.

    It answers `call` where that is one of the event's.
    """
    wait_for_others(session, foundation.id)
    stands = select(Proposal.id).where(
        Proposal.talk_id == talk.id,
        Proposal.event_id == event.id,
        Proposal.state.not_in(TURNED_DOWN),
    )
    if session.scalar(stands.limit(1)) is not None:
        raise Refused(_("It is proposed to %(event)s already.", event=event.name), "event")
    proposal = Proposal(
        foundation_id=foundation.id,
        talk_id=talk.id,
        event_id=event.id,
        call_id=call.id if call and call.event_id == event.id else None,
        co_speakers=talk.co_speakers,
    )
    copy_text(talk, proposal)
    with history.act(session, real, by, foundation, PROPOSED, proposal):
        begin(session, proposal, state, told)
        speakers = select(TalkSpeaker.person_id).where(TalkSpeaker.talk_id == talk.id)
        _set_speakers(session, proposal, session.scalars(speakers).all())
    return proposal


def move_proposal(
    session: Session,
    foundation: Foundation,
    proposal: Proposal,
    state: str,
    told: StateTold,
    facts: dict[str, Any],
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Let a proposal come to another state, with what became known by it."""
    with history.edit(session, foundation, proposal, version, by, real, MOVED) as act:
        act.detail["name"] = say_state(state)
        _write(session, proposal, facts)
        if state == "scheduled" and proposal.starts_at is None:
            raise Refused(_("Give the day and the time of the slot."), "when")
        set_state(session, proposal, state, told)
    return act.changed


def edit_proposal(
    session: Session,
    foundation: Foundation,
    proposal: Proposal,
    facts: dict[str, Any],
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change what is known of a proposal: who speaks, when, what they give, what came of it."""
    with history.edit(session, foundation, proposal, version, by, real, CHANGED) as act:
        _write(session, proposal, facts)
        if proposal.state == "scheduled" and proposal.starts_at is None:
            raise Refused(_("It is scheduled: give the day and the time."), "when")
    return act.changed


def remove_proposal(
    session: Session, foundation: Foundation, proposal: Proposal, by: Person, real: datetime
) -> history.Entry:
    """Remove a proposal that was entered by mistake, with its states."""
    wait_for_others(session, foundation.id)
    with history.act(session, real, by, foundation, REMOVED, proposal) as act:
        session.execute(delete(Proposal).where(Proposal.id == proposal.id))
    return act.entry


def _write(session: Session, proposal: Proposal, facts: dict[str, Any]) -> None:
    for column, value in facts.items():
        if column != "speakers":
            setattr(proposal, column, value)
    session.flush()
    if "speakers" in facts:
        _set_speakers(session, proposal, facts["speakers"])


def _set_speakers(session: Session, proposal: Proposal, wanted: Any) -> None:
    mine = {"proposal_id": proposal.id}
    join(session, ProposalSpeaker, mine, Person, wanted, proposal.foundation_id)
