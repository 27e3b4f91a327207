"""When the worker last did something, told to the pages beside it without the database."""

import mmap
import struct
import time

LINES = 8
_BEAT = struct.Struct("d")


class Pulse:
    """A few numbers in memory that the server's processes share, since they are forked.

    They are seconds of the machine's own clock, which nobody sets.
    """

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, LINES * _BEAT.size)

    def beat(self, line: int) -> None:
        """Note that a line of the worker's is alive now."""
        _BEAT.pack_into(self._memory, line * _BEAT.size, time.monotonic())

    def oldest(self, lines: int) -> float | None:
        """Return the seconds since the line that is silent longest; None before its first beat."""
        beats = [_BEAT.unpack_from(self._memory, line * _BEAT.size)[0] for line in range(lines)]
        return None if 0 in beats else time.monotonic() - min(beats)
