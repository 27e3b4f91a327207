"""Copies follow their tracker: what changed, what is hidden, and nothing when it is down."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stamina
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models import Foundation, Issue, IssueSegment, Tracker
from models.database import make_sessions
from outreach.fetching import Fetcher
from outreach.issues.copies import keep_issues
from outreach.issues.looking import MOST_LOOKS
from outreach.issues.sync import Summary, follow, say_odd
from outreach.issues.trackers import open_client
from outreach.issues.trackers.remote import Missing, RemoteIssue
from tests.cast import add_ask, add_clocked, add_issue, add_segment, add_tracker
from tests.more_trackers import FakeBugzilla, FakeJira, FakeMantis
from tests.trackers import (
    BEGIN,
    Answer,
    Asked,
    FakeForgejo,
    FakeGitea,
    FakeGitHub,
    FakeGitLab,
    FakeTracker,
    served,
    status,
)

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KINDS = {
    "github": FakeGitHub,
    "gitlab": FakeGitLab,
    "forgejo": FakeForgejo,
    "gitea": FakeGitea,
    "bugzilla": FakeBugzilla,
    "mantisbt": FakeMantis,
    "jira": FakeJira,
}
STORED = {"gitea": "forgejo"}
"""Kinds that are stored under another's name."""
SECRET = "Nobody may know of Project Falcon"


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=2):
        yield


class Watch:
    """A foundation that watches a tracker, and a clock that a test can put forward."""

    def __init__(self, session: Session, fake: FakeTracker, fetcher: Fetcher, kind: str) -> None:
        self.session, self.fake, self.fetcher = session, fake, fetcher
        self.now = START
        self.foundation: Foundation = add_clocked(session, clock=None)
        self.segment = add_segment(session, self.foundation, "vfx", software=["Houdini"])
        self.tracker: Tracker = add_tracker(
            session, self.foundation, kind=kind, url=fake.url, projects=[fake.project]
        )
        self.tracker.synced_at = None
        session.commit()

    def sync(self, token: str | None = None) -> Summary:
        """Read the tracker as a command does, an hour later than the last time."""
        self.now += timedelta(hours=1)
        tracker, summaries = self.tracker, []
        client = open_client(tracker.kind, tracker.url, None, self.fetcher, lambda: self.now)
        if token:
            client.talk.headers |= client.headers(token)
        for summary in follow(self.session, self.foundation, tracker, client):
            self.session.commit()
            summaries.append(summary)
        client.close()
        return summaries[-1]

    def issue(self, number: int) -> Issue:
        """Return our copy."""
        key = Issue.key == self.fake.key_of(number)
        found = self.session.scalars(select(Issue).where(key)).one()
        self.session.refresh(found)
        return found

    def titles(self) -> set[str]:
        return set(self.session.scalars(select(Issue.title)))

    def link(self, number: int) -> IssueSegment | None:
        query = select(IssueSegment).where(IssueSegment.issue_id == self.issue(number).id)
        return self.session.scalars(query.execution_options(populate_existing=True)).first()


Opens = Callable[[str], Any]


@pytest.fixture
def watching(session: Session) -> Opens:
    """Return a way to watch a tracker of a kind: `with watching("github") as watch`."""

    @contextmanager
    def opening(kind: str) -> Iterator[Watch]:
        with served(KINDS[kind]()) as (fake, fetcher):
            yield Watch(session, fake, fetcher, STORED.get(kind, kind))

    return opening


@pytest.fixture(params=KINDS)
def watch(request: pytest.FixtureRequest, watching: Opens) -> Iterator[Watch]:
    """Return a watched tracker of each kind."""
    with watching(request.param) as watch:
        yield watch


@pytest.fixture
def github(watching: Opens) -> Iterator[Watch]:
    with watching("github") as watch:
        yield watch


def test_issues_come_with_whom_they_concern(watch: Watch) -> None:
    watch.fake.fill(120)
    watch.fake.change(7, BEGIN + timedelta(days=9), title="Houdini crashes at its start")
    summary = watch.sync()
    assert (summary.added, summary.changed, summary.trouble) == (120, 0, "")
    assert watch.session.scalar(select(func.count(Issue.id))) == 120
    link = watch.link(7)
    assert link is not None and link.phrases == ["Houdini"]
    assert watch.tracker.synced_at == watch.now
    assert watch.tracker.due_segments == [watch.segment.id]
    assert watch.issue(7).project == watch.fake.project


