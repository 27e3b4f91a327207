"""Any kind of value in the place of any other: files, deliveries and answers of trackers.

Whoever reads JSON says in a sentence that it makes no sense, or takes what does; nothing breaks.
"""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import httpx2
import pytest
import stamina
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Tracker
from outreach.catalog.reading.paste import read_paste
from outreach.fetching import Fetcher, HostAnswer
from outreach.issues.deliveries import take_delivery
from outreach.issues.trackers import CLIENTS, asking
from outreach.issues.webhooks import read_delivery
from outreach.planning.synced import sync_tracker
from outreach.refusal import Refused
from tests import cast
from tests.conftest import MakeApp, Stored
from tests.more_trackers import FakeBugzilla, FakeJira, FakeMantis
from tests.sampling import some
from tests.sign_ins import add_person, sign_in
from tests.trackers import Asked, FakeForgejo, FakeGitHub, FakeGitLab, FakeTracker

pytestmark = pytest.mark.sampled

HUGE, DEEP = "x" * 70_000, "[" * 500 + "]" * 500
NUMBERS = [0, 7, -1, 1.5, 10**30, 1e300, 2**63]
TEXTS = [
    "",
    " ",
    "7",
    HUGE,
    "\0",
    "\ud800",
    "\u202e",
    "24:00",
    "2024-02-30",
    "1e9",
    "{0.__class__}",
]
TIMES = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "2024-07-25T24:00Z", "2199-01-01"]
NESTED = [[], {}, [[]], [None], ["x"], {"a": {"b": [1]}}, [{"name": None}], {"": HUGE}]
KINDS = [None, True, False, *NUMBERS, *TEXTS, *TIMES, *NESTED]
ABSENT = object()

RECORD = {
    "name": "SIGGRAPH",
    "startDate": "2024-07-28",
    "endDate": "2024-08-01",
    "city": "Denver, CO",
    "country": "U.S.A.",
    "url": "https://s2024.siggraph.org",
    "online": True,
    "topics": ["graphics"],
    "locales": "en",
    "cfpUrl": "https://s2024.siggraph.org/cfp",
    "cfpEndDate": "2024-01-24",
    "cocUrl": "https://s2024.siggraph.org/coc",
    "note": "of the year",
}
TABLE = ["Name", "Date", "End", "City", "Country", "Link", "Online", "CFP", "CFP end", "Topics"]
ROW = ["SIGGRAPH", "28 Jul 2024", "1 Aug 2024", "Denver", "USA", "x.org", "no", "y", "1 Jan", "a"]


def changed(whole: Any) -> Iterator[Any]:
    """Put every wrong kind of value in every place of a document, or nothing at all."""
    yield from KINDS
    places = whole.items() if isinstance(whole, dict) else enumerate(whole)
    for place, value in list(places):
        if isinstance(whole, dict):
            yield {key: one for key, one in whole.items() if key != place}
        inner = changed(value) if isinstance(value, (dict, list)) else KINDS
        for other in inner:
            copy = whole.copy()
            copy[place] = other
            yield copy


def test_every_place_is_changed() -> None:
    found = list(changed({"a": [1], "b": 2}))
    assert {"a": [None], "b": 2} in found and {"a": [1], "b": []} in found and {"b": 2} in found
    assert len(found) == len(KINDS) * 4 + 2


@pytest.fixture
def staff(make_app: MakeApp, stored: Stored) -> FlaskClient:
    client = make_app(WTF_CSRF_ENABLED=False, PROPAGATE_EXCEPTIONS=False).test_client()
    with stored() as session:
        sign_in(client, session, add_person(session))
    return client


def test_a_file(staff: FlaskClient) -> None:
    """Each row is taken or named with what is wrong; a file that is none is told so."""
    for document in some([*changed([RECORD])], 6, "file"):
        file = BytesIO(json.dumps(document).encode()), "events.json"
        answer = staff.post("/import/file", data={"file": file})
        assert answer.status_code in {200, 303, 422}, repr(document)[:300]
    for content in (DEEP, f"[{DEEP}]", '[{"name": 1e999}]', '[{"name": NaN}]', "[" + "9" * 5000):
        file = BytesIO(content.encode()), "events.json"
        assert staff.post("/import/file", data={"file": file}).status_code == 422


@pytest.mark.parametrize("path", ["/import/preview", "/import"])
def test_a_pasted_table(staff: FlaskClient, path: str) -> None:
    cells = [text for text in (*TEXTS, *TIMES) if "\0" not in text]
    rows = [[*ROW[:at], cell, *ROW[at + 1 :]] for at in range(len(ROW)) for cell in cells]
    for row in some(rows, 6, path):
        text = "\n".join("\t".join(line) for line in (TABLE, row)).encode("utf-8", "replace")
        answer = staff.post(path, data={"text": text})
        assert answer.status_code in {200, 303, 422}, repr(row)[:300]


DELIVERIES = {
    "X-GitHub-Event": "issues",
    "X-Forgejo-Event": "issues",
    "X-Gitlab-Event": "Issue Hook",
}


