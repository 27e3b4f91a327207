"""What a tracker signed changes the copy, its links and the matches once; nothing else does."""

import hmac
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from models import Issue, IssueSegment, Match, Tracker
from outreach.issues.webhooks import LARGEST_DELIVERY, webhook_secret
from outreach.matching.store.stored import refresh_foundation
from tests import cast
from tests.conftest import CountQueries, MakeApp, Stored
from tests.views.planned import rows_of
from views.office import webhooks

KEY, OLD_KEY = "a key of this program, long enough", "the key that it had before this one"
SENT = datetime.fromisoformat("2024-07-25T09:00:00+00:00")
HOUDINI = "Houdini crashes in libpthread after the update"
Send = Callable[..., TestResponse]


@dataclass(frozen=True)
class Watched:
    """The numbers of what is watched, and by whom."""

    tracker: int
    other: int
    segment: int
    event: int


@pytest.fixture
def watched(stored: Stored) -> Watched:
    with stored() as session:
        ours = cast.add_clocked(session)
        event = cast.add_event(session, ours, ends=date(2024, 8, 1))
        segment = cast.add_segment(session, ours, software=["Houdini"], keywords=["visual effects"])
        cast.add_gathering(session, segment, event)
        github = {"kind": "github", "url": "https://github.com", "projects": ["acme/engine"]}
        tracker = cast.add_tracker(session, ours, name="GitHub", **github)
        theirs = cast.add_clocked(session, "theirs")
        other = cast.add_tracker(session, theirs, name="GitHub", **github)
        refresh_foundation(session, ours, cast.NOW)
        return Watched(tracker.id, other.id, segment.id, event.id)


@pytest.fixture
def program(make_app: MakeApp, watched: Watched) -> Flask:
    """Return the program with every check that it has."""
    return make_app(SECRET_KEY=KEY, SECRET_KEY_FALLBACKS=[OLD_KEY])


@pytest.fixture
def outside(program: Flask) -> FlaskClient:
    return program.test_client()


@pytest.fixture
def send(outside: FlaskClient, watched: Watched) -> Send:
    """Return a way to deliver as GitHub does: `send(payload, event=..., key=..., **headers)`."""

    def sending(
        payload: Any, event: str = "issues", key: str = KEY, signer: int = 0, **headers: str
    ) -> TestResponse:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        signed = sign(body, webhook_secret(key, signer or watched.tracker))
        standard = {"X_GitHub_Event": event, "X_Hub_Signature_256": signed}
        named = {name.replace("_", "-"): value for name, value in (standard | headers).items()}
        return outside.post(
            f"/webhooks/{watched.tracker}",
            data=body,
            headers={name: value for name, value in named.items() if value},
            content_type=headers.get("Content_Type", "application/json"),
        )

    return sending


