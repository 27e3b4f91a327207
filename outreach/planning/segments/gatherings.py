"""Evidence by hand: somebody knows that a segment gathers at an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Event, Foundation, Gathering, Person, Segment, Series
from outreach.accounts.audit import find_entry, record
from outreach.locking import wait_for_others
from outreach.refusal import Refused

KEPT = ("segment_id", "event_id", "series_id", "kind", "sentence", "source", "source_url")


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
) -> Gathering:
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
    session.add(gathering)
    session.flush()
    detail = {"segment": segment.slug, "sentence": evidence.sentence}
    record(session, real, by, foundation, "added", "gathering", gathering.id, detail)
    return gathering


def find_gathering(session: Session, segment: Segment, gathering_id: int) -> Gathering | None:
    """Return that piece of evidence if it is one of this segment."""
    return session.scalar(
        select(Gathering).where(Gathering.id == gathering_id, Gathering.segment_id == segment.id)
    )


def drop_gathering(
    session: Session, foundation: Foundation, gathering: Gathering, by: Person, real: datetime
) -> AuditEntry:
    """Take evidence away; the audit keeps all of it for Undo."""
    wait_for_others(session, foundation.id)
    detail = {column: getattr(gathering, column) for column in KEPT}
    detail["dated"] = gathering.dated.isoformat() if gathering.dated else None
    session.delete(gathering)
    return record(session, real, by, foundation, "dropped", "gathering", gathering.id, detail)


def find_dropped(session: Session, foundation: Foundation, entry_id: int) -> AuditEntry | None:
    """Return the audit's line about evidence of this foundation that was taken away."""
    entry = find_entry(session, foundation, entry_id, "dropped", "gathering")
    return entry if entry and "segment_id" in entry.detail else None


def restore_gathering(
    session: Session, foundation: Foundation, entry: AuditEntry, by: Person, real: datetime
) -> Segment:
    """Put evidence back that was taken away; return the segment that it is about."""
    wait_for_others(session, foundation.id)
    undone = select(AuditEntry.id).where(
        AuditEntry.act == "restored",
        AuditEntry.subject == AuditEntry.__tablename__,
        AuditEntry.subject_id == entry.id,
    )
    if session.scalar(undone) is not None:
        raise Refused("This has been undone already.")
    kept = {column: entry.detail[column] for column in KEPT}
    segment = session.get(Segment, kept["segment_id"])
    about = (Event, kept["event_id"]) if kept["event_id"] else (Series, kept["series_id"])
    if segment is None or session.get(*about) is None:
        raise Refused("What the evidence was about is gone, so it cannot come back.")
    dated = date.fromisoformat(entry.detail["dated"]) if entry.detail["dated"] else None
    session.add(Gathering(**kept, dated=dated, created_at=real))
    record(session, real, by, foundation, "restored", AuditEntry.__tablename__, entry.id)
    return segment


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
