"""Segments with news: open issues matched lately, and where the people they hit gather next."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import and_, select
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
    return [
        _audience(row, events[row.segment_id], told) for row in news if row.segment_id in events
    ]


def _news(session: Session, foundation: Foundation, today: date) -> Sequence[Any]:
    since = today - timedelta(days=NEWS_DAYS)
    midnight = datetime.combine(since, time(), UTC)
    return session.execute(
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
            Segment.foundation_id == foundation.id,
            Issue.state == "open",
            IssueSegment.state != "rejected",
            IssueSegment.matched_at >= midnight,
        )
        .order_by(
            Ask.kind.is_(None), IssueSegment.matched_at.desc(), Ask.event_id.is_not(None), Ask.id
        )
        .limit(MOST_NEWS)
    ).all()


def _events_ahead(session: Session, segment_ids: set[int], today: date) -> dict[int, list[Any]]:
    """Return the coming events of each segment that it really gathers at, best first."""
    rows = session.execute(
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
            Match.segment_id.in_(segment_ids),
            Match.gathers >= SURELY_THERE,
            Event.starts_on.between(today, today + timedelta(days=LOOK_AHEAD)),
        )
        .order_by(Match.rank.desc())
        .limit(NEAR_EVENTS)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        if row.state not in {"no_go", "cancelled"}:
            found[row.segment_id].append(row)
    return found


def _on_briefs(session: Session, issue_ids: set[int]) -> set[tuple[int, int]]:
    """Return which issue is on which event's brief already."""
    rows = session.execute(
        select(BriefIssue.event_id, BriefIssue.issue_id).where(BriefIssue.issue_id.in_(issue_ids))
    )
    return {(row.event_id, row.issue_id) for row in rows}


def _audience(news: Any, near: list[Any], told: set[tuple[int, int]]) -> Audience:
    """Name the best event ahead, together with what is in reach of the same trip."""
    by_key = {str(row.id): row for row in near}
    best = near[0]
    stops = [as_stop(row) for row in near]
    trips = [trip.keys for trip in find_trips(stops) if str(best.id) in trip.keys]
    trip = [by_key[key] for key in trips[0]] if trips else [best]
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
