"""The line in which the writers of one SQLite file wait, of all threads and all processes."""

import fcntl
import os
import time
from contextvars import ContextVar
from functools import cache
from threading import Event, Lock, Thread, get_ident

DEADLINE: ContextVar[float] = ContextVar("DEADLINE", default=float("inf"))
"""When a writer of this thread must have had its turn, in seconds of the machine's own clock."""


class WritersLine:
    """One line, for one file; whoever is killed in it makes place by that.

    SQLite's own wait asks ever more seldom, so who waits longest is overtaken by whoever has just
    come: under load some waited five seconds in vain. Here the system hands the turn on.
    """

    def __init__(self, path: str) -> None:
        self._path = f"{path}.writers"
        self._threads = Lock()
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
        if not self._threads.acquire(timeout=max(0, until - time.monotonic())):
            raise TimeoutError
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._file = _lock(file, until)
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


def _lock(file: int, until: float) -> int:
    """Wait for other processes; the system keeps their order, but knows no deadline."""
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
