"""Bugzilla: bugs of products (Red Hat, Mozilla, LibreOffice, openSUSE, servers of one's own).

API: https://bugzilla.readthedocs.io/en/latest/api/core/v1/bug.html#search-bugs
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from outreach.issues.trackers.asking import as_asked
from outreach.issues.trackers.base import Row
from outreach.issues.trackers.remote import RemoteIssue, get_instant, instant
from outreach.issues.trackers.wrapped import Wrapping, distinct

FIELDS = (
    "id,summary,description,product,component,keywords,groups,is_open,resolution,dupe_of"
    ",creation_time,last_change_time"
)


class Bugzilla(Wrapping):
    """A project is a product's name; keys are the numbers of bugs, which all products share."""

    kind = "bugzilla"
    noun = "bug"
    wrapper = "bugs"

    def api_root(self) -> str:
        """Return the API's path."""
        return f"{self.url}/rest"

    def headers(self, token: str | None) -> Mapping[str, str]:
        """Name the key as Bugzilla does; Red Hat's reads the usual header only."""
        usual = self.url.endswith(".redhat.com") or not token
        return super().headers(token) if usual else {"X-BUGZILLA-API-KEY": str(token)}

    def list_url(self, project: str, since: datetime | None, page: int) -> str:
        """List bugs of all states, the oldest change first."""
        changed = as_asked(since)
        shape = {"limit": self.per_page, "offset": (page - 1) * self.per_page or None}
        order = {"order": "changeddate,bug_id", "include_fields": FIELDS}
        return self.address("bug", product=project, last_change_time=changed, **shape, **order)

    def issue_url(self, project: str, key: str) -> str:
        """Search for one bug: asked for by its address, a hidden one looks like a bad token."""
        return self.address("bug", id=key, include_fields=FIELDS)

    def updated(self, row: Row) -> datetime:
        """Return when a bug changed last."""
        return get_instant(row["last_change_time"])

    def issue(self, project: str, row: Row) -> RemoteIssue | None:
        """Read a bug; one in a group is not for everybody, one of another product has moved."""
        is_open = row.get("is_open", not row["resolution"])
        note = f"duplicate of {row['dupe_of']}" if row.get("dupe_of") else row["resolution"].lower()
        component = row["component"]
        parts = component if isinstance(component, list) else [component]  # Red Hat's are lists
        is_ours = row["product"].casefold() == project.casefold()  # MySQL compares so
        visibility = "public" if is_ours else "moved"
        return RemoteIssue(
            key=str(row["id"]),
            title=row["summary"],
            url=f"{self.url}/show_bug.cgi?id={row['id']}",
            updated=self.updated(row),
            state="open" if is_open else "closed",
            state_note="" if is_open else note,
            body=row.get("description") or "",
            labels=distinct(row["product"], *parts, *(row.get("keywords") or ())),
            opened=instant(row.get("creation_time")),
            visibility="private" if row.get("groups") else visibility,
        )

    def visible(self, project: str, keys: Collection[str]) -> set[str] | None:
        """Search for the bugs that are still in the product; hidden ones are left out."""
        wanted = {"id": ",".join(keys), "product": project, "include_fields": "id,groups"}
        rows = self.rows(self.talk.get(self.address("bug", **wanted)))
        return {str(row["id"]) for row in rows if not row.get("groups")}
