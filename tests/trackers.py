"""A tracker on loopback that behaves as GitHub, Forgejo and GitLab document it, and misbehaves."""

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from outreach.fetching import Fetcher

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
BODY = "It worked before the update and fails after it, every time and on every machine. " * 20


@dataclass
class Ticket:
    """An issue as the server has it."""

    number: int
    title: str
    updated: datetime
    state: str = "open"
    body: str = BODY
    labels: list[str] = field(default_factory=lambda: ["bug"])
    secret: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Asked:
    """A request that came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


Answer = tuple[int, dict[str, str], bytes]


class FakeTracker:
    """One project, "acme/engine", with its tickets; `faults` answer first, each once."""

    project = "acme/engine"
    most_per_page = 100
    tells_absence = True
    """Whether a project that is not shown is answered otherwise than an empty one."""

    def __init__(self) -> None:
        self.tickets: dict[int, Ticket] = {}
        self.asked: list[Asked] = []
        self.faults: list[Callable[[FakeTracker, Asked], Answer | None]] = []
        self.before_page: Callable[[int], None] = lambda _page: None
        self.instead: dict[int, Answer] = {}
        self.sent = 0
        self.url = ""
        self.has_project = True

    def fill(self, count: int, step: timedelta = timedelta(minutes=7), **columns: Any) -> None:
        """Add tickets, numbered from 1, one changed after the other."""
        for number in range(1, count + 1):
            standard = {"title": f"Engine fails with error {number}"}
            at = BEGIN + number * step
            self.tickets[number] = Ticket(number, updated=at, **(standard | columns))

    def change(self, number: int, at: datetime, **columns: Any) -> None:
        """Change a ticket."""
        ticket = self.tickets[number]
        ticket.updated = at
        for name, value in columns.items():
            setattr(ticket, name, value)

    def key_of(self, number: int) -> str:
        """Return the key under which a ticket is known."""
        return f"{self.project}#{number}"

    def shown(self) -> list[Ticket]:
        """Return what strangers may see."""
        return [ticket for ticket in self.tickets.values() if not ticket.secret]

    def answer(self, asked: Asked) -> Answer:
        """Answer as the API's documents say."""
        raise NotImplementedError

    def row(self, ticket: Ticket) -> dict[str, Any]:
        """Spell a ticket as the API does."""
        raise NotImplementedError

    def page(
        self, asked: Asked, tickets: list[Ticket], size: int, number: int
    ) -> tuple[list[Ticket], dict[str, str]]:
        """Cut a page and link to its neighbours."""
        self.before_page(number)
        links = []
        if number * size < len(tickets):
            links.append(f'<{self.url}{asked.path}?page={number + 1}>; rel="next"')
        if number > 1:
            links.append(f'<{self.url}{asked.path}?page=1>; rel="first"')
        head = {"Link": ", ".join(links)} if links else {}
        return tickets[(number - 1) * size : number * size], head

    def json(self, asked: Asked, content: Any, head: dict[str, str] | None = None) -> Answer:
        """Answer with JSON and its ETag, or that it has not changed."""
        body = json.dumps(content).encode()
        etag = f'W/"{hashlib.sha256(body).hexdigest()}"'
        head = {"Content-Type": "application/json", "ETag": etag, **(head or {})}
        if asked.headers.get("if-none-match") == etag:
            return 304, {"ETag": etag}, b""
        return 200, head, body