def sign(body: bytes, secret: str, algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def issue(
    action: str = "opened",
    at: datetime = SENT,
    private: bool = False,
    repository: str = "acme/engine",
    **columns: Any,
) -> dict[str, Any]:
    """Spell a delivery about issue 12."""
    standard = {
        "number": 12,
        "title": HOUDINI,
        "html_url": f"https://github.com/{repository}/issues/12",
        "state": "open",
        "body": "Every night.",
        "labels": [],
        "created_at": "2024-06-04T08:00:00Z",
        "updated_at": at.isoformat(),
    }
    return {
        "action": action,
        "issue": standard | columns,
        "repository": {"full_name": repository, "private": private},
    }


def copy_of(stored: Stored, key: str = "acme/engine#12") -> Issue | None:
    with stored() as session:
        found = session.scalar(select(Issue).where(Issue.key == key))
        session.expunge_all()
        return found


def links(stored: Stored) -> list[tuple[int, str, list[str]]]:
    with stored() as session:
        rows = session.scalars(select(IssueSegment)).all()
        return [(row.segment_id, row.state, row.phrases) for row in rows]


def score(stored: Stored) -> float:
    with stored() as session:
        return session.scalars(select(Match.rank)).one()


def test_a_delivery_reaches_the_match(send: Send, stored: Stored, watched: Watched) -> None:
    before = score(stored)
    assert send(issue()).status_code == 204
    found = copy_of(stored)
    assert found is not None
    assert (found.title, found.state, found.project) == (HOUDINI, "open", "acme/engine")
    assert found.tracker_id == watched.tracker
    assert [(segment, state) for segment, state, _ in links(stored)] == [
        (watched.segment, "suggested")
    ]
    assert links(stored)[0][2] == ["Houdini"]
    opened = score(stored)
    assert opened > before
    assert send(issue("closed", SENT + timedelta(hours=1), state="closed")).status_code == 204
    assert score(stored) < opened


def test_ten_times_the_same_is_once(send: Send, stored: Stored, count_queries: Any) -> None:
    send(issue())
    kept, linked = rows_of(stored), links(stored)
    for _ in range(9):
        with count_queries() as queries:
            assert send(issue()).status_code == 204
        writes = [one for one in queries if one.startswith(("INSERT", "DELETE"))]
        assert writes == []
    assert rows_of(stored) == kept
    assert links(stored) == linked


@pytest.mark.parametrize("late", [timedelta(seconds=1), timedelta(days=1), timedelta(days=30)])
def test_what_is_older_changes_nothing(send: Send, stored: Stored, late: timedelta) -> None:
    send(issue("closed", SENT, state="closed", title="Solved"))
    kept = rows_of(stored)
    assert send(issue("opened", SENT - late)).status_code == 204
    assert rows_of(stored) == kept
    found = copy_of(stored)
    assert found is not None
    assert (found.title, found.state) == ("Solved", "closed")


def test_in_every_order_the_newest_wins(send: Send, stored: Stored) -> None:
    steps = [issue("edited", SENT + timedelta(minutes=n), title=f"Title {n}") for n in range(6)]
    for number in (3, 1, 5, 0, 4, 2, 5, 1):
        send(steps[number])
    found = copy_of(stored)
    assert found is not None
    assert found.title == "Title 5"


@pytest.mark.parametrize(
    ("action", "more", "visibility"),
    [("deleted", {}, "gone"), ("edited", {"private": True}, "private")],
)
def test_what_has_left_stays_away(
    send: Send, stored: Stored, action: str, more: dict[str, Any], visibility: str
) -> None:
    """What leaves is sent with the time of the change before it."""
    opened = issue()
    for delivery in (opened, issue(action, **more), opened, opened):
        assert send(delivery).status_code == 204
    found = copy_of(stored)
    assert found is not None
    assert (found.visibility, found.title, found.body) == (visibility, "acme/engine#12", "")
    send(issue("edited", SENT + timedelta(days=1), title="Sent before it left"))
    assert (copy := copy_of(stored)) is not None and copy.title == "acme/engine#12"
    send(issue("edited", datetime.now(UTC) + timedelta(days=9), title="Sent by no clock"))
    assert (copy := copy_of(stored)) is not None and copy.title == "acme/engine#12"
    send(issue("edited", datetime.now(UTC) + timedelta(minutes=1), title="Public again"))
    again = copy_of(stored)
    assert again is not None
    assert (again.visibility, again.title) == ("public", "Public again")


def test_a_time_to_come_is_now(send: Send, stored: Stored) -> None:
    """Else every later change would be older than it."""
    ahead = "2199-01-01T00:00:00Z"
    send(issue(at=datetime.fromisoformat(ahead), created_at=ahead))
    send(issue("edited", datetime.now(UTC), title="Changed since"))
    found = copy_of(stored)
    assert found is not None and found.remote_updated_at is not None
    assert found.title == "Changed since"
    assert found.remote_updated_at <= datetime.now(UTC)
    assert found.opened_on is not None and found.opened_on <= datetime.now(UTC).date()


@pytest.mark.parametrize("project", [7, None, ["acme/engine"], {"name": "acme"}, True, ""])
def test_a_project_that_is_no_name_is_refused(send: Send, project: object) -> None:
    """It is signed, and still only a tracker's word."""
    answer = send(issue() | {"repository": {"full_name": project}})
    assert answer.status_code == 422


def test_a_rejected_link_never_comes_back(send: Send, stored: Stored) -> None:
    send(issue())
    with stored() as session:
        session.scalars(select(IssueSegment)).one().state = "rejected"
    send(issue("edited", SENT + timedelta(hours=1), title=f"{HOUDINI}, Houdini, Houdini"))
    assert [state for _, state, _ in links(stored)] == ["rejected"]


@pytest.mark.parametrize(
    ("repository", "watches"),
    [("acme/engine", True), ("Acme/Engine", True), ("acme/wheel", False), ("acme", False)],
)
def test_only_projects_that_are_watched(
    send: Send, stored: Stored, repository: str, watches: bool
) -> None:
    assert send(issue(repository=repository)).status_code == 204
    assert (copy_of(stored) is not None) == watches


def test_another_kind_of_tracker_changes_nothing(send: Send, stored: Stored) -> None:
    kept = rows_of(stored)
    assert send(issue(), X_Forgejo_Event="issues").status_code == 204
    assert rows_of(stored) == kept


def test_no_or_another_signature_is_refused_unread(
    send: Send, outside: FlaskClient, stored: Stored, watched: Watched, count_queries: CountQueries
) -> None:
    kept, body = rows_of(stored), json.dumps(issue()).encode()
    secret = webhook_secret(KEY, watched.tracker)
    wrong = [
        {"X_Hub_Signature_256": ""},
        {"X_Hub_Signature_256": "sha256=" + "0" * 64},
        {"X_Hub_Signature_256": sign(body + b" ", secret)},
        {"X_Hub_Signature_256": "", "X_Hub_Signature": sign(body, secret, "sha1")},
        {"X_Hub_Signature_256": sign(body, KEY)},
        {"X_Hub_Signature_256": "", "X_Gitlab_Token": "whsec_"},
    ]
    with count_queries() as queries:
        assert {send(body, **headers).status_code for headers in wrong} == {401}
        assert send(body, signer=watched.other).status_code == 401
        assert send(body, signer=9999).status_code == 401
        assert send(body, key="a key of nobody, which is long too").status_code == 401
        assert outside.post(f"/webhooks/{watched.tracker}").status_code == 401
        form = {"payload": body.decode(), "csrf_token": "x"}
        assert outside.post(f"/webhooks/{watched.tracker}", data=form).status_code == 401
    assert queries == []
    assert rows_of(stored) == kept


def test_each_byte_counts(send: Send, stored: Stored, watched: Watched) -> None:
    kept, body = rows_of(stored), json.dumps(issue()).encode()
    signed = sign(body, webhook_secret(KEY, watched.tracker))
    for place in range(0, len(body), 7):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert send(changed, X_Hub_Signature_256=signed).status_code == 401
    assert rows_of(stored) == kept


def test_the_key_before_still_signs(send: Send, stored: Stored) -> None:
    assert send(issue(), key=OLD_KEY).status_code == 204
    assert copy_of(stored) is not None


class Untouched(BytesIO):
    """A body that must not be read."""

    def read(self, *_arguments: Any) -> bytes:
        raise AssertionError("it was read")

    readinto = readline = read  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("size", "headers", "status"),
    [
        (LARGEST_DELIVERY + 1, {"X-Hub-Signature-256": "sha256=" + "0" * 64}, 413),
        (100, {}, 401),
        (100, {"X-Hub-Signature": "sha1=0"}, 401),
    ],
)
def test_too_large_or_unsigned_is_not_even_read(
    outside: FlaskClient, watched: Watched, size: int, headers: dict[str, str], status: int
) -> None:
    answer = outside.post(
        f"/webhooks/{watched.tracker}",
        input_stream=Untouched(),
        environ_overrides={"CONTENT_LENGTH": str(size)},
        headers=headers,
    )
    assert answer.status_code == status


