"""Keeps our copies of issues as their trackers show them: newer state wins, hidden is hidden."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Issue, Tracker
from outreach.issues.trackers.remote import HIDDEN, Missing, RemoteIssue

MANY = 500
"""Keys are named in a query up to so many at a time."""
NOTES = {
    "private": "withdrawn: its tracker does not show it any more",
    "gone": "withdrawn: deleted at its tracker",
    "converted": "withdrawn: it became a discussion",
    "moved": "moved elsewhere",
}


@dataclass(slots=True)
class Kept:
    """What became of some issues: the numbers of our copies."""

    added: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    unchanged: int = 0

    @property
    def touched(self) -> list[int]:
        """Return the copies that are not what they were."""
        return [*self.added, *self.changed, *self.hidden]


def keep_issues(
    session: Session,
    tracker: Tracker,
    project: str,
    found: Iterable[RemoteIssue | Missing],
    now: datetime,
    *,
    told: bool = False,
) -> Kept:
    """Bring our copies to what the tracker shows; `now` is real time.

    `told`: the tracker sent it by itself, maybe late, again or in another order. What is older
    than our copy changes nothing, and what was sent before an issue was hidden does not show
    it again. An issue that we never had and that is hidden is not added. Without a `project`
    all of them must be known here.
    """
    newest = {one.key: one for one in found}
    known = _read_copies(session, tracker, newest)
    kept = Kept()
    added: list[Issue] = []
    for key, remote in newest.items():
        issue = known.get(key)
        if issue is not None:
            is_old = isinstance(remote, RemoteIssue) and _is_old(issue, remote, told)
            if project and not is_old:
                issue.project = project  # some trackers move an issue and leave it its key
            _note(kept, issue, not is_old and _bring(issue, remote, now))
        elif isinstance(remote, RemoteIssue) and remote.visibility not in HIDDEN:
            issue = Issue(
                foundation_id=tracker.foundation_id, tracker_id=tracker.id, project=project, key=key
            )
            _bring(issue, remote, now)
            added.append(issue)
    session.add_all(added)
    session.flush()
    kept.added = [issue.id for issue in added]
    return kept


def hide_project(session: Session, tracker: Tracker, project: str, now: datetime) -> Kept:
    """Hide every issue of a project that the tracker shows no longer."""
    shown = select(Issue).where(
        Issue.tracker_id == tracker.id,
        Issue.project == project,
        Issue.visibility.not_in(HIDDEN),
    )
    kept = Kept()
    for issue in session.scalars(shown).all():
        issue.looked_at = now
        _hide(issue, "private")
        kept.hidden.append(issue.id)
    session.flush()
    return kept


def note_shown(session: Session, ids: Collection[int], now: datetime) -> None:
    """Remember that the tracker still shows these issues."""
    numbers = list(ids)
    for start in range(0, len(numbers), MANY):
        seen = update(Issue).where(Issue.id.in_(numbers[start : start + MANY]))
        session.execute(
            seen.values(looked_at=now), execution_options={"synchronize_session": False}
        )


def _read_copies(session: Session, tracker: Tracker, keys: Collection[str]) -> dict[str, Issue]:
    named: Sequence[str] = list(keys)
    found: dict[str, Issue] = {}
    for start in range(0, len(named), MANY):
        query = select(Issue).where(
            Issue.tracker_id == tracker.id, Issue.key.in_(named[start : start + MANY])
        )
        found |= {issue.key: issue for issue in session.scalars(query)}
    return found


def _note(kept: Kept, issue: Issue, is_changed: bool) -> None:
    if not is_changed:
        kept.unchanged += 1
    elif issue.visibility in HIDDEN:
        kept.hidden.append(issue.id)
    else:
        kept.changed.append(issue.id)


def _is_old(issue: Issue, remote: RemoteIssue, told: bool) -> bool:
    """Tell whether our copy is ahead of what came."""
    if issue.visibility in HIDDEN:
        return told and issue.looked_at is not None and remote.updated <= issue.looked_at
    if remote.visibility == "moved" and not told:
        return False  # where it is now its time may be another
    return issue.remote_updated_at is not None and remote.updated < issue.remote_updated_at


def _bring(issue: Issue, remote: RemoteIssue | Missing, now: datetime) -> bool:
    """Make the copy say what the tracker shows; tell whether that changed it."""
    issue.looked_at = now
    if isinstance(remote, Missing):
        return _miss(issue, remote.visibility)
    # A time to come would be newer than every change until then.
    issue.remote_updated_at = min(remote.updated, now)
    if remote.visibility in HIDDEN:
        return _hide(issue, remote.visibility)
    note = remote.state_note or NOTES.get(remote.visibility, "")
    wanted = {
        "title": remote.title,
        "url": remote.url,
        "body": remote.body,
        "labels": list(remote.labels),
        "state": remote.state,
        "state_note": note,
        "opened_on": min(remote.opened, now).date() if remote.opened else issue.opened_on,
        "visibility": remote.visibility,
    }
    before = {name: getattr(issue, name) for name in wanted}
    for name, value in wanted.items():
        setattr(issue, name, value)
    return before != wanted


def _miss(issue: Issue, visibility: str) -> bool:
    """Note that the issue is none of its project any more."""
    if visibility in HIDDEN:
        return _hide(issue, visibility)
    was = issue.visibility
    issue.visibility, issue.state, issue.state_note = visibility, "closed", NOTES[visibility]
    return was != visibility


def _hide(issue: Issue, visibility: str) -> bool:
    """Forget what the tracker shows no longer; the link to it stays, under its key."""
    if issue.visibility in HIDDEN:
        return False
    issue.title, issue.body, issue.labels = issue.key, "", []
    issue.state, issue.state_note, issue.visibility = "closed", NOTES[visibility], visibility
    return True
