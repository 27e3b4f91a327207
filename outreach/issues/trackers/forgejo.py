"""Forgejo and Gitea: issues of repositories (Codeberg, Blender, servers of one's own).

API: https://forgejo.org/docs/latest/user/api-usage/ and /api/swagger of every server
"""

from collections.abc import Mapping
from datetime import datetime

from outreach.issues.trackers.asking import as_asked
from outreach.issues.trackers.base import Client, Row
from outreach.issues.trackers.remote import RemoteIssue, instant


class Forgejo(Client):
    """A project is "owner/name"; keys read "owner/name#12"."""

    kind = "forgejo"
    per_page = 50  # what most servers give at most
    walks_up = False  # Gitea does not know the order by change

    def api_root(self) -> str:
        """Return the API's path."""
        return f"{self.url}/api/v1"

    def headers(self, token: str | None) -> Mapping[str, str]:
        """Name the token the way both accept."""
        return {"Authorization": f"token {token}"} if token else {}

    def list_url(self, project: str, since: datetime | None, page: int) -> str:
        """List issues of all states, the newest change first where the server knows how."""
        return self.address(
            "repos",
            *project.split("/"),
            "issues",
            state="all",
            type="issues",
            sort="recentupdate",
            limit=self.per_page,
            since=as_asked(since),
            page=page,
        )

    def issue_url(self, project: str, key: str) -> str:
        """Ask for one issue by its number."""
        return self.address("repos", *project.split("/"), "issues", key.rpartition("#")[2])

    def issue(self, project: str, row: Row) -> RemoteIssue | None:
        """Read an issue; a pull request is none."""
        if row.get("pull_request"):
            return None
        return RemoteIssue(
            key=f"{project}#{row['number']}",
            title=row["title"],
            url=row["html_url"],
            updated=self.updated(row),
            state="open" if row["state"] == "open" else "closed",
            state_note="locked" if row.get("is_locked") else "",
            body=row.get("body") or "",
            labels=tuple(label["name"] for label in row.get("labels") or ()),
            opened=instant(row.get("created_at")),
        )
