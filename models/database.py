"""Opens the database: engines and sessions for SQLite (a file) and PostgreSQL."""

import sqlite3
from pathlib import Path
from random import uniform
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

BUSY_SECONDS = 5
"""How long a writer waits for another before SQLite says that the database is locked."""
LOOK_AGAIN = (0.0005, 0.003)
"""Seconds after which a waiting writer looks again, anywhere between."""


def make_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """Open `url`; a SQLite file's folder is created.

    Migrations pass `foreign_keys=False`: rebuilding a table under SQLite deletes its
    children through ON DELETE CASCADE otherwise.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        # What people told us is read by nobody else on the machine.
        Path(parsed.database).touch(mode=0o600)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    _speak_sqlite(engine, foreign_keys)
    return engine


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
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            f"busy_timeout={round(BUSY_SECONDS * 1000)}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writes", True):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Begin a writer's transaction as soon as no other writes.

    SQLite's own wait asks ever more seldom, so who waits longest is overtaken by whoever has just
    come, until it gives up: under load some waited five seconds where nobody needed to.
    """
    until = monotonic() + BUSY_SECONDS
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while monotonic() < until:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as trouble:
                if trouble.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    break
            sleep(uniform(*LOOK_AGAIN))
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # says what is wrong
    finally:
        raw.execute(f"PRAGMA busy_timeout={round(BUSY_SECONDS * 1000)}")


def make_sessions(engine: Engine, *, writes: bool = True) -> sessionmaker[Session]:
    """Make sessions on `engine`; `writes=False` for requests that only read."""
    return sessionmaker(engine.execution_options(writes=writes), expire_on_commit=False)
