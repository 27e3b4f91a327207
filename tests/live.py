"""Starts the real program on a free port of this machine, for journeys in a browser."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from models import Person
from models.database import make_engine, make_sessions
from outreach.accounts.addresses import fold
from outreach.accounts.sign_in import issue_link
from tests.ports import find_port

ROOT = Path(__file__).parent.parent
SECONDS_TO_START = 30
SECONDS_TO_STOP = 10


@dataclass
class Live:
    """The program as it runs for test after test, with another database under it each time."""

    url: str
    file: Path
    process: subprocess.Popen[bytes]
    settings: dict[str, str]

    def work(self) -> None:
        """Do once what the worker does beside the pages: it does nothing unasked in a test."""
        run_flask(self.settings, "work", "--once")

    @property
    def database_url(self) -> str:
        """Return where its rows are."""
        return f"sqlite:///{self.file}"

    def put(self, database: Path) -> None:
        """Make its rows those of another file."""
        _copy_rows(database, self.file)

    def keep(self, database: Path) -> None:
        """Copy its rows to another file."""
        _copy_rows(self.file, database)

    def sign_in_link(self, email: str | None = None) -> str:
        """Return a fresh personal link: of the first staff person, or of that address."""
        chosen = Person.email_key == fold(email) if email else Person.role == "staff"
        engine = make_engine(self.database_url)
        with make_sessions(engine).begin() as session:
            person = session.scalars(select(Person).where(chosen).order_by(Person.id)).first()
            assert person is not None
            token = issue_link(session, person, datetime.now(UTC))
        engine.dispose()
        return f"{self.url}/sign-in/{token}"

    def stop(self) -> None:
        """Stop it, politely first."""
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _copy_rows(source: Path, target: Path) -> None:
    """Copy as one transaction, which the program's open connections see."""
    with closing(sqlite3.connect(source)) as rows, closing(sqlite3.connect(target)) as own:
        rows.backup(own)


def environment_for(database: Path, home: Path, port: int) -> dict[str, str]:
    """Return the settings of a program that is alone with its database."""
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DATABASE_URL": f"sqlite:///{database}",
        "WHEREABOUTS_HOME": str(home),
        "BASE_URL": f"http://localhost:{port}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "WORKER": "0",  # nothing happens in a test that it did not ask for
    }


def run_flask(environment: Mapping[str, str], *words: str) -> str:
    """Run one command of the program; what it complains about becomes the failure."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def start(database: Path, folder: Path, **settings: str) -> Live:
    """Serve `database` the way `make run` does, and wait until it answers."""
    port = find_port()
    environment = environment_for(database, folder / "home", port) | settings
    log = folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "serve"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    live = Live(environment["BASE_URL"], database, process, environment)
    try:
        _wait_for(process, port, log)
    except BaseException:
        live.stop()
        raise
    return live


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"the program did not start:\n{log.read_text()}")
