"""Turns to work: few requests are worked on at once, and who waits for a body has no turn.

Those that write have turns of their own: while they wait for each other, pages are read.
"""

import socket
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from threading import TIMEOUT_MAX, BoundedSemaphore
from typing import Any

from models.database import BUSY_SECONDS
from models.writers import DEADLINE, FairTurns

Environ = dict[str, Any]
Program = Callable[[Environ, Any], Iterable[bytes]]

AT_ONCE = 4
"""Requests that read, and so many that write, which one process works on at the same time."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods of requests that write nothing."""
MOST_LONG = 16
"""Requests of one process whose bodies are long enough to be waited for."""
LONG_BODY = 2**16
"""A body up to so many bytes is here before its request takes a thread; a longer one is waited
for, if its sender is known.
"""
SENTENCES = {
    400: "This request could not be read.",
    408: "This request took too long to arrive. Please try again.",
    414: "This address is too long.",
    417: "This request expects something that is not done here.",
    431: "The header of this request is too long.",
    500: "Something went wrong here. Please try again.",
    501: "This request is encoded in a way that is not known here.",
    503: "Many people send something at this moment. Nothing was saved. Please try again.",
}


class Turns:
    """The program, with a door: whoever has no turn waits before it."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._reading, self._writing = FairTurns(AT_ONCE), FairTurns(AT_ONCE)
        self._long = BoundedSemaphore(MOST_LONG)

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        """Answer a request; the answer is written without a turn."""
        if not _is_long(environ):
            return self._work(environ, start_response)
        if not self._long.acquire(blocking=False):
            return _send_away(start_response)
        try:
            return self._work(environ, start_response)
        finally:
            self._long.release()

    def _work(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in READING:
            with self._reading:
                return self._program(environ, start_response)
        if not self._writing.acquire(_seconds_left()):
            return _send_away(start_response)
        try:
            environ["wsgi.input"] = _Body(environ["wsgi.input"], self._writing)
            return self._program(environ, start_response)
        finally:
            self._writing.release()


def _seconds_left() -> float:
    return min(max(0.0, DEADLINE.get() - time.monotonic()), TIMEOUT_MAX)


def _send_away(start_response: Any) -> Iterable[bytes]:
    page = _page(503)
    again = ("Retry-After", str(BUSY_SECONDS))
    start_response(_line(503), [*_about(page), again, *HEADERS])
    return [page]


class _Body:
    """A request's body, which is waited for without a turn, and not at the cost of its deadline."""

    def __init__(self, body: Any, turns: FairTurns) -> None:
        self._body, self._turns = body, turns

    def read(self, size: int | None = None) -> bytes:
        with self._given_back():
            return bytes(self._body.read(size))

    def readline(self, size: int | None = None) -> bytes:
        with self._given_back():
            return bytes(self._body.readline(size))

    def readlines(self, size: int | None = None) -> list[bytes]:
        with self._given_back():
            return list(self._body.readlines(size))

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    @contextmanager
    def _given_back(self) -> Iterator[None]:
        self._turns.release()
        begun = time.monotonic()
        try:
            yield
        finally:
            DEADLINE.set(DEADLINE.get() + time.monotonic() - begun)
            self._turns.acquire()


def _is_long(environ: Environ) -> bool:
    announced = environ.get("CONTENT_LENGTH") or ""
    return "HTTP_TRANSFER_ENCODING" in environ or (
        announced.isascii() and announced.isdecimal() and int(announced[:15]) > LONG_BODY
    )


HEADERS = (
    ("Connection", "close"),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
)
"""Of answers that the program itself does not give."""


def _line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"


def _page(status: int) -> bytes:
    sentence = SENTENCES[status]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{sentence}</title><h1>{sentence}</h1></html>\n"
    ).encode()


def _about(page: bytes) -> tuple[tuple[str, str], ...]:
    return ("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))


def refuse(client: socket.socket, status: int) -> None:
    """Answer a client that the program never sees, as far as it reads at once."""
    page = _page(status)
    head = "".join(f"{name}: {value}\r\n" for name, value in (*_about(page), *HEADERS))
    with suppress(OSError):
        client.setblocking(False)
        client.send(f"HTTP/1.1 {_line(status)}\r\n{head}\r\n".encode() + page)
