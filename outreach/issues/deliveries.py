"""Takes an issue that a tracker sent by itself, as if a sync had read it."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Issue, IssueSegment, Tracker
from outreach.issues.copies import keep_issues
from outreach.issues.linking import link_issues
from outreach.issues.trackers.remote import RemoteIssue
from outreach.issues.webhooks import WebhookIssue

AHEAD = timedelta(minutes=10)
"""How far a tracker's clock may be ahead of ours."""


def take_delivery(
    session: Session,
    foundation: Foundation,
    tracker: Tracker,
    delivery: WebhookIssue,
    now: datetime,
) -> set[int] | None:
    """Bring our copy of the issue up to date, and its links; `now` is real time.

    Returns the segments whose matches it bears on. None where we knew all that, or something
    newer, or where the project is not watched: then there is nothing to keep.
    """
    project = find_project(tracker, delivery)
    if project is None:
        return None
    issue = replace(delivery.issue, key=project + delivery.issue.key[len(delivery.project) :])
    if _is_past(session, tracker, issue, now):
        return None
    kept = keep_issues(session, tracker, project, [issue], now, told=True)
    if not kept.touched:
        return None
    linked = select(IssueSegment.segment_id).where(IssueSegment.issue_id.in_(kept.touched))
    before = set(session.scalars(linked))
    return before | link_issues(session, foundation, kept.touched, foundation.now(now))


def find_project(tracker: Tracker, delivery: WebhookIssue) -> str | None:
    """Return the watched project that a delivery is about, as staff spelled it."""
    if tracker.kind != delivery.kind:
        return None
    name = delivery.project.casefold()
    return next((known for known in tracker.projects if known.casefold() == name), None)


def _is_past(session: Session, tracker: Tracker, issue: RemoteIssue, now: datetime) -> bool:
    """Tell whether an issue has left since: nothing that was sent before brings it back.

    What leaves is sent with the time of the change before it, so that equal times count; a
    time to come proves nothing.
    """
    left = session.scalar(
        select(Issue.remote_updated_at).where(
            Issue.tracker_id == tracker.id, Issue.key == issue.key, Issue.visibility != "public"
        )
    )
    return left is not None and not left < issue.updated <= now + AHEAD