def test_without_a_length_it_is_read_as_far_as_allowed(
    outside: FlaskClient, watched: Watched
) -> None:
    answer = outside.post(
        f"/webhooks/{watched.tracker}",
        input_stream=BytesIO(bytes(LARGEST_DELIVERY + 1)),
        environ_overrides={"wsgi.input_terminated": True},
        headers={"X-Hub-Signature-256": "sha256=" + "0" * 64},
    )
    assert answer.status_code == 413


def test_a_form_is_taken_too(send: Send, stored: Stored) -> None:
    body = urlencode({"payload": json.dumps(issue())}).encode()
    assert send(body, Content_Type="application/x-www-form-urlencoded").status_code == 204
    assert copy_of(stored) is not None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b'{"issue": 1}', b"\xff"])
def test_signed_nonsense_is_refused_with_a_sentence(
    send: Send, stored: Stored, body: bytes
) -> None:
    kept = rows_of(stored)
    assert send(body).status_code == 422
    assert rows_of(stored) == kept


def test_a_busy_database_is_said(
    send: Send, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_arguments: Any) -> set[int]:
        raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(webhooks, "take_delivery", busy)
    answer = send(issue())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert copy_of(stored) is None


def test_what_breaks_after_writing_leaves_nothing(
    send: Send, stored: Stored, program: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any) -> None:
        raise RuntimeError("broken")

    program.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(webhooks, "follow_issues", broken)
    kept = rows_of(stored)
    assert send(issue()).status_code == 500
    assert rows_of(stored) == kept


def test_a_tracker_that_was_removed(send: Send, stored: Stored, watched: Watched) -> None:
    with stored() as session:
        session.delete(session.get_one(Tracker, watched.tracker))
    kept = rows_of(stored)
    assert send(issue()).status_code == 204
    assert rows_of(stored) == kept


def test_browsers_have_no_business_here(
    outside: FlaskClient, send: Send, stored: Stored, watched: Watched
) -> None:
    assert outside.get(f"/webhooks/{watched.tracker}").status_code == 405
    assert send(issue(), Sec_Fetch_Site="cross-site").status_code == 403
    assert send(issue(), Host="evil.example").status_code == 400
    assert copy_of(stored) is None


def test_answers_carry_the_headers_of_safety(send: Send, outside: FlaskClient) -> None:
    for answer in (send(issue()), outside.post("/webhooks/1")):
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers


def test_no_secret_is_stored_or_answered(send: Send, stored: Stored, watched: Watched) -> None:
    secret = webhook_secret(KEY, watched.tracker)
    assert secret not in send(issue()).text
    assert secret not in send(b"{").text
    assert secret not in str(rows_of(stored))


def test_every_example_of_github_is_answered(send: Send, stored: Stored, shared_data: Path) -> None:
    with stored() as session:
        for tracker in session.scalars(select(Tracker)):
            tracker.projects = ["Codertocat/Hello-World"]
    groups = json.loads((shared_data / "webhooks/github-examples.json").read_bytes())
    statuses = [
        send(payload, event=group["name"]).status_code
        for group in groups
        for payload in group["examples"]
    ]
    assert len(statuses) == 329
    assert set(statuses) == {204}
    found = copy_of(stored, "Codertocat/Hello-World#1")
    assert found is not None
    assert found.visibility == "gone"  # one of them deletes it, and none is later
