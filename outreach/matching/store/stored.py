"""Keeps the stored matches fresh, and explains one match from the evidence as it stands."""

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from models import Event, Foundation, Match, Segment
from outreach.catalog.series.known import read_series
from outreach.locking import wait_for_others
from outreach.matching.engine import terms
from outreach.matching.engine.match import Engine
from outreach.matching.engine.text.series_index import Shelf, shelf_of
from outreach.matching.store.evidence import MANY
from outreach.matching.store.gathered import as_segment, gather_evidence, gather_sayings
from outreach.matching.store.needed import going_events, read_events, with_neighbours

FEW_SEGMENTS = 20
"""Of so many segments evidence is read for the events that they are found at, not for all."""
MOST_AT_ONCE = 10_000
"""So many pairs of segment and event are computed with the change; more follow after it."""


@cache
def known_series() -> Shelf:
    """Return the shipped series, read once; nothing changes them while the program runs."""
    return shelf_of(read_series())


def weights_of(foundation: Foundation) -> terms.Weights:
    """Return the foundation's weights: its own where it changed them, else the defaults."""
    return terms.read_weights(foundation.weights)


def refresh_foundation(session: Session, foundation: Foundation, now: datetime) -> None:
    """Compute every match of a foundation again."""
    refresh_segments(session, foundation, None, now)


def refresh_segments(
    session: Session, foundation: Foundation, segment_ids: Collection[int] | None, now: datetime
) -> None:
    """Compute the matches of these segments again, after they or their evidence changed.

    None means all segments. Where that takes long they are marked, and follow by `catch_up`.
    """
    _begin(session, foundation)
    segments = _segments(session, foundation, segment_ids)
    count = select(func.count()).where(Event.foundation_id == foundation.id)
    if len(segments) * (session.scalar(count) or 0) > MOST_AT_ONCE:
        _mark(session, Segment.id.in_([segment.id for segment in segments]))
    else:
        engine = _engine_of(session, foundation, segments, now.date())
        _replace(session, foundation, segments, _rows(engine, segments))


def leave_for_later(session: Session, foundation: Foundation) -> None:
    """Mark every segment: its matches follow by `catch_up`."""
    _mark(session, Segment.foundation_id == foundation.id)


