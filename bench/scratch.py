"""Databases that live as long as one run of the benchmark, and nobody else's."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, make_url, text

import migrations

HOME = "WHEREABOUTS_HOME"


@contextmanager
def scratch(*names: str) -> Iterator[dict[str, str]]:
    """Give URLs of new databases with all tables and no rows; they are gone afterwards.

    So is the home of the programs that are started meanwhile: what is measured must not be taken
    for the installation of whoever measures.

    SQLite files in a temporary folder; where DATABASE_URL names a PostgreSQL server, whose
    user must be allowed to create databases, databases there. What DATABASE_URL itself names
    is left alone.
    """
    server = os.environ.get("DATABASE_URL", "")
    made = _on_server(server, names) if server.startswith("postgres") else _in_files(names)
    with made as urls, _home():
        for url in urls.values():
            migrations.upgrade(url)
        yield urls


@contextmanager
def _home() -> Iterator[None]:
    before = os.environ.get(HOME)
    with TemporaryDirectory(prefix="whereabouts-home-") as folder:
        os.environ[HOME] = folder
        try:
            yield
        finally:
            if before is None:
                del os.environ[HOME]
            else:
                os.environ[HOME] = before


@contextmanager
def _in_files(names: tuple[str, ...]) -> Iterator[dict[str, str]]:
    with TemporaryDirectory(prefix="whereabouts-bench-") as folder:
        yield {name: f"sqlite:///{Path(folder) / name}.db" for name in names}


@contextmanager
def _on_server(server: str, names: tuple[str, ...]) -> Iterator[dict[str, str]]:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    mark = secrets.token_hex(4)
    databases = {name: f"whereabouts_bench_{mark}_{name}" for name in names}
    with admin.connect() as connection:
        for database in databases.values():
            connection.execute(text(f"CREATE DATABASE {database}"))
        try:
            yield {
                name: make_url(server).set(database=database).render_as_string(hide_password=False)
                for name, database in databases.items()
            }
        finally:
            for database in databases.values():
                connection.execute(text(f"DROP DATABASE {database} WITH (FORCE)"))
    admin.dispose()
