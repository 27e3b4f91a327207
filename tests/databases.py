"""Databases for tests: prepared once in a run, then copied for each test that wants one.

SQLite files by default; where TEST_DATABASE_URL names a PostgreSQL server (its user must be
allowed to create databases), databases there.
"""

import os
import shutil
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.util import LRUCache

import migrations

STATEMENTS_KEPT = 5000


class Prepared(Protocol):
    """A database with all tables and no rows."""

    def copy(self, folder: Path) -> str:
        """Return the URL of a fresh copy."""

    def drop(self, url: str) -> None:
        """Forget a copy."""

    def close(self) -> None:
        """Forget the prepared database."""


def hurry(connection: Any, _record: Any) -> None:
    """Have SQLite not wait for the disk."""
    connection.execute("PRAGMA synchronous=OFF")


def share_statements(engine: Engine) -> None:
    """Have all engines of this process compile a statement once, as the one of a server does.

    What is compiled is kept by the engine and, for the mapper's own statements, by the dialect.
    """
    first = _first_engine(engine.dialect.name, engine)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache


_FIRST: dict[str, Engine] = {}


def _first_engine(kind: str, engine: Engine) -> Engine:
    """Return the engine that keeps them; it has connected, so that its dialect knows the server."""
    if kind not in _FIRST:
        engine.connect().close()
        engine._compiled_cache = LRUCache(STATEMENTS_KEPT)
        _FIRST[kind] = engine
    return _FIRST[kind]


def prepare(folder: Path) -> Prepared:
    """Prepare the kind of database that this run is on."""
    server = os.environ.get("TEST_DATABASE_URL")
    return PreparedDatabase(server) if server else PreparedFile(folder)


class PreparedFile:
    """A SQLite file; a copy of the file is a copy of the database."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "prepared.sqlite3"
        migrations.upgrade(f"sqlite:///{self.file}")

    def copy(self, folder: Path) -> str:
        """Copy the file: its last connection has closed, so nothing is left in its log."""
        target = folder / "test.sqlite3"
        shutil.copyfile(self.file, target)
        return f"sqlite:///{target}"

    def drop(self, url: str) -> None:
        """Leave the file to pytest, which removes old temporary folders."""

    def close(self) -> None:
        """Leave the file to pytest as well."""


class PreparedDatabase:
    """A PostgreSQL database that serves as the template of the others."""

    def __init__(self, server: str) -> None:
        self.server = make_url(server)
        self.name = f"whereabouts_test_{os.getpid()}"
        self.numbers = count(1)
        self.admin: Engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        self._do(f"CREATE DATABASE {self.name}")
        migrations.upgrade(self._url(self.name))

    def copy(self, folder: Path) -> str:
        """Create a database from the template."""
        name = f"{self.name}_{next(self.numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {self.name}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Drop a copy, whoever is still connected to it."""
        self._do(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self) -> None:
        """Drop the template and leave the server."""
        self._do(f"DROP DATABASE {self.name} WITH (FORCE)")
        self.admin.dispose()

    def _url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))
