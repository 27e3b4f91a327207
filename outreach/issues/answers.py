"""What staff say about a link between an issue and a segment: yes, no, or made by hand."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BriefIssue, Event, Foundation, Issue, IssueSegment, Person, Segment
from models.issues import LINK_STATES
from outreach.accounts.audit import record
from outreach.locking import wait_for_others

UNLINKED = "unlinked"
ANSWERS = (*LINK_STATES, UNLINKED)
"""What a link can be set to; `unlinked` takes away what a person linked by hand."""


def list_lost_briefs(session: Session, issue: Issue) -> list[str]:
    """Return the events on whose brief somebody put an issue that concerns nobody any more."""
    concerned = select(IssueSegment.issue_id).where(
        IssueSegment.issue_id == issue.id, IssueSegment.state != "rejected"
    )
    query = (
        select(Event.name)
        .join(BriefIssue, BriefIssue.event_id == Event.id)
        .where(BriefIssue.issue_id == issue.id, ~concerned.exists())
    )
    return list(session.scalars(query.order_by(Event.starts_on, Event.id)))


def answer_link(
    session: Session,
    foundation: Foundation,
    issue: Issue,
    segment: Segment,
    state: str,
    by: Person,
    now: datetime,
    real: datetime,
) -> str:
    """Set a link to a state of ANSWERS and return what it was before, for Undo.

    Accepting makes the link where there is none: a person's word needs no phrase. `now` is
    the planning clock.
    """
    wait_for_others(session, foundation.id)
    link = session.get(IssueSegment, (issue.id, segment.id))
    before = link.state if link else UNLINKED
    if state == before:
        return before
    if state == UNLINKED:
        session.delete(link)
    elif link is None:
        session.add(
            IssueSegment(issue_id=issue.id, segment_id=segment.id, state=state, matched_at=now)
        )
    else:
        link.state = state
    detail = {"segment": segment.slug, "before": before, "after": state}
    record(session, real, by, foundation, "answered", "issue", issue.id, detail)
    return before
