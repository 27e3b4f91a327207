"""The base of every tracker's client: how a project is read, whatever its tracker is."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from outreach.fetching import Fetcher
from outreach.issues.trackers.asking import (
    Absent,
    Clock,
    Conversation,
    MovedAddress,
    Odd,
    Reply,
    TooLarge,
)
from outreach.issues.trackers.remote import (
    HIDDEN,
    MOST_KEY,
    Missing,
    RemoteIssue,
    clean,
    get_instant,
)

OVERLAP = timedelta(minutes=2)
"""How far a reading reaches back behind the last one: trackers show changes late."""
MOST_PAGES = 1000
"""Of one project in one sync; a larger project goes on with the next one."""

NOT_UNDERSTOOD = "It answers with issues that are not understood."
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, OverflowError)
"""What reading a row of whatever shape may raise."""

Row = dict[str, Any]
Cursor = dict[str, Any]


@dataclass(frozen=True, slots=True)
class IssuesPage:
    """One page of issues that changed, and from where to read on after it is stored.

    `cursor` is JSON and belongs to the client; None: read on from where it was before.
    """

    issues: list[RemoteIssue]
    cursor: Cursor | None
    odd: tuple[str, ...] = ()
    """What its tracker calls those that could not be read; "" where it has no name either."""


class Client:
    """Reads the issues of one tracker; knows no database.

    A kind of tracker says where its lists are and how a row of them reads; this class
    pages, asks for what changed only, and meets everything that can go wrong. Every method
    that asks raises `Trouble` (of `asking`), and nothing else whatever the tracker answers.
    """

    kind: ClassVar[str]
    noun: ClassVar[str] = "issue"
    """What people call one of its issues."""
    names: ClassVar[tuple[str, ...]] = ("number", "iid", "key", "id")
    """Under which of these a row says what people call the issue."""
    per_page: int = 100
    walks_up: ClassVar[bool] = True
    """Lists what changed since an instant, oldest change first: each page begins where the
    one before ended, so that nothing is missed while issues move between pages. Without that
    order pages are numbered, and the cursor moves when all of them are read."""

    def __init__(self, url: str, token: str | None, fetcher: Fetcher, clock: Clock) -> None:
        self.url = url.rstrip("/")
        self.clock = clock
        self.talk = Conversation(fetcher, self.api_root(), self.headers(token), clock)

    # What a kind of tracker says.

    def api_root(self) -> str:
        """Return the address under which all questions are asked."""
        return self.url

    def headers(self, token: str | None) -> Mapping[str, str]:
        """Return the headers of every question, with the token if there is one."""
        return {"Authorization": f"Bearer {token}"} if token else {}

    def list_url(self, project: str, since: datetime | None, page: int) -> str:
        """Return the address of a page (from 1) of what changed at that instant or later."""
        raise NotImplementedError

    def issue_url(self, project: str, key: str) -> str:
        """Return the address at which one issue is asked for."""
        raise NotImplementedError

    def issue(self, project: str, row: Row) -> RemoteIssue | None:
        """Read a row; None if it is no issue (a pull request). Raises KeyError and the like."""
        raise NotImplementedError

    def rows(self, reply: Reply) -> list[Row]:
        """Return the rows of a page."""
        rows = reply.json()
        if not isinstance(rows, list):
            raise TypeError("no list")
        return rows

    def row(self, reply: Reply) -> Row:
        """Return the row of a single issue."""
        row: Row = reply.json()
        return row

    def updated(self, row: Row) -> datetime:
        """Return when a row changed last."""
        return get_instant(row["updated_at"])

    def find_updated(self, row: Row) -> datetime | None:
        """Return when a row changed last; None where it cannot be told."""
        try:
            return self.updated(row)
        except MALFORMED:
            return None

    def find_name(self, row: Any) -> str:
        """Return what people call the issue of a row that could not be read; "" if nothing."""
        said = row if isinstance(row, dict) else {}
        found = [said[name] for name in self.names if isinstance(said.get(name), (int, str))]
        return clean(str(found[0]), MOST_KEY) if found else ""

    def has_more(self, reply: Reply, rows: list[Row], page: int) -> bool:
        """Tell whether another page follows: a server may give fewer a page than asked for."""
        if reply.leads_on is not None:
            return reply.leads_on
        if reply.total is not None:
            return bool(rows) and page * len(rows) < reply.total
        return len(rows) >= self.per_page

    def visible(self, project: str, keys: Collection[str]) -> set[str] | None:
        """Return which of these issues are public, if one question can tell; else None."""
        return None

    # What holds for all of them.

    def read(self, project: str, cursor: Cursor | None) -> Iterator[IssuesPage]:
        """Yield what changed in a project since the cursor; None reads all of it.

        Raises Absent where the project itself is not shown.
        """
        reading = _ProjectReading(self, project, cursor or {})
        while reading.page and reading.pages < MOST_PAGES:
            batch = reading.turn()
            if batch:
                yield batch

    @property
    def sees_many(self) -> bool:
        """Tell whether one question covers many issues."""
        return type(self).visible is not Client.visible

    def look(self, project: str, key: str) -> RemoteIssue | Missing | None:
        """Look at one issue; None: it is where it was, and a listing will tell what changed."""
        url = self.issue_url(project, key)
        try:
            if not self.sees_many:
                self.talk.ask("HEAD", url)
                return None
        except (Absent, MovedAddress, Odd):
            pass  # not everybody answers HEAD truthfully
        try:
            found = self.parsed(project, self.row(self.talk.ask("GET", url)))
        except Absent as absent:
            return Missing(key, "gone" if absent.status == 410 else "private")
        except MovedAddress as moved:
            return self._follow(project, key, moved.location)
        # A token may see what the public does not.
        return Missing(key, "private") if found and found.visibility in HIDDEN else None

    def _follow(self, project: str, key: str, location: str | None) -> RemoteIssue | Missing | None:
        """Read an issue where it is now; its old key stays, for our links hang on it."""
        if location is None or "/discussions/" in location:
            return Missing(key, "converted" if location else "moved")
        try:
            found = self.parsed(project, self.row(self.talk.get(location)))
        except (Absent, MovedAddress):
            return Missing(key, "private")
        if found is None:
            return Missing(key, "converted")
        # The same number: the project as a whole has another name now.
        return None if found.key == key else replace(found, key=key, visibility="moved")

    def still_shown(self, project: str, keys: Collection[str]) -> set[str] | None:
        """Return which of up to 100 issues are still shown; None: look at them one by one."""
        try:
            return self.visible(project, keys)
        except (*MALFORMED, Absent, MovedAddress, Odd):
            return None  # an old server; looking takes longer, but says the same

    def parsed(self, project: str, row: Any) -> RemoteIssue | None:
        """Read a row of whatever shape. Raises Odd."""
        try:
            found = self.issue(project, row)
            return replace(found, url=self.url) if found and not found.url else found
        except MALFORMED as error:
            raise Odd(NOT_UNDERSTOOD) from error

    def address(self, *path: str, **query: object) -> str:
        """Join an address below the root: path parts are quoted, query parts without value go."""
        parts = "/".join(quote(part, safe="") for part in path)
        pairs = urlencode({name: value for name, value in query.items() if value is not None})
        return f"{self.api_root()}/{parts}" + (f"?{pairs}" if pairs else "")

    def close(self) -> None:
        """Hang up."""
        self.talk.close()


class _ProjectReading:
    """Where one reading of a project stands."""

    def __init__(self, client: Client, project: str, cursor: Cursor) -> None:
        self.client, self.project, self.cursor = client, project, cursor
        until = cursor.get("since")
        self.newest = get_instant(until) if until else None
        self.since = self.newest - OVERLAP if self.newest else None
        self.page = 1
        self.pages = 0
        self.seen: dict[str, datetime] = {}
        self.odd: set[str] = set()

    def turn(self) -> IssuesPage | None:
        """Read a page; None: nothing has changed since the cursor, or smaller pages are due."""
        client, first = self.client, self.pages == 0
        url = client.list_url(self.project, self.since, self.page)
        etag = self.cursor.get("etag") if first and self.cursor.get("asked") == url else None
        self.pages += 1
        try:
            reply = client.talk.get(url, etag)
        except TooLarge:
            if client.per_page == 1:
                raise
            client.per_page, self.page = max(1, client.per_page // 10), 1
            return None
        if reply.unchanged:
            self.page = 0
            return None
        rows = self._rows(reply)
        issues, updated, odd = self._understood(rows)
        fresh = self._fresh([issue for issue in issues if issue], updated)
        is_new = bool(fresh or odd) or None in issues
        self._step(client.has_more(reply, rows, self.page), updated, is_new)
        cursor: Cursor | None = None
        if self.page == 0 or client.walks_up:
            cursor = {"since": self.newest.isoformat() if self.newest else None}
            if first and self.page == 0 and reply.etag:
                cursor |= {"asked": url, "etag": reply.etag}
        return IssuesPage(fresh, cursor, tuple(odd))

    def _rows(self, reply: Reply) -> list[Row]:
        try:
            return self.client.rows(reply)
        except MALFORMED as error:
            raise Odd("It answers with a list that is not understood.") from error

    def _understood(
        self, rows: list[Row]
    ) -> tuple[list[RemoteIssue | None], list[datetime], list[str]]:
        """Return the issues of a page, when they changed, and the names of odd ones, new here.

        One odd issue ends the reading of no other. Where all of the first page are odd, the
        answer is something else than issues: a later page begins with one that is known. Raises
        Odd.
        """
        issues: list[RemoteIssue | None] = []
        updated: list[datetime] = []
        odd: list[str] = []
        for row in rows:
            try:
                issue, changed = self.client.parsed(self.project, row), self.client.updated(row)
            except (*MALFORMED, Odd):
                odd.append(self.client.find_name(row))
            else:
                issues.append(issue)
                updated.append(changed)
        if odd and not issues and not self.seen:
            raise Odd(NOT_UNDERSTOOD)
        new = [name for name in dict.fromkeys(odd) if name not in self.odd]
        self.odd.update(new)
        return issues, updated, new

    def _fresh(self, issues: list[RemoteIssue], updated: list[datetime]) -> list[RemoteIssue]:
        """Return the issues of a page that this reading has not seen as they are now."""
        fresh = [issue for issue in issues if self.seen.get(issue.key) != issue.updated]
        self.seen |= {issue.key: issue.updated for issue in fresh}
        # A tracker whose clock is ahead must not make us skip what changes until then.
        known = [min(instant, self.client.clock()) for instant in updated]
        self.newest = max([*known, *([self.newest] if self.newest else [])], default=None)
        return fresh

    def _step(self, more: bool, updated: list[datetime], is_new: bool) -> None:
        """Choose the next page: 0 when the reading has ended."""
        rises = self.client.walks_up and bool(updated) and self._rises(updated[-1])
        if not more or not updated or (self.page > 1 and not is_new and not rises):
            self.page = 0
        elif rises:
            self.since, self.page = updated[-1], 1
        else:
            self.page += 1  # numbered, or more changes in one instant than a page holds

    def _rises(self, last: datetime) -> bool:
        return self.since is None or last > self.since
