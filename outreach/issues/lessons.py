"""What issues are judged by: the words of the segments, and what staff answered."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Foundation, Issue, IssueSegment, Segment
from outreach.issues.relevance.judging import Relevance
from outreach.issues.relevance.subjects import LinkAnswer, Profile
from outreach.issues.texts import as_profile, as_text

MOST_ANSWERED = 150
"""Issues that teach, the newest that staff answered: more would make one changed issue wait."""
TEXT = (Issue.id, Issue.key, Issue.title, Issue.body, Issue.labels, Issue.state)


def number_segments(session: Session, foundation: Foundation) -> dict[str, int]:
    """Return the numbers of the foundation's segments by their slugs."""
    query = select(Segment.slug, Segment.id).where(Segment.foundation_id == foundation.id)
    return {row.slug: row.id for row in session.execute(query.order_by(Segment.id))}


def read_lessons(
    session: Session, foundation: Foundation
) -> tuple[tuple[Profile, ...], tuple[LinkAnswer, ...]]:
    """Return the words of the segments, and the answers, as `build_index` takes them."""
    segments = _read_segments(session, foundation)
    answers = _read_answers(session, foundation, segments)
    return tuple(as_profile(one) for one in segments), answers


@lru_cache(maxsize=2)
def build_index(profiles: tuple[Profile, ...], answers: tuple[LinkAnswer, ...]) -> Relevance:
    """Build the index once for the same words and answers: learning costs more than judging."""
    index = Relevance.build(profiles)
    return index.learn(answers) if answers else index


def _read_segments(session: Session, foundation: Foundation) -> Sequence[Any]:
    columns = (
        Segment.id, Segment.slug, Segment.name, Segment.summary,
        Segment.keywords, Segment.projects, Segment.software,
    )  # fmt: skip
    query = select(*columns).where(Segment.foundation_id == foundation.id)
    return session.execute(query.order_by(Segment.id)).all()


def _read_answers(
    session: Session, foundation: Foundation, segments: Sequence[Any]
) -> tuple[LinkAnswer, ...]:
    """Return what staff said about the newest issues that they looked at.

    Whoever accepts or rejects a link of an issue has seen the others that it has and those
    that it has not, so a segment without a link is a no; a mere suggestion is neither.
    """
    newest = (
        select(IssueSegment.issue_id)
        .where(
            IssueSegment.segment_id.in_([one.id for one in segments]),
            IssueSegment.state != "suggested",
        )
        .group_by(IssueSegment.issue_id)
        .order_by(func.max(IssueSegment.matched_at).desc(), IssueSegment.issue_id.desc())
        .limit(MOST_ANSWERED)
    )
    ids = list(session.scalars(newest))
    states: dict[tuple[int, int], str] = {
        (row.issue_id, row.segment_id): row.state
        for row in session.execute(
            select(IssueSegment.issue_id, IssueSegment.segment_id, IssueSegment.state).where(
                IssueSegment.issue_id.in_(ids)
            )
        )
    }
    mine = (Issue.id.in_(ids), Issue.foundation_id == foundation.id)
    texts = {
        row.id: as_text(row)
        for row in session.execute(select(*TEXT).where(*mine).order_by(Issue.id))
    }
    return tuple(
        LinkAnswer(text, one.slug, states.get((issue_id, one.id)) == "accepted")
        for issue_id, text in texts.items()
        for one in segments
        if states.get((issue_id, one.id)) != "suggested"
    )
