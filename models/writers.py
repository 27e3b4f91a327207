"""The line in which the writers of one SQLite file wait, of all threads and all processes."""

import fcntl
import os
import time
from collections import deque
from contextvars import ContextVar
from functools import cache
from threading import Event, Lock, Thread, get_ident

DEADLINE: ContextVar[float] = ContextVar("DEADLINE", default=float("inf"))
"""When a writer of this thread must have had its turn, in seconds of the machine's own clock."""


class FairTurns:
    """So many turns at a time; each goes to who waits longest.

    The library's own locks wake who waits, and give the turn to whoever runs by then.
    """

    def __init__(self, count: int) -> None:
        self._free, self._line, self._mine = count, deque[Lock](), Lock()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def acquire(self, timeout: float = -1) -> bool:
        """Wait for a turn, so many seconds at most; tell whether it came."""
        turn = Lock()
        with self._mine:
            if self._free:
                self._free -= 1
                return True
            turn.acquire()
            self._line.append(turn)
        try:
            has_come = turn.acquire(timeout=timeout)
        except BaseException:  # told to end while it waits
            if not self._gives_up(turn):
                self.release()
            raise
        return has_come or not self._gives_up(turn)

    def release(self) -> None:
        """Give a turn to the next in line."""
        with self._mine:
            if self._line:
                self._line.popleft().release()
            else:
                self._free += 1

    def _gives_up(self, turn: Lock) -> bool:
        """Leave the line; False where the turn came just now."""
        with self._mine:
            if turn not in self._line:
                return False
            self._line.remove(turn)
            return True


class WritersLine:
    """One line, for one file; whoever is killed in it makes place by that.

    SQLite's own wait asks ever more seldom, so who waits longest is overtaken by whoever has just
    come: under load some waited five seconds in vain. Here the system hands the turn on. Of each
    process one thread is in the line, and only who is next in it waits for the turn itself: else
    a process that has just written would be there again before another one wakes.
    """

    def __init__(self, path: str) -> None:
        self._path = f"{path}.writers"
        self._threads = FairTurns(1)
        self._owner: int | None = None
        self._file: int | None = None

    def enter(self, seconds: float) -> bool:
        """Wait for one's turn, so long at most; else TimeoutError.

        False where there is no line, and SQLite must decide. Within a thread that has its turn
        already there is none: it would wait for itself.
        """
        if self._owner == get_ident():
            return False
        until = min(time.monotonic() + seconds, DEADLINE.get())
        if not self._threads.acquire(max(0, until - time.monotonic())):
            raise TimeoutError
        try:
            is_next = _lock(f"{self._path}-next", until)
            try:
                self._file = _lock(self._path, until)
            finally:
                os.close(is_next)
        except TimeoutError:
            self.leave()
            raise
        except OSError:  # in a folder that cannot be written, or on a disk without such locks
            self.leave()
            return False
        except BaseException:  # told to end while it waits
            self.leave()
            raise
        self._owner = get_ident()
        return True

    def leave(self) -> None:
        """Let the next one in."""
        if self._file is not None:
            os.close(self._file)
        self._file = self._owner = None
        self._threads.release()


def _lock(path: str, until: float) -> int:
    """Wait for other processes; the system knows no deadline."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    else:
        return file
    mine, either = Event(), Lock()
    is_over = False

    def wait() -> None:
        fcntl.flock(file, fcntl.LOCK_EX)
        with either:
            if is_over:
                os.close(file)
            else:
                mine.set()

    Thread(target=wait, daemon=True).start()
    mine.wait(max(0, until - time.monotonic()))
    with either:
        if not mine.is_set():
            is_over = True
            raise TimeoutError
    return file


@cache
def line_of(path: str) -> WritersLine:
    """Return the line of a file; engines on the same file share it."""
    return WritersLine(path)
