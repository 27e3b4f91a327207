"""Whoever sends or reads slowly, or not at all, takes nothing from whoever does."""

import io
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask.testing import FlaskClient

from models.writers import DEADLINE
from tests.live import ROOT
from tests.ports import find_port
from worker.turns import AT_ONCE, LONG_BODY, MOST_LONG, Turns

SECONDS = 2
"""What the server under test gives a sender; the real one is more patient."""
SERVER = f"""
import sys
import time
from gunicorn.app.base import BaseApplication
from worker import connections, server
connections.HEADER_SECONDS = {SECONDS}.0
connections.BYTES_A_SECOND = 10**9
connections.LINGER_SECONDS = 0.5
connections.BUSY_SECONDS = 1

def program(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/count":
        try:
            answer = str(len(environ["wsgi.input"].read())).encode()
        except OSError:
            answer = b"cut"
    elif path == "/hold":
        time.sleep(1.5)
        answer = b"held"
    else:
        answer = b"x" * 900_000 if path == "/big" else b"hello"
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]

class Server(BaseApplication):
    def load_config(self):
        for name in self.cfg.settings:
            if hasattr(server, name):
                self.cfg.set(name, getattr(server, name))
        self.cfg.set("bind", "127.0.0.1:" + sys.argv[1])
        self.cfg.set("workers", 1)
        self.cfg.set("preload_app", False)
    def load(self):
        return program

Server().run()
"""
HELLO = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
LONG = 10**6


def post(announced: int, sent: bytes = b"half", path: str = "/count") -> bytes:
    """Return a form of which only a part is sent."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {announced}\r\n\r\n"
    return head.encode() + sent


Connect = Callable[[bytes], socket.socket]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Serve a small program the way the real one is served."""
    number = find_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(number)], cwd=ROOT)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", number)).close()
                break
            except OSError:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.02)
        yield number
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def connect(port: int) -> Iterator[Connect]:
    """Open connections that send something and then wait; they close with the test."""
    with ExitStack() as opened:

        def open_one(sent: bytes) -> socket.socket:
            client = opened.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(20)
            client.connect(("127.0.0.1", port))
            client.sendall(sent)
            return client

        yield open_one


def read(client: socket.socket) -> bytes:
    """Return all that the server says until it closes the connection."""
    pieces = []
    while piece := client.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def answer(client: socket.socket) -> tuple[int, bytes]:
    """Return the status and body of one answer; the connection stays."""
    come = b""
    while b"\r\n\r\n" not in come:
        piece = client.recv(65536)
        assert piece, come
        come += piece
    head, _, body = come.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    assert length is not None
    while len(body) < int(length[1]):
        body += client.recv(65536)
    return int(head.split()[1]), body


def is_open(client: socket.socket) -> bool:
    """Tell whether the server has neither answered nor closed."""
    client.setblocking(False)
    try:
        client.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    finally:
        client.settimeout(20)
    return False