def _sent(kind: str) -> dict[str, Any]:
    """Return a delivery of this kind."""
    fake = FakeGitHub()
    fake.fill(1)
    fake.url = "https://github.com"
    repository = {"full_name": fake.project, "private": False}
    if kind != "X-Gitlab-Event":
        row = fake.row(fake.tickets[1])
        moved = {"new_issue": row, "new_repository": repository}
        return {
            "action": "transferred", "issue": row, "repository": repository, "changes": moved
        }  # fmt: skip
    lab = FakeGitLab()
    lab.url = "https://gitlab.com"
    row = lab.row(fake.tickets[1])
    return {
        "object_kind": "issue",
        "object_attributes": row | {"url": row["web_url"]},
        "project": {"path_with_namespace": fake.project, "visibility_level": 20},
        "labels": [{"title": "bug"}],
    }


@pytest.mark.parametrize("kind", DELIVERIES)
def test_a_signed_delivery(session: Session, kind: str) -> None:
    """It is refused, or it is an issue that can be kept."""
    foundation = cast.add_clocked(session)
    words = {"X-GitHub-Event": "github", "X-Forgejo-Event": "forgejo", "X-Gitlab-Event": "gitlab"}
    tracker = cast.add_tracker(session, foundation, kind=words[kind], projects=["acme/engine"])
    assert read_delivery({kind: DELIVERIES[kind]}, json.dumps(_sent(kind)).encode())
    taken = 0
    for payload in some([*changed(_sent(kind))], 40, kind):
        try:
            found = read_delivery({kind: DELIVERIES[kind]}, json.dumps(payload).encode())
        except Refused as refusal:
            assert refusal.sentence == "That delivery cannot be read."
            continue
        if found:
            take_delivery(session, foundation, tracker, found, cast.REAL)
            taken += 1
    assert taken


TRACKERS = {
    "github": FakeGitHub,
    "forgejo": FakeForgejo,
    "gitlab": FakeGitLab,
    "bugzilla": FakeBugzilla,
    "mantisbt": FakeMantis,
    "jira": FakeJira,
}
HEADERS = [
    {name: value}
    for name in ("ETag", "Link", "Location", "Retry-After", "X-RateLimit-Reset", "Content-Encoding")
    for value in ("", "-1", "9" * 400, "Fri, 31 Dec 9999 23:59:59 -2359", "http://[x", "\x7f<>;,")
]
Change = Callable[[int, dict[str, str], Any], tuple[int, dict[str, str], Any]]


class Line:
    """A connection to a tracker that answers well but for one thing, which it gets wrong."""

    received = 0
    tracker: FakeTracker
    change: Change

    def __init__(self, _fetcher: object) -> None:
        pass

    def ask(self, method: str, url: str, headers: Any, content: bytes | None = None) -> HostAnswer:
        read = httpx2.URL(url)
        query = json.loads(content) if content else dict(read.params)
        asked = Asked(method, read.path, query, {key.lower(): headers[key] for key in headers})
        try:
            status, head, body = self.tracker.answer(asked)
        except (LookupError, ValueError):  # it was asked about what it had got wrong
            status, head, body = 400, {}, b""
        status, head, wrong = type(self).change(status, head, json.loads(body or b"null"))
        return HostAnswer(status, httpx2.Headers(head), json.dumps(wrong).encode())

    def close(self) -> None:
        """There is nothing to hang up."""


def _wrong_rows(whole: Any, status: int, head: dict[str, str], _body: Any) -> Any:
    return status, {**head, "ETag": ""}, whole


def _wrong_head(
    code: int, odd: dict[str, str], _status: int, head: dict[str, str], body: Any
) -> Any:
    return code, head | odd, body


def changes(tracker: FakeTracker, url: str) -> Iterator[Change]:
    """List everything that this tracker's answer to one question can get wrong."""
    read = httpx2.URL(url)
    body = json.loads(tracker.answer(Asked("GET", read.path, dict(read.params), {}))[2])
    yield from (partial(_wrong_rows, whole) for whole in changed(body))
    yield from (partial(_wrong_head, code, odd) for code in (200, 301, 304, 429) for odd in HEADERS)


@pytest.mark.parametrize("kind", TRACKERS)
def test_an_answer_of_a_tracker(
    session: Session, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """It is read, or the tracker says on its page that it fails or was asked to pause."""
    fake = TRACKERS[kind]()
    fake.fill(2)
    fake.url = "https://tracker.example"
    foundation = cast.add_clocked(session)
    number = cast.add_tracker(
        session, foundation, kind=kind, url=fake.url, projects=[fake.project]
    ).id
    session.commit()
    monkeypatch.setattr(asking, "KeptConnection", Line)
    Line.tracker, now = fake, cast.REAL
    listing = CLIENTS[kind](fake.url, None, Fetcher(), lambda: now).list_url(fake.project, None, 1)
    monkeypatch.setattr(Line, "change", staticmethod(lambda *good: good), raising=False)
    assert sync_tracker(session, number, None, lambda: now).added == 2
    with stamina.set_testing(True, attempts=1):
        for change in some([*changes(fake, listing)], 6, kind):
            now += timedelta(days=8)
            tracker = session.get_one(Tracker, number, populate_existing=True)
            tracker.cursors = {}
            session.commit()
            monkeypatch.setattr(Line, "change", staticmethod(change))
            sync_tracker(session, number, None, lambda now=now: now)  # type: ignore[misc]


def test_a_table_of_one_cell() -> None:
    for text in (*TEXTS, *TIMES):
        assert len(read_paste(text).rows) <= 1
