"""Gunicorn's master, which keeps one worker for mail and reminders beside those for pages."""

import os
import select
import signal
import time
from typing import Any

from flask import Flask
from gunicorn.arbiter import Arbiter

from worker.loop import SECONDS_TO_END, Worker

SECONDS_BETWEEN_STARTS = 5
"""One that dies at once is not started again and again as fast as the machine can."""


class Master(Arbiter):
    """Forks the worker off itself, as it does those for pages, so that memory is shared."""

    def __init__(self, server: Any, app: Flask) -> None:
        self.worked = app
        self.work_pid = 0
        self._lives = -1
        """Reads nothing, and ends when the worker does: its other end is the worker's alone."""
        self._started = float("-inf")
        super().__init__(server)

    def manage_workers(self) -> None:
        """Keep the workers running, and ours."""
        super().manage_workers()
        recently = time.monotonic() - self._started < SECONDS_BETWEEN_STARTS
        if self.worked.config["WORKER"] and not recently and not self._is_working():
            self._start_work()

    def stop(self, graceful: bool = True) -> None:
        """End our worker together with the others."""
        if self._is_working():
            _signal(self.work_pid, signal.SIGTERM)
        super().stop(graceful)
        until = time.monotonic() + SECONDS_TO_END + 1
        while self._is_working() and time.monotonic() < until:
            time.sleep(0.05)
        if self._is_working():
            _signal(self.work_pid, signal.SIGKILL)

    def _is_working(self) -> bool:
        if self._lives < 0:
            return False
        ended, _, _ = select.select([self._lives], [], [], 0)
        if ended:
            os.close(self._lives)
            self._lives = -1
        return not ended

    def _start_work(self) -> None:
        reader, writer = os.pipe()
        master = os.getpid()
        self._started = time.monotonic()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            work_until_ended(self.worked, master)
        os.close(writer)
        self.work_pid, self._lives = pid, reader


def work_until_ended(app: Flask, master: int) -> None:
    """Be the worker; ends when told to, or when the master is gone."""
    try:
        for number in (*Arbiter.SIGNALS, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        Worker(app).run(lambda: os.getppid() != master)
    finally:
        # What follows in the call stack is the master's own end.
        os._exit(0)


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
