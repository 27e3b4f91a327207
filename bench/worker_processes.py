"""Real worker processes for the torture of mail: forked off one that has the program loaded."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mail_servers import HOST, Box

ROOT = Path(__file__).parent.parent
WORKERS = 2


class Workers:
    """Real worker processes, forked off one that has the program loaded."""

    def __init__(self, keeper: "subprocess.Popen[str]") -> None:
        self.keeper = keeper
        self.alive = [self._fork() for _ in range(WORKERS)]

    def _fork(self) -> int:
        assert self.keeper.stdin is not None
        assert self.keeper.stdout is not None
        self.keeper.stdin.write("fork\n")
        self.keeper.stdin.flush()
        return int(self.keeper.stdout.readline())

    def kill_one(self, which: int) -> None:
        """Kill a worker as a power cut does, and start another."""
        os.kill(self.alive[which], signal.SIGKILL)
        self.alive[which] = self._fork()

    def kill_all(self) -> None:
        """Kill all of them, and wait until they are gone."""
        for pid in self.alive:
            os.kill(pid, signal.SIGKILL)
        assert self.keeper.stdin is not None
        assert self.keeper.stdout is not None
        self.keeper.stdin.write("reap\n")
        self.keeper.stdin.flush()
        self.keeper.stdout.readline()
        self.alive = []

    def start(self) -> None:
        """Start one that is not killed."""
        self.alive.append(self._fork())


@contextmanager
def worker_processes(url: str, home: Path, box: Box) -> Iterator[Workers]:
    """Keep workers on this database that send to this mail server."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DATABASE_URL": url,
        "WHEREABOUTS_HOME": str(home),
        "BASE_URL": "https://where.example",
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(box.port),
        "MAIL_FROM": "Booth team <booth@where.example>",
    }
    keeper = subprocess.Popen(
        [sys.executable, "-m", "bench.worker_processes"],
        cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    workers = Workers(keeper)
    try:
        yield workers
    finally:
        if workers.alive:
            workers.kill_all()
        keeper.communicate()


def keep() -> None:
    """Fork a worker for each line that asks for one, until there are no more lines."""
    from app import create_app
    from worker.loop import Worker

    app = create_app()
    for line in sys.stdin:
        if line == "fork\n":
            pid = os.fork()
            if pid == 0:
                Worker(app).run()
                os._exit(0)
            print(pid, flush=True)
        else:
            while _reap():
                pass
            print("none left", flush=True)


def _reap() -> bool:
    try:
        os.wait()
    except ChildProcessError:
        return False
    return True


if __name__ == "__main__":
    keep()
