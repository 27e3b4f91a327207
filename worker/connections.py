"""Connections to the pages' server: who sends slowly waits in one loop, without a thread."""

import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from gunicorn.http import errors
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from models.database import BUSY_SECONDS
from models.writers import DEADLINE
from worker.turns import AT_ONCE, LONG_BODY, MOST_LONG, READING, Turns, refuse

HEADER_SECONDS = 15.0
"""How long a header may take: from the connection on, of a later request from its first byte."""
BYTES_A_SECOND = 10_000
"""So much of an announced body gives a second more: a hall's Wi-Fi is slow and honest."""
MOST_SECONDS = 120.0
SEND_SECONDS = 120.0
"""How long a reader may take for an answer."""
MOST_UNSENT = 2**20
"""So much of an answer waits in memory for its reader; a thread waits for what is longer."""
REST_SECONDS = 0.5
"""How long the rest of a body that nobody read is waited for, before the next request."""
LINGER_SECONDS = 2.0
"""How long what still comes is read after the last answer; a reset would take that away."""
LONGEST_HEADER = 2**16
PIECE = 2**16

_READS = tuple(f"{method} ".encode() for method in READING)
_END = b"\r\n\r\n"
_ANNOUNCED = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_STATUS = {
    errors.LimitRequestLine: 414,
    errors.ExpectationFailed: 417,
    errors.LimitRequestHeaders: 431,
    errors.UnsupportedTransferCoding: 501,
}


class Connection(TConn):
    """One client's connection, with what has come of its next request."""

    def __init__(self, *named: Any) -> None:
        super().__init__(*named)
        self.answers = Answers(self.sock)
        self.come = bytearray()
        self.goes_on = False
        self.writes = False
        self.whole_at = 0.0
        """When a thread could work on the request."""
        self.deadline = 0.0
        self.needed: int | None = None
        """Bytes that must be here before a thread can work; None until the header has come."""

    def await_request(self, seconds: float) -> None:
        """Begin to wait for a request; what was read ahead belongs to it."""
        self.deadline = time.monotonic() + seconds
        self.come = bytearray(self.parser.unreader.take_buffered() if self.parser else b"")
        self.needed = None
        self._look(0)

    def take(self, piece: bytes) -> None:
        """Take what has come."""
        if not self.come and self.parser:
            self.deadline = time.monotonic() + HEADER_SECONDS
        looked = len(self.come)
        self.come += piece
        if self.needed is None:
            self._look(max(0, looked - len(_END)))

    @property
    def is_whole(self) -> bool:
        """Tell whether enough is here for a thread: the header, and a body that is short."""
        return self.needed is not None and len(self.come) >= self.needed

    def _look(self, start: int) -> None:
        """Find out from there on how much is needed; how a body ends is the parser's to judge."""
        end = self.come.find(_END, start)
        if end < 0:
            return
        found = _ANNOUNCED.search(self.come, 0, end + 2)
        announced = int(found[1]) if found else 0
        more = HEADER_SECONDS + announced / BYTES_A_SECOND
        self.deadline = time.monotonic() + min(more, MOST_SECONDS)
        self.needed = end + len(_END) + (announced if announced <= LONG_BODY else 0)

    def init(self) -> None:
        """Hand what has come to the parser, which may wait for more until the deadline only."""
        super().init()
        if not isinstance(self.parser.unreader, PunctualReader):
            self.parser.unreader = PunctualReader(self)
        self.parser.unreader.unread(bytes(self.come))
        self.come.clear()


class PunctualReader(SocketUnreader):
    """Reads a connection until the deadline of its request, however small the pieces are."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection.sock)
        self._connection = connection

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return what comes next."""
        left = self._connection.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)
        piece: bytes = super().chunk(size_hint)
        return piece


