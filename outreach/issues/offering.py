"""Offers a segment new words: what the issues that staff accepted for it have in common."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Issue, IssueSegment, Segment
from outreach.issues.relevance import Answer, offer_phrases
from outreach.issues.texts import as_profile, as_text

MOST_READ = 200
"""Answered issues that are read for it, the newest."""
MOST_OFFERS = 8
MOST_SUPPORT = 5


@dataclass(frozen=True, slots=True)
class OfferedPhrase:
    """A phrase for a profile, and the accepted issues that say it: number and key."""

    phrase: str
    support: tuple[tuple[int, str], ...]
    count: int


def find_offers(session: Session, segment: Segment) -> Sequence[OfferedPhrase]:
    """Return the phrases worth adding to a segment's words, the most telling first."""
    rows = session.execute(
        select(Issue.id, Issue.key, Issue.title, Issue.body, Issue.labels, IssueSegment.state)
        .join(IssueSegment, IssueSegment.issue_id == Issue.id)
        .where(IssueSegment.segment_id == segment.id, IssueSegment.state != "suggested")
        .order_by(IssueSegment.matched_at.desc(), Issue.id.desc())
        .limit(MOST_READ)
    ).all()
    keys = {str(row.id): (row.id, row.key) for row in rows}
    answers = [Answer(as_text(row), segment.slug, row.state == "accepted") for row in rows]
    return [
        OfferedPhrase(
            offer.phrase, tuple(keys[one] for one in offer.issues[:MOST_SUPPORT]), len(offer.issues)
        )
        for offer in offer_phrases(as_profile(segment), answers, MOST_OFFERS)
    ]
