"""Follows trackers: reads what changed since the last time, and hides what is shown no longer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import case, exists, or_, select
from sqlalchemy.orm import Session

from models import Ask, BriefIssue, Foundation, Issue, IssueSegment, Tracker
from outreach.calendars.clock import say_list
from outreach.issues.copies import Kept, hide_project, keep_issues, note_shown
from outreach.issues.lessons import build_index, read_lessons
from outreach.issues.linking import BATCH, link_issues
from outreach.issues.looking import Shown, Sight, look_again, most_looks
from outreach.issues.trackers.asking import Absent, Denied, Down, Trouble, Wait
from outreach.issues.trackers.base import Client, IssuesPage
from outreach.issues.trackers.remote import HIDDEN
from outreach.locking import wait_for_others

MOST_TROUBLE = 500
MOST_ODD = 3
"""Issues that could not be read and are named."""


@dataclass(slots=True)
class Summary:
    """What a sync has done so far with one tracker."""

    tracker: str
    read: int = 0
    added: int = 0
    changed: int = 0
    hidden: int = 0
    requests: int = 0
    received: int = 0
    trouble: str = ""
    """What went wrong; a pause that the host asked for is no trouble."""
    pause: str = ""

    def count(self, kept: Kept, read: int) -> None:
        """Add what became of some issues."""
        self.read += read
        self.added += len(kept.added)
        self.changed += len(kept.changed)
        self.hidden += len(kept.hidden)


def follow(
    session: Session, foundation: Foundation, tracker: Tracker, client: Client
) -> Iterator[Summary]:
    """Read a tracker, page by page; the caller commits whenever this yields.

    Each page is a transaction of its own, with the cursor behind it, so that a sync that
    breaks off goes on where it was. Nothing is locked while the tracker is asked. What cannot
    be read changes nothing but the tracker's `trouble`. The segments whose matches are to be
    computed again wait in `tracker.due_segments`.
    """
    reading = _Following(session, foundation, tracker, client)
    tracker.tried_at = client.clock()
    lessons, is_paused = read_lessons(session, foundation), reading.is_paused()
    yield reading.summary
    build_index(*lessons)
    yield from reading.put_off()
    if is_paused:
        return
    yield from reading.projects()
    yield from reading.looks()
    if reading.finish():
        yield reading.summary


def find_pause(session: Session, tracker: Tracker) -> datetime | None:
    """Return until when the tracker's host asked for a pause, whoever of us it asked."""
    host = urlsplit(tracker.url).hostname
    pauses = session.execute(
        select(Tracker.url, Tracker.not_before).where(Tracker.not_before.is_not(None))
    )
    return max(
        (until for url, until in pauses if until and urlsplit(url).hostname == host), default=None
    )


def note_failing(tracker: Tracker, trouble: str, now: datetime) -> None:
    """Say on the tracker why it cannot be read, and since when."""
    tracker.trouble = trouble[:MOST_TROUBLE]
    tracker.failing_since = tracker.failing_since or now


