"""Reads the rows of evidence of some events and segments from the database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from models import (
    Ask,
    Attendance,
    Decision,
    Event,
    Foundation,
    Gathering,
    Issue,
    IssueSegment,
    Segment,
    Series,
    Talk,
    TeamMember,
)
from outreach.calendars.words import say_list
from outreach.catalog.facts import event_key
from outreach.matching import terms

ASK_STRENGTH = {"test": 1.0, "reproduce": 1.0, "review": 0.8, "tell": 0.8, "good_news": 0.6}
NO_ASK = 0.5
"""How much an open issue counts about which nobody has written yet what to ask."""
ASK_WORDS = {
    "test": "testers are wanted",
    "reproduce": "somebody must reproduce it",
    "review": "the fix wants a review",
    "tell": "we want to hear of it",
    "good_news": "there is good news to tell",
}
MANY = 400
"""More events or segments than this are not named one by one in a query."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What evidence is wanted of: these events, with all segments of a foundation or with some."""

    foundation: Foundation
    events: Sequence[terms.EventFacts]
    segments: Collection[int] | None
    today: date

    @property
    def event_ids(self) -> list[int]:
        """Return the ids of the events."""
        return [int(event.key) for event in self.events]

    @property
    def series_keys(self) -> set[str]:
        """Return the keys under which earlier editions of these events are found."""
        names = {name for event in self.events for name in (event.series, event.name) if name}
        return {event_key(name) for name in names}


