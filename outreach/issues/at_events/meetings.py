"""Where an issue meets the people it hits: the coming events at which its segments gather."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, select
from sqlalchemy.orm import Session, joinedload

from models import (
    Ask,
    BriefIssue,
    Decision,
    Event,
    Issue,
    IssueSegment,
    Match,
    Segment,
)
from models.events import NOT_CALLED_OFF, PLANNED
from outreach.issues.at_events.concerns import SURELY_THERE

MOST_MEETINGS = 8


@dataclass(frozen=True, slots=True)
class Meeting:
    """A coming event where people hit by the issue gather."""

    event_id: int
    name: str
    city: str | None
    starts: date
    ends: date
    state: str
    segments: tuple[str, ...]
    on_brief: bool


def find_meetings(session: Session, issue: Issue, today: date) -> list[Meeting]:
    """Return the next events of the segments that the issue concerns, soonest first."""
    found: dict[int, list[Any]] = {}
    for row in session.execute(_rows(issue, today)):
        found.setdefault(row.id, []).append(row)
    return [_meeting(rows) for rows in list(found.values())[:MOST_MEETINGS]]


def _rows(issue: Issue, today: date) -> Any:
    concerned = select(IssueSegment.segment_id).where(
        IssueSegment.issue_id == issue.id, IssueSegment.state != "rejected"
    )
    on_brief = and_(BriefIssue.event_id == Event.id, BriefIssue.issue_id == issue.id)
    return (
        select(
            Event.id,
            Event.name,
            Event.city,
            Event.starts_on,
            Event.ends_on,
            Decision.state,
            Segment.short_name,
            BriefIssue.issue_id.label("on_brief"),
        )
        .join(Match, Match.event_id == Event.id)
        .join(Segment, Segment.id == Match.segment_id)
        .outerjoin(Event.decision)
        .outerjoin(BriefIssue, on_brief)
        .where(
            Match.segment_id.in_(concerned),
            Match.gathers >= SURELY_THERE,
            Event.ends_on >= today,
            Event.foundation_id == issue.foundation_id,
            NOT_CALLED_OFF,
        )
        .order_by(Event.starts_on, Event.id, Match.rank.desc())
        .limit(MOST_MEETINGS * 4)
    )


def _meeting(rows: Sequence[Any]) -> Meeting:
    first = rows[0]
    return Meeting(
        event_id=first.id,
        name=first.name,
        city=first.city,
        starts=first.starts_on,
        ends=first.ends_on,
        state=first.state or "idea",
        segments=tuple(row.short_name for row in rows),
        on_brief=first.on_brief is not None,
    )


_STOPS = (
    select(Match.segment_id, Event.id, Event.name, Event.starts_on, Event.ends_on)
    # A segment only meets events of its own foundation. To name that here would lead SQLite
    # to look through all coming events first.
    .join(Event, Event.id == Match.event_id)
    .join(Event.decision)
    .where(
        Match.segment_id.in_(bindparam("segments", expanding=True, type_=Integer)),
        Match.gathers >= SURELY_THERE,
        Event.ends_on >= bindparam("today", type_=Date),
        Decision.state.in_(PLANNED),
    )
    .order_by(Event.starts_on.desc(), Event.id.desc())
)


def next_stops(session: Session, segment_ids: Collection[int], today: date) -> dict[int, Any]:
    """Return for each of these segments the next event that we plan for and where it gathers."""
    asked = {"today": today, "segments": list(segment_ids)}
    return {row[0]: row for row in session.execute(_STOPS, asked)}


def list_links(session: Session, issue: Issue) -> Sequence[IssueSegment]:
    """Return the issue's links with their segments: accepted, suggested, rejected."""
    return session.scalars(
        select(IssueSegment)
        .where(IssueSegment.issue_id == issue.id)
        .join(IssueSegment.segment)
        .options(
            joinedload(IssueSegment.segment).load_only(
                Segment.slug, Segment.short_name, raiseload=True
            )
        )
        .order_by(IssueSegment.state, IssueSegment.score.desc(), Segment.short_name)
    ).all()


def list_asks(session: Session, issue: Issue) -> Sequence[Ask]:
    """Return the cards about an issue: the one for everywhere first, then by event."""
    return session.scalars(
        select(Ask)
        .where(Ask.issue_id == issue.id)
        .options(
            joinedload(Ask.segment).load_only(Segment.slug, Segment.short_name, raiseload=True),
            joinedload(Ask.event).load_only(Event.name, Event.starts_on, raiseload=True),
            joinedload(Ask.helper),
        )
        .order_by(Ask.event_id.is_not(None), Ask.id)
    ).all()
