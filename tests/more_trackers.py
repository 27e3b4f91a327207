"""Bugzilla, MantisBT and Jira on loopback, as their documents say they behave."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.trackers import BEGIN, Answer, Asked, FakeTracker, Ticket

LISTING = re.compile(
    r'project = "(?P<project>[^"]*)"( AND updated >= (?P<since>\d+))?'
    r" ORDER BY updated ASC, key ASC"
)
KEYS = re.compile(r'project = "RHEL" AND level is EMPTY AND key in \((?P<keys>[A-Z0-9,-]+)\)')


class FakeBugzilla(FakeTracker):
    """GET /rest/bug as Bugzilla documents it: criteria in the query, 400 without any."""

    project = "Acme Engine"
    most_per_page = 1000
    tells_absence = False

    def key_of(self, number: int) -> str:
        return str(number)

    def row(self, ticket: Ticket) -> dict[str, Any]:
        is_open = ticket.state == "open"
        return {
            "id": ticket.number,
            "summary": ticket.title,
            "description": ticket.body,
            "product": self.project,
            "component": "libfoo",
            "keywords": ticket.labels,
            "groups": ["security"] if ticket.secret else [],
            "is_open": is_open,
            "resolution": "" if is_open else ticket.state,
            "dupe_of": None,
            "creation_time": f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}",
            "last_change_time": f"{ticket.updated:%Y-%m-%dT%H:%M:%SZ}",
            **ticket.extra,
        }

    def answer(self, asked: Asked) -> Answer:
        key = asked.headers.get("x-bugzilla-api-key")
        if key not in (None, "right"):
            return 401, {}, b'{"error": true, "code": 306, "message": "Invalid API key"}'
        alone = re.fullmatch(r"/rest/bug/(\d+)", asked.path)
        if alone:
            return self.alone(asked, int(alone[1]), key)
        query = asked.query
        if asked.path != "/rest/bug" or not {"id", "product"} & set(query):
            return 400, {}, b'{"error": true, "code": 1000, "message": "Parameters required"}'
        there = self.tickets.values() if self.has_project else ()
        rows = [self.row(one) for one in there if not one.secret or key]
        return self.json(asked, {"bugs": self.cut(query, rows)})

    def alone(self, asked: Asked, number: int, key: str | None) -> Answer:
        ticket = self.tickets.get(number)
        if ticket is None or not self.has_project:
            return 404, {}, b'{"error": true, "code": 101, "message": "Bug does not exist"}'
        if ticket.secret and not key:
            return 401, {}, b'{"error": true, "code": 102, "message": "Not authorized"}'
        return self.json(asked, {"bugs": [self.row(ticket)]})

    def cut(self, query: dict[str, str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        ids = query.get("id", "").split(",") if "id" in query else None
        since = datetime.fromisoformat(query.get("last_change_time", "2000-01-01T00:00:00Z"))
        found = [
            row
            for row in rows
            if (ids is None or str(row["id"]) in ids)
            and query.get("product", row["product"]) == row["product"]
            and datetime.fromisoformat(row["last_change_time"]) >= since
        ]
        if query.get("order") == "changeddate,bug_id":
            found.sort(key=lambda row: (row["last_change_time"], row["id"]))
        start, fields = int(query.get("offset", "0")), query["include_fields"].split(",")
        self.before_page(start)
        size = min(int(query.get("limit", "0")) or self.most_per_page, self.most_per_page)
        return [{name: row[name] for name in fields} for row in found[start : start + size]]


class FakeMantis(FakeTracker):
    """GET /api/rest/issues: pages without a date to begin from, sticky ones on top."""

    project = "3"

    def __init__(self) -> None:
        super().__init__()
        self.closed_to_strangers = False

    def key_of(self, number: int) -> str:
        return str(number)

    def row(self, ticket: Ticket) -> dict[str, Any]:
        is_open = ticket.state == "open"
        number, name = (10, "new") if is_open else (90, "closed")
        return {
            "id": ticket.number,
            "summary": ticket.title,
            "description": ticket.body,
            "project": {"id": 3, "name": "Engine"},
            "category": {"id": 1, "name": "glibc"},
            "status": {"id": number, "name": name, "label": name},
            "resolution": {"id": 10, "name": "open" if is_open else ticket.state},
            "view_state": {"id": 50, "name": "private"} if ticket.secret else {"name": "public"},
            "sticky": False,
            "tags": [{"id": 1, "name": name} for name in ticket.labels],
            "notes": [{"id": 1, "text": "It happens here too."}],
            "created_at": "2024-01-01T01:00:00+01:00",
            "updated_at": f"{ticket.updated + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}+01:00",
            **ticket.extra,
        }

    def answer(self, asked: Asked) -> Answer:
        token = asked.headers.get("authorization")
        if token not in (None, "right") or (self.closed_to_strangers and not token):
            return 403, {}, b""
        alone = re.fullmatch(r"/api/rest/issues/(\d+)", asked.path)
        if alone:
            ticket = self.tickets.get(int(alone[1]))
            if ticket is None or (ticket.secret and not token):
                return 403 if ticket else 404, {}, b'{"message": "Access denied"}'
            return self.json(asked, {"issues": [self.row(ticket)]})
        if asked.query.get("project_id", "3") != "3" or not self.has_project:
            return 404, {}, b'{"message": "Project does not exist"}'
        rows = [self.row(one) for one in self.tickets.values() if not one.secret or token]
        rows.sort(key=lambda row: (row["sticky"], row["updated_at"], row["id"]), reverse=True)
        size, page = int(asked.query.get("page_size", "50")), int(asked.query.get("page", "1"))
        self.before_page(page)
        return self.json(asked, {"issues": rows[(page - 1) * size : page * size]})


class FakeJira(FakeTracker):
    """GET /rest/api/2/search with the little of JQL that is asked; `moved` has new keys."""

    project = "RHEL"
    tells_absence = False

    def __init__(self) -> None:
        super().__init__()
        self.moved: dict[str, str] = {}
        self.most_results = 1000
        self.is_cloud = False
        """Whether it answers searches as Atlassian's cloud does: elsewhere, and without a total."""

    def key_of(self, number: int) -> str:
        return f"RHEL-{number}"

    def key(self, ticket: Ticket) -> str:
        return self.moved.get(f"RHEL-{ticket.number}", f"RHEL-{ticket.number}")

    def row(self, ticket: Ticket) -> dict[str, Any]:
        is_open = ticket.state == "open"
        done = {"id": 3, "key": "done", "name": "Done"}
        category = {"id": 2, "key": "new", "name": "To Do"} if is_open else done
        said = {
            "summary": ticket.title,
            "description": ticket.body,
            "status": {"id": "1", "name": "New", "statusCategory": category},
            "resolution": None if is_open else {"id": "1", "name": ticket.state},
            "labels": ticket.labels,
            "components": [{"id": "1", "name": "glibc"}],
            "created": f"{BEGIN:%Y-%m-%dT%H:%M:%S}.000+0000",
            "updated": f"{ticket.updated:%Y-%m-%dT%H:%M:%S}.123+0000",
            **({"security": {"id": "1", "name": "Red Hat"}} if ticket.secret else {}),
            **ticket.extra,
        }
        api = f"{self.url}/rest/api/2/issue/{ticket.number}"
        return {"id": str(ticket.number), "self": api, "key": self.key(ticket), "fields": said}

    def answer(self, asked: Asked) -> Answer:
        token = asked.headers.get("authorization")
        if token not in (None, "Bearer right"):
            return 401, {}, b""
        if asked.path.startswith("/rest/api/2/issue/"):
            return self.alone(asked, asked.path.rpartition("/")[2], token)
        if asked.path == "/rest/api/2/search" and self.is_cloud:
            return 410, {}, b'{"errorMessages": ["The requested API has been removed."]}'
        if asked.path != f"/rest/api/2/search{'/jql' if self.is_cloud else ''}":
            return 404, {}, b""
        there = self.tickets.values() if self.has_project else ()
        shown = [one for one in there if not one.secret or token]
        found = self.search(asked, shown)
        if found is None:
            return 400, {}, b'{"errorMessages": ["Error in the JQL Query"]}'
        start = int(asked.query.get("startAt", "0"))
        self.before_page(start)
        size = min(int(asked.query.get("maxResults", "50")), self.most_results)
        rows = [self.row(one) for one in found[start : start + size]]
        head = {"startAt": start, "maxResults": size, "total": len(found)}
        fields = asked.query["fields"].split(",")
        for row in rows:
            row["fields"] = {name: row["fields"].get(name) for name in fields}
        if self.is_cloud:
            head = {"isLast": start + size >= len(found)}
        return self.json(asked, {"expand": "names", **head, "issues": rows})

    def search(self, asked: Asked, shown: list[Ticket]) -> list[Ticket] | None:
        keys, listing = KEYS.fullmatch(asked.query["jql"]), LISTING.fullmatch(asked.query["jql"])
        if keys:
            asked_for = set(keys["keys"].split(","))
            known = {f"RHEL-{one.number}" for one in shown} | {self.key(one) for one in shown}
            if not asked_for <= known and asked.query.get("validateQuery") != "false":
                return None
            named = [one for one in shown if f"RHEL-{one.number}" in asked_for]
            return [one for one in named if self.key(one)[:4] == "RHEL" and not one.secret]
        if not listing or listing["project"] != self.project:
            return None
        since = datetime.fromtimestamp(int(listing["since"] or 0) / 1000, UTC)
        found = [one for one in shown if one.updated >= since and self.key(one)[:4] == "RHEL"]
        return sorted(found, key=lambda one: (one.updated, one.number))

    def alone(self, asked: Asked, key: str, token: str | None) -> Answer:
        named = [
            one for one in self.tickets.values() if key in (f"RHEL-{one.number}", self.key(one))
        ]
        if not named:
            return 404, {}, b'{"errorMessages": ["Issue Does Not Exist"]}'
        if not self.has_project or (named[0].secret and not token):
            return 401, {}, b'{"errorMessages": ["Login Required"]}'
        return self.json(asked, self.row(named[0]))