def catch_up(
    reading: sessionmaker[Session],
    writing: sessionmaker[Session],
    real_now: Callable[[], datetime],
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Compute the matches of one foundation's marked segments; tell whether there were any.

    Nobody is held up meanwhile: each segment is written by itself, unless something that it rests
    on has changed since it was read. It is marked anew then, and the next call goes on with it.
    """
    with reading() as session:
        is_due = Segment.stale.is_not(None)
        owner = session.scalar(select(Segment.foundation_id).where(is_due).limit(1))
        if owner is None:
            return False
        foundation = session.get_one(Foundation, owner)
        due = select(Segment).where(is_due, Segment.foundation_id == owner).order_by(Segment.id)
        segments = session.scalars(due).all()
        engine = _engine_of(session, foundation, segments, foundation.now(real_now()).date())
    for segment in segments:
        rows = _rows(engine, [segment])
        with writing() as session:
            wait_for_others(session, foundation.id)
            mark = select(Segment.stale).where(Segment.id == segment.id)
            if should_stop() or session.scalar(mark) != segment.stale:
                break
            _replace(session, foundation, [segment], rows)
            _mark(session, Segment.id == segment.id, done=True)
            session.commit()
    return True


def refresh_issues(
    session: Session, foundation: Foundation, segment_ids: Collection[int], now: datetime
) -> None:
    """Compute the matches of these segments again, after only their issues changed.

    An issue changes where nobody gathers, so the events of the stored matches are enough.
    """
    _begin(session, foundation)
    segments = _segments(session, foundation, segment_ids)
    ids = [segment.id for segment in segments]
    pairs = set(_stored_pairs(session, ids))
    if len(pairs) > MOST_AT_ONCE:
        _mark(session, Segment.id.in_(ids))
        return
    events = read_events(session, foundation, now.date(), {event_id for _, event_id in pairs})
    engine = _engine(session, foundation, segments, events, now.date())
    rows = _rows(engine, segments)
    kept = [row for row in rows if (row["segment_id"], row["event_id"]) in pairs]
    _replace(session, foundation, segments, kept)


def refresh_events(
    session: Session,
    foundation: Foundation,
    event_ids: Collection[int],
    now: datetime,
    decided: Collection[int] = (),
) -> None:
    """Compute the matches of these events and of their neighbours again.

    A Go is felt by the events of the same days, so they come along, and those of the events that
    were `decided` about.
    """
    _begin(session, foundation)
    ids = with_neighbours(session, foundation, event_ids, decided)
    segments = _segments(session, foundation, None)
    events = read_events(session, foundation, now.date(), ids)
    engine = _engine(session, foundation, segments, events, now.date())
    session.execute(delete(Match).where(Match.event_id.in_(ids)))
    _insert(session, [row for row in _rows(engine, segments) if row["event_id"] in ids])
    _rank_events(session, Event.id.in_(ids))


def _begin(session: Session, foundation: Foundation) -> None:
    """Read what stands; what is computed meanwhile from what stood before is computed again."""
    wait_for_others(session, foundation.id)
    session.flush()
    _mark(session, (Segment.foundation_id == foundation.id) & Segment.stale.is_not(None))


def _mark(session: Session, which: ColumnElement[bool], *, done: bool = False) -> None:
    session.execute(
        update(Segment).where(which).values(stale=None if done else secrets.token_hex(8)),
        execution_options={"synchronize_session": False},
    )


def explain(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    event_ids: Collection[int],
    now: datetime,
    weights: terms.Weights | None = None,
) -> list[terms.ExplainedMatch]:
    """Return the matches of a segment with these events, every reason with its evidence."""
    events = read_events(session, foundation, now.date(), event_ids)
    engine = _engine(session, foundation, [segment], events, now.date(), weights, in_full=True)
    asked = {str(event_id) for event_id in event_ids}
    return [engine.match(segment.slug, event.key) for event in events if event.key in asked]


def rank_with(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    weights: Sequence[terms.Weights],
    now: datetime,
) -> list[list[terms.Hit]]:
    """Return the segment's matches in the order that each of these weights would give, unstored."""
    everything = read_events(session, foundation, now.date(), None)
    events = _narrowed(session, foundation, [segment], everything, now.date())
    engine = _engine(session, foundation, [segment], events, now.date())
    found = []
    for some in weights:
        engine.put_weights(some)
        found.append(engine.hits(segment.slug))
    return found


def _engine(
    session: Session,
    foundation: Foundation,
    segments: Collection[Segment],
    events: Sequence[terms.EventText],
    today: date,
    weights: terms.Weights | None = None,
    *,
    in_full: bool = False,
) -> Engine:
    """Build an engine; only `in_full` it can say what each reason stands on."""
    ids = [segment.id for segment in segments]
    return Engine(
        [as_segment(segment) for segment in segments],
        events,
        gather_evidence(session, foundation, events, today, ids, for_scores=not in_full),
        as_of=today,
        gazetteer=known_series(),
        weights=weights or weights_of(foundation),
        organisation=foundation.name,
    )


def _engine_of(
    session: Session, foundation: Foundation, segments: Collection[Segment], today: date
) -> Engine:
    """Build an engine with all that these segments may be found at."""
    events = read_events(session, foundation, today, None)
    if len(segments) <= FEW_SEGMENTS:
        events = _narrowed(session, foundation, segments, events, today)
    return _engine(session, foundation, segments, events, today)


def _narrowed(
    session: Session,
    foundation: Foundation,
    segments: Collection[Segment],
    events: Sequence[terms.EventText],
    today: date,
) -> list[terms.EventText]:
    """Return those events at which these segments may be found, and those that are a Go."""
    ids = [segment.id for segment in segments]
    finder = Engine(
        [as_segment(segment) for segment in segments],
        events,
        gather_sayings(session, foundation, ids, today),
        as_of=today,
        gazetteer=known_series(),
        organisation=foundation.name,
    )
    found = {key for slug in finder.segments for key in finder.candidates(slug)}
    found.update(str(event_id) for event_id in session.scalars(going_events(foundation)))
    return [event for event in events if event.key in found]


def _segments(
    session: Session, foundation: Foundation, ids: Collection[int] | None
) -> Sequence[Segment]:
    query = select(Segment).where(Segment.foundation_id == foundation.id).order_by(Segment.id)
    return session.scalars(query if ids is None else query.where(Segment.id.in_(ids))).all()


def _stored_pairs(session: Session, segment_ids: Collection[int]) -> list[tuple[int, int]]:
    pairs = select(Match.segment_id, Match.event_id).where(Match.segment_id.in_(segment_ids))
    return [(segment_id, event_id) for segment_id, event_id in session.execute(pairs)]


def _replace(
    session: Session,
    foundation: Foundation,
    segments: Collection[Segment],
    rows: list[dict[str, Any]],
) -> None:
    """Put these rows in the place of the stored matches of these segments."""
    ids = [segment.id for segment in segments]
    before = {event_id for _, event_id in _stored_pairs(session, ids)}
    session.execute(delete(Match).where(Match.segment_id.in_(ids)))
    _insert(session, rows)
    if not segments:  # one was removed, and its matches with it
        _rank_events(session, Event.foundation_id == foundation.id)
        return
    touched = before | {row["event_id"] for row in rows}
    few = len(touched) <= MANY
    _rank_events(session, Event.id.in_(touched) if few else Event.foundation_id == foundation.id)


def _rows(engine: Engine, segments: Iterable[Segment]) -> list[dict[str, Any]]:
    return [
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
    ]


def _insert(session: Session, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(Match), rows)


def _rank_events(session: Session, which: ColumnElement[bool]) -> None:
    """Keep each event's best rank beside it, for the season's ideas."""
    best = (
        select(func.max(Match.rank))
        .where(Match.event_id == Event.id)
        .correlate(Event)
        .scalar_subquery()
    )
    session.execute(
        update(Event).where(which).values(best_rank=func.coalesce(best, 0.0)),
        execution_options={"synchronize_session": False},
    )