SLOW = (
    (b"", 40),
    (b"GET / HTTP/1.1\r\nHost: loc", 16),
    (post(1000), 16),
    (post(LONG), MOST_LONG // 2),
    (
        b"POST /count HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        MOST_LONG // 2,
    ),
)
"""Nothing, half a header, half of a short body, of a long one, of one of unknown length."""


def test_beside_slow_ones_others_are_answered_and_the_slow_are_closed(connect: Connect) -> None:
    assert all(count > AT_ONCE for _, count in SLOW)
    slow = [connect(sent) for sent, count in SLOW for _ in range(count)]
    assert answer(connect(HELLO)) == (200, b"hello")
    assert answer(connect(post(4))) == (200, b"4")
    assert all(map(is_open, slow))
    said = [read(client) for client in slow]
    assert {one.partition(b"\r\n")[0] for one in said} == {
        b"",
        b"HTTP/1.1 408 Request Timeout",
        b"HTTP/1.1 200 OK",  # of the program, which was told that the body is cut
    }


def test_more_long_bodies_than_can_be_waited_for_are_told_to_come_again(connect: Connect) -> None:
    slow = [connect(post(LONG)) for _ in range(MOST_LONG)]
    while True:  # until all of them have their threads
        assert len(slow) < 2 * MOST_LONG
        one_more = connect(post(LONG))
        time.sleep(0.05)
        if not is_open(one_more):
            break
        slow.append(one_more)
    said = read(one_more)
    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"Retry-After: 5\r\n" in said
    assert answer(connect(HELLO)) == (200, b"hello")


def test_those_that_write_never_hold_up_those_that_read(connect: Connect) -> None:
    """Some are answered; the others are told in time to come again, and none is forgotten."""
    writers = [connect(post(4, path="/hold")) for _ in range(60)]
    assert answer(connect(HELLO)) == (200, b"hello")
    assert all(map(is_open, writers))
    said = [answer(client)[0] for client in writers]
    assert set(said) == {200, 503}
    assert AT_ONCE <= said.count(200) <= 2 * AT_ONCE


def test_neither_silence_nor_a_trickle_moves_the_deadline(connect: Connect) -> None:
    client = connect(b"")
    begun = time.monotonic()
    time.sleep(SECONDS / 2)
    later = connect(b"GET / HTTP/1.1\r\n")
    while is_open(client):
        client.sendall(b"X-a: b\r\n")
        time.sleep(0.1)
        assert time.monotonic() < begun + 10 * SECONDS
    assert is_open(later)
    assert read(client).startswith(b"HTTP/1.1 408 ")


def test_the_last_byte_of_the_longest_short_body_may_come_late(connect: Connect) -> None:
    client = connect(post(LONG_BODY, b"a" * (LONG_BODY - 1)))
    time.sleep(0.1)
    client.sendall(b"a")
    assert answer(client) == (200, str(LONG_BODY).encode())


def test_time_that_a_body_takes_is_no_time_in_line() -> None:
    class Late(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            time.sleep(0.05)
            return super().read(size)

    def program(environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        before = DEADLINE.get()
        environ["wsgi.input"].read()
        return [b"later"] if DEADLINE.get() > before else [b"as before"]

    given = DEADLINE.set(time.monotonic() + 60)
    try:
        asked = {"REQUEST_METHOD": "POST", "wsgi.input": Late(b"x")}
        assert Turns(program)(asked, None) == [b"later"]
    finally:
        DEADLINE.reset(given)


def test_who_does_not_read_holds_nobody_up(connect: Connect) -> None:
    big = b"GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"
    deaf = [connect(big) for _ in range(3 * MOST_LONG)]
    assert answer(connect(HELLO)) == (200, b"hello")
    assert answer(deaf[0])[1] == b"x" * 900_000


def test_pieces_and_queues_of_requests(connect: Connect) -> None:
    """However the bytes are cut, and whatever follows, each request is answered in its turn."""
    client = connect(b"")
    for byte in HELLO:
        client.sendall(bytes([byte]))
    assert answer(client) == (200, b"hello")
    client.sendall(post(6, b"123"))
    time.sleep(0.05)
    client.sendall(b"456" + HELLO + HELLO[:10])
    come = b""
    while b"hello" not in come:
        come += client.recv(65536)
    assert come.count(b"HTTP/1.1 200 OK") == 2
    client.sendall(HELLO[10:])
    assert answer(client) == (200, b"hello")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n" % (b"a" * 9000), 414),
        (b"GET / HTTP/1.1\r\nX: %s\r\n\r\n" % (b"a" * 9000), 431),
        (b"GET / HTTP/1.1\r\nX: %s" % (b"a" * 70_000), 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: foo\r\n\r\n", 501),
        (b"POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
    ],
    ids=["no request", "long address", "long field", "no end", "coding", "chunk"],
)
def test_what_is_no_request_is_told_so_in_our_words(
    connect: Connect, sent: bytes, status: int
) -> None:
    said = read(connect(sent))
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Security-Policy: default-src 'none'" in said
    assert b"<h1>" in said
    assert b"gunicorn" not in said.lower()


class TestWhoMaySendMuch:
    """A body that must be waited for is taken from who is known."""

    def test_strangers_send_short_forms(self, client: FlaskClient) -> None:
        body = "email=" + "a" * 2**16
        assert client.post("/sign-in", data=body).status_code == 413

    def test_strangers_say_how_long_it_is(self, client: FlaskClient) -> None:
        asked = client.post("/sign-in", headers={"Transfer-Encoding": "chunked"})
        assert asked.status_code == 411
