"""Keeps the stored matches fresh, and explains one match from the evidence as it stands."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, Match, Segment
from outreach.catalog.series import read_series
from outreach.locking import wait_for_others
from outreach.matching import terms
from outreach.matching.engine import Engine
from outreach.matching.gathered import EVENT_FACTS, as_facts, as_segment, gather_evidence
from outreach.matching.shelf import Shelf, shelf_of
from outreach.matching.trips import GAP_DAYS

LOOKS_BACK = timedelta(days=365)
"""How long after its end an event keeps its matches."""
REACH = timedelta(days=GAP_DAYS)
FEW = 50
"""Up to so many changed events their neighbours are looked up one by one; an import of more
brings its own neighbours along and decides nothing."""


@cache
def known_series() -> Shelf:
    """Return the shipped series, read once; nothing changes them while the program runs."""
    return shelf_of(read_series())


def weights_of(foundation: Foundation) -> terms.Weights:
    """Return the foundation's weights: its own where it changed them, else the defaults."""
    return terms.Weights(**{code: float(value) for code, value in foundation.weights.items()})


def refresh_foundation(session: Session, foundation: Foundation, now: datetime) -> None:
    """Compute every match of a foundation again."""
    refresh_segments(session, foundation, None, now)


def refresh_segments(
    session: Session, foundation: Foundation, segment_ids: Collection[int] | None, now: datetime
) -> None:
    """Compute the matches of these segments again, after they or their issues changed.

    None means all segments.
    """
    wait_for_others(session, foundation.id)
    session.flush()
    segments = _segments(session, foundation, segment_ids)
    events = _events(session, foundation, now.date(), None)
    engine = _engine(session, foundation, segments, events, now.date())
    ids = [segment.id for segment in segments]
    session.execute(delete(Match).where(Match.segment_id.in_(ids)))
    _store(session, engine, segments)
    _rank_events(session, Event.foundation_id == foundation.id)


def refresh_events(
    session: Session, foundation: Foundation, event_ids: Collection[int], now: datetime
) -> None:
    """Compute the matches of these events and of their neighbours again.

    A decision about an event is felt by the events of the same days, so they come along.
    """
    wait_for_others(session, foundation.id)
    session.flush()
    ids = _with_neighbours(session, foundation, event_ids)
    segments = _segments(session, foundation, None)
    events = _events(session, foundation, now.date(), ids)
    engine = _engine(session, foundation, segments, events, now.date())
    session.execute(delete(Match).where(Match.event_id.in_(ids)))
    _store(session, engine, segments, only=ids)
    _rank_events(session, Event.id.in_(ids))


def explain(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    event_ids: Collection[int],
    now: datetime,
    weights: terms.Weights | None = None,
) -> list[terms.Match]:
    """Return the matches of a segment with these events, every reason with its evidence."""
    events = _events(session, foundation, now.date(), event_ids)
    engine = _engine(session, foundation, [segment], events, now.date(), weights)
    asked = {str(event_id) for event_id in event_ids}
    return [engine.match(segment.slug, event.key) for event in events if event.key in asked]


def rank_with(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    weights: terms.Weights,
    now: datetime,
) -> list[terms.Hit]:
    """Return the segment's matches in the order that these weights would give, unstored."""
    events = _events(session, foundation, now.date(), None)
    engine = _engine(session, foundation, [segment], events, now.date(), weights)
    return engine.hits(segment.slug)


def _engine(
    session: Session,
    foundation: Foundation,
    segments: Collection[Segment],
    events: Sequence[terms.EventFacts],
    today: date,
    weights: terms.Weights | None = None,
) -> Engine:
    ids = [segment.id for segment in segments]
    return Engine(
        [as_segment(segment) for segment in segments],
        events,
        gather_evidence(session, foundation, events, today, ids),
        as_of=today,
        gazetteer=known_series(),
        weights=weights or weights_of(foundation),
        organisation=foundation.name,
    )


def _segments(
    session: Session, foundation: Foundation, ids: Collection[int] | None
) -> Sequence[Segment]:
    query = select(Segment).where(Segment.foundation_id == foundation.id).order_by(Segment.id)
    return session.scalars(query if ids is None else query.where(Segment.id.in_(ids))).all()


def _events(
    session: Session, foundation: Foundation, today: date, ids: Collection[int] | None
) -> list[terms.EventFacts]:
    """Return the facts of these events (None: all of the foundation that are not long over).

    The events near them in time that are a Go come along: they make trips and clashes.
    """
    query = EVENT_FACTS.order_by(Event.id)
    if ids is None:
        ours = (Event.foundation_id == foundation.id, Event.ends_on >= today - LOOKS_BACK)
        return [as_facts(row) for row in session.execute(query.where(*ours))]
    first, last = _days_of(session, ids)
    going = (
        select(Decision.event_id)
        .join(Event, Event.id == Decision.event_id)
        .where(
            Decision.is_current,
            Decision.state == "go",
            Event.foundation_id == foundation.id,
            Event.starts_on <= last + REACH,
            Event.ends_on >= first - REACH,
        )
    )
    wanted = {*ids, *session.scalars(going)}
    return [as_facts(row) for row in session.execute(query.where(Event.id.in_(wanted)))]


def _days_of(session: Session, ids: Collection[int]) -> tuple[date, date]:
    """Return the first and the last day of events; any day where there are none."""
    days = select(func.min(Event.starts_on), func.max(Event.ends_on)).where(Event.id.in_(ids))
    first, last = session.execute(days).one()
    return first or date.min + REACH, last or date.min + REACH


def _with_neighbours(
    session: Session, foundation: Foundation, event_ids: Collection[int]
) -> set[int]:
    """Return the events and all that share their days, as far as a trip or a clash reaches."""
    days = session.execute(
        select(func.min(Event.starts_on), func.max(Event.ends_on))
        .where(Event.id.in_(event_ids))
        .group_by(Event.starts_on, Event.ends_on)
    ).all()
    found = set(event_ids)
    for first, last in days if len(event_ids) <= FEW else ():
        found |= set(
            session.scalars(
                select(Event.id).where(
                    Event.foundation_id == foundation.id,
                    Event.starts_on <= last + REACH,
                    Event.ends_on >= first - REACH,
                )
            )
        )
    return found


def _store(
    session: Session,
    engine: Engine,
    segments: Iterable[Segment],
    only: Collection[int] | None = None,
) -> None:
    rows = [
        {
            "segment_id": segment.id,
            "event_id": int(hit.event),
            "score": None if hit.score is None else round(hit.score),
            "known": hit.known,
            "rank": hit.rank,
            "gathers": hit.gathers,
            "sentence": hit.sentence,
        }
        for segment in segments
        for hit in engine.hits(segment.slug)
        if only is None or int(hit.event) in only
    ]
    if rows:
        session.execute(insert(Match), rows)


def _rank_events(session: Session, which: object) -> None:
    """Keep each event's best rank beside it, for the season's ideas."""
    best = (
        select(func.max(Match.rank))
        .where(Match.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    session.execute(
        update(Event).where(which).values(best_rank=func.coalesce(best, 0.0)),  # type: ignore[arg-type]
        execution_options={"synchronize_session": False},
    )
