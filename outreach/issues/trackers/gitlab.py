"""GitLab: issues of projects, on gitlab.com or a server of one's own.

API: https://docs.gitlab.com/api/issues/ and, to see what is still shown, /api/graphql/
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from outreach.issues.trackers.asking import as_asked
from outreach.issues.trackers.base import Client, Row
from outreach.issues.trackers.remote import RemoteIssue, instant

STILL_SHOWN = (
    "query($p:ID!,$n:[String!])"
    "{project(fullPath:$p){issues(iids:$n,confidential:false,first:100){nodes{iid}}}}"
)


class GitLab(Client):
    """A project is its full path; keys read "group/project#12"."""

    kind = "gitlab"

    def api_root(self) -> str:
        """Return the API's path."""
        return f"{self.url}/api/v4"

    def headers(self, token: str | None) -> Mapping[str, str]:
        """Name the token GitLab's way."""
        return {"PRIVATE-TOKEN": token} if token else {}

    def list_url(self, project: str, since: datetime | None, page: int) -> str:
        """List issues of all states, the oldest change first."""
        return self.address(
            "projects",
            project,
            "issues",
            scope="all",
            order_by="updated_at",
            sort="asc",
            per_page=self.per_page,
            updated_after=as_asked(since, "microseconds"),
            page=page if page > 1 else None,
        )

    def issue_url(self, project: str, key: str) -> str:
        """Ask for one issue by its number in the project."""
        return self.address("projects", project, "issues", key.rpartition("#")[2])

    def issue(self, project: str, row: Row) -> RemoteIssue | None:
        """Read an issue; one that moved to another project stays behind closed."""
        moved = row.get("moved_to_id") is not None
        visibility = "moved" if moved else "public"
        if row.get("confidential"):
            visibility = "private"  # a token may see it, our pages may not show it
        return RemoteIssue(
            key=f"{project}#{row['iid']}",
            title=row["title"],
            url=row["web_url"],
            updated=self.updated(row),
            state="open" if row["state"] == "opened" else "closed",
            state_note="moved to another project" if moved else "",
            body=row.get("description") or "",
            labels=tuple(row.get("labels") or ()),
            opened=instant(row.get("created_at")),
            visibility=visibility,
        )

    def visible(self, project: str, keys: Collection[str]) -> set[str] | None:
        """Ask for the numbers alone: a hundred in one small answer."""
        numbers = [key.rpartition("#")[2] for key in keys]
        body = {"query": STILL_SHOWN, "variables": {"p": project, "n": numbers}}
        reply = self.talk.ask("POST", f"{self.url}/api/graphql", body=body)
        shown = {node["iid"] for node in reply.json()["data"]["project"]["issues"]["nodes"]}
        return {key for key in keys if key.rpartition("#")[2] in shown}
