"""Asks one tracker over HTTP: within bounds, politely, and never anybody else."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import stamina

from outreach.calendars.clock import say_moment
from outreach.fetching import TOO_LARGE, Fetcher, HostAnswer, KeptConnection
from outreach.refusal import Refused

SECONDS = 30.0
"""For one question; some trackers think long."""
ATTEMPTS = 3
FIRST_WAIT = 1.0
LEAST_PAUSE = timedelta(seconds=60)
LONGEST_PAUSE = timedelta(days=7)
MOST_MOVES = 3
LONGEST_ETAG = 200
REDIRECTS = frozenset([301, 302, 303, 307, 308])
ABSENT = frozenset([404, 410, 451])

Clock = Callable[[], datetime]


def as_asked(since: datetime | None, timespec: str = "seconds") -> str | None:
    """Write an instant in UTC as trackers take it: "2024-07-25T09:14:00Z"."""
    return f"{since.replace(tzinfo=None).isoformat(timespec=timespec)}Z" if since else None


class Trouble(Exception):
    """A tracker could not be read; the sentence says why, without a word of the answer."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Down(Trouble):
    """It is not reached or broken for now; worth another try."""


class Denied(Trouble):
    """It does not accept us."""


class Odd(Trouble):
    """It answers something that is not understood."""


class TooLarge(Odd):
    """It answers with more than is taken at once; a smaller page may fit."""


class Wait(Trouble):
    """It asked for a pause: no request to its host before `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"Its host asked for a pause until {say_moment(until)} UTC.")
        self.until = until


class Absent(Trouble):
    """What was asked for is not shown: 404 (hidden or deleted), 410 (deleted), 451."""

    def __init__(self, status: int) -> None:
        super().__init__(f"It is not shown there (answer {status}).")
        self.status = status


class MovedAddress(Trouble):
    """What was asked for is at another address of the same host; None if of another host."""

    def __init__(self, location: str | None) -> None:
        super().__init__("It leads to another address, which is not followed.")
        self.location = location


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that can be read; `unchanged` (304) has no content."""

    answer: HostAnswer

    @property
    def unchanged(self) -> bool:
        """Tell whether the question's ETag still holds."""
        return self.answer.status == 304

    @property
    def etag(self) -> str | None:
        """Return what to send the next time to be told that nothing changed."""
        tag = str(self.answer.headers.get("etag", ""))
        return tag if tag.isascii() and tag.isprintable() and 0 < len(tag) <= LONGEST_ETAG else None

    @property
    def leads_on(self) -> bool | None:
        """Tell whether a Link header names a next page; None without the header.

        The address in it is never used: the next question is always our own.
        """
        links = self.answer.headers.get("link")
        return None if links is None else 'rel="next"' in links

    @property
    def total(self) -> int | None:
        """Return how many there are on all pages, where a header says so."""
        names = ("x-total-count", "x-total")
        said = next((self.answer.headers[one] for one in names if one in self.answer.headers), "")
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None

    def json(self) -> Any:
        """Return the content; raises Odd where it is no JSON."""
        try:
            return json.loads(self.answer.content)
        except (ValueError, RecursionError) as error:
            raise Odd("It does not answer with JSON.") from error


