"""The line in which the writers of one SQLite file wait, of all threads and all processes."""

import fcntl
import os
from functools import cache
from threading import Lock, get_ident


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
        """Wait for one's turn; False where there is none to be had, and SQLite must decide.

        Within a thread that has its turn already there is none: it would wait for itself.
        """
        if self._owner == get_ident() or not self._threads.acquire(timeout=seconds):
            return False
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
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


@cache
def line_of(path: str) -> WritersLine:
    """Return the line of a file; engines on the same file share it."""
    return WritersLine(path)
