"""Open issues that concern the people an event brings together, with what we ask of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, or_, select, union
from sqlalchemy.orm import Session

from models import Ask, BriefIssue, Event, Issue, IssueSegment, Match, Person, Segment, Tracker

MOST_CONCERNS = 12
SURELY_THERE = 0.5
"""From this share on a segment is taken to be at an event in numbers worth asking."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One issue on an event's list; `ask` is None while nobody has written one."""

    issue_id: int
    key: str
    title: str
    url: str
    tracker: str
    state_note: str
    opened: date | None
    segment: str
    segment_slug: str
    phrases: tuple[str, ...]
    ask: Ask | None
    helper: str | None
    on_brief: bool


def find_concerns(
    session: Session, events: Sequence[Event], limit: int = MOST_CONCERNS
) -> list[Concern]:
    """Return the open issues that concern an audience of these events.

    On the brief first, then with an ask for these series or any, then the newest; an issue
    that concerns several audiences is listed once, under the one with an ask.
    """
    found: dict[int, Concern] = {}
    for row in session.execute(_concerning(events).limit(limit * 3)):
        found.setdefault(row.Issue.id, _concern(row))
    return list(found.values())[:limit]


def _concerning(events: Sequence[Event]) -> Select[*tuple[Any, ...]]:
    ids = [event.id for event in events]
    series = {event.series_id for event in events if event.series_id}
    audiences = select(Match.segment_id).where(
        Match.event_id.in_(ids), Match.gathers >= SURELY_THERE
    )
    on_brief = select(BriefIssue.issue_id).where(BriefIssue.event_id.in_(ids))
    added = Issue.id.in_(on_brief)
    # Two short ways to the links; one OR over both would read every open issue.
    links = select(IssueSegment.issue_id, IssueSegment.segment_id)
    wanted = union(
        links.where(IssueSegment.segment_id.in_(audiences)),
        links.where(IssueSegment.issue_id.in_(on_brief)),
    ).subquery()
    asked = and_(
        Ask.issue_id == Issue.id,
        Ask.segment_id == Segment.id,
        or_(Ask.series_id.is_(None), Ask.series_id.in_(series)),
    )
    return (
        select(
            Issue,
            Segment.short_name,
            Segment.slug,
            IssueSegment.phrases,
            Ask,
            Tracker.name.label("tracker"),
            Person.name.label("helper"),
            added.label("on_brief"),
        )
        .select_from(wanted)
        .join(Issue, Issue.id == wanted.c.issue_id)
        .join(
            IssueSegment,
            and_(
                IssueSegment.issue_id == wanted.c.issue_id,
                IssueSegment.segment_id == wanted.c.segment_id,
            ),
        )
        .join(Segment, Segment.id == wanted.c.segment_id)
        .join(Tracker, Tracker.id == Issue.tracker_id)
        .outerjoin(Ask, asked)
        .outerjoin(Person, Person.id == Ask.helper_id)
        .where(
            Issue.state == "open",
            IssueSegment.state != "rejected",
            Issue.foundation_id == events[0].foundation_id,
        )
        .order_by(added.desc(), Ask.id.is_(None), IssueSegment.matched_at.desc(), Issue.id)
    )


def _concern(row: Any) -> Concern:
    issue: Issue = row.Issue
    return Concern(
        issue_id=issue.id,
        key=issue.key,
        title=issue.title,
        url=issue.url,
        tracker=row.tracker,
        state_note=issue.state_note,
        opened=issue.opened_on,
        segment=row.short_name,
        segment_slug=row.slug,
        phrases=tuple(row.phrases),
        ask=row.Ask,
        helper=row.helper,
        on_brief=bool(row.on_brief),
    )
