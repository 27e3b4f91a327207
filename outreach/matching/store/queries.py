"""The questions for evidence, built once: building a query costs more than its answer."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from models import (
    Ask,
    Attendance,
    Decision,
    Event,
    Gathering,
    Issue,
    IssueSegment,
    Proposal,
    Segment,
    Series,
    TeamMember,
)

FOUNDATION = bindparam("foundation", type_=Integer)
EVENTS = bindparam("events", expanding=True, type_=Integer)
SEGMENTS = bindparam("segments", expanding=True, type_=Integer)
KEYS = bindparam("keys", expanding=True, type_=String)

AnySelect = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class EvidenceQuery:
    """A query in two forms: for everything of a foundation, and for what is named only."""

    every: AnySelect
    named: AnySelect
    names_segments: bool


def _of_events(every: AnySelect, named: ColumnElement[bool]) -> EvidenceQuery:
    return EvidenceQuery(every, every.where(named), names_segments=False)


def _of_segments(every: AnySelect) -> EvidenceQuery:
    return EvidenceQuery(every, every.where(Segment.id.in_(SEGMENTS)), names_segments=True)


GATHERINGS = _of_segments(
    select(
        Gathering.sentence,
        Gathering.source,
        Gathering.source_url,
        Gathering.dated,
        Gathering.kind,
        Gathering.event_id,
        Segment.slug,
        Series.name.label("series"),
    )
    .join(Segment, Segment.id == Gathering.segment_id)
    .outerjoin(Series, Series.id == Gathering.series_id)
    .where(Segment.foundation_id == FOUNDATION)
    .order_by(Gathering.id)
)
# Whose they are is asked of the rows, not of the database: it would go through all our events.
VISITS = _of_events(
    select(
        Attendance.activities,
        Attendance.status,
        Attendance.judged,
        Attendance.note,
        Attendance.source,
        Event.id,
        Event.name,
        Event.starts_on,
        Event.ends_on,
        Event.foundation_id,
        Series.name.label("series"),
    )
    .join(Event, Event.id == Attendance.event_id)
    .outerjoin(Series, Series.id == Event.series_id)
    .order_by(Event.starts_on, Event.id),
    or_(Event.name_key.in_(KEYS), Series.name_key.in_(KEYS)),
)
# A card for one event speaks for no other, and these are asked for many events at once.
_GENERAL_ASK = and_(Ask.issue_id == Issue.id, Ask.segment_id == Segment.id, Ask.event_id.is_(None))
_LIVE_ISSUE = (
    Segment.foundation_id == FOUNDATION,
    Issue.state == "open",
    IssueSegment.state != "rejected",
)
ISSUES = _of_segments(
    select(
        Issue.id,
        Issue.key,
        Issue.title,
        Issue.url,
        IssueSegment.phrases,
        IssueSegment.matched_at,
        Segment.slug,
        Ask.kind,
        Ask.symptom,
    )
    .select_from(Segment)
    .join(IssueSegment, IssueSegment.segment_id == Segment.id)
    .join(Issue, Issue.id == IssueSegment.issue_id)
    .outerjoin(Ask, _GENERAL_ASK)
    .where(*_LIVE_ISSUE)
    .order_by(IssueSegment.matched_at.desc(), Issue.id)
)
# How strongly the open issues of each segment speak: all that a score takes from them.
ISSUE_KINDS = _of_segments(
    select(Segment.slug, Ask.kind, func.min(IssueSegment.matched_at).label("matched_at"))
    .select_from(Segment)
    .join(IssueSegment, IssueSegment.segment_id == Segment.id)
    .join(Issue, Issue.id == IssueSegment.issue_id)
    .outerjoin(Ask, _GENERAL_ASK)
    .where(*_LIVE_ISSUE)
    .group_by(Segment.slug, Ask.kind)
)
TALKS = _of_events(
    select(Proposal.event_id, Proposal.title, Proposal.state, Proposal.state_on)
    .where(Proposal.foundation_id == FOUNDATION)
    .order_by(Proposal.id),
    Proposal.event_id.in_(EVENTS),
)
COSTS = _of_events(
    select(Event.id, Event.name, Event.booth_cost, Event.expected_conversations).where(
        Event.foundation_id == FOUNDATION,
        Event.booth_cost.is_not(None),
    ),
    Event.id.in_(EVENTS),
)
DECISIONS = _of_events(
    select(Decision.event_id, Decision.state, Decision.decided_on, Event.name)
    .join_from(Event, Event.decision)
    .where(
        Event.foundation_id == FOUNDATION,
        Decision.decided_on <= bindparam("today", type_=Date),
    )
    .order_by(Decision.id),
    Decision.event_id.in_(EVENTS),
)
HANDS = _of_events(
    select(TeamMember.event_id, func.count())
    .join(Event, Event.id == TeamMember.event_id)
    .where(Event.foundation_id == FOUNDATION)
    .group_by(TeamMember.event_id),
    TeamMember.event_id.in_(EVENTS),
)