def test_the_second_time_nothing_changed(watch: Watch) -> None:
    watch.fake.fill(120)
    watch.sync()
    watch.tracker.due_segments = []
    watch.session.commit()
    summary = watch.sync()
    assert (summary.added, summary.changed, summary.hidden) == (0, 0, 0)
    assert watch.tracker.due_segments == []
    assert watch.tracker.synced_at == watch.now


def test_a_thousand_unchanged_issues_cost_two_percent_with_the_looking(watch: Watch) -> None:
    watch.fake.fill(1000)
    first = watch.sync().received
    again = watch.sync().received
    print(f"{watch.tracker.kind}: first {first:,} bytes, then {again:,}: {again / first:.2%}")
    assert again <= 0.02 * first


def test_what_changes_there_changes_here(watch: Watch) -> None:
    watch.fake.fill(3, title="Houdini crashes")
    watch.sync()
    later = BEGIN + timedelta(days=50)
    watch.fake.change(1, later, state="closed")
    watch.fake.change(2, later, title="Blender crashes", labels=["new"])
    assert watch.sync().changed == 2
    assert watch.issue(1).state == "closed"
    assert watch.issue(2).title == "Blender crashes"
    assert "new" in watch.issue(2).labels
    assert watch.link(2) is None
    assert watch.segment.id in watch.tracker.due_segments
    watch.fake.change(1, later + timedelta(days=1), state="open")
    watch.sync()
    assert watch.issue(1).state == "open"


def test_an_answer_of_staff_stays(watch: Watch) -> None:
    watch.fake.fill(1, title="Houdini crashes")
    watch.sync()
    link = watch.link(1)
    assert link is not None
    link.state = "rejected"
    watch.session.commit()
    watch.fake.change(1, BEGIN + timedelta(days=50), title="Houdini crashes more often")
    watch.sync()
    link = watch.link(1)
    assert link is not None and link.state == "rejected"


class TestHidden:
    """What a tracker shows no longer is shown nowhere, with the very next sync."""

    def test_an_issue_that_became_private(self, watch: Watch) -> None:
        watch.fake.fill(5)
        watch.fake.change(3, BEGIN + timedelta(days=3), title=f"{SECRET}: Houdini crashes")
        watch.sync()
        assert watch.link(3) is not None
        add_ask(watch.session, watch.issue(3), watch.segment)
        watch.session.commit()
        watch.fake.change(3, BEGIN + timedelta(days=90), secret=True)
        assert watch.sync().hidden == 1
        issue = watch.issue(3)
        assert (issue.title, issue.body, issue.labels) == (issue.key, "", [])
        assert (issue.state, issue.visibility) == ("closed", "private")
        assert issue.url
        link = watch.link(3)
        assert link is None or link.phrases == []
        assert watch.segment.id in watch.tracker.due_segments

    def test_a_project_that_became_private_and_public_again(self, watch: Watch) -> None:
        watch.fake.fill(150, title=SECRET)
        watch.sync()
        watch.fake.has_project = False
        summary = watch.sync()
        assert summary.hidden == 150
        assert watch.titles() == {watch.fake.key_of(number) for number in range(1, 151)}
        if watch.fake.tells_absence:
            assert f"{watch.fake.project}: It is not shown there" in watch.tracker.trouble
            assert watch.tracker.failing_since == watch.now
        watch.fake.has_project = True
        assert watch.sync().changed == 150
        assert watch.titles() == {SECRET}
        assert (watch.tracker.trouble, watch.tracker.failing_since) == ("", None)

    def test_a_private_issue_that_was_never_here_does_not_come(self, watching: Opens) -> None:
        with watching("gitlab") as watch:
            watch.fake.fill(2)
            watch.fake.tickets[2].extra = {"confidential": True}
            watch.sync()
            assert len(watch.titles()) == 1

    def test_a_token_that_sees_more_shows_no_more(self, watching: Opens) -> None:
        with watching("gitlab") as watch:
            watch.fake.fill(2, title=SECRET)
            watch.sync("glpat-canary")
            watch.fake.change(1, BEGIN + timedelta(days=90), secret=True)
            watch.sync("glpat-canary")
            assert watch.issue(1).title == "acme/engine#1"

    def test_more_than_are_looked_at_one_by_one(self, watching: Opens) -> None:
        with watching("gitlab") as watch:
            watch.fake.fill(90, title=SECRET)
            watch.sync()
            for number in range(1, 71):
                watch.fake.tickets[number].secret = True
            assert watch.sync().hidden == 70

    def test_a_list_that_was_cut_short_hides_nothing(self, watching: Opens) -> None:
        with watching("gitlab") as watch:
            watch.fake.fill(90)
            watch.sync()
            short = {"data": {"project": {"issues": {"nodes": []}}}}
            watch.fake.graphql = lambda asked: watch.fake.json(asked, short)
            assert watch.sync().hidden == 0

    @pytest.mark.parametrize("answer", [b"{}", b'{"data": {"project": null}}', b"[]"])
    def test_a_server_without_that_question_is_looked_at_one_by_one(
        self, watching: Opens, answer: bytes
    ) -> None:
        with watching("gitlab") as watch:
            watch.fake.fill(3, title=SECRET)
            watch.sync()
            watch.fake.graphql = lambda _asked: (200, {}, answer)
            watch.fake.tickets[2].secret = True
            assert watch.sync().hidden == 1


