"""A delivery counts if its tracker signed it, and reads as the same issue in a list would."""

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import Headers

from outreach.issues.webhooks import is_signed, may_be_signed, read_delivery, webhook_secret
from outreach.refusal import Refused

SECRET = webhook_secret("a key of the program, long enough", 7)
BODY = b'{"action": "opened"}'
REPOSITORY = {"full_name": "Acme/Engine", "private": False}
ISSUE = {
    "number": 12,
    "title": "Houdini crashes",
    "html_url": "https://github.com/Acme/Engine/issues/12",
    "state": "open",
    "state_reason": None,
    "body": "After the update.",
    "labels": [{"name": "crash"}],
    "created_at": "2024-06-04T08:00:00Z",
    "updated_at": "2024-07-25T09:00:00Z",
}
GITLAB = {
    "object_kind": "issue",
    "project": {"path_with_namespace": "acme/engine", "visibility_level": 20},
    "object_attributes": {
        "iid": 12,
        "title": "Houdini crashes",
        "description": "After the update.",
        "state": "opened",
        "url": "https://gitlab.com/acme/engine/-/issues/12",
        "created_at": "2024-06-04 08:00:00 UTC",
        "updated_at": "2024-07-25T09:00:00Z",
        "confidential": False,
        "moved_to_id": None,
    },
    "labels": [{"id": 1, "title": "crash"}],
}


def digest(body: bytes, secret: str = SECRET, algorithm: Any = hashlib.sha256) -> str:
    return hmac.new(secret.encode(), body, algorithm).hexdigest()


def standard(body: bytes, number: str = "msg_1", time: str = "1721898000") -> dict[str, str]:
    """Sign as GitLab does with a signing token."""
    key = b64decode(SECRET.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{number}.{time}.".encode() + body, "sha256")
    value = f"v1,{b64encode(signed).decode()}"
    return {"webhook-id": number, "webhook-timestamp": time, "webhook-signature": value}


SIGNED = {
    "github": {"X-Hub-Signature-256": f"sha256={digest(BODY)}"},
    "forgejo": {"X-Forgejo-Signature": digest(BODY)},
    "gitea": {"X-Gitea-Signature": digest(BODY)},
    "gitlab token": {"X-Gitlab-Token": SECRET},
    "gitlab signature": standard(BODY),
    "one of several": standard(BODY)
    | {"webhook-signature": "v1,b2xk " + standard(BODY)["webhook-signature"]},
}


@pytest.mark.parametrize("name", SIGNED)
def test_signed_by_the_tracker(name: str) -> None:
    headers = Headers(SIGNED[name])
    assert may_be_signed(headers)
    assert is_signed(SECRET, headers, BODY)


@pytest.mark.parametrize("name", SIGNED)
def test_signed_by_another_tracker_or_another_installation(name: str) -> None:
    headers = Headers(SIGNED[name])
    assert not is_signed(webhook_secret("a key of the program, long enough", 8), headers, BODY)
    assert not is_signed(webhook_secret("another key of a program, as long", 7), headers, BODY)


@pytest.mark.parametrize("name", [name for name in SIGNED if name != "gitlab token"])
@pytest.mark.parametrize("place", range(len(BODY)))
def test_one_byte_changed(name: str, place: int) -> None:
    changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :]
    assert not is_signed(SECRET, Headers(SIGNED[name]), changed)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": digest(BODY)},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": f"sha256={digest(BODY).upper()}"},
        {"X-Hub-Signature-256": f"sha1={digest(BODY, algorithm=hashlib.sha1)}"},
        {"X-Hub-Signature": f"sha1={digest(BODY, algorithm=hashlib.sha1)}"},
        {"X-Hub-Signature": f"sha256={digest(BODY)}"},
        {"X-Hub-Signature-256": "sha256=\u00e9"},
        {"X-Gitlab-Token": SECRET[:-1]},
        {"X-Gitlab-Token": "whsec_"},
        {"X-Forgejo-Signature": digest(b"")},
        {"X-Gitea-Signature": digest(BODY, "")},
        standard(BODY) | {"webhook-id": "msg_2"},
        standard(BODY) | {"webhook-timestamp": "1721898001"},
        standard(BODY) | {"webhook-signature": standard(BODY)["webhook-signature"][3:]},
        standard(BODY) | {"webhook-signature": "v1,x " * 4 + standard(BODY)["webhook-signature"]},
    ],
)
def test_not_signed(headers: dict[str, str]) -> None:
    assert not is_signed(SECRET, Headers(headers), BODY)