class FakeGitHub(FakeTracker):
    """https://docs.github.com/en/rest/issues/issues, as an Enterprise server spells its paths."""

    def row(self, ticket: Ticket) -> dict[str, Any]:
        api = f"{self.url}/api/v3/repos/{self.project}/issues/{ticket.number}"
        owner = {"login": "ada", "id": 1, "url": f"{self.url}/api/v3/users/ada", "type": "User"}
        return {
            "url": api,
            "comments_url": f"{api}/comments",
            "events_url": f"{api}/events",
            "html_url": f"{self.url}/{self.project}/issues/{ticket.number}",
            "id": 10_000 + ticket.number,
            "number": ticket.number,
            "title": ticket.title,
            "user": owner,
            "labels": [{"id": 1, "name": name, "color": "d73a4a"} for name in ticket.labels],
            "state": ticket.state,
            "locked": False,
            "assignee": None,
            "milestone": None,
            "comments": 3,
            "created_at": f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}",
            "updated_at": f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}",
            "closed_at": None,
            "author_association": "NONE",
            "body": ticket.body,
            "state_reason": None,
            **ticket.extra,
        }

    def answer(self, asked: Asked) -> Answer:
        base, _, number = asked.path.partition("/issues")
        if base != f"/api/v3/repos/{self.project}" or not self.has_project:
            return self.missing(asked)
        if number.strip("/"):
            return self.one(asked, int(number.strip("/")))
        query = asked.query
        since = query.get("since")
        start = datetime.fromisoformat(since) if since else BEGIN
        found = [ticket for ticket in self.shown() if ticket.updated >= start]
        found.sort(key=lambda ticket: (ticket.updated, ticket.number))
        size = min(int(query.get("per_page", "30")), self.most_per_page)
        rows, head = self.page(asked, found, size, int(query.get("page", "1")))
        return self.json(asked, [self.row(ticket) for ticket in rows], head)

    def one(self, asked: Asked, number: int) -> Answer:
        if number in self.instead:
            return self.instead[number]
        ticket = self.tickets.get(number)
        if ticket is None or ticket.secret:
            return self.missing(asked)
        return self.json(asked, self.row(ticket))

    def missing(self, _asked: Asked) -> Answer:
        return 404, {}, b'{"message":"Not Found"}'


class FakeForgejo(FakeGitHub):
    """Forgejo's /api/v1."""

    most_per_page = 50
    knows_sort = True

    def row(self, ticket: Ticket) -> dict[str, Any]:
        return super().row(ticket) | {"pull_request": None, "is_locked": False}

    def answer(self, asked: Asked) -> Answer:
        base, _, number = asked.path.partition("/issues")
        if base != f"/api/v1/repos/{self.project}" or not self.has_project:
            return self.missing(asked)
        if number.strip("/"):
            return self.one(asked, int(number.strip("/")))
        query = asked.query
        since = query.get("since")
        start = datetime.fromisoformat(since) if since else BEGIN
        found = [ticket for ticket in self.shown() if ticket.updated >= start]
        found.sort(key=lambda ticket: -ticket.number)
        if self.knows_sort and query.get("sort") == "recentupdate":
            found.sort(key=lambda ticket: ticket.updated, reverse=True)
        size = min(int(query.get("limit", "50")), self.most_per_page)
        rows, head = self.page(asked, found, size, int(query.get("page", "1")))
        head["X-Total-Count"] = str(len(found))
        return self.json(asked, [self.row(ticket) for ticket in rows], head)


class FakeGitea(FakeForgejo):
    """Forgejo's elder sister, which lists the newest number first."""

    knows_sort = False