class TestGone:
    """Deleted, moved, converted: the link stays with its state."""

    @pytest.fixture
    def asked(self, github: Watch) -> Watch:
        github.fake.fill(40, title="Houdini crashes")
        github.sync()
        return github

    def answer(self, watch: Watch, number: int, answer: Answer) -> Issue:
        watch.fake.tickets.pop(number, None)
        watch.fake.instead[number] = answer
        add_ask(watch.session, watch.issue(number), watch.segment)
        watch.session.commit()
        watch.sync()
        return watch.issue(number)

    def test_deleted(self, asked: Watch) -> None:
        issue = self.answer(asked, 39, (410, {}, b"{}"))
        assert (issue.visibility, issue.state, issue.title) == ("gone", "closed", issue.key)

    def test_transferred(self, asked: Watch) -> None:
        asked.fake.tickets[77] = asked.fake.tickets[1]
        there = "/api/v3/repos/acme/engine/issues/2"
        issue = self.answer(asked, 39, (301, {"Location": there}, b""))
        assert (issue.visibility, issue.state) == ("moved", "open")
        assert issue.url.endswith("/issues/2")
        assert issue.key == "acme/engine#39"

    def test_transferred_to_where_nobody_may_look(self, asked: Watch) -> None:
        issue = self.answer(asked, 39, (301, {"Location": "/api/v3/repos/x/y/issues/2"}, b""))
        assert (issue.visibility, issue.title) == ("private", issue.key)

    def test_converted_to_a_discussion(self, asked: Watch) -> None:
        there = "/api/v3/repos/acme/engine/discussions/2"
        issue = self.answer(asked, 39, (301, {"Location": there}, b""))
        assert (issue.visibility, issue.state) == ("converted", "closed")
        assert issue.title == "Houdini crashes"
        assert issue.state_note == "withdrawn: it became a discussion"

    def test_moved_to_another_host(self, asked: Watch) -> None:
        issue = self.answer(asked, 39, (301, {"Location": "http://10.0.0.1/2"}, b""))
        assert (issue.visibility, issue.state) == ("moved", "closed")

    def test_moved_within_gitlab(self, watching: Opens) -> None:
        with watching("gitlab") as watch:
            watch.fake.fill(1)
            watch.fake.tickets[1].extra = {"moved_to_id": 5, "state": "closed"}
            watch.sync()
            assert (watch.issue(1).visibility, watch.issue(1).state) == ("moved", "closed")

    def test_only_few_are_looked_at_and_in_turn(self, asked: Watch) -> None:
        for _ in range(2):
            before = len(asked.fake.asked)
            asked.sync()
            looks = [one for one in asked.fake.asked[before:] if one.method == "HEAD"]
            assert len(looks) == MOST_LOOKS
        heads = {one.path for one in asked.fake.asked if one.method == "HEAD"}
        assert len(heads) >= 39

    def test_the_looking_leaves_something_of_the_limit(self, asked: Watch) -> None:
        def few(tracker: FakeTracker, request: Asked) -> Answer:
            code, head, body = tracker.answer(request)
            return code, head | {"X-RateLimit-Remaining": "14"}, body

        before = len(asked.fake.asked)
        asked.fake.faults = [few]
        asked.sync()
        assert len(asked.fake.asked) - before == 1 + 4


