"""Starts programs the way they are served for real, asks for their pages, weighs their memory."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from views.commands.serve import server_arguments
from views.web.cookies import NAME

ROOT = Path(__file__).parent.parent
SECONDS_TO_START = 60
PAUSE = 0.005


@dataclass
class Served:
    """A running server and one connection to it that is kept open."""

    port: int
    process: subprocess.Popen[bytes]
    token: str = ""
    seconds_to_first_page: float = 0.0
    _line: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self._line = self._connect()

    def _connect(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, path: str, *, signed_in: bool = True, known: str = "") -> tuple[int, bytes]:
        """Fetch a page over the kept connection; return its status and its bytes.

        `known` is the ETag of what is at hand already.
        """
        headers = {"Cookie": f"{NAME}={self.token}"} if self.token and signed_in else {}
        headers |= {"If-None-Match": known} if known else {}
        try:
            self._line.request("GET", path, headers=headers)
            answer = self._line.getresponse()
        except (HTTPException, OSError):
            self._line.close()
            self._line.request("GET", path, headers=headers)
            answer = self._line.getresponse()
        return answer.status, answer.read()

    def tag_of(self, path: str) -> str:
        """Return the ETag of a page that everybody may read."""
        self._line.request("GET", path)
        answer = self._line.getresponse()
        answer.read()
        return answer.headers["ETag"] or ""

    def timed(self, path: str, *, signed_in: bool = True) -> float:
        """Return the seconds that a page takes over the kept connection."""
        start = time.perf_counter()
        self.ask(path, signed_in=signed_in)
        return time.perf_counter() - start

    def hang_up(self) -> None:
        """Close the connection, so that the next one may reach another worker."""
        self._line.close()
        self._line = self._connect()

    def stop(self) -> None:
        """Stop the server, politely first."""
        self._line.close()
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """Kill all its processes at once, without a word."""
        self._line.close()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def processes(self) -> list[int]:
        """Return the server's processes, the one that watches the others first."""
        mine = self.process.pid
        children = Path(f"/proc/{mine}/task/{mine}/children").read_text().split()
        return [mine, *map(int, children)]

    def worked(self) -> float:
        """Return the seconds of processor time that all threads have had so far."""
        tasks = (task for one in self.processes() for task in Path(f"/proc/{one}/task").iterdir())
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def megabytes(self) -> float:
        """Return the memory of all processes together, shared pages counted once (PSS)."""
        return sum(map(_pss, self.processes())) / 1024


def start(application: str, environment: Mapping[str, str], path: str) -> Served:
    """Serve an application with the production server's settings until it answers `path`."""
    port = _free_port()
    words = ["gunicorn", *server_arguments(f"127.0.0.1:{port}", application)]
    return _started(port, words, environment, path)


def start_program(environment: Mapping[str, str], path: str) -> Served:
    """Serve the program the way `make run` does: look at the schema, print a link, serve."""
    port = int(environment.get("PORT") or _free_port())
    return _started(port, ["flask", "serve"], {**environment, "PORT": str(port)}, path)


def _started(port: int, words: Sequence[str], environment: Mapping[str, str], path: str) -> Served:
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**os.environ, "HOST": "127.0.0.1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    served = Served(port, process)
    while process.poll() is None and time.perf_counter() - begun < SECONDS_TO_START:
        try:
            status, _ = served.ask(path)
        except OSError:
            time.sleep(PAUSE)
            continue
        if status == 200:
            served.seconds_to_first_page = time.perf_counter() - begun
            return served
        break
    served.stop()
    raise RuntimeError(f"{words[0]} did not answer {path}")


def _pss(process: int) -> int:
    """Return the kilobytes of one process, each shared page divided among its holders."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
