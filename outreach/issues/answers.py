"""What staff say about a link between an issue and a segment: yes, no, or made by hand."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BriefIssue, Event, Foundation, Issue, IssueSegment, Person, Segment
from outreach.accounts import history
from outreach.locking import wait_for_others

ANSWERS = ("accepted", "rejected")


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
) -> history.Entry | None:
    """Set a link to a state of ANSWERS; None where it has it.

    Accepting makes the link where there is none: a person's word needs no phrase. `now` is
    the planning clock.
    """
    wait_for_others(session, foundation.id)
    link = session.get(IssueSegment, (issue.id, segment.id))
    before = link.state if link else None
    with history.act(session, real, by, foundation, "answered", issue) as act:
        act.detail |= {"name": issue.key, "change": [before or "not linked", state]}
        if link is None:
            link = IssueSegment(issue_id=issue.id, segment_id=segment.id, matched_at=now)
            session.add(link)
        link.state = state
    return act.changed
