"""Brings a database to the schema of this code, and tells when it is not there."""

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from models.database import file_of, make_engine
from outreach.operations.sqlite_files import keep_copy
from outreach.refusal import Refused

ROOT = Path(__file__).parent.parent
LOCK = 7_243_072_024
"""The number under which migrations exclude each other on PostgreSQL; any would do."""


class SchemaTooNew(Refused):
    """The database was migrated by newer code than this."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"The database is at revision {revision}, which this version does not know. "
            "Run the newer version of Whereabouts, or restore a backup."
        )


def _config() -> Config:
    return Config(ROOT / "alembic.ini")


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def head() -> str:
    """Return the newest revision that this code knows."""
    revision = _scripts().get_current_head()
    if revision is None:
        raise LookupError("there are no migrations")
    return revision


def upgrade(url: str) -> bool:
    """Bring the database at `url` to the newest revision; return whether anything was done.

    Foreign keys are off meanwhile: SQLite rebuilds tables, and a rebuilt parent would take
    its children with it. They are checked afterwards instead. A SQLite file is copied first.
    """
    engine = make_engine(url, foreign_keys=False, gives_up=False, new=True)
    try:
        with engine.begin() as connection:
            return _upgrade(connection)
    finally:
        engine.dispose()


def _upgrade(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        # Of two that start together the second waits, then finds nothing to do.
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    current = MigrationContext.configure(connection).get_current_revision()
    if current == head():
        return False
    if current is not None:
        refuse_unknown(current)
        if file := file_of(str(connection.engine.url)):
            keep_copy(file, head(), datetime.now(UTC))
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"a migration left {len(broken)} rows without their parent")
    return True


def refuse_unknown(revision: str | None) -> None:
    """Refuse a database of newer code, or a file that is none of ours."""
    if revision is None:
        raise Refused("This is no backup of Whereabouts.")
    if revision not in {one.revision for one in _scripts().walk_revisions()}:
        raise SchemaTooNew(revision)
