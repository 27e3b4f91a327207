"""Which trackers a foundation watches, and which projects there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from models import Ask, BriefIssue, Foundation, Issue, IssueSegment, Person, Tracker
from models.issues import TRACKER_KINDS
from outreach.accounts import history
from outreach.accounts.putting_back import CHANGED, IN_USE, NO_ROOM, TakingBack, put_back_touched
from outreach.calendars.clock import first_of, say_figure, say_opening_number
from outreach.fetching import Fetcher
from outreach.issues.trackers.tokens import find_token, token_name
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.locking import wait_for_others
from outreach.refusal import Refused

KIND_NAMES = {
    "github": "GitHub",
    "gitlab": "GitLab",
    "forgejo": "Forgejo or Gitea",
    "bugzilla": "Bugzilla",
    "mantisbt": "MantisBT",
    "jira": "Jira",
}
MOST_PROJECTS, MOST_LISTED = 100, 8
LONGEST_PROJECT = 200
LONGEST_URL = 400
NOT_WATCHED = "withdrawn: its project is not watched any more"
IS_USED = or_(
    exists().where(Ask.issue_id == Issue.id),
    exists().where(BriefIssue.issue_id == Issue.id),
    exists().where(IssueSegment.issue_id == Issue.id, IssueSegment.state != "suggested"),
)
"""Somebody answered it, asks about it or put it on a brief."""
SAID = frozenset(["name", "projects", "url"])
"""What people say of a tracker; the rest of its row is a sync's."""
BY_HAND: dict[str, Any] = {"execution_options": {"synchronize_session": False}}
_PAIR = re.compile(r"[\w.-]+/[\w.-]+")
_PATH = re.compile(r"[\w.+ -]+(/[\w.+ -]+)+")


@dataclass(frozen=True, slots=True)
class Watched:
    """A tracker as the settings show it. `token` is the name of a variable, never a token."""

    tracker: Tracker
    issues: int
    token: str
    has_token: bool

    @property
    def first_projects(self) -> tuple[Sequence[str], str]:
        """Return the projects that are listed, and the line that counts the others."""
        return first_of(self.tracker.projects, MOST_LISTED)

    @property
    def say_due(self) -> str:
        """Say how many of its issues are judged anew; "" where none is."""
        due = len(self.tracker.due_issues or ())
        return ngettext(
            "%(figure)s of its issues is judged by your new words with the next sync.",
            "%(figure)s of its issues are judged by your new words with the next sync.",
            due,
            figure=say_figure(due),
        ) if due else ""  # fmt: skip


def list_trackers(session: Session, foundation: Foundation) -> list[Watched]:
    """Return the foundation's trackers by name, with how many issues are open there."""
    is_open = func.count(case((Issue.state == "open", Issue.id)))
    rows = session.execute(
        select(Tracker, is_open)
        .outerjoin(Issue, Issue.tracker_id == Tracker.id)
        .where(Tracker.foundation_id == foundation.id)
        .group_by(Tracker.id)
        .order_by(Tracker.name, Tracker.id)
    )
    return [Watched(one, count, token_name(one.url), _has_token(one.url)) for one, count in rows]


def add_tracker(
    session: Session, foundation: Foundation, facts: dict[str, Any], by: Person, real: datetime
) -> history.Entry:
    """Watch a tracker. `facts` are kind, name, url and projects; refused where they are wrong."""
    if facts["kind"] not in TRACKER_KINDS:
        raise Refused("Choose what kind of tracker it is.", "kind")
    url = read_url(facts["url"])
    _refuse_twin(session, foundation, url, None)
    tracker = Tracker(
        foundation_id=foundation.id,
        kind=facts["kind"],
        name=facts["name"],
        url=url,
        projects=read_projects(facts["kind"], url, facts["projects"]),
    )
    with history.act(session, real, by, foundation, "added", tracker) as act:
        act.detail["name"] = tracker.name
        session.add(tracker)
    return act.entry