def test_the_secret_is_long_and_each_trackers_own() -> None:
    secrets = {webhook_secret("a key of the program, long enough", n) for n in range(1000)}
    assert len(secrets) == 1000
    assert {len(b64decode(secret.removeprefix("whsec_"))) for secret in secrets} == {32}


def github(action: str = "edited", repository: Any = REPOSITORY, **more: Any) -> bytes:
    known = {*ISSUE, "pull_request"}
    changed = {name: more.pop(name) for name in list(more) if name in known}
    payload = {"action": action, "issue": ISSUE | changed, "repository": repository, **more}
    return json.dumps(payload).encode()


def test_github_and_forgejo_read_alike() -> None:
    for head in ("X-GitHub-Event", "X-Forgejo-Event", "X-Gitea-Event"):
        found = read_delivery(Headers({head: "issues"}), github())
        assert found is not None
        assert found.kind == ("github" if head == "X-GitHub-Event" else "forgejo")
        issue = found.issue
        assert (found.project, issue.key, issue.title) == (
            "Acme/Engine",
            "Acme/Engine#12",
            "Houdini crashes",
        )
        assert (issue.state, issue.visibility, issue.labels) == ("open", "public", ("crash",))
        assert issue.updated == datetime(2024, 7, 25, 9, 0, tzinfo=UTC)


def test_forgejo_is_itself_though_it_speaks_as_github_too() -> None:
    names = ("X-GitHub-Event", "X-Gogs-Event", "X-Gitea-Event", "X-Forgejo-Event")
    found = read_delivery(Headers(dict.fromkeys(names, "issues")), github())
    assert found is not None
    assert found.kind == "forgejo"


@pytest.mark.parametrize(
    ("action", "repository", "more", "visibility", "state", "note"),
    [
        ("closed", REPOSITORY, {"state": "closed"}, "public", "closed", ""),
        (
            "closed",
            REPOSITORY,
            {"state": "closed", "state_reason": "not_planned"},
            "public",
            "closed",
            "not planned",
        ),
        ("deleted", REPOSITORY, {}, "gone", "open", ""),
        ("edited", REPOSITORY | {"private": True}, {}, "private", "open", ""),
        ("deleted", REPOSITORY | {"private": True}, {}, "gone", "open", ""),
    ],
)
def test_states(
    action: str, repository: Any, more: Any, visibility: str, state: str, note: str
) -> None:
    found = read_delivery(Headers({"X-GitHub-Event": "issues"}), github(action, repository, **more))
    assert found is not None
    seen = (found.issue.visibility, found.issue.state, found.issue.state_note)
    assert seen == (visibility, state, note)


@pytest.mark.parametrize(("private", "visibility"), [(False, "moved"), (True, "private")])
def test_a_transferred_issue_keeps_its_key_and_leads_on(private: bool, visibility: str) -> None:
    there = {"html_url": "https://github.com/Acme/Wheel/issues/3"}
    changes = {"new_issue": there, "new_repository": {"private": private}}
    body = github("transferred", changes=changes)
    found = read_delivery(Headers({"X-GitHub-Event": "issues"}), body)
    assert found is not None
    assert (found.issue.key, found.issue.visibility) == ("Acme/Engine#12", visibility)
    assert found.issue.url == there["html_url"]


