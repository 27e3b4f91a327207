"""Evidence by hand: somebody knows that a segment gathers at an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Gathering, Person, Segment, Series
from outreach.accounts import history
from outreach.locking import wait_for_others
from outreach.refusal import Refused


@dataclass(frozen=True, slots=True)
class TypedEvidence:
    """What somebody knows, and from where."""

    sentence: str
    source: str
    source_url: str | None
    dated: date | None
    every_edition: bool


def add_gathering(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    event: Event,
    evidence: TypedEvidence,
    by: Person,
    today: date,
    real: datetime,
) -> tuple[Gathering, history.Entry]:
    """Keep evidence for one event, or for every edition of its series.

    Evidence from the future would move today's score, so it is refused.
    """
    wait_for_others(session, foundation.id)
    if evidence.dated and evidence.dated > today:
        raise Refused("Evidence cannot be of a day that is still to come.", "dated")
    series = event.series_id if evidence.every_edition else None
    gathering = Gathering(
        segment_id=segment.id,
        series_id=series,
        event_id=None if series else event.id,
        kind="stated",
        sentence=evidence.sentence,
        source=evidence.source,
        source_url=evidence.source_url,
        dated=evidence.dated,
        created_at=real,
    )
    with history.act(session, real, by, foundation, "added", gathering) as act:
        session.add(gathering)
    return gathering, act.entry


def find_gathering(session: Session, segment: Segment, gathering_id: int) -> Gathering | None:
    """Return that piece of evidence if it is one of this segment."""
    return session.scalar(
        select(Gathering).where(Gathering.id == gathering_id, Gathering.segment_id == segment.id)
    )


def drop_gathering(
    session: Session, foundation: Foundation, gathering: Gathering, by: Person, real: datetime
) -> history.Entry:
    """Take evidence away; the history keeps all of it."""
    return history.remove(session, foundation, gathering, by, real, "dropped")


def list_gatherings(session: Session, segment: Segment) -> Sequence[tuple[Gathering, str]]:
    """Return the segment's evidence with the name of the event or series it is about."""
    rows = session.execute(
        select(Gathering, Series.name, Event.name)
        .outerjoin(Series, Series.id == Gathering.series_id)
        .outerjoin(Event, Event.id == Gathering.event_id)
        .where(Gathering.segment_id == segment.id)
        .order_by(Gathering.dated.desc().nulls_last(), Gathering.id)
    )
    return [(gathering, series or event or "") for gathering, series, event in rows]
