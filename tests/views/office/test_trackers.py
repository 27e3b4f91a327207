"""The settings of trackers: what is watched, since when it fails, and never a token."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models import Ask, Foundation, Issue, IssueSegment, Segment, Tracker
from tests import cast
from tests.conftest import CountQueries, MakeApp, Stored
from tests.trackers import FakeGitHub, FakeTracker, served, status
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of, undo_of

Watched = tuple[FakeTracker, FlaskClient, str]
TYPED = {
    "kind": "github",
    "name": "GitHub",
    "url": "https://github.com",
    "projects": "AlmaLinux/build-system\nhttps://github.com/AcademySoftwareFoundation/openexr\n",
}


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session)


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


def trackers(stored: Stored, owned: Owned) -> dict[str, Tracker]:
    with stored() as session:
        query = select(Tracker).where(Tracker.foundation_id == owned.foundation)
        return {one.name: one for one in session.scalars(query)}


def test_a_tracker_is_added(staff: FlaskClient, stored: Stored, owned: Owned) -> None:
    assert staff.get("/trackers/new").status_code == 200
    answer = staff.post("/trackers/new", data=TYPED, follow_redirects=True)
    assert "GitHub is read with the next sync." in text_of(answer)
    added = trackers(stored, owned)["GitHub"]
    assert (added.kind, added.url) == ("github", "https://github.com")
    assert added.projects == ["AlmaLinux/build-system", "AcademySoftwareFoundation/openexr"]
    page = text_of(staff.get("/trackers"))
    assert "AlmaLinux/build-system" in page
    assert "never" in page


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Give it a name."),
        ("url", "", "Give its address."),
        ("url", "ftp://github.com", "A web address starts with http"),
        ("url", "https://user:secret@github.com", "cannot be fetched"),
        ("url", "https://github.com:22", "cannot be fetched"),
        ("url", "https://github.com/?token=x", "without ? and #"),
        ("url", "https://github.com/\\evil", "That is no web address."),
        ("kind", "fax", "Not a valid choice"),
        ("projects", "AlmaLinux", "is no repository: write owner/name."),
        ("projects", "a/..", "is no name of a project."),
        ("projects", "a/b c", "is no repository"),
        ("projects", "\n".join(f"a/{n}" for n in range(101)), "At most 100 projects"),
    ],
)
def test_what_cannot_be_is_refused(
    staff: FlaskClient, stored: Stored, owned: Owned, field: str, typed: str, sentence: str
) -> None:
    answer = staff.post("/trackers/new", data=TYPED | {field: typed})
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "GitHub" not in trackers(stored, owned)


def test_one_address_is_watched_once(staff: FlaskClient) -> None:
    staff.post("/trackers/new", data=TYPED)
    again = staff.post("/trackers/new", data=TYPED | {"url": "github.com/", "name": "Twice"})
    assert again.status_code == 422
    assert "GitHub has that address." in text_of(again)


def test_a_tracker_is_changed(staff: FlaskClient, stored: Stored, owned: Owned) -> None:
    staff.post("/trackers/new", data=TYPED)
    added = trackers(stored, owned)["GitHub"]
    path = f"/trackers/{added.id}/edit"
    page = staff.get(path).text
    assert "AlmaLinux/build-system\nAcademySoftwareFoundation/openexr</textarea>" in page
    assert "WHEREABOUTS_TOKEN_GITHUB_COM" in page
    assert f"/webhooks/{added.id}" in page
    with stored() as session:
        tracker = session.get_one(Tracker, added.id)
        tracker.cursors = {project: {"since": None} for project in added.projects}
        tracker.failing_since, tracker.trouble = cast.REAL, "It cannot be reached."
    answer = staff.post(path, data=TYPED | {"name": "Code", "projects": "AlmaLinux/build-system"})
    assert answer.status_code == 303
    changed = trackers(stored, owned)["Code"]
    assert changed.projects == list(changed.cursors) == ["AlmaLinux/build-system"]
    assert (changed.failing_since, changed.trouble) == (None, "")


def test_a_new_address_is_read_from_the_beginning(
    staff: FlaskClient, stored: Stored, owned: Owned
) -> None:
    staff.post("/trackers/new", data=TYPED)
    added = trackers(stored, owned)["GitHub"]
    with stored() as session:
        session.get_one(Tracker, added.id).cursors = {added.projects[0]: {"since": None}}
    moved = {"url": "https://ghe.example.org", "projects": added.projects[0]}
    staff.post(f"/trackers/{added.id}/edit", data=TYPED | moved)
    assert trackers(stored, owned)["GitHub"].cursors == {}


def test_a_project_that_is_dropped_leaves_what_somebody_cared_for(
    staff: FlaskClient, stored: Stored, owned: Owned
) -> None:
    with stored() as session:
        issue = session.get_one(Issue, owned.issue)
        tracker = session.get_one(Tracker, issue.tracker_id)
        tracker.kind, tracker.projects, issue.project = "github", ["a/b"], "a/b"
        segment = issue_segment = session.scalars(select(IssueSegment)).one()
        cast.add_issue(session, tracker, key="a/b#2", project="a/b")
        cast.add_issue(session, tracker, key="a/b#3", project="a/b")
        answered = session.scalars(select(Issue).where(Issue.key == "a/b#3")).one()
        session.add(
            IssueSegment(
                issue_id=answered.id,
                segment_id=issue_segment.segment_id,
                state="rejected",
                matched_at=segment.matched_at,
            )
        )
        number, url = tracker.id, tracker.url
    typed = {"kind": "github", "name": "Code", "url": url, "projects": "a/c"}
    assert staff.post(f"/trackers/{number}/edit", data=typed).status_code == 303
    with stored() as session:
        left = {one.key: one.state for one in session.scalars(select(Issue))}
        assert left == {"RHEL-39415": "closed", "a/b#3": "closed"}
        assert session.scalar(select(func.count(Ask.id))) == 1
        session.get_one(Tracker, number).cursors = {"a/c": {"since": "read since"}}
    page = staff.post(undo_of(staff.get("/trackers")), follow_redirects=True)
    assert "is watched as before, and read anew with the next sync." in text_of(page)
    with stored() as session:
        left = {one.key: one.state for one in session.scalars(select(Issue))}
        assert left == {"RHEL-39415": "open", "a/b#3": "open"}
        tracker = session.get_one(Tracker, number)
        assert (tracker.projects, tracker.cursors) == (["a/b"], {})


def test_a_tracker_is_removed_after_being_shown_what_goes(
    staff: FlaskClient, stored: Stored, owned: Owned
) -> None:
    with stored() as session:
        tracker = session.scalars(select(Tracker)).one()
        tracker.cursors, number = {"a/b": {"since": "yesterday"}}, tracker.id
        cast.add_issue(session, tracker, key="COPY-1")
    before = rows_of(stored)
    page = text_of(staff.get(f"/trackers/{number}/remove"))
    assert "2 issues and 1 ask go with it" in page
    assert staff.post(f"/trackers/{number}/remove").status_code == 303
    assert trackers(stored, owned) == {}
    assert rows_of(stored)["issue"] == rows_of(stored)["ask"] == []
    staff.post(undo_of(staff.get("/trackers")))
    after = rows_of(stored)
    assert [row for row in after["issue"] if "COPY-1" in row] == []
    for table in ("ask", "issue_segment", "match"):
        assert after[table] == before[table], table
    assert [one.cursors for one in trackers(stored, owned).values()] == [{}]


def test_the_example_keeps_what_no_sync_would_bring_back(
    staff: FlaskClient, stored: Stored, owned: Owned
) -> None:
    with stored() as session:
        session.get_one(Foundation, owned.foundation).is_example = True
        tracker = session.scalars(select(Tracker)).one()
        cast.add_issue(session, tracker, key="COPY-1")
        number = tracker.id
    before = rows_of(stored)
    staff.post(f"/trackers/{number}/remove")
    staff.post(undo_of(staff.get("/trackers")))
    assert rows_of(stored)["issue"] == before["issue"]


def test_what_was_read_since_a_tracker_was_added_goes_with_its_undo_until_it_is_used(
    staff: FlaskClient, stored: Stored, owned: Owned
) -> None:
    undo = undo_of(staff.post("/trackers/new", data=TYPED, follow_redirects=True))
    with stored() as session:
        tracker = session.scalars(select(Tracker).where(Tracker.name == "GitHub")).one()
        tracker.synced_at = cast.NOW
        segment = session.get_one(Segment, owned.segment)
        issue = cast.add_issue(session, tracker, segment, "a/b#1")
        session.get_one(IssueSegment, (issue.id, segment.id)).state = "accepted"
    assert "Something else rests on it" in staff.post(undo, follow_redirects=True).text
    with stored() as session:
        session.scalars(
            select(IssueSegment).where(IssueSegment.state == "accepted")
        ).one().state = "suggested"
    assert staff.post(undo).status_code == 303
    assert "GitHub" not in trackers(stored, owned)


def test_trouble_is_told_with_its_age(staff: FlaskClient, stored: Stored, owned: Owned) -> None:
    now = datetime.now(UTC)
    with stored() as session:
        tracker = session.scalars(select(Tracker)).one()
        tracker.synced_at = cast.NOW - timedelta(hours=26)
        tracker.failing_since = now - timedelta(hours=25)
        tracker.trouble = "It cannot be reached."
        tracker.not_before = now + timedelta(minutes=5)
    page = text_of(staff.get("/trackers"))
    assert "1 day ago" in page
    assert "Failing since" in page
    assert "It cannot be reached." in page
    assert "asked for a pause until" in page


def test_a_token_is_on_no_page(
    staff: FlaskClient, stored: Stored, owned: Owned, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WHEREABOUTS_TOKEN_GITHUB_COM", "ghp_canary4711")
    staff.post("/trackers/new", data=TYPED)
    number = trackers(stored, owned)["GitHub"].id
    pages = ["/trackers", f"/trackers/{number}/edit", f"/trackers/{number}/remove", "/issues"]
    for path in pages:
        assert "ghp_canary" not in staff.get(path).text
    assert "token set WHEREABOUTS_TOKEN_GITHUB_COM" in text_of(staff.get("/trackers"))
    with stored() as session:
        assert "ghp_canary" not in str(list(session.execute(select(Tracker.__table__))))


def test_others_trackers_are_not_there(
    app: Flask, staff: FlaskClient, stored: Stored, owned: Owned
) -> None:
    with stored() as session:
        theirs = plan(session, "theirs")
    number = next(iter(trackers(stored, theirs).values())).id
    for path in (f"/trackers/{number}/edit", f"/trackers/{number}/remove"):
        assert staff.get(path).status_code == 404
        assert staff.post(path, data=TYPED).status_code == 404


def test_the_list_costs_the_same_for_many(
    staff: FlaskClient, stored: Stored, count_queries: CountQueries
) -> None:
    staff.post("/trackers/new", data=TYPED)
    with count_queries() as few:
        staff.get("/trackers")
    for number in range(3):
        staff.post("/trackers/new", data=TYPED | {"url": f"https://git{number}.example.org"})
    with count_queries() as many:
        staff.get("/trackers")
    assert len(many) == len(few)


class TestSyncNow:
    @pytest.fixture
    def watched(self, make_app: MakeApp, stored: Stored, owned: Owned) -> Iterator[Watched]:
        fake = FakeGitHub()
        fake.fill(30, title="Houdini crashes")
        with served(fake) as (_, fetcher), stored() as session:
            ours = session.get_one(Foundation, owned.foundation)
            tracker = cast.add_tracker(
                session, ours, kind="github", name="Code", url=fake.url, projects=[fake.project]
            )
            session.commit()
            app = make_app(WTF_CSRF_ENABLED=False, FETCHER=fetcher)
            yield fake, sign_in_as(app, stored, owned.staff), f"/trackers/{tracker.id}/sync"

    def test_it_reads_while_the_page_waits(self, watched: Watched, stored: Stored) -> None:
        _, staff, path = watched
        assert f'action="{path}"' in staff.get("/trackers").text
        answer = staff.post(path, follow_redirects=True)
        assert "Code: 30 new and 0 changed" in text_of(answer)
        assert "synced" in text_of(answer)

    def test_what_goes_wrong_is_said(self, watched: Watched) -> None:
        fake, staff, path = watched
        fake.faults = [status(403)]
        assert "asked for a pause" in text_of(staff.post(path, follow_redirects=True))

    def test_the_example_is_not_read(self, watched: Watched, stored: Stored, owned: Owned) -> None:
        fake, staff, path = watched
        with stored() as session:
            session.get_one(Foundation, owned.foundation).is_example = True
        assert "not read" in text_of(staff.post(path, follow_redirects=True))
        assert fake.asked == []
        assert path not in staff.get("/trackers").text
