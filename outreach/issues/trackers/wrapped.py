"""What trackers share that wrap their lists ({"issues": [...]}) and hide issues their own way."""

from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from outreach.fetching import HostAnswer
from outreach.issues.trackers.asking import Absent, Conversation, Denied, MovedAddress, Odd, Reply
from outreach.issues.trackers.base import Client, Row
from outreach.issues.trackers.remote import HIDDEN, Missing, RemoteIssue

_LIMITS = ("retry-after", "x-ratelimit-reset", "ratelimit-reset")


class Wrapping(Client):
    """A client whose rows stand under a name."""

    wrapper: ClassVar[str] = "issues"
    wraps_one: ClassVar[bool] = True
    """Whether an issue that is asked for by itself comes in a list too."""
    deleted: ClassVar[frozenset[int]] = frozenset([410])
    """What is answered for an issue that is no more, rather than hidden."""

    def rows(self, reply: Reply) -> list[Row]:
        """Return the rows of an answer. Raises Odd where there are none to be found."""
        answer = reply.json()
        rows = answer.get(self.wrapper) if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise Odd("It answers with a list that is not understood.")
        return rows

    def row(self, reply: Reply) -> Row:
        """Return the row of a single issue. Raises Absent where a search found none."""
        rows = self.rows(reply) if self.wraps_one else [reply.json()]
        if not rows:
            raise Absent(451)
        return rows[0]

    def look(self, project: str, key: str) -> RemoteIssue | Missing | None:
        """Look at one issue. 401 and 403 hide it, if its list is still open to us."""
        try:
            return self._see(project, key)
        except (Absent, Denied) as hidden:
            status = hidden.status if isinstance(hidden, Absent) else 401
            if status in (401, 403):
                self.talk.get(self.list_url(project, self.clock(), 1))
            return Missing(key, "gone" if status in self.deleted else "private")

    def _see(self, project: str, key: str) -> RemoteIssue | Missing | None:
        url = self.issue_url(project, key)
        if not self.sees_many:
            with suppress(MovedAddress, Odd):  # not everybody answers HEAD truthfully
                self.talk.ask("HEAD", url)
                return None
        found = self.parsed(project, self.row(self.talk.get(url)))
        if found is None or found.visibility in HIDDEN:
            return Missing(key, "private")
        if found.key == key and found.visibility == "public":
            return None
        return replace(found, key=key, visibility="moved")


class HidingTalk(Conversation):
    """A conversation in which a 403 that names no limit is about the issue that was asked for."""

    def _sorted(self, url: str, answer: HostAnswer) -> Reply:
        names_limit = any(name in answer.headers for name in _LIMITS)
        if answer.status == 403 and not names_limit and url.rpartition("/")[2].isdecimal():
            self.not_before = None
            raise Absent(403)
        return super()._sorted(url, answer)


def distinct(*words: str | None) -> tuple[str, ...]:
    """Return what is there, each word once."""
    return tuple(dict.fromkeys(word for word in words if word))
