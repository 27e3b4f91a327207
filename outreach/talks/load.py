"""Reads talks and proposals with what pages show of them; every page asks here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from models import Event, Foundation, Match, Person, Proposal, Segment, Talk, TalkSegment
from models.base import among
from models.talks import OWED, TURNED_DOWN

MOST_OWED = 5
MOST_OFFERED = 500


@dataclass(frozen=True, slots=True)
class OfferedTalk:
    """A text of the library that could be proposed to an event."""

    id: int
    title: str
    fits: bool
    """Whether it is for a segment that gathers there, and is not proposed there yet."""


SHOWN = (
    joinedload(Proposal.event),
    selectinload(Proposal.speakers).load_only(Person.name),
)
TALK_SHOWN = (
    selectinload(Talk.speakers).load_only(Person.name),
    selectinload(Talk.segments).load_only(Segment.short_name, Segment.slug),
    selectinload(Talk.proposals).joinedload(Proposal.event).load_only(Event.name, Event.starts_on),
)
FILTERS: dict[str, ColumnElement[bool]] = {
    "open": Proposal.state.not_in(("given", "published", *TURNED_DOWN)),
    "given": Proposal.state.in_(("given", "published")),
    "turned_down": Proposal.state.in_(TURNED_DOWN),
    "all": Proposal.id.is_not(None),
}
"""What a list of proposals can be of."""
_IS_OWED = among(Proposal.state, OWED)
_BY_URGENCY = (
    case((_IS_OWED, 0), else_=1),
    case((_IS_OWED, Proposal.answer_by)),
    Event.starts_on,
    Proposal.id,
)

_OWED = (
    select(Proposal)
    .join(Proposal.event)
    .where(
        Proposal.foundation_id == bindparam("foundation_id", type_=Integer),
        _IS_OWED,
        Event.ends_on >= bindparam("today", type_=Date),
    )
    .options(
        load_only(
            Proposal.title,
            Proposal.state,
            Proposal.answer_by,
            Proposal.event_id,
            Proposal.co_speakers,
        ),
        joinedload(Proposal.event).load_only(Event.name),
        joinedload(Proposal.speakers).load_only(Person.name),
    )
    .order_by(*_BY_URGENCY)
    .limit(MOST_OWED)
)


def select_proposals(foundation: Foundation, kind: str = "all") -> Select[Proposal]:
    """Select a foundation's proposals, what waits for our answer first, then by their events."""
    return (
        select(Proposal)
        .join(Proposal.event)
        .where(Proposal.foundation_id == foundation.id, FILTERS[kind])
        .options(*SHOWN)
        .order_by(*_BY_URGENCY)
    )


def list_owed(session: Session, foundation: Foundation, today: date) -> Sequence[Proposal]:
    """Return the first proposals that were accepted and wait for our yes, while it matters."""
    return session.scalars(_OWED, {"foundation_id": foundation.id, "today": today}).unique().all()


def list_talks(session: Session, events: Sequence[Event], *only: Any) -> Sequence[Proposal]:
    """Return our proposals to these events by their time, unscheduled ones last."""
    return session.scalars(
        select(Proposal)
        .where(Proposal.event_id.in_([event.id for event in events]), *only)
        .options(*SHOWN)
        .order_by(Proposal.starts_at.is_(None), Proposal.starts_at, Proposal.title, Proposal.id)
    ).all()


def list_talks_of(session: Session, person: Person) -> Sequence[Proposal]:
    """Return what a person is to give or gave, newest event first."""
    return session.scalars(
        select(Proposal)
        .join(Proposal.event)
        .where(Proposal.speakers.any(Person.id == person.id))
        .options(*SHOWN)
        .order_by(Event.starts_on.desc(), Proposal.id)
    ).all()


def load_proposal(session: Session, proposal: Proposal) -> Proposal:
    """Read what a proposal's page shows: its event, talk, speakers and states."""
    for name in ("event", "talk", "call", "speakers", "steps"):
        session.refresh(proposal, [name])
    return proposal


def load_talk(session: Session, talk: Talk) -> Talk:
    """Read what a text's page shows: its people, segments and proposals with their events."""
    one = select(Talk).where(Talk.id == talk.id).options(joinedload(Talk.owner), *TALK_SHOWN)
    return session.scalars(one.execution_options(populate_existing=True)).one()


def list_given(session: Session, foundation: Foundation, talk_id: int) -> Sequence[Proposal]:
    """Return where a text was given before, newest first, with what came of it."""
    given = (Proposal.talk_id == talk_id, FILTERS["given"])
    mine = select_proposals(foundation).where(*given).order_by(None)
    return session.scalars(mine.order_by(Event.starts_on.desc())).all()


def offer_talks(session: Session, foundation: Foundation, event_id: int) -> list[OfferedTalk]:
    """Return the library, first what is for those who gather at an event, by how well it fits.

    What stands at the event already comes last.
    """
    stands = exists().where(
        Proposal.talk_id == Talk.id,
        Proposal.event_id == event_id,
        Proposal.state.not_in(TURNED_DOWN),
    )
    fits = func.coalesce(func.max(Match.rank), 0)
    rows = session.execute(
        select(Talk.id, Talk.title, and_(fits > 0, ~stands))
        .outerjoin(TalkSegment, TalkSegment.talk_id == Talk.id)
        .outerjoin(
            Match, and_(Match.segment_id == TalkSegment.segment_id, Match.event_id == event_id)
        )
        .where(Talk.foundation_id == foundation.id)
        .group_by(Talk.id, Talk.title)
        .order_by(stands, fits.desc(), Talk.title, Talk.id)
        .limit(MOST_OFFERED)
    )
    return [OfferedTalk(*row) for row in rows]


def select_library(foundation: Foundation) -> Select[Talk]:
    """Select a foundation's library by title."""
    return (
        select(Talk)
        .where(Talk.foundation_id == foundation.id)
        .options(joinedload(Talk.owner), *TALK_SHOWN)
        .order_by(Talk.title, Talk.id)
    )
