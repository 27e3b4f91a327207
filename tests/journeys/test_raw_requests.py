"""What no browser sends reaches the served program as bytes: it answers, and believes nobody."""

import socket
from contextlib import closing
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from tests.live import Live

SIGNED = "X-Hub-Signature-256: sha256=0\r\nTransfer-Encoding: chunked"
"""A body in chunks is read from who is known, and to see whether a tracker signed it."""


def ask(live: Live, method: str, path: str, head: str = "", body: bytes = b"") -> HTTPResponse:
    """Send these bytes, and return the answer, read."""
    where = urlsplit(live.url)
    lines = f"{method} {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n{head}"
    with socket.create_connection((where.hostname or "", where.port or 80), timeout=10) as line:
        line.sendall(lines.rstrip().encode() + b"\r\n\r\n" + body)
        line.shutdown(socket.SHUT_WR)
        with closing(HTTPResponse(line)) as answer:
            answer.begin()
            answer.read()
            return answer


@pytest.mark.parametrize(
    "body",
    [b"zz\r\nemail=a\r\n0\r\n\r\n", b"5\r\nemailX", b"5\r\nema", b"-5\r\nemail\r\n", b"5;\0\r\n"],
)
def test_a_broken_chunk_is_no_fault_of_ours(live: Live, body: bytes) -> None:
    assert ask(live, "POST", "/webhooks/1", SIGNED, body).status == 400


@pytest.mark.parametrize(
    "head", ["SCRIPT_NAME: /elsewhere", "Script-Name: /elsewhere", "X-Forwarded-Prefix: /elsewhere"]
)
def test_where_it_is_mounted_is_not_the_visitors_to_say(live: Live, head: str) -> None:
    answer = ask(live, "GET", "/outbox", head)
    assert answer.getheader("Location", "").startswith("/sign-in")


@pytest.mark.parametrize("head", ["X-Forwarded-Proto: https", "X-Forwarded-Ssl: on"])
def test_nor_whether_the_way_here_is_safe(live: Live, head: str) -> None:
    assert ask(live, "GET", "/sign-in", head).getheader("Strict-Transport-Security") is None
