"""Offers a segment new words: what the issues that staff accepted for it have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models import Issue, IssueSegment, Segment
from outreach.calendars.clock import first_of
from outreach.issues.relevance.offers import PhraseOffer, offer_phrases
from outreach.issues.relevance.subjects import LinkAnswer
from outreach.issues.texts import as_profile, as_text

MOST_READ = 120
"""Answered issues that are read of either kind, the newest."""
MOST_OFFERS = 8
MOST_SUPPORT = 5


@dataclass(frozen=True, slots=True)
class OfferedPhrase:
    """A phrase for a profile, and the accepted issues that say it: number and key."""

    phrase: str
    support: Sequence[tuple[int, str]]
    say_more: str
    """How many more say it: "and 3 more"."""


def find_offers(session: Session, segment: Segment) -> Sequence[OfferedPhrase]:
    """Return the phrases worth adding to a segment's words, the most telling first.

    What the issues of other segments say as often is nothing of this one's own.
    """
    own = _read(session, IssueSegment.segment_id == segment.id)
    mine = select(IssueSegment.issue_id).where(IssueSegment.segment_id == segment.id)
    others = select(Segment.id).where(
        Segment.foundation_id == segment.foundation_id, Segment.id != segment.id
    )
    elsewhere = _read(
        session,
        IssueSegment.segment_id.in_(others),
        IssueSegment.state == "accepted",
        IssueSegment.issue_id.not_in(mine),
    )
    keys = {str(row.id): (row.id, row.key) for row in own}
    accepted = {row.id for row in own if row.state == "accepted"}
    rows = {row.id: row for row in (*elsewhere, *own)}
    answers = [LinkAnswer(as_text(row), segment.slug, row.id in accepted) for row in rows.values()]
    offers = offer_phrases(as_profile(segment), answers, MOST_OFFERS)
    return [
        OfferedPhrase(offer.phrase, *first_of([keys[one] for one in offer.issues], MOST_SUPPORT))
        for offer in offers
        if not any(_is_part(offer, other) for other in offers)
    ]


def _is_part(offer: PhraseOffer, other: PhraseOffer) -> bool:
    """Tell whether the same issues say it only within a longer phrase that is offered too."""
    longer = len(other.phrase) > len(offer.phrase) and offer.phrase in other.phrase
    return longer and set(offer.issues) == set(other.issues)


def _read(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Any]:
    """Read the newest issues with an answered link of some kind."""
    return session.execute(
        select(Issue.id, Issue.key, Issue.title, Issue.body, Issue.labels, IssueSegment.state)
        .join(IssueSegment, IssueSegment.issue_id == Issue.id)
        .where(IssueSegment.state != "suggested", *conditions)
        .order_by(IssueSegment.matched_at.desc(), Issue.id.desc())
        .limit(MOST_READ)
    ).all()
