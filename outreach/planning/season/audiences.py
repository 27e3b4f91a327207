"""Segments with news: open issues matched lately, and where the people they hit gather next."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Date, Integer, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from models import (
    Ask,
    BriefIssue,
    Decision,
    Event,
    Foundation,
    Issue,
    IssueSegment,
    Match,
    Segment,
)
from models.events import NOT_CALLED_OFF
from outreach.issues.at_events.concerns import SURELY_THERE
from outreach.matching.store.stops import trip_of
from outreach.planning.season.needs import LOOK_AHEAD, MOST_NEWS, NEWS_DAYS, SegmentNews

NEAR_EVENTS = 20
"""Coming events looked at for one segment."""
BESIDE_DAYS, BESIDE, POLAR = 60, 3.0, 60.0
"""Days and degrees beyond which no chain of stops leads from one event to the other."""


def find_audiences(session: Session, foundation: Foundation, today: date) -> list[SegmentNews]:
    """Connect each new issue with the next event where its audience gathers.

    Those come first about which there is an ask, then the newest.
    """
    news = _news(session, foundation, today)
    if not news:
        return []
    events = _events_ahead(session, {row.segment_id for row in news}, today)
    told = _on_briefs(session, {row.id for row in news})
    asks = _asks(session, {row.id for row in news}, today)
    trips = {segment: _best_trip(near) for segment, near in events.items()}
    found = []
    for row in news:
        if row.segment_id in trips:
            best, trip = events[row.segment_id][0], trips[row.segment_id]
            ask = _ask_for(asks[row.id, row.segment_id], best, trip)
            found.append((ask is None, _audience(row, ask, best, trip, told)))
    return [audience for _, audience in sorted(found, key=lambda pair: pair[0])]


# Built once and asked again and again: building a query costs as much as its answer.
# Each segment has its own share of rows, so that a busy one hides no other.
_NEWS_RANKED = (
    select(
        Issue.id,
        Issue.key,
        Issue.title,
        IssueSegment.segment_id,
        IssueSegment.matched_at,
        Segment.slug,
        Segment.short_name,
        func.row_number()
        .over(
            partition_by=IssueSegment.segment_id,
            order_by=(
                ~exists().where(Ask.issue_id == Issue.id, Ask.segment_id == Segment.id),
                IssueSegment.matched_at.desc(),
                Issue.id,
            ),
        )
        .label("place"),
    )
    .join(IssueSegment, IssueSegment.issue_id == Issue.id)
    .join(Segment, Segment.id == IssueSegment.segment_id)
    .where(
        Segment.foundation_id == bindparam("foundation", type_=Integer),
        Issue.state == "open",
        IssueSegment.state != "rejected",
        IssueSegment.matched_at >= bindparam("since", type_=IssueSegment.matched_at.type),
    )
    .subquery()
)
_NEWS = (
    select(_NEWS_RANKED)
    .where(_NEWS_RANKED.c.place <= MOST_NEWS)
    .order_by(_NEWS_RANKED.c.matched_at.desc(), _NEWS_RANKED.c.id)
)
_AHEAD_RANKED = (
    select(
        Match.segment_id,
        Match.rank,
        Event.id,
        Event.name,
        Event.city,
        Event.country,
        Event.starts_on,
        Event.ends_on,
        Event.latitude,
        Event.longitude,
        Decision.state,
        func.row_number()
        .over(partition_by=Match.segment_id, order_by=(Match.rank.desc(), Event.id))
        .label("place"),
    )
    .join(Event, Event.id == Match.event_id)
    .outerjoin(Event.decision)
    .where(
        Match.segment_id.in_(bindparam("segments", expanding=True, type_=Integer)),
        Match.gathers >= SURELY_THERE,
        Event.ends_on >= bindparam("first", type_=Date),
        Event.starts_on <= bindparam("last", type_=Date),
        NOT_CALLED_OFF,
    )
    .subquery()
)
_AHEAD = (
    select(_AHEAD_RANKED)
    .where(_AHEAD_RANKED.c.place <= NEAR_EVENTS)
    .order_by(_AHEAD_RANKED.c.rank.desc(), _AHEAD_RANKED.c.id)
)


def _news(session: Session, foundation: Foundation, today: date) -> Sequence[Any]:
    since = datetime.combine(today - timedelta(days=NEWS_DAYS), time(), UTC)
    return session.execute(_NEWS, {"foundation": foundation.id, "since": since}).all()


def _events_ahead(session: Session, segment_ids: set[int], today: date) -> dict[int, list[Any]]:
    """Return the coming events of each segment that it really gathers at, best first."""
    last = today + timedelta(days=LOOK_AHEAD)
    asked = {"segments": list(segment_ids), "first": today, "last": last}
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.execute(_AHEAD, asked):
        found[row.segment_id].append(row)
    return found


def _asks(session: Session, issue_ids: set[int], today: date) -> dict[tuple[int, int], list[Any]]:
    """Return what is asked about these issues, by issue and segment."""
    rows = session.execute(
        select(Ask.issue_id, Ask.segment_id, Ask.event_id, Ask.kind, Ask.symptom)
        .where(Ask.issue_id.in_(issue_ids), or_(Ask.ends_on.is_(None), Ask.ends_on >= today))
        .order_by(Ask.id)
    )
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in rows:
        found[row.issue_id, row.segment_id].append(row)
    return found


def _ask_for(asks: Sequence[Any], best: Any, trip: Sequence[Any]) -> Any:
    """Return the ask that is meant for the event, its trip or anywhere, None where none is."""
    order = [best.id, *(stop.id for stop in trip), None]
    meant = [ask for ask in asks if ask.event_id in order]
    return min(meant, key=lambda ask: order.index(ask.event_id), default=None)


def _on_briefs(session: Session, issue_ids: set[int]) -> set[tuple[int, int]]:
    """Return which issue is on which event's brief already."""
    rows = session.execute(
        select(BriefIssue.event_id, BriefIssue.issue_id).where(BriefIssue.issue_id.in_(issue_ids))
    )
    return {(row.event_id, row.issue_id) for row in rows}


