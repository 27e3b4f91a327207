"""Jira: issues of projects, on a Data Center server or in Atlassian's cloud.

API: https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/search
"""

import json
from collections.abc import Collection
from datetime import datetime

from outreach.fetching import Fetcher
from outreach.issues.trackers.asking import Absent, Clock, Conversation, Odd, Reply
from outreach.issues.trackers.base import Row
from outreach.issues.trackers.remote import RemoteIssue, get_instant, instant
from outreach.issues.trackers.wrapped import Wrapping, distinct

FIELDS = "summary,description,status,resolution,labels,components,security,created,updated"
SEARCH, SEARCH_NOW = "/search?", "/search/jql?"


class Jira(Wrapping):
    """A project is its key ("RHEL") or name; keys are Jira's own ("RHEL-39415")."""

    kind = "jira"
    wraps_one = False

    def __init__(self, url: str, token: str | None, fetcher: Fetcher, clock: Clock) -> None:
        super().__init__(url, token, fetcher, clock)
        self.talk.close()
        self.talk = SearchingTalk(fetcher, self.api_root(), self.headers(token), clock)

    def api_root(self) -> str:
        """Return the API's path; version 2 gives descriptions as text."""
        return f"{self.url}/rest/api/2"

    def search_url(self, jql: str, page: int = 1, size: int = 100, fields: str = FIELDS) -> str:
        """Ask in Jira's language; a key in it that is not shown is no mistake."""
        path = ["search", "jql"] if self.url.endswith(".atlassian.net") else ["search"]
        shape = {"startAt": (page - 1) * size or None, "maxResults": size}
        return self.address(*path, jql=jql, fields=fields, validateQuery="false", **shape)

    def list_url(self, project: str, since: datetime | None, page: int) -> str:
        """List issues, the oldest change first; dates would be read in Jira's zone, so say ms."""
        changed = f" AND updated >= {int(since.timestamp()) * 1000}" if since else ""
        order = "ORDER BY updated ASC, key ASC"
        return self.search_url(f"project = {json.dumps(project)}{changed} {order}", page)

    def issue_url(self, project: str, key: str) -> str:
        """Ask for one issue by its key."""
        return self.address("issue", key, fields=FIELDS)

    def updated(self, row: Row) -> datetime:
        """Return when an issue changed last."""
        return get_instant(row["fields"]["updated"])

    def has_more(self, reply: Reply, rows: list[Row], page: int) -> bool:
        """Believe the answer: a server may give fewer issues a page than asked for."""
        answer = reply.json()
        if "isLast" in answer:
            return answer["isLast"] is False
        read, total = (page - 1) * self.per_page + len(rows), answer.get("total")
        return bool(rows) and isinstance(total, int) and read < total

    def issue(self, project: str, row: Row) -> RemoteIssue | None:
        """Read an issue; one with a security level is not for everybody."""
        said, status = row["fields"], row["fields"]["status"]
        is_done = status["statusCategory"]["key"] == "done"
        parts = [part["name"] for part in said.get("components") or ()]
        return RemoteIssue(
            key=row["key"],
            title=said["summary"],
            url=f"{self.url}/browse/{row['key']}",
            updated=self.updated(row),
            state="closed" if is_done else "open",
            state_note=(said.get("resolution") or status).get("name", "") if is_done else "",
            body=said.get("description") or "",
            labels=distinct(*parts, *(said.get("labels") or ())),
            opened=instant(said.get("created")),
            visibility="private" if said.get("security") else "public",
        )

    def visible(self, project: str, keys: Collection[str]) -> set[str] | None:
        """Count the keys that are still in the project; name them only where some are not."""
        shown = f"project = {json.dumps(project)} AND level is EMPTY AND key in ({','.join(keys)})"
        if self.talk.get(self.search_url(shown, size=0)).json()["total"] == len(keys):
            return set(keys)
        return {
            row["key"] for row in self.rows(self.talk.get(self.search_url(shown, fields="key")))
        }


class SearchingTalk(Conversation):
    """A conversation in which 410 for a search says that its address is gone, not the project.

    Atlassian's cloud answers at another one, under whatever name a site of it is reached.
    """

    moved = False
    """Whether searches are asked at the new address."""

    def ask(self, method: str, url: str, *, etag: str | None = None, body: object = None) -> Reply:
        """Ask once; a search whose address is gone is asked at the new one, from then on too."""
        if not (self.moved and SEARCH in url):
            try:
                return super().ask(method, url, etag=etag, body=body)
            except Absent as absent:
                if absent.status != 410 or SEARCH not in url:
                    raise
        try:
            reply = super().ask(method, url.replace(SEARCH, SEARCH_NOW, 1), etag=etag, body=body)
        except Absent as absent:
            raise Odd(f"It knows no search (answer {absent.status}).") from absent
        self.moved = True
        return reply
