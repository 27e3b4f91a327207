"""Reads the rows of evidence of some events and segments from the database."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy.orm import Session

from models import Foundation
from outreach.calendars.clock import say_list
from outreach.catalog.facts import event_key
from outreach.costs.events import read_costs as read_costs_of
from outreach.language import ngettext
from outreach.matching.engine import terms
from outreach.matching.store.queries import (
    COSTS,
    DECISIONS,
    GATHERINGS,
    HANDS,
    ISSUE_KINDS,
    ISSUES,
    TALKS,
    VISITS,
    EvidenceQuery,
)

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
MANY = 600
"""More events or segments than this are not named one by one in a query."""


@dataclass(frozen=True, slots=True)
class EvidenceWanted:
    """What evidence is wanted of: these events, with all segments of a foundation or with some."""

    foundation: Foundation
    events: Sequence[terms.EventText]
    segments: Collection[int] | None
    today: date

    @property
    def event_ids(self) -> list[int]:
        return [int(event.key) for event in self.events]

    @property
    def series_keys(self) -> set[str]:
        """Return the keys under which earlier editions of these events are found."""
        names = {name for event in self.events for name in (event.series, event.name) if name}
        return {event_key(name) for name in names}

    @property
    def values(self) -> dict[str, Any]:
        """Return what the questions are asked with."""
        return {
            "foundation": self.foundation.id,
            "events": self.event_ids,
            "segments": list(self.segments or ()),
            "keys": list(self.series_keys),
            "today": self.today,
        }

    def ask(self, session: Session, question: EvidenceQuery) -> Sequence[Any]:
        """Return the rows about what is named, or all where naming it would cost more."""
        named = self.segments if question.names_segments else self.events
        few = named is not None and len(named) <= MANY
        return session.execute(question.named if few else question.every, self.values).all()


def read_gatherings(session: Session, asked: EvidenceWanted) -> Iterable[terms.GatheringRow]:
    """Yield where the segments are said to gather."""
    for row in asked.ask(session, GATHERINGS):
        yield terms.GatheringRow(
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
    session: Session, asked: EvidenceWanted
) -> tuple[tuple[terms.PastVisit, ...], tuple[terms.Recap, ...]]:
    """Return our visits to editions of these events' series, and how they were judged."""
    rows = asked.ask(session, VISITS)
    ours = [row for row in rows if row.foundation_id == asked.foundation.id]
    recaps = tuple(_recap(row) for row in ours if row.judged is not None)
    return tuple(_attendance(row) for row in ours), recaps


def _attendance(row: Any) -> terms.PastVisit:
    verb = "We were at" if row.status == "attended" else "We planned to be at"
    did = say_list([activity.replace("_", " ") for activity in row.activities])
    return terms.PastVisit(
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


def read_issues(session: Session, asked: EvidenceWanted) -> Iterable[terms.LiveIssue]:
    """Yield the open issues of the segments, newest first."""
    for row in asked.ask(session, ISSUES):
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


def read_issue_kinds(session: Session, asked: EvidenceWanted) -> Iterable[terms.LiveIssue]:
    """Yield one row for each kind of ask that a segment has: enough for a score, not to be shown.

    Of an issue a score takes only how much its ask counts.
    """
    for slug, kind, matched_at in asked.ask(session, ISSUE_KINDS):
        yield terms.LiveIssue(
            sentence="",
            source="matched",
            dated=matched_at.date(),
            segment=slug,
            key=kind or "none",
            title="",
            ask=kind or "none",
            strength=ASK_STRENGTH[kind] if kind else NO_ASK,
        )


def read_talks(session: Session, asked: EvidenceWanted) -> Iterable[terms.TalkEvidence]:
    """Yield our talks at the events."""
    for event_id, title, state, answered in asked.ask(session, TALKS):
        yield terms.TalkEvidence(
            sentence=f"“{title}” is {state}.",
            source="talk list",
            dated=answered,
            event=str(event_id),
            title=title,
            state=state,
        )


def read_costs(session: Session, asked: EvidenceWanted) -> Iterable[terms.Cost]:
    """Yield what events cost whose booth has a price, and how many conversations they bring."""
    rows = asked.ask(session, COSTS)
    costs = read_costs_of(session, asked.foundation, rows) if rows else {}
    for row in rows:
        cost = costs[row.id]
        known, count = cost.known, row.expected_conversations
        yield terms.Cost(
            sentence=f"{row.name}: {cost.say() or known.say()}{_say_conversations(count)}.",
            source="event page",
            event=str(row.id),
            amount=float(known.sum.amount),
            apart=say_list(one.say() for one in known.apart),
            conversations=count,
            currency=known.sum.currency,
        )


def _say_conversations(count: int | None) -> str:
    """Say how many are expected, after what it costs; "" where nobody knows."""
    if count is None:
        return ""
    return f"; {ngettext('%(num)s conversation', '%(num)s conversations', count)} expected"


def read_decisions(session: Session, asked: EvidenceWanted) -> Iterable[terms.OtherDecision]:
    """Yield what stands about these events; where nothing does, any one decision of ours.

    Whether somebody has decided anything at all makes a gate known.
    """
    rows = asked.ask(session, DECISIONS)
    rows = rows or session.execute(DECISIONS.every.limit(1), asked.values).all()
    for event_id, state, decided, name in rows:
        yield terms.OtherDecision(
            sentence=f"{name} is a {state.replace('_', '-')}.",
            source="decisions",
            dated=decided,
            event=str(event_id),
            state=state,
        )


def read_means(session: Session, asked: EvidenceWanted) -> Iterable[terms.Means]:
    """Yield how many people each event has, and the most it may cost."""
    cap = asked.foundation.event_cap
    rows = asked.ask(session, HANDS)
    hands: dict[int, int] = {row[0]: row[1] for row in rows}
    for event_id in asked.event_ids if cap is not None else hands:
        yield terms.Means(
            sentence="Who goes, and the cap for one event.",
            source="team and settings",
            event=str(event_id),
            hands=hands.get(event_id),
            cap=cap,
        )
