"""GitHub: issues of repositories, on github.com or an Enterprise server.

API: https://docs.github.com/en/rest/issues/issues#list-repository-issues
"""

from collections.abc import Mapping
from datetime import datetime

from outreach.issues.trackers.asking import as_asked
from outreach.issues.trackers.base import Client, Row
from outreach.issues.trackers.remote import RemoteIssue, instant


class GitHub(Client):
    """A project is "owner/name"; keys read "owner/name#12"."""

    kind = "github"

    def api_root(self) -> str:
        """Return the API's own host for github.com, a path on servers of one's own."""
        if self.url in ("https://github.com", "https://www.github.com"):
            return "https://api.github.com"
        return f"{self.url}/api/v3"

    def headers(self, token: str | None) -> Mapping[str, str]:
        """Ask for the version that this was written for."""
        return {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": "2022-11-28",
            **super().headers(token),
        }

    def list_url(self, project: str, since: datetime | None, page: int) -> str:
        """List issues of all states, the oldest change first."""
        return self.address(
            "repos",
            *project.split("/"),
            "issues",
            state="all",
            sort="updated",
            direction="asc",
            per_page=self.per_page,
            since=as_asked(since),
            page=page if page > 1 else None,
        )

    def issue_url(self, project: str, key: str) -> str:
        """Ask for one issue by its number."""
        return self.address("repos", *project.split("/"), "issues", key.rpartition("#")[2])

    def issue(self, project: str, row: Row) -> RemoteIssue | None:
        """Read an issue; pull requests stand in the same list."""
        if "pull_request" in row:
            return None
        reason = (row.get("state_reason") or "").replace("_", " ")
        notes = [reason if reason in ("not planned", "duplicate") else ""]
        notes.append("locked" if row.get("locked") else "")
        return RemoteIssue(
            key=f"{project}#{row['number']}",
            title=row["title"],
            url=row["html_url"],
            updated=self.updated(row),
            state="open" if row["state"] == "open" else "closed",
            state_note=", ".join(filter(None, notes)),
            body=row.get("body") or "",
            labels=tuple(label["name"] for label in row.get("labels") or ()),
            opened=instant(row.get("created_at")),
        )