def _best_trip(near: list[Any]) -> list[Any]:
    """Return the best event ahead, together with what is in reach of the same trip."""
    beside = [row for row in near if _is_beside(near[0], row)]
    return beside if len(beside) == 1 else trip_of(near[0], beside)


def _is_beside(best: Any, other: Any) -> bool:
    """Tell, without measuring, whether both may belong to one trip, or to one that competes."""
    if abs((best.starts_on - other.starts_on).days) > BESIDE_DAYS:
        return False
    if None in (best.latitude, best.longitude, other.latitude, other.longitude):
        return True
    east = abs(best.longitude - other.longitude) % 360
    north = abs(best.latitude - other.latitude)
    # Near the poles degrees of longitude are short, so there none is too many.
    is_polar = abs(best.latitude) + north > POLAR
    return bool(north < BESIDE and (is_polar or min(east, 360 - east) < 2 * BESIDE))


def _audience(
    news: Any, ask: Any, best: Any, trip: Sequence[Any], told: set[tuple[int, int]]
) -> SegmentNews:
    """Name the best event ahead and its trip to an issue's audience."""
    first = trip[0]
    return SegmentNews(
        slug=news.slug,
        short_name=news.short_name,
        issue_id=news.id,
        issue_key=news.key,
        symptom=(ask and ask.symptom) or f"{news.title}.",
        matched=news.matched_at.date(),
        wants_testers=ask is not None and ask.kind == "test",
        city=first.city or first.name,
        event_id=best.id,
        event_names=tuple(stop.name for stop in trip),
        event_ids=frozenset(stop.id for stop in trip),
        starts=first.starts_on,
        decision=first.state,
        on_brief=(best.id, news.id) in told,
    )