class TestTrouble:
    """A tracker that cannot be read changes nothing but when it was read last."""

    def copies(self, watch: Watch) -> list[tuple[Any, ...]]:
        query = select(Issue.key, Issue.title, Issue.state, Issue.visibility).order_by(Issue.id)
        return [tuple(row) for row in watch.session.execute(query)]

    @pytest.mark.parametrize("code", [500, 401, 400])
    def test_hours_of_it(self, watch: Watch, code: int) -> None:
        watch.fake.fill(10)
        watch.sync()
        before, synced = self.copies(watch), watch.tracker.synced_at
        for _ in range(8):
            watch.fake.faults = [status(code, b"<secret>")] * 2
            assert watch.sync().trouble
        watch.fake.faults = []
        assert self.copies(watch) == before
        assert watch.tracker.failing_since == START + timedelta(hours=2)
        assert "secret" not in watch.tracker.trouble
        if code != 400:
            assert watch.tracker.synced_at == synced
        watch.sync()
        assert watch.tracker.failing_since is None
        assert watch.tracker.synced_at == watch.now

    def test_a_pause_holds_for_the_whole_host(self, github: Watch) -> None:
        """Also for another tracker of ours there, and over the end of the program."""
        github.fake.fill(5)
        github.fake.faults = [status(429, Retry_After="36000")]
        assert "asked for a pause" in github.sync().pause
        assert github.tracker.not_before == github.now + timedelta(hours=10)
        assert (github.tracker.trouble, github.tracker.failing_since) == ("", None)
        asked = len(github.fake.asked)
        for _ in range(9):
            assert "asked for a pause" in github.sync().pause
        github.tracker = add_tracker(
            github.session, github.foundation, kind="github", url=f"{github.fake.url}/",
            projects=["acme/engine"], name="Another",
        )  # fmt: skip
        github.session.commit()
        github.now -= timedelta(minutes=30)
        assert "asked for a pause" in github.sync().pause
        assert len(github.fake.asked) == asked
        assert github.sync().added == 5

    def test_a_reading_that_is_cut_off_goes_on(self, github: Watch) -> None:
        github.fake.fill(250)
        good: Any = lambda tracker, request: tracker.answer(request)  # noqa: E731
        github.fake.faults = [good, status(429)]
        assert github.sync().added == 100
        summary = github.sync()
        assert summary.added == 150
        assert github.session.scalar(select(func.count(Issue.id))) == 250

    def test_one_project_that_is_not_understood_stops_no_other(self, github: Watch) -> None:
        github.tracker.projects = ["acme/other", "acme/engine"]
        github.session.commit()
        github.fake.fill(5)
        github.fake.faults = [status(200, b"nonsense")]
        summary = github.sync()
        assert summary.added == 5
        assert github.tracker.trouble == "acme/other: It does not answer with JSON."

    def test_a_tracker_that_is_removed_meanwhile(self, github: Watch) -> None:
        github.fake.fill(250)
        client = open_client("github", github.fake.url, None, github.fetcher, lambda: START)
        for number, _ in enumerate(
            follow(github.session, github.foundation, github.tracker, client)
        ):
            if number == 1:
                github.session.delete(github.tracker)
            github.session.commit()
        client.close()
        assert github.session.scalar(select(func.count(Issue.id))) == 0


