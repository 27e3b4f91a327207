"""Issues that concern the people an event brings together, ranked, with what we ask of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, Subquery, and_, func, or_, select, union
from sqlalchemy.orm import Session

from models import Ask, BriefIssue, Event, Issue, IssueSegment, Match, Person, Segment, Tracker
from outreach.calendars.clock import say_date
from outreach.issues.fates import Fate, fate_of, say_fate
from outreach.language import N_
from outreach.language import gettext as _

MOST_CONCERNS = 12
SURELY_THERE = 0.5
"""From this share on a segment is taken to be at an event in numbers worth asking."""
URGENCY = {"test": 0, "reproduce": 1, "review": 2, "tell": 3, "good_news": 4}
"""Which ask comes first: a fix that waits for testers, last what only wants to be told."""
ASK_REASONS = {
    "test": N_("testers are wanted"),
    "reproduce": N_("somebody must reproduce it"),
    "review": N_("the fix wants a review"),
    "tell": N_("we want to hear of their set-up"),
    "good_news": N_("good news for them"),
}
PLACE_WORDS = {"title": N_("title"), "repository": N_("repository"), "label": N_("label")}
"""Where a phrase stands; in the body it goes unsaid."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One issue on an event's list; `ask` is None while nobody has written one."""

    issue_id: int
    key: str
    title: str
    url: str
    tracker: str
    state: str
    state_note: str
    opened: date | None
    segment: str
    segment_slug: str
    reasons: tuple[str, ...]
    score: float
    matched: datetime
    ask: Ask | None
    helper: str | None
    on_brief: bool
    is_past: bool = False
    """The last day of its card is over."""

    @property
    def fate(self) -> Fate:
        """Return what has become of the issue."""
        return fate_of(self.state, self.state_note)

    @property
    def is_outdated(self) -> bool:
        """Tell whether the card asks for something that no longer needs anybody."""
        settled = self.ask is not None and self.ask.kind != "good_news" and self.fate != "open"
        return settled or self.is_past

    @property
    def outdated_words(self) -> str:
        """Say why the card is left out."""
        if self.is_past and self.ask and self.ask.ends_on:
            return _("its card was good until %(day)s", day=say_date(self.ask.ends_on))
        return say_fate(self.fate)

    @property
    def state_words(self) -> str:
        """Say what is wrong, as a card does: "Houdini crashes at start RHEL-39415"."""
        return f"{(self.ask and self.ask.symptom) or self.title} {self.key}"

    @property
    def why(self) -> str:
        """Say why it stands where it stands: "testers are wanted; matched: Houdini (title)"."""
        parts = [_("put here by hand")] if self.on_brief else []
        if self.ask:
            parts.append(str(ASK_REASONS[self.ask.kind]))
        return "; ".join([*parts, self.matched_words])

    @property
    def matched_words(self) -> str:
        """Say which of its words concern the segment: "matched: Houdini (title)"."""
        if not self.reasons:
            return _("linked by hand")
        return _("matched: %(words)s", words=", ".join(self.reasons))

    @property
    def rank(self) -> tuple[object, ...]:
        """Return what sorts it: by hand, what is asked most urgently, newest match, relevance."""
        urgency = URGENCY[self.ask.kind] if self.ask else len(URGENCY)
        return (
            not self.on_brief,
            urgency,
            -self.matched.toordinal(),
            -self.score,
            self.issue_id,
        )


def say_reasons(phrases: Sequence[str], places: Sequence[str]) -> list[str]:
    """Return the phrases with where they stand: "Houdini (title)"."""
    known = [*places, *["body"] * len(phrases)]
    return [
        _("%(phrase)s (%(place)s)", phrase=phrase, place=PLACE_WORDS[place])
        if place in PLACE_WORDS
        else phrase
        for phrase, place in zip(phrases, known, strict=False)
    ]


def is_past(ask: Ask | None, today: date | None) -> bool:
    """Tell whether the last day of a card is over."""
    return bool(ask and ask.ends_on and today and ask.ends_on < today)


def find_concerns(
    session: Session,
    events: Sequence[Event],
    limit: int = MOST_CONCERNS,
    today: date | None = None,
) -> list[Concern]:
    """Return the issues that concern an audience of these events, ranked.

    `today` tells which cards are past their last day; without it none is.

    Open ones, and closed ones about which there is a card. An issue that concerns several
    audiences is listed once, where it ranks best; a card for this very event goes before one
    for wherever the segment gathers.
    """
    rows = session.execute(_concerning(events).limit(limit * 3))
    return _once(_concern(row, today) for row in rows)[:limit]


def _once(concerns: Iterable[Concern]) -> list[Concern]:
    found: dict[int, Concern] = {}
    for concern in sorted(concerns, key=_own_card_first):
        found.setdefault(concern.issue_id, concern)
    return sorted(found.values(), key=lambda concern: concern.rank)


def _own_card_first(concern: Concern) -> tuple[object, ...]:
    return (concern.ask is None or concern.ask.event_id is None, concern.rank)


def _concerning(events: Sequence[Event]) -> Select[*tuple[Any, ...]]:
    ids = [event.id for event in events]
    on_brief = select(BriefIssue.issue_id).where(BriefIssue.event_id.in_(ids))
    added = Issue.id.in_(on_brief)
    wanted = _wanted(ids, on_brief)
    asked = and_(
        Ask.issue_id == Issue.id,
        Ask.segment_id == Segment.id,
        or_(Ask.event_id.is_(None), Ask.event_id.in_(ids)),
    )
    return (
        select(
            Issue,
            IssueSegment,
            Segment.short_name,
            Segment.slug,
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
            or_(Issue.state == "open", Ask.id.is_not(None)),
            IssueSegment.state != "rejected",
            Issue.foundation_id == events[0].foundation_id,
        )
        .order_by(
            added.desc(),
            Ask.id.is_(None),
            func.date(IssueSegment.matched_at).desc(),
            IssueSegment.score.desc(),
            Issue.id,
        )
    )


def _wanted(ids: Sequence[int], on_brief: Select[int]) -> Subquery:
    """Select the links that concern an audience of these events, or an issue on their brief."""
    audiences = select(Match.segment_id).where(
        Match.event_id.in_(ids), Match.gathers >= SURELY_THERE
    )
    # Two short ways to the links; one OR over both would read every open issue.
    links = select(IssueSegment.issue_id, IssueSegment.segment_id)
    return union(
        links.where(IssueSegment.segment_id.in_(audiences)),
        links.where(IssueSegment.issue_id.in_(on_brief)),
    ).subquery()


def _concern(row: Any, today: date | None) -> Concern:
    issue: Issue = row.Issue
    return Concern(
        issue_id=issue.id,
        key=issue.key,
        title=issue.title,
        url=issue.url,
        tracker=row.tracker,
        state=issue.state,
        state_note=issue.state_note,
        opened=issue.opened_on,
        segment=row.short_name,
        segment_slug=row.slug,
        reasons=tuple(say_reasons(row.IssueSegment.phrases, row.IssueSegment.places)),
        score=row.IssueSegment.score,
        matched=row.IssueSegment.matched_at,
        ask=row.Ask,
        helper=row.helper,
        on_brief=bool(row.on_brief),
        is_past=is_past(row.Ask, today),
    )
