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
from sqlalchemy.pool import NullPool
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
        """Remove it before the system has written it to the disk: thousands are gigabytes."""
        file = Path(str(make_url(url).database))
        for end in ("", "-wal", "-shm"):
            file.with_name(file.name + end).unlink(missing_ok=True)

    def close(self) -> None:
        """Leave the file to pytest as well."""


class PreparedDatabase:
    """A PostgreSQL database that serves as the template of the others.

    Making one and dropping it costs more than a test, so what a test leaves is emptied for the next
    one, and made anew only where the test has changed its tables.
    """

    def __init__(self, server: str) -> None:
        self.server = make_url(server)
        self.name = f"whereabouts_test_{os.getpid()}"
        self.numbers = count(1)
        self.empty: list[str] = []
        self.admin: Engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        self._do(f"CREATE DATABASE {self.name}")
        migrations.upgrade(self._url(self.name))
        self.tables = _tables_of(self._url(self.name))

    def copy(self, folder: Path) -> str:
        """Return an empty database, from the template where none is left."""
        if self.empty:
            return self.empty.pop()
        name = f"{self.name}_{next(self.numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {self.name}")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Empty a copy, whoever is still connected to it."""
        name = make_url(url).database
        self._do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        if _tables_of(url) == self.tables:
            _do_at(url, EMPTY)
            self.empty.append(url)
        else:
            self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """Drop the template and the copies, and leave the server."""
        for name in (self.name, *(make_url(url).database for url in self.empty)):
            self._do(f"DROP DATABASE {name} WITH (FORCE)")
        self.admin.dispose()

    def _url(self, name: str) -> str:
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _do(self, statement: str) -> None:
        with self.admin.connect() as connection:
            connection.execute(text(statement))


TABLES = """
SELECT string_agg(concat_ws(' ', oid, relname, relnatts), ', ' ORDER BY oid)
    || (SELECT string_agg(oid::text, ' ' ORDER BY oid) FROM pg_constraint)
    || (SELECT coalesce(string_agg(version_num, ' '), '') FROM alembic_version)
FROM pg_class WHERE relnamespace = 'public'::regnamespace
"""
"""What copies share with their template until a migration changes it."""
EMPTY = """
DO $$
DECLARE one record; filled boolean; names text := '';
BEGIN
    FOR one IN SELECT tablename AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one.name) INTO filled;
        IF filled THEN names := names || format(', %I', one.name); END IF;
    END LOOP;
    IF names <> '' THEN EXECUTE 'TRUNCATE ' || substr(names, 3) || ' CASCADE'; END IF;
    FOR one IN SELECT sequencename AS name FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', one.name);
    END LOOP;
END $$
"""
"""Only what a test has touched; the numbers of rows begin at one again."""


def _tables_of(url: str) -> object:
    return _do_at(url, TABLES)


def _do_at(url: str, statement: str) -> object:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        done = connection.execute(text(statement))
        return done.scalar() if done.returns_rows else None