class Answers:
    """The way back to a client: what it does not read at once is sent by the loop."""

    def __init__(self, client: socket.socket) -> None:
        self._client = client
        self.unsent = bytearray()

    def sendall(self, data: bytes) -> None:
        """Send, or keep for later; a head is sent with what follows it."""
        self.unsent += data
        if len(self.unsent) > PIECE:
            self.go_on()
        if len(self.unsent) > MOST_UNSENT:
            self._client.settimeout(SEND_SECONDS)
            self._client.sendall(self.unsent)
            self.unsent.clear()

    def go_on(self) -> None:
        """Send as much as the client takes now."""
        self._client.setblocking(False)
        with suppress(BlockingIOError, InterruptedError):
            while self.unsent:
                del self.unsent[: self._client.send(self.unsent)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@dataclass(frozen=True, slots=True)
class WayBack:
    """A connection as far as an answer needs it."""

    sock: Answers
    client: Any
    server: Any


class PageWorker(ThreadWorker):
    """A process that answers requests; its loop holds the connections that wait for something."""

    def init_process(self) -> None:
        """Start to serve."""
        self._waiting: dict[Connection, None] = {}
        """Registered with the poller, longest first; each is dropped at its deadline."""
        self._writers = ThreadPoolExecutor(2 * AT_ONCE + MOST_LONG)
        """Threads of those that write; they never take those of gunicorn's pool, which read."""
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the program, which works on a few requests at once."""
        super().load_wsgi()
        self.wsgi: Any = Turns(self.wsgi)

    def accept(self, listener: socket.socket) -> None:
        """Let a client in, at the cost of the one that is silent longest where there are many."""
        try:
            client, address = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        if self.nr_conns >= self.worker_connections - 1 and self._waiting:
            self._drop(next(iter(self._waiting)))
        self.nr_conns += 1
        connection = Connection(self.cfg, client, address, listener.getsockname())
        self._await_request(connection, HEADER_SECONDS)

    def finish_request(self, connection: Connection, done: "Future[bool]") -> None:
        """Wait for the connection's next request, or let it end."""
        try:
            connection.goes_on = not done.cancelled() and done.result()
        except Exception:  # it was logged where it happened
            connection.goes_on = False
        connection.deadline = time.monotonic() + SEND_SECONDS
        if connection.sock.fileno() < 0:  # closed where its answer failed
            self.nr_conns -= 1
        elif connection.answers.unsent:
            self._await(connection, self._send, EVENT_WRITE)
        else:
            self._after_answer(connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """Drop whoever took too long."""
        now = time.monotonic()
        for connection in [one for one in self._waiting if force or one.deadline <= now]:
            if connection.come:
                refuse(connection.sock, 408)
            self._drop(connection)

    def handle_request(self, request: Any, connection: Connection) -> bool:
        """Answer a request; a reader that does not read is left."""
        DEADLINE.set(connection.whole_at + BUSY_SECONDS)
        way_back = WayBack(connection.answers, connection.client, connection.server)
        try:
            goes_on = bool(super().handle_request(request, way_back))
            connection.answers.go_on()
        except TimeoutError:
            return False
        return goes_on

    def handle_error(self, request: Any, client: socket.socket, address: Any, why: Any) -> None:
        """Say what is wrong with a request that the program never saw."""
        if not isinstance(why, errors.ParseException):
            self.log.exception("Error handling request %s", getattr(request, "path", ""))
        malformed = isinstance(why, errors.ParseException)
        refuse(client, _STATUS.get(type(why), 400) if malformed else 500)

    def _keepalive_after(self, connection: Connection, keepalive: bool) -> bool:
        """Tell whether the connection goes on: not behind a body that nobody read."""
        until = time.monotonic() + REST_SECONDS
        return keepalive and bool(connection.parser.finish_body(deadline=until))

    def _cap_keepalive(self, deadline: float) -> None:
        for connection in self._waiting:
            connection.deadline = min(connection.deadline, deadline)

    def _send(self, connection: Connection, _client: socket.socket) -> None:
        try:
            connection.answers.go_on()
        except OSError:
            self._drop(connection)
            return
        if not connection.answers.unsent:
            self._forget(connection)
            self._after_answer(connection)

    def _after_answer(self, connection: Connection) -> None:
        if connection.goes_on:
            seconds = self.cfg.keepalive if self.alive else LINGER_SECONDS
            self._await_request(connection, seconds)
        else:
            self._linger(connection)

    def _await_request(self, connection: Connection, seconds: float) -> None:
        connection.await_request(seconds)
        if connection.is_whole:
            self._work_on(connection)
        else:
            self._await(connection, self._read)

    def _read(self, connection: Connection, client: socket.socket) -> None:
        piece = _receive(client)
        if piece is None:
            return
        connection.take(piece)
        if not piece:
            self._drop(connection)
        elif connection.is_whole:
            self._forget(connection)
            self._work_on(connection)
        elif connection.needed is None and len(connection.come) > LONGEST_HEADER:
            self._forget(connection)
            refuse(client, 431)
            self._linger(connection)

    def _work_on(self, connection: Connection) -> None:
        connection.data_ready = True
        connection.writes = not connection.come.startswith(_READS)
        connection.whole_at = time.monotonic()
        self.enqueue_req(connection)

    def enqueue_req(self, connection: Connection) -> None:
        """Give a request to a thread."""
        pool = self._writers if connection.writes else self.tpool
        done = pool.submit(self.handle, connection)
        done.add_done_callback(
            lambda future: self.method_queue.defer(self.finish_request, connection, future)
        )

    def _linger(self, connection: Connection) -> None:
        """End a connection, reading on for a moment: whoever still sends reads our answer then."""
        try:
            connection.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            connection.close()
            return
        connection.come.clear()
        connection.deadline = time.monotonic() + LINGER_SECONDS
        self._await(connection, self._discard)

    def _discard(self, connection: Connection, client: socket.socket) -> None:
        if _receive(client) == b"":
            self._drop(connection)

    def _await(
        self,
        connection: Connection,
        then: Callable[[Any, Any], None],
        what: int = EVENT_READ,
    ) -> None:
        connection.sock.setblocking(False)
        self._waiting[connection] = None
        self.poller.register(connection.sock, what, partial(then, connection))

    def _forget(self, connection: Connection) -> None:
        del self._waiting[connection]
        self.poller.unregister(connection.sock)

    def _drop(self, connection: Connection) -> None:
        self._forget(connection)
        self.nr_conns -= 1
        connection.close()


def _receive(client: socket.socket) -> bytes | None:
    """Return what has come; b"" at the end, None where nothing is here after all."""
    try:
        return client.recv(PIECE)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""
