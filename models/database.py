"""Opens the database: engines and sessions for SQLite (a file) and PostgreSQL."""

import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models.writers import line_of

BUSY_SECONDS = 5
"""How long a writer waits for others; then the database is busy."""
WAITED = "waited in line"
"""Marks a connection that holds the turn to write, until it goes back to the pool."""
IDLE_SECONDS = 1
"""After so long a server may have ended a connection that nobody used."""
USED = "used"
"""Keeps when a connection was used last."""
FILE = "file"
"""Keeps which file a connection has open."""

INSERTS: dict[str, Callable[[Table], Any]] = {
    "postgresql": postgresql.insert,
    "sqlite": sqlite.insert,
}
"""By dialect, the INSERT that can say what to do where the row is there already."""


def file_of(url: str) -> Path | None:
    """Return the file of a SQLite database; None for every other one."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or parsed.database in (None, "", ":memory:"):
        return None
    return Path(str(parsed.database))


def address_of(file: Path, mode: str) -> str:
    """Return how SQLite is told to open a file: "rw" and "ro" make none where none is."""
    return f"file:{quote(str(file.absolute()))}?mode={mode}"


def make_engine(
    url: str, *, foreign_keys: bool = True, gives_up: bool = True, new: bool = False
) -> Engine:
    """Open `url`; a SQLite file that is not there is made only where it may be `new`.

    Migrations pass `foreign_keys=False`: rebuilding a table under SQLite deletes its
    children through ON DELETE CASCADE otherwise. `gives_up=False` lets them wait on PostgreSQL for
    what others hold, each other most of all, without a limit.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        patience = {"options": f"-c lock_timeout={BUSY_SECONDS}s"}
        own = gives_up and "options" not in parsed.query
        engine = create_engine(url, connect_args=patience if own else {})
        _ping_idle(engine)
        return engine
    file = file_of(url)
    if new and file:
        # What people told us is read by nobody else on the machine.
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, json_deserializer=_from_json
    )
    _speak_sqlite(engine, foreign_keys)
    if file:
        _hold_on_to(engine, file)
    return engine


def _from_json(text: str) -> Any:
    """Read a column of JSON; most lists of a long table are empty."""
    return [] if text == "[]" else json.loads(text)


def _ping_idle(engine: Engine) -> None:
    """Ask a connection that was idle whether it still is one, before something is done with it."""

    @event.listens_for(engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info[USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get(USED, time.monotonic()) > IDLE_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as gone:
                raise InvalidatePoolError from gone


def _hold_on_to(engine: Engine, file: Path) -> None:
    """Never make a file where one should be, nor write on into one that was moved away."""

    @event.listens_for(engine, "do_connect")
    def open_file(_dialect: Any, record: Any, words: list[Any], named: dict[str, Any]) -> None:
        words[:], named["uri"] = [address_of(file, "rw")], True
        record.info[FILE] = _number_of(file)

    @event.listens_for(engine, "checkout")
    def look(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info[FILE] != _number_of(file):
            raise InvalidatePoolError


def _number_of(file: Path) -> int:
    try:
        return file.stat().st_ino
    except OSError:
        return 0


def _speak_sqlite(engine: Engine, foreign_keys: bool) -> None:
    """Set the pragmas and begin transactions ourselves.

    The driver begins no transaction before a SELECT, so a rule that reads and then writes
    loses updates; writers therefore start with BEGIN IMMEDIATE.
    """

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"busy_timeout={round(BUSY_SECONDS * 1000)}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    path = engine.url.database
    line = line_of(path) if path and path != ":memory:" else None

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes", True):
            connection.exec_driver_sql("BEGIN")
            return
        if line and WAITED not in connection.info:
            try:
                connection.info[WAITED] = line.enter(BUSY_SECONDS)
            except TimeoutError as late:
                locked = sqlite3.OperationalError("database is locked: others wait longer")
                raise OperationalError("BEGIN IMMEDIATE", None, locked) from late
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def end(_connection: Any, record: Any) -> None:
        if line and record.info.pop(WAITED, False):
            line.leave()


def make_sessions(engine: Engine, *, writes: bool = True) -> sessionmaker[Session]:
    """Make sessions on `engine`; `writes=False` for requests that only read."""
    return sessionmaker(engine.execution_options(writes=writes), expire_on_commit=False)