@dataclass(slots=True)
class _Following:
    """One sync of one tracker."""

    session: Session
    foundation: Foundation
    tracker: Tracker
    client: Client
    summary: Summary = field(init=False)
    troubles: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    """Sentences about issues that could not be read, while the others were."""
    stopped: bool = False
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.summary = Summary(self.tracker.name)

    def is_paused(self) -> bool:
        """Tell whether the host is not to be asked now; say so."""
        until = find_pause(self.session, self.tracker)
        if until is None or until <= self.client.clock():
            return False
        self.summary.pause = Wait(until).sentence
        return True

    def put_off(self) -> Iterator[Summary]:
        """Judge the issues that waited since the words of a segment changed."""
        while self.tracker.due_issues and self._reload():
            due = self.tracker.due_issues
            self.tracker.due_issues = due[:-BATCH]
            self._relate(Kept(changed=due[-BATCH:]))
            yield self.summary

    def projects(self) -> Iterator[Summary]:
        """Read every project that is watched."""
        for project in list(self.tracker.projects):
            if self.stopped:
                return
            try:
                yield from self._project(project)
            except Absent as trouble:
                self._note(f"{project}: {trouble.sentence}")
                if self._reload():
                    self._hide(project)
                    yield self.summary
            except Trouble as trouble:
                self._stumble(trouble, f"{project}: ")

    def _project(self, project: str) -> Iterator[Summary]:
        cursor = self.tracker.cursors.get(project)
        odd: list[str] = []
        for batch in self.client.read(project, cursor):
            if not self._reload() or project not in self.tracker.projects:
                return
            self._keep(project, batch)
            odd += batch.odd
            yield self.summary
        if odd:
            self.odd.append(f"{project}: {say_odd(self.client.noun, odd)}")

    def _keep(self, project: str, batch: IssuesPage) -> None:
        now = self.client.clock()
        kept = keep_issues(self.session, self.tracker, project, batch.issues, now)
        self.seen |= {issue.key for issue in batch.issues}
        self._relate(kept)
        if batch.cursor is not None:
            self.tracker.cursors = {**self.tracker.cursors, project: batch.cursor}
        self.summary.count(kept, len(batch.issues))

    def _hide(self, project: str) -> None:
        """Hide a project's issues; when it is shown again it is read from its beginning."""
        kept = hide_project(self.session, self.tracker, project, self.client.clock())
        self._relate(kept)
        others = {name: at for name, at in self.tracker.cursors.items() if name != project}
        self.tracker.cursors = others
        self.summary.count(kept, 0)

    def _relate(self, kept: Kept) -> None:
        """Judge what changed again, and remember whose matches that bears on."""
        if not kept.touched:
            return
        linked = select(IssueSegment.segment_id).where(IssueSegment.issue_id.in_(kept.touched))
        touched = set(self.session.scalars(linked.distinct()))
        planning = self.foundation.now(self.client.clock())
        touched |= link_issues(self.session, self.foundation, kept.touched, planning)
        self.tracker.due_segments = sorted(touched.union(self.tracker.due_segments))

    def looks(self) -> Iterator[Summary]:
        """See whether issues that no listing named are still shown."""
        if self.stopped:
            return
        shown = _read_shown(self.session, self.tracker.id, self.seen, most_looks(self.client))
        yield self.summary
        sights: list[tuple[Shown, Sight]] = []
        try:
            sights.extend(look_again(self.client, shown))
        except Trouble as trouble:
            self._stumble(trouble, "")
        if sights and self._reload():
            self._keep_sights(sights)
            yield self.summary

    def _keep_sights(self, sights: Sequence[tuple[Shown, Sight]]) -> None:
        now = self.client.clock()
        note_shown(self.session, [one.id for one, sight in sights if sight is None], now)
        found = [sight for _, sight in sights if sight is not None]
        # Each of them is known already, so the project is not asked for.
        kept = keep_issues(self.session, self.tracker, "", found, now)
        self._forget_hidden({one.project for one, _ in sights})
        self._relate(kept)
        self.summary.count(kept, len(found))

    def _forget_hidden(self, projects: set[str]) -> None:
        """Let projects that show nothing any more be read from their beginning next time."""
        shown = select(Issue.project).where(
            Issue.tracker_id == self.tracker.id, Issue.visibility.not_in(HIDDEN)
        )
        empty = projects.difference(self.session.scalars(shown.distinct()))
        cursors = self.tracker.cursors.items()
        self.tracker.cursors = {name: at for name, at in cursors if name not in empty}

    def finish(self) -> bool:
        """Say on the tracker how it went; False if it was removed meanwhile."""
        if not self._reload():
            return False
        tracker, now = self.tracker, self.client.clock()
        tracker.not_before = self.client.talk.not_before
        if not self.stopped:
            tracker.synced_at = self.foundation.now(now)
        said = " ".join([*self.troubles, *self.odd])
        if self.troubles:
            note_failing(tracker, said, now)
        else:
            tracker.trouble = said[:MOST_TROUBLE]
            tracker.failing_since = tracker.failing_since if self.stopped else None
        self.summary.trouble = said
        return True

    def _stumble(self, trouble: Trouble, where: str) -> None:
        """Go on with the next project, unless the host itself is the trouble."""
        self.stopped = isinstance(trouble, (Wait, Down, Denied))
        if isinstance(trouble, Wait):
            self.summary.pause = trouble.sentence
            return
        self._note(trouble.sentence if self.stopped else f"{where}{trouble.sentence}")

    def _note(self, sentence: str) -> None:
        self.troubles.append(sentence)
        self.summary.trouble = sentence

    def _reload(self) -> bool:
        """Read the tracker as it is now, and lock it; False if somebody removed it."""
        talk = self.client.talk
        self.summary.requests, self.summary.received = talk.requests, talk.line.received
        wait_for_others(self.session, self.foundation.id)
        found = self.session.get(
            Tracker, self.tracker.id, populate_existing=True, with_for_update=True
        )
        self.stopped = self.stopped or found is None
        return found is not None


def _read_shown(session: Session, tracker_id: int, seen: set[str], most: int) -> list[Shown]:
    """Return issues of ours to be looked at: what we ask about first, then the longest unseen."""
    asked = or_(
        exists().where(Ask.issue_id == Issue.id), exists().where(BriefIssue.issue_id == Issue.id)
    )
    query = (
        select(Issue.id, Issue.key, Issue.project)
        .where(Issue.tracker_id == tracker_id, Issue.visibility.not_in(HIDDEN), Issue.project != "")
        .order_by(
            case((asked, 0), (Issue.state == "open", 1), else_=2),
            Issue.looked_at.asc().nulls_first(),
            Issue.id,
        )
        .limit(most + len(seen))
    )
    rows = (Shown(*row) for row in session.execute(query))
    return [one for one in rows if one.key not in seen][:most]


def say_odd(noun: str, names: Sequence[str]) -> str:
    """Say which could not be read, the others were: "bug 2 could not be read."."""
    shown = [name for name in names if name][:MOST_ODD]
    more = [f"{len(names) - len(shown)} more"] if len(names) > len(shown) else []
    if not shown:
        return f"one {noun} could not be read."
    which = noun if len(names) == 1 else f"{noun}s"
    return f"{which} {say_list([*shown, *more])} could not be read."
