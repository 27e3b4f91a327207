"""The library of talks: texts that are kept once, and sent to many events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import (
    Event,
    Foundation,
    Person,
    Proposal,
    Segment,
    Talk,
    TalkSegment,
    TalkSpeaker,
)
from models.talks import TEXT, UNSENT
from outreach.accounts import history
from outreach.calendars.clock import say_list
from outreach.language import N_
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused
from outreach.talks.links import join

ADDED, CHANGED, REMOVED, PASTED = "added talk", "changed talk", "removed talk", "pasted talks"
PARTS = {
    "title": N_("title"),
    "abstract": N_("abstract"),
    "minutes": N_("length"),
    "level": N_("level"),
    "language": N_("language"),
}
"""What each column of the text is called."""


def add_talk(
    session: Session, foundation: Foundation, facts: dict[str, Any], by: Person, real: datetime
) -> Talk:
    """Add a text with these columns; `facts` may hold numbers of `speakers` and `segments`."""
    wait_for_others(session, foundation.id)
    talk = Talk(foundation_id=foundation.id)
    with history.act(session, real, by, foundation, ADDED, talk):
        _write(session, talk, facts)
    return talk


def add_talks(
    session: Session,
    foundation: Foundation,
    several: Sequence[dict[str, Any]],
    by: Person,
    real: datetime,
) -> history.Entry:
    """Add pasted texts, all of them or none."""
    wait_for_others(session, foundation.id)
    with history.act(session, real, by, foundation, PASTED) as act:
        act.detail["added"] = len(several)
        for facts in several:
            _write(session, Talk(foundation_id=foundation.id), facts)
    return act.entry


def edit_talk(
    session: Session,
    foundation: Foundation,
    talk: Talk,
    facts: dict[str, Any],
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change a text; what was sent of it stays as it was read, what was not follows it."""
    with history.edit(session, foundation, talk, version, by, real, CHANGED) as act:
        _write(session, talk, facts)
        unsent = select(Proposal).where(Proposal.talk_id == talk.id, Proposal.state.in_(UNSENT))
        for proposal in session.scalars(unsent):
            copy_text(talk, proposal)
    return act.changed


def remove_talk(
    session: Session, foundation: Foundation, talk: Talk, by: Person, real: datetime
) -> history.Entry:
    """Remove a text; refused where an event has read it, for that history rests on it."""
    wait_for_others(session, foundation.id)
    sent = select(Event.name).join(Proposal, Proposal.event_id == Event.id)
    sent = sent.where(Proposal.talk_id == talk.id, Proposal.state.not_in(UNSENT))
    if events := session.scalars(sent.distinct().order_by(Event.name)).all():
        raise Refused(
            _("It was sent to %(events)s. Remove that proposal first.", events=say_list(events))
        )
    with history.act(session, real, by, foundation, REMOVED, talk) as act:
        act.detail["name"] = talk.title[:80]
        session.execute(delete(Talk).where(Talk.id == talk.id))
    return act.entry


def copy_text(talk: Talk, proposal: Proposal) -> None:
    """Let a proposal say what the library says."""
    for column in TEXT:
        setattr(proposal, column, getattr(talk, column))


def changed_since(talk: Talk, proposal: Proposal) -> list[str]:
    """Name the parts of a text that differ from what the library says now."""
    differ = (name for name in TEXT if getattr(talk, name) != getattr(proposal, name))
    return [str(PARTS[name]) for name in differ]


def _write(session: Session, talk: Talk, facts: dict[str, Any]) -> None:
    for column, value in facts.items():
        if column not in {"speakers", "segments"}:
            setattr(talk, column, value)
    session.add(talk)
    session.flush()
    mine, ours = {"talk_id": talk.id}, talk.foundation_id
    join(session, TalkSpeaker, mine, Person, facts.get("speakers", ()), ours)
    join(session, TalkSegment, mine, Segment, facts.get("segments", ()), ours)