def _only(column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Restrict a query to these values, unless they are so many that it would cost more."""
    found: ColumnElement[bool] = column.in_(values) if len(values) <= MANY else true()
    return found


def _of_segments(asked: Asked) -> ColumnElement[bool]:
    own = Segment.foundation_id == asked.foundation.id
    return own if asked.segments is None else and_(own, _only(Segment.id, asked.segments))


def read_gatherings(session: Session, asked: Asked) -> Iterable[terms.Gathering]:
    """Yield where the segments are said to gather."""
    rows = session.execute(
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
        .where(_of_segments(asked))
        .order_by(Gathering.id)
    )
    for row in rows:
        yield terms.Gathering(
            sentence=row.sentence,
            source=row.source,
            url=row.source_url,
            dated=row.dated,
            segment=row.slug,
            kind=cast("terms.GatheringKind", row.kind),
            series=row.series,
            event=str(row.event_id) if row.event_id else None,
        )


def read_visits(
    session: Session, asked: Asked
) -> tuple[tuple[terms.Attendance, ...], tuple[terms.Recap, ...]]:
    """Return our visits to editions of these events' series, and how they were judged."""
    keys = asked.series_keys
    rows = session.execute(
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
        .where(or_(_only(Event.name_key, keys), _only(Series.name_key, keys)))
        .order_by(Event.starts_on, Event.id)
    )
    # Asked of the rows and not of the database, which would go through all our events for it.
    ours = [row for row in rows if row.foundation_id == asked.foundation.id]
    recaps = tuple(_recap(row) for row in ours if row.judged is not None)
    return tuple(_attendance(row) for row in ours), recaps


def _attendance(row: Any) -> terms.Attendance:
    verb = "We were at" if row.status == "attended" else "We planned to be at"
    did = say_list([activity.replace("_", " ") for activity in row.activities])
    return terms.Attendance(
        sentence=f"{verb} {row.name} {row.starts_on.year}{f': {did}' if did else ''}.",
        source=row.source or "our history",
        dated=row.starts_on,
        series=row.series or row.name,
        name=row.name,
        starts=row.starts_on,
        activities=tuple(row.activities),
        status=row.status,
        event=str(row.id),
    )


def _recap(row: Any) -> terms.Recap:
    edition = f"{row.name} {row.ends_on.year}"
    return terms.Recap(
        sentence=row.note or f"The recap of {edition}.",
        source=f"recap of {edition}",
        dated=row.ends_on,
        series=row.series or row.name,
        edition=edition,
        recommendation=row.judged,
    )


def read_issues(session: Session, asked: Asked) -> Iterable[terms.LiveIssue]:
    """Yield the open issues of the segments, newest first."""
    rows = session.execute(
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
        .outerjoin(Ask, and_(Ask.issue_id == Issue.id, Ask.segment_id == Segment.id))
        .where(
            _of_segments(asked),
            Issue.foundation_id == asked.foundation.id,
            Issue.state == "open",
            IssueSegment.state != "rejected",
        )
        .order_by(IssueSegment.matched_at.desc(), Issue.id, Ask.event_id.is_not(None), Ask.id)
    )
    told = set()
    for row in rows:
        if (row.id, row.slug) in told:  # several cards, each for another event
            continue
        told.add((row.id, row.slug))
        wanted = f"; {ASK_WORDS[row.kind]}" if row.kind else ""
        said = (row.symptom or row.title).rstrip(".")
        phrases = f" It names {say_list(list(row.phrases))}." if row.phrases else ""
        yield terms.LiveIssue(
            sentence=f"{said}{wanted}.{phrases}",
            source=f"{row.key}, matched",
            url=row.url,
            dated=row.matched_at.date(),
            segment=row.slug,
            key=row.key,
            title=row.title,
            ask=row.kind or "none",
            strength=ASK_STRENGTH[row.kind] if row.kind else NO_ASK,
        )


def read_talks(session: Session, asked: Asked) -> Iterable[terms.TalkEvidence]:
    """Yield our talks at the events."""
    rows = session.execute(
        select(Talk.event_id, Talk.title, Talk.state, Talk.answered_on)
        .where(Talk.foundation_id == asked.foundation.id, _only(Talk.event_id, asked.event_ids))
        .order_by(Talk.id)
    )
    for event_id, title, state, answered in rows:
        yield terms.TalkEvidence(
            sentence=f"“{title}” is {state}.",
            source="talk list",
            dated=answered,
            event=str(event_id),
            title=title,
            state=state,
        )


def read_costs(session: Session, asked: Asked) -> Iterable[terms.Cost]:
    """Yield what a booth at the events costs, and how many conversations it brings."""
    currency = asked.foundation.currency
    rows = session.execute(
        select(Event.id, Event.name, Event.booth_cost, Event.expected_conversations).where(
            Event.foundation_id == asked.foundation.id,
            _only(Event.id, asked.event_ids),
            Event.booth_cost.is_not(None),
            Event.expected_conversations.is_not(None),
        )
    )
    for event_id, name, cost, conversations in rows:
        yield terms.Cost(
            sentence=f"{name}: {cost} {currency}, {conversations} conversations.",
            source="event page",
            event=str(event_id),
            amount=cost or 0,
            conversations=conversations,
            currency=currency,
        )


def read_decisions(session: Session, asked: Asked) -> Iterable[terms.Decision]:
    """Yield what stands about these events; where nothing does, any one decision of ours.

    Whether somebody has decided anything at all makes a gate known.
    """
    query = (
        select(Decision.event_id, Decision.state, Decision.decided_on, Event.name)
        .join(Event, Event.id == Decision.event_id)
        .where(
            Event.foundation_id == asked.foundation.id,
            Decision.is_current,
            Decision.decided_on <= asked.today,
        )
        .order_by(Decision.id)
    )
    about = query.where(_only(Decision.event_id, asked.event_ids))
    rows = session.execute(about).all() or session.execute(query.limit(1)).all()
    for event_id, state, decided, name in rows:
        yield terms.Decision(
            sentence=f"{name} is a {state.replace('_', '-')}.",
            source="decisions",
            dated=decided,
            event=str(event_id),
            state=state,
        )


def read_means(session: Session, asked: Asked) -> Iterable[terms.Means]:
    """Yield how many people each event has, and the most it may cost."""
    cap = asked.foundation.event_cap
    rows = session.execute(
        select(TeamMember.event_id, func.count())
        .join(Event, Event.id == TeamMember.event_id)
        .where(
            Event.foundation_id == asked.foundation.id,
            _only(TeamMember.event_id, asked.event_ids),
        )
        .group_by(TeamMember.event_id)
    )
    hands: dict[int, int] = {row[0]: row[1] for row in rows}
    for event_id in asked.event_ids if cap is not None else hands:
        yield terms.Means(
            sentence="Who goes, and the cap for one event.",
            source="team and settings",
            event=str(event_id),
            hands=hands.get(event_id),
            cap=cap,
        )