class Conversation:
    """Asks the host of `root` and no other; its headers, a token among them, go nowhere else.

    Once the host asked for a pause, `not_before` holds and no further request is made.
    """

    def __init__(
        self, fetcher: Fetcher, root: str, headers: Mapping[str, str], clock: Clock
    ) -> None:
        self.line = KeptConnection(fetcher)
        self.origin = _origin(root)
        self.headers = {"Accept": "application/json", **headers}
        self.clock = clock
        self.not_before: datetime | None = None
        self.remaining: int | None = None
        self.requests = 0

    def get(self, url: str, etag: str | None = None) -> Reply:
        """Ask for an address; follow it where it moved to on the same host."""
        for _move in range(MOST_MOVES):
            try:
                return self.ask("GET", url, etag=etag)
            except MovedAddress as moved:
                if moved.location is None:
                    raise
                url = moved.location
        raise Odd("It leads on and on.")

    def ask(self, method: str, url: str, *, etag: str | None = None, body: object = None) -> Reply:
        """Ask once, thrice if the host is down. Raises Trouble of one kind or another."""
        if _origin(url) != self.origin:
            raise Odd("An address of another host is not asked.")
        headers = dict(self.headers)
        if etag:
            headers["If-None-Match"] = etag
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        for attempt in stamina.retry_context(on=Down, attempts=ATTEMPTS, wait_initial=FIRST_WAIT):
            with attempt:
                return self._ask(method, url, headers, content)
        raise AssertionError("the last attempt returns or raises")

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes | None
    ) -> Reply:
        if self.not_before and self.clock() < self.not_before:
            raise Wait(self.not_before)
        self.requests += 1
        try:
            answer = self.line.ask(method, url, headers, content)
        except Refused as refusal:
            kind = TooLarge if refusal.sentence == TOO_LARGE else Odd
            raise kind(refusal.sentence) from refusal
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, zlib.error):
            raise Down("It cannot be reached.") from None
        self._note_limits(answer)
        return self._sorted(url, answer)

    def _note_limits(self, answer: HostAnswer) -> None:
        """Remember how long to stay away, and how many questions are left until then."""
        now, status = self.clock(), answer.status
        left = _number(answer, "ratelimit-remaining")
        self.remaining = left if left is not None else self.remaining
        after, until = _retry_after(answer, now), _reset(answer, now) if left == 0 else None
        if status in (403, 429) or (status == 503 and after):
            until = max(after or until or now + LEAST_PAUSE, now + timedelta(seconds=1))
        if until and until > now:
            self.not_before = min(until, now + LONGEST_PAUSE)

    def _sorted(self, url: str, answer: HostAnswer) -> Reply:
        """Return an answer that can be read; raise what the others mean."""
        status = answer.status
        if status in (200, 304):
            return Reply(answer)
        if status in REDIRECTS:
            raise MovedAddress(self._location(url, answer.headers.get("location", "")))
        if self.not_before and status in (403, 429, 503):
            raise Wait(self.not_before)
        if status in ABSENT:
            raise Absent(status)
        if status == 401:
            raise Denied("It does not accept the token (answer 401).")
        if status >= 500:
            raise Down(f"It is broken for now (answer {status}).")
        raise Odd(f"It does not understand the question (answer {status}).")

    def _location(self, url: str, location: str) -> str | None:
        try:
            target = str(httpx2.URL(url).join(location))
        except (httpx2.InvalidURL, ValueError):
            return None
        return target if _origin(target) == self.origin else None

    def close(self) -> None:
        """Hang up."""
        self.line.close()


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        read = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError) as error:
        raise Odd("That is no web address.") from error
    return read.scheme, read.host, read.port


def _number(answer: HostAnswer, name: str) -> int | None:
    """Read a number of the host's limits, which some write with X- in front."""
    text = answer.headers.get(f"x-{name}") or answer.headers.get(name) or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None


def _reset(answer: HostAnswer, now: datetime) -> datetime | None:
    """Return when the limits begin anew: given as an instant by most, by some as seconds."""
    number = _number(answer, "ratelimit-reset")
    if number is None:
        return None
    return (
        now + timedelta(seconds=number) if number < 10**9 else datetime.fromtimestamp(number, UTC)
    )


def _retry_after(answer: HostAnswer, now: datetime) -> datetime | None:
    """Return the instant of Retry-After, given in seconds or as a date."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return now + min(timedelta(seconds=int(text[:9])), LONGEST_PAUSE)
    try:
        read = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, OverflowError):
        return None
    return read.replace(tzinfo=read.tzinfo or UTC) if read else None
