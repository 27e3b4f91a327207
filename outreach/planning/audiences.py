"""Segments with news: open issues matched lately, and where the people they hit gather next."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, select
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
from outreach.matching.gathered import as_stop
from outreach.matching.trips import find_trips
from outreach.planning.concerns import SURELY_THERE
from outreach.planning.needs import LOOK_AHEAD, NEWS_DAYS, Audience

NEAR_EVENTS = 60
MOST_NEWS = 40


def find_audiences(session: Session, foundation: Foundation, today: date) -> list[Audience]:
    """Connect each new issue with the next event where its audience gathers."""
    news = _news(session, foundation, today)
    if not news:
        return []
    events = _events_ahead(session, {row.segment_id for row in news}, today)
    told = _on_briefs(session, {row.id for row in news})
    trips = {segment: _best_trip(near) for segment, near in events.items()}
    return [
        _audience(row, events[row.segment_id][0], trips[row.segment_id], told)
        for row in news
        if row.segment_id in trips
    ]


# Built once and asked again and again: building a query costs as much as its answer.
_NEWS = (
    select(
        Issue.id,
        Issue.key,
        Issue.title,
        IssueSegment.segment_id,
        IssueSegment.matched_at,
        Segment.slug,
        Segment.short_name,
        Ask.kind,
        Ask.symptom,
    )
    .join(IssueSegment, IssueSegment.issue_id == Issue.id)
    .join(Segment, Segment.id == IssueSegment.segment_id)
    .outerjoin(Ask, and_(Ask.issue_id == Issue.id, Ask.segment_id == Segment.id))
    .where(
        Segment.foundation_id == bindparam("foundation", type_=Integer),
        Issue.state == "open",
        IssueSegment.state != "rejected",
        IssueSegment.matched_at >= bindparam("since", type_=IssueSegment.matched_at.type),
    )
    .order_by(Ask.kind.is_(None), IssueSegment.matched_at.desc(), Ask.event_id.is_not(None), Ask.id)
    .limit(MOST_NEWS)
)
_AHEAD = (
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
    )
    .join(Event, Event.id == Match.event_id)
    .outerjoin(Decision, and_(Decision.event_id == Event.id, Decision.is_current))
    .where(
        Match.segment_id.in_(bindparam("segments", expanding=True, type_=Integer)),
        Match.gathers >= SURELY_THERE,
        Event.starts_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
    )
    .order_by(Match.rank.desc())
    .limit(NEAR_EVENTS)
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
        if row.state not in {"no_go", "cancelled"}:
            found[row.segment_id].append(row)
    return found


def _on_briefs(session: Session, issue_ids: set[int]) -> set[tuple[int, int]]:
    """Return which issue is on which event's brief already."""
    rows = session.execute(
        select(BriefIssue.event_id, BriefIssue.issue_id).where(BriefIssue.issue_id.in_(issue_ids))
    )
    return {(row.event_id, row.issue_id) for row in rows}


def _best_trip(near: list[Any]) -> list[Any]:
    """Return the best event ahead, together with what is in reach of the same trip."""
    by_key = {str(row.id): row for row in near}
    best = str(near[0].id)
    trips = (trip.keys for trip in find_trips(as_stop(row) for row in near))
    return [by_key[key] for key in next((keys for keys in trips if best in keys), (best,))]


def _audience(news: Any, best: Any, trip: Sequence[Any], told: set[tuple[int, int]]) -> Audience:
    """Name the best event ahead and its trip to an issue's audience."""
    first = trip[0]
    return Audience(
        slug=news.slug,
        short_name=news.short_name,
        issue_id=news.id,
        issue_key=news.key,
        symptom=news.symptom or f"{news.title}.",
        matched=news.matched_at.date(),
        wants_testers=news.kind == "test",
        city=first.city or first.name,
        event_id=best.id,
        event_names=tuple(stop.name for stop in trip),
        event_ids=frozenset(stop.id for stop in trip),
        starts=first.starts_on,
        decision=first.state,
        on_brief=(best.id, news.id) in told,
    )
