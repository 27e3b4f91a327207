"""MantisBT: issues of projects (AlmaLinux's bugs, servers of one's own).

API: https://documenter.getpostman.com/view/29959/mantis-bug-tracker-rest-api
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from outreach.fetching import Fetcher
from outreach.issues.trackers.asking import Clock, Odd, Reply
from outreach.issues.trackers.base import Row
from outreach.issues.trackers.remote import RemoteIssue, instant
from outreach.issues.trackers.wrapped import HidingTalk, Wrapping, distinct

RESOLVED = 80
"""From this status on an issue is settled, unless a server was given a scale of its own."""
ALL_PROJECTS = "0"


class MantisBT(Wrapping):
    """A project is its number, "0" for all; keys are the numbers of issues, which all share."""

    kind = "mantisbt"
    per_page = 50
    deleted = frozenset([404])
    walks_up = False  # lists the newest change first, and takes no instant to begin from
    _since: datetime | None = None

    def __init__(self, url: str, token: str | None, fetcher: Fetcher, clock: Clock) -> None:
        super().__init__(url, token, fetcher, clock)
        self.talk.close()
        self.talk = HidingTalk(fetcher, self.api_root(), self.headers(token), clock)

    def api_root(self) -> str:
        """Return the API's path."""
        return f"{self.url}/api/rest"

    def headers(self, token: str | None) -> Mapping[str, str]:
        """Name the token as MantisBT does: bare."""
        return {"Authorization": token} if token else {}

    def list_url(self, project: str, since: datetime | None, page: int) -> str:
        """List issues; short pages where only the first few have changed."""
        if not (project.isascii() and project.isdecimal()):
            raise Odd("A project of MantisBT is named by its number.")
        self._since = since
        number = None if project == ALL_PROJECTS else project
        return self.address("issues", project_id=number, page_size=self._size(), page=page)

    def _size(self) -> int:
        return min(10, self.per_page) if self._since else self.per_page

    def issue_url(self, project: str, key: str) -> str:
        """Ask for one issue by its number."""
        return self.address("issues", key)

    def has_more(self, reply: Reply, rows: list[Row], page: int) -> bool:
        """Read on until an issue is older than what was read before; sticky ones come first."""
        ages = [self.find_updated(row) for row in rows if not _is_sticky(row)]
        is_old = any(age < self._since for age in ages if age and self._since)
        return len(rows) >= self._size() and not is_old

    def issue(self, project: str, row: Row) -> RemoteIssue | None:
        """Read an issue; its project and category say what it is about."""
        is_settled = row["status"]["id"] >= RESOLVED
        release = (row.get("fixed_in_version") or {}).get("name")
        note = f"fixed in {release}" if release else row["resolution"]["name"]
        parts = [(row.get(name) or {}).get("name") for name in ("project", "category")]
        return RemoteIssue(
            key=str(row["id"]),
            title=row["summary"],
            url=f"{self.url}/view.php?id={row['id']}",
            updated=self.updated(row),
            state="closed" if is_settled else "open",
            state_note=note if is_settled else "",
            body=row.get("description") or "",
            labels=distinct(*parts, *(tag["name"] for tag in row.get("tags") or ())),
            opened=instant(row.get("created_at")),
            visibility="private" if row["view_state"]["name"] == "private" else "public",
        )


def _is_sticky(row: Any) -> bool:
    return isinstance(row, dict) and bool(row.get("sticky"))