def test_two_syncs_at_once_add_each_issue_once(github: Watch, engine: Engine) -> None:
    github.fake.fill(230)
    number = github.tracker.id

    def run(_: int) -> str:
        with make_sessions(engine)() as session:
            tracker = session.get_one(Tracker, number)
            foundation = session.get_one(Foundation, tracker.foundation_id)
            session.commit()
            client = open_client("github", tracker.url, None, github.fetcher, lambda: START)
            told = [""]
            for summary in follow(session, foundation, tracker, client):
                session.commit()
                told.append(summary.trouble)
            client.close()
            return told[-1]

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == ["", ""]
    assert github.session.scalar(select(func.count(Issue.id))) == 230


def test_what_is_told_late_shows_nothing_hidden(github: Watch) -> None:
    session, tracker = github.session, github.tracker
    seen = RemoteIssue("acme/engine#1", SECRET, "https://a.example/1", BEGIN)

    def tell(remote: RemoteIssue | Missing, *, told: bool = True) -> str:
        keep_issues(session, tracker, "acme/engine", [remote], START, told=told)
        return github.issue(1).title

    assert tell(seen) == tell(seen) == SECRET
    assert tell(replace(seen, title="Older", updated=BEGIN - timedelta(days=1))) == SECRET
    assert tell(Missing(seen.key, "private")) == seen.key
    assert tell(seen) == seen.key
    later = replace(seen, title="Public again", updated=START + timedelta(days=1))
    assert tell(later) == "Public again"
    assert tell(Missing(seen.key, "private")) == seen.key
    assert tell(seen, told=False) == SECRET


def test_an_older_state_changes_nothing(github: Watch) -> None:
    """The copy may be newer than the listing: a delivery of the tracker came in between."""
    github.fake.fill(1)
    issue = add_issue(
        github.session, github.tracker, key="acme/engine#1", title="Newer", state="closed",
        remote_updated_at=BEGIN + timedelta(days=400),
    )  # fmt: skip
    github.session.commit()
    github.sync()
    github.session.refresh(issue)
    assert (issue.title, issue.state) == ("Newer", "closed")


def test_an_issue_that_cannot_be_read_is_named_and_the_others_are_kept(watch: Watch) -> None:
    """The tracker is not failing for it; a reading without it says nothing more."""
    watch.fake.fill(3)
    watch.fake.faults = [_without_words]
    noun = "bug" if watch.tracker.kind == "bugzilla" else "issue"
    name = watch.fake.key_of(2).rpartition("#")[2]
    assert watch.sync().read == 2
    assert watch.tracker.trouble == f"{watch.fake.project}: {noun} {name} could not be read."
    assert watch.tracker.failing_since is None
    watch.sync()
    assert watch.tracker.trouble == ""


def _without_words(fake: FakeTracker, asked: Asked) -> Answer:
    """Answer as the tracker would, but for the second issue, of which no more is told than it."""
    status_, _, content = fake.answer(asked)
    said = json.loads(content)
    rows = said if isinstance(said, list) else said.get("issues", said.get("bugs"))
    names = ("number", "iid", "key", "id")
    rows[1] = {name: rows[1][name] for name in names if name in rows[1]}
    return status_, {}, json.dumps(said).encode()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["2"], "bug 2 could not be read."),
        (["2", "7"], "bugs 2 and 7 could not be read."),
        (["2", "7", ""], "bugs 2, 7 and 1 more could not be read."),
        ([str(number) for number in range(1, 101)], "bugs 1, 2, 3 and 97 more could not be read."),
        ([""], "one bug could not be read."),
    ],
)
def test_how_odd_ones_are_named(names: list[str], said: str) -> None:
    assert say_odd("bug", names) == said


def test_a_jira_that_moved_into_the_cloud_keeps_its_issues(watching: Opens) -> None:
    with watching("jira") as watch:
        watch.fake.fill(12, title="Kept")
        watch.sync()
        watch.fake.is_cloud = True
        watch.tracker.cursors = {}
        summary = watch.sync()
        assert (summary.read, summary.hidden, summary.trouble) == (12, 0, "")
        watch.fake.tickets[3].secret = True
        assert watch.sync().hidden == 1
        assert watch.titles() == {"Kept", "RHEL-3"}