@pytest.mark.parametrize(
    ("said", "visibility"),
    [
        ({}, "public"),
        ({"confidential": True}, "private"),
        ({"moved_to_id": 9}, "moved"),
        ({"updated_at": "2024-07-25 09:00:00 UTC"}, "public"),
        ({"updated_at": "2024-07-25T11:00:00+02:00"}, "public"),
    ],
)
def test_gitlab(said: dict[str, Any], visibility: str) -> None:
    payload = GITLAB | {"object_attributes": {**GITLAB["object_attributes"], **said}}  # type: ignore[dict-item]
    found = read_delivery(Headers({"X-Gitlab-Event": "Issue Hook"}), json.dumps(payload).encode())
    assert found is not None
    issue = found.issue
    assert (found.kind, found.project) == ("gitlab", "acme/engine")
    assert (issue.key, issue.state) == ("acme/engine#12", "open")
    assert (issue.visibility, issue.labels) == (visibility, ("crash",))
    assert issue.updated == datetime(2024, 7, 25, 9, 0, tzinfo=UTC)
    assert issue.opened == datetime(2024, 6, 4, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("level", [0, 10])
def test_an_issue_of_a_gitlab_project_that_is_not_public(level: int) -> None:
    project = {"path_with_namespace": "acme/engine", "visibility_level": level}
    body = json.dumps(GITLAB | {"project": project}).encode()
    found = read_delivery(Headers({"X-Gitlab-Event": "Issue Hook"}), body)
    assert found is not None
    assert found.issue.visibility == "private"


def test_a_form_is_read_too() -> None:
    headers = Headers(
        {"X-GitHub-Event": "issues", "Content-Type": "application/x-www-form-urlencoded"}
    )
    found = read_delivery(headers, urlencode({"payload": github().decode()}).encode())
    assert found is not None
    assert found.issue.title == "Houdini crashes"


@pytest.mark.parametrize(
    ("name", "event", "body"),
    [
        ("X-GitHub-Event", "issues", github(pull_request={"url": "https://x.example"})),
        ("X-GitHub-Event", "issues", b'{"issue": {"number": 1}, "repository": {}}'),
        ("X-GitHub-Event", "issue_comment", github()),
        ("X-GitHub-Event", "star", b"{}"),
        ("X-GitHub-Event", "an event of next year", b"{}"),
        ("X-GitHub-Event", "issues", github(html_url="javascript:alert(1)")),
        ("X-Forgejo-Event", "issue_comment", github()),
        ("X-Forgejo-Event", "push", b"{}"),
        ("X-Gitlab-Event", "Push Hook", b'{"object_kind": "push"}'),
        ("X-Jenkins-Event", "issues", github()),
    ],
)  # fmt: skip
def test_what_is_about_no_issue(name: str, event: str, body: bytes) -> None:
    assert read_delivery(Headers({name: event}), body) is None


@pytest.mark.parametrize("name", ["X-GitHub-Event", "X-Forgejo-Event", "X-Gitlab-Event"])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no JSON",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"issue": ' * 50_000,
        b"\xff\xfe",
        b'{"object_kind": "issue", "issue": {}, "repository": []}',
        b'{"object_kind": "issue", "issue": 3, "repository": [], "object_attributes": "x"}',
        github(updated_at="yesterday"),
        github(updated_at=None),
        github(updated_at=12),
        github(labels=[None]),
        json.dumps(GITLAB | {"labels": ["crash"]}).encode(),
        json.dumps(GITLAB | {"project": None}).encode(),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, body: bytes) -> None:
    headers = Headers({name: "issues"})
    if name != "X-Gitlab-Event" and b"path_with_namespace" in body:
        body = b"{}"
    if name == "X-Gitlab-Event" and b'"object_kind": "issue"' not in body and body[:1] == b"{":
        body = b'{"object_kind": "issue"}'
    with pytest.raises(Refused):
        read_delivery(headers, body)


def test_huge_texts_are_cut() -> None:
    labels = [{"name": f"label {number} " + "x" * 1000} for number in range(10_000)]
    body = github(title="t" * 100_000, body="b" * 1_000_000, labels=labels)
    found = read_delivery(Headers({"X-GitHub-Event": "issues"}), body)
    assert found is not None
    issue = found.issue
    assert (len(issue.title), len(issue.labels)) == (500, 50)
    assert len(issue.body) <= 64 * 1024


def test_every_example_of_github_is_read(shared_data: Path) -> None:
    groups = json.loads((shared_data / "webhooks/github-examples.json").read_bytes())
    read = {"issue": 0, "nothing": 0}
    for group in groups:
        for payload in group["examples"]:
            headers = Headers({"X-GitHub-Event": group["name"]})
            found = read_delivery(headers, json.dumps(payload).encode())
            assert found is None or group["name"] == "issues"
            read["issue" if found else "nothing"] += 1
    assert sum(read.values()) == 329
    assert read["issue"] == 23