class FakeGitLab(FakeTracker):
    """https://docs.gitlab.com/api/issues/ and the one GraphQL question that is asked."""

    def row(self, ticket: Ticket) -> dict[str, Any]:
        web = f"{self.url}/{self.project}/-/issues/{ticket.number}"
        author = {"id": 1, "username": "ada", "name": "Ada", "state": "active", "web_url": web}
        return {
            "id": 90_000 + ticket.number,
            "iid": ticket.number,
            "project_id": 7,
            "title": ticket.title,
            "description": ticket.body,
            "state": "opened" if ticket.state == "open" else "closed",
            "created_at": f"{BEGIN:%Y-%m-%dT%H:%M:%S}.000Z",
            "updated_at": ticket.updated.isoformat(timespec="milliseconds"),
            "labels": ticket.labels,
            "author": author,
            "assignees": [],
            "type": "ISSUE",
            "upvotes": 0,
            "user_notes_count": 2,
            "confidential": ticket.secret,
            "web_url": web,
            "moved_to_id": None,
            "references": {"short": f"#{ticket.number}", "full": f"{self.project}#{ticket.number}"},
            "_links": {"self": web, "notes": f"{web}/notes", "project": self.url},
            **ticket.extra,
        }

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/api/graphql":
            return self.graphql(asked)
        base, _, number = asked.path.partition("/issues")
        if unquote(base) != f"/api/v4/projects/{self.project}" or not self.has_project:
            return 404, {}, b'{"message":"404 Project Not Found"}'
        if number.strip("/"):
            ticket = self.tickets.get(int(number.strip("/")))
            if ticket is None or (ticket.secret and "private-token" not in asked.headers):
                return 404, {}, b'{"message":"404 Not found"}'
            return self.json(asked, self.row(ticket))
        query = asked.query
        since = query.get("updated_after")
        start = datetime.fromisoformat(since) if since else BEGIN
        found = [ticket for ticket in self.shown() if ticket.updated >= start]
        found.sort(key=lambda ticket: (ticket.updated, ticket.number))
        size = min(int(query.get("per_page", "20")), self.most_per_page)
        rows, head = self.page(asked, found, size, int(query.get("page", "1")))
        return self.json(asked, [self.row(ticket) for ticket in rows], head)

    def graphql(self, asked: Asked) -> Answer:
        """Answer the numbers of those that are shown."""
        named = {int(iid) for iid in asked.query["variables"]["n"]}  # type: ignore[index]
        nodes = [{"iid": str(one.number)} for one in self.shown() if one.number in named]
        project = {"issues": {"nodes": nodes}} if self.has_project else None
        return self.json(asked, {"data": {"project": project}})


@contextmanager
def served(tracker: FakeTracker) -> Iterator[tuple[FakeTracker, Fetcher]]:
    """Serve the tracker; the fetcher may reach it on loopback, and nothing else."""

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def log_message(self, *_arguments: Any) -> None:
            """Keep the test's output clean."""

        def do_GET(self) -> None:
            self.reply()

        def do_HEAD(self) -> None:
            self.reply()

        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            self.reply(json.loads(self.rfile.read(size)))

        def reply(self, body: Any = None) -> None:
            parts = urlsplit(self.path)
            query = body or {name: values[0] for name, values in parse_qs(parts.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, parts.path, query, headers)
            tracker.asked.append(asked)
            fault = tracker.faults.pop(0) if tracker.faults else None
            answer = fault(tracker, asked) if fault else None
            status, head, content = answer or tracker.answer(asked)
            self.send_response(status)
            if "Content-Length" not in head and "Connection" not in head:
                self.send_header("Content-Length", str(len(content)))
            for name, value in head.items():
                self.send_header(name, value)
            self.close_connection = self.close_connection or "Connection" in head
            self.end_headers()
            if self.command != "HEAD" and status != 304:
                self.drip(content) if "X-Drip" in head else self.wfile.write(content)
                tracker.sent += len(content)

        def drip(self, content: bytes) -> None:
            try:
                for place in range(len(content)):
                    self.wfile.write(content[place : place + 1])
                    self.wfile.flush()
                    time.sleep(0.02)
            except OSError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    tracker.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield tracker, Fetcher(lambda one: one.is_loopback, ports=[server.server_port])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# Faults: what a tracker may answer instead, once.


def status(code: int, content: bytes = b"{}", **head: str) -> Callable[..., Answer]:
    """Answer with this status."""
    named = {name.replace("_", "-"): value for name, value in head.items()}
    return lambda _tracker, _asked: (code, named, content)


def bomb(_tracker: FakeTracker, _asked: Asked) -> Answer:
    """Answer with 64 MB of nothing, well packed."""
    return 200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(64 * 2**20))


def drip(_tracker: FakeTracker, _asked: Asked) -> Answer:
    """Answer byte by byte."""
    return 200, {"X-Drip": "yes"}, b"[" + b" " * 500 + b"]"


def other_host(tracker: FakeTracker, asked: Asked) -> Answer:
    """Answer well, but lead on to another host."""
    code, head, body = tracker.answer(asked)
    return code, head | {"Link": '<http://127.0.0.2:9/steal>; rel="next"'}, body
