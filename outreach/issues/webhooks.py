"""Reads what trackers send by themselves: whether they signed it, and which issue it is about."""

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Protocol
from urllib.parse import parse_qs

from outreach.issues.trackers.base import Client
from outreach.issues.trackers.forgejo import Forgejo
from outreach.issues.trackers.github import GitHub
from outreach.issues.trackers.gitlab import GitLab
from outreach.issues.trackers.remote import RemoteIssue
from outreach.refusal import Refused

LARGEST_DELIVERY = 5 * 2**20
"""Bytes. A description of GitLab's full length comes up to three times in one delivery."""

Payload = Mapping[str, Any]

_PREFIX = "whsec_"
_PUBLIC_ON_GITLAB = 20
_WHOLE = {"title", "state", "body", "labels"}


class Headers(Protocol):
    """Header lines, found by their names in any spelling."""

    def get(self, key: str, default: str, /) -> str:
        """Return a line, or what to take for it."""


@dataclass(frozen=True, slots=True)
class WebhookIssue:
    """An issue as a tracker of this kind sent it by itself."""

    kind: str
    project: str
    issue: RemoteIssue


def webhook_secret(secret_key: str, tracker_id: int) -> str:
    """Return the secret that a tracker signs with: derived, so that it is stored nowhere.

    It is spelled as GitLab wants its signing tokens; the others take any text.
    """
    digest = hmac.digest(secret_key.encode(), b"webhook of tracker %d" % tracker_id, sha256)
    return _PREFIX + b64encode(digest).decode()


def is_signed(secret: str, headers: Headers, body: bytes) -> bool:
    """Tell whether the bytes of a delivery carry a signature by this secret, in constant time.

    GitHub, Forgejo and Gitea sign the body; GitLab signs it with number and time of the
    delivery, or sends the secret itself. SHA-1 counts for nothing.
    """
    found = [
        hmac.compare_digest(given.encode(), right.encode())
        for given, right in _signatures(secret, headers, body)
    ]
    return any(found)


def may_be_signed(headers: Headers) -> bool:
    """Tell whether there is a signature to check, before the body is read."""
    return any(given for given, _ in _signatures(_PREFIX, headers, b""))


def _signatures(secret: str, headers: Headers, body: bytes) -> Iterator[tuple[str, str]]:
    """Give each kind of signature, as it came and as it should be."""
    digest = hmac.new(secret.encode(), body, sha256).hexdigest()
    yield headers.get("X-Hub-Signature-256", ""), f"sha256={digest}"
    yield headers.get("X-Forgejo-Signature", ""), digest
    yield headers.get("X-Gitea-Signature", ""), digest
    yield headers.get("X-Gitlab-Token", ""), secret
    name, time = headers.get("Webhook-Id", ""), headers.get("Webhook-Timestamp", "")
    signed = hmac.new(b64decode(secret.removeprefix(_PREFIX)), f"{name}.{time}.".encode(), sha256)
    signed.update(body)
    right = f"v1,{b64encode(signed.digest()).decode()}"
    for given in headers.get("Webhook-Signature", "").split(" ")[:4]:
        yield given, right


def read_delivery(headers: Headers, body: bytes) -> WebhookIssue | None:
    """Return the issue that a delivery is about; None where it is about anything else.

    Only for bytes whose signature was checked. Refused where they make no sense.
    """
    for name, read in _READERS.items():
        event = headers.get(name, "")
        if event:
            return _read(read, event, headers, body)
    return None


def _read(read: "Reader", event: str, headers: Headers, body: bytes) -> WebhookIssue | None:
    try:
        return read(event, _payload(headers, body))
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Refused("That delivery cannot be read.") from error
    except RecursionError:
        raise Refused("That delivery is nested too deeply.") from None


def _payload(headers: Headers, body: bytes) -> Payload:
    """Read JSON, which GitHub and Forgejo can also send as the field of a form."""
    if headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        body = parse_qs(body.decode(), strict_parsing=True, max_num_fields=9)["payload"][0].encode()
    payload = json.loads(body)
    if not isinstance(payload, dict):
        raise TypeError("a delivery is an object")
    return payload


def _read_github(event: str, payload: Payload) -> WebhookIssue | None:
    if event != "issues":
        return None
    delivery = _as_listed(GitHub, payload)
    changes = payload.get("changes") or {}
    if delivery is None or payload.get("action") != "transferred" or "new_issue" not in changes:
        return delivery
    hidden = changes["new_repository"].get("private") or delivery.issue.visibility == "private"
    there = {"url": changes["new_issue"]["html_url"]}
    moved = replace(delivery.issue, visibility="private" if hidden else "moved", **there)
    return replace(delivery, issue=moved)


def _read_forgejo(event: str, payload: Payload) -> WebhookIssue | None:
    is_issue = event.startswith("issue") and event != "issue_comment"
    return _as_listed(Forgejo, payload) if is_issue else None


def _as_listed(kind: type[Client], payload: Payload) -> WebhookIssue | None:
    """Read an issue that is spelled as in the tracker's lists, beside its repository.

    Some events (pinned) send less than the issue: that would be read as "no labels any more".
    """
    repository, row = payload["repository"], payload["issue"]
    hidden = "private" if repository.get("private") else ""
    hidden = "gone" if payload.get("action") == "deleted" else hidden
    if not hidden and not row.keys() >= _WHOLE:
        return None
    return _delivery(kind, repository["full_name"], {"state": "closed", **row}, hidden)


def _read_gitlab(_event: str, payload: Payload) -> WebhookIssue | None:
    if payload.get("object_kind") != "issue":
        return None
    said, project = payload["object_attributes"], payload["project"]
    row = {
        **said,
        "web_url": said["url"],
        "labels": [label["title"] for label in payload.get("labels") or ()],
        "created_at": _zoned(said["created_at"]),
        "updated_at": _zoned(said["updated_at"]),
    }
    hidden = "" if project["visibility_level"] >= _PUBLIC_ON_GITLAB else "private"
    return _delivery(GitLab, project["path_with_namespace"], row, hidden)


def _zoned(text: str) -> str:
    """Spell a time as ISO does; GitLab's deliveries had "2019-04-06 21:20:45 UTC" for years."""
    return text.replace(" UTC", "Z")


def _delivery(kind: type[Client], project: object, row: Any, hidden: str) -> WebhookIssue | None:
    """Read a row as the client does that reads the lists: both must say the same of an issue."""
    if not isinstance(project, str) or not project:
        raise TypeError("a project is named by a text")
    reader = kind.__new__(kind)  # connected to nothing, which reading a row does not need
    issue = reader.issue(project, row)
    if issue is None or not issue.url:
        return None
    return WebhookIssue(kind.kind, project, replace(issue, visibility=hidden) if hidden else issue)


Reader = Callable[[str, Payload], WebhookIssue | None]

_READERS: dict[str, Reader] = {
    "X-Gitlab-Event": _read_gitlab,
    "X-Forgejo-Event": _read_forgejo,
    "X-Gitea-Event": _read_forgejo,
    "X-GitHub-Event": _read_github,  # Forgejo and Gitea send this one too, so it comes last
}