def edit_tracker(
    session: Session,
    foundation: Foundation,
    tracker: Tracker,
    facts: dict[str, Any],
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change name, address and projects; None where they are so.

    Copies of a project that is not watched any more go, but for those that somebody answered,
    asks about or put on a brief: they stay, closed, and so does what was said about them.
    """
    wait_for_others(session, foundation.id)
    url = read_url(facts["url"])
    _refuse_twin(session, foundation, url, tracker)
    projects = read_projects(tracker.kind, url, facts["projects"])
    dropped = (Issue.project.in_(sorted({*tracker.projects} - {*projects})),)
    touched = _throw_away(session, foundation, tracker, *dropped)
    with history.act(session, real, by, foundation, "changed", tracker) as act:
        act.detail |= {"name": tracker.name, "segments": touched}
        if url != tracker.url:
            tracker.cursors = {}
        tracker.name, tracker.url, tracker.projects = facts["name"], url, projects
        tracker.cursors = {name: at for name, at in tracker.cursors.items() if name in projects}
        tracker.trouble, tracker.failing_since = "", None
        theirs = update(Issue).where(Issue.tracker_id == tracker.id, *dropped)
        session.execute(theirs.values(state="closed", state_note=NOT_WATCHED), **BY_HAND)
    return act.changed


def remove_tracker(
    session: Session, foundation: Foundation, tracker: Tracker, by: Person, real: datetime
) -> history.Entry:
    """Forget a tracker with its issues and asks; the history keeps what people said of them."""
    wait_for_others(session, foundation.id)
    touched = _throw_away(session, foundation, tracker)
    with history.act(session, real, by, foundation, "removed", tracker) as act:
        act.detail |= {"name": tracker.name, "segments": touched}
        session.execute(delete(Tracker).where(Tracker.id == tracker.id))
    return act.entry


def _put_back(taking: TakingBack) -> None:
    """Let a tracker be watched as before; its next sync reads again what was thrown away.

    What a sync wrote since is in nobody's way; what people changed or said since is.
    """
    session = taking.session
    (change,) = (one for one in taking.changes if one["table"] == "tracker")
    before, after = change["before"], change["after"]
    standing = session.get(Tracker, change["key"][0], populate_existing=True)
    if before is None:
        _forget_added(taking, standing)
        return
    if after and any(
        getattr(standing, name, None) != after.get(name) for name in SAID & after.keys()
    ):
        raise Refused(CHANGED)
    put_back_touched(taking)
    url = before.get("url") or (standing and standing.url)
    same = (Tracker.foundation_id == taking.foundation.id, Tracker.url == url)
    back = session.scalar(select(Tracker).where(*same).execution_options(populate_existing=True))
    if back is None:
        raise Refused(NO_ROOM)
    if before.keys() & {"url", "projects"}:
        back.cursors = {}
        taking.said = f"{back.name} is watched as before, and read anew with the next sync"


def _forget_added(taking: TakingBack, tracker: Tracker | None) -> None:
    """Forget a tracker that was added, with its copies, unless somebody said something of one."""
    if tracker is None:
        raise Refused(CHANGED)
    used = select(Issue.id).where(Issue.tracker_id == tracker.id, IS_USED).limit(1)
    if taking.session.scalar(used) is not None:
        raise Refused(IN_USE)
    _throw_away(taking.session, taking.foundation, tracker)
    taking.session.execute(delete(Tracker).where(Tracker.id == tracker.id))


history.teach(history.Way(_put_back), "tracker", "added", "changed")
history.teach(history.Way(_put_back, again=False), "tracker", "removed")


def count_losses(session: Session, tracker: Tracker) -> tuple[int, int]:
    """Return how many issues and asks go with a tracker."""
    issues = select(func.count(Issue.id)).where(Issue.tracker_id == tracker.id)
    asks = select(func.count(Ask.id)).join(Issue, Issue.id == Ask.issue_id)
    return session.scalar(issues) or 0, session.scalar(
        asks.where(Issue.tracker_id == tracker.id)
    ) or 0


def say_losses(issues: int, asks: int) -> str:
    """Say what goes with a tracker: "12 issues and 1 ask"."""
    return _(
        "%(issues)s and %(asks)s",
        issues=ngettext("%(num)s issue", "%(num)s issues", issues),
        asks=ngettext("%(num)s ask", "%(num)s asks", asks),
    )


def say_trackers(count: int) -> str:
    """Say how many trackers are watched."""
    return (
        ngettext(
            "%(number)s tracker, and what is watched there.",
            "%(number)s trackers, and what is watched there.",
            count,
            number=say_opening_number(count),
        )
        if count
        else _("No tracker is watched yet.")
    )


def read_url(text: str) -> str:
    """Read a tracker's address as it is stored: https wherever no scheme is given."""
    typed = text.strip().rstrip("/")
    if typed and "://" not in typed:
        typed = f"https://{typed}"
    try:
        url = Fetcher().checked(typed)
    except Refused as refusal:
        raise Refused(refusal.sentence, "url") from refusal
    if url.query or url.fragment or len(typed) > LONGEST_URL:
        raise Refused("Give the address of the tracker itself, without ? and #.", "url")
    return str(url).rstrip("/")


def read_projects(kind: str, url: str, text: str) -> list[str]:
    """Read projects, one a line, as the tracker spells them; a pasted address is shortened."""
    lines = [line.strip().removeprefix(url).strip().strip("/") for line in text.splitlines()]
    projects = list(dict.fromkeys(line for line in lines if line))
    if len(projects) > MOST_PROJECTS:
        raise Refused(f"At most {MOST_PROJECTS} projects can be watched here.", "projects")
    for project in projects:
        wrong = _project_error(kind, project)
        if wrong:
            raise Refused(wrong, "projects")
    return projects


def _project_error(kind: str, project: str) -> str | None:
    shown = project if len(project) <= 40 else f"{project[:39]}…"
    if (
        len(project) > LONGEST_PROJECT
        or not project.isprintable()
        or {".", ".."} & set(project.split("/"))
    ):
        return f"“{shown}” is no name of a project."
    if kind in ("github", "forgejo") and not _PAIR.fullmatch(project):
        return f"“{shown}” is no repository: write owner/name."
    if kind == "gitlab" and not _PATH.fullmatch(project):
        return f"“{shown}” is no project: write group/project."
    if kind == "mantisbt" and not (project.isascii() and project.isdecimal()):
        return f"“{shown}” is no project: MantisBT names them by number, and 0 means all."
    return None


def say_ago(then: datetime, now: datetime) -> str:
    """Say how long something is ago: "12 minutes ago", "3 days ago"."""
    minutes = max(0, int((now - then).total_seconds())) // 60
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        count = minutes // size
        if count:
            return f"{count:,} {word}{'s' if count > 1 else ''} ago"
    return "just now"


def _has_token(url: str) -> bool:
    try:
        return url.startswith("https://") and find_token(url) is not None  # else it stays here
    except Refused:
        return False


def _refuse_twin(
    session: Session, foundation: Foundation, url: str, tracker: Tracker | None
) -> None:
    """Refuse the address of another tracker of the foundation."""
    twin = session.scalar(
        select(Tracker).where(Tracker.foundation_id == foundation.id, Tracker.url == url)
    )
    if twin is not None and twin is not tracker:
        raise Refused(f"{twin.name} has that address. Add the project there.", "url")


def _throw_away(
    session: Session, foundation: Foundation, tracker: Tracker, *which: Any
) -> list[int]:
    """Throw copies away of which nobody said anything; return the segments that all concern.

    No act tells of them: they are the tracker's own words, which it may hide tomorrow, and the
    next sync reads them again. Nothing reads the example's, so that its are left to the act.
    """
    theirs = (Issue.tracker_id == tracker.id, *which)
    linked = select(IssueSegment.segment_id).join(Issue, Issue.id == IssueSegment.issue_id)
    touched = session.scalars(linked.where(*theirs).distinct().order_by(IssueSegment.segment_id))
    found = list(touched)
    if not foundation.is_example:
        session.execute(delete(Issue).where(*theirs, ~IS_USED), **BY_HAND)
    return found
