"""SQLite files copied while they are used, checked, and put in the place of another."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from models.database import address_of
from outreach.refusal import Refused

KEPT = 3
"""So many copies stay that were made before migrations."""
STAMP = "%Y%m%dT%H%M%SZ"
BESIDE = ("-wal", "-shm")
"""What SQLite writes beside a file, and what belongs to that file alone."""


def copy_file(source: Path, target: Path) -> None:
    """Copy a file while it is used, all of one moment; the copy has its name once it is checked."""
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        with _opened(source) as rows, closing(sqlite3.connect(draft)) as copy:
            rows.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # so that it is one file
        check_file(draft)
        draft.rename(target)
    except sqlite3.Error as trouble:
        raise Refused(f"{source} cannot be copied: {trouble}.") from trouble
    finally:
        draft.unlink(missing_ok=True)


def check_file(file: Path) -> None:
    """Refuse a file that SQLite finds a fault in, and one in which a row lacks its parent."""
    try:
        with _opened(file) as rows:
            (found,) = rows.execute("PRAGMA integrity_check(1)").fetchone()
            orphans = rows.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as trouble:
        raise Refused(f"{file} is no SQLite database, or is broken: {trouble}.") from trouble
    if found != "ok":
        raise Refused(f"{file} is broken: {found}.")
    if orphans:
        raise Refused(f"{file} is broken: {len(orphans)} rows point to rows that are not there.")


def find_revision(file: Path) -> str | None:
    """Return at which migration a file is; None where it is no database of ours."""
    try:
        with _opened(file) as rows:
            found = rows.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return None
    return str(found[0]) if found else None


def put_in_place(copy: Path, file: Path) -> None:
    """Put a copy where the program looks for its database; refused while anybody has that open."""
    if file.exists():
        _refuse_in_use(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.restored")
    copy_file(copy, draft)
    for ending in BESIDE:
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)
    draft.rename(file)


def keep_copy(file: Path, before: str, now: datetime) -> Path:
    """Keep a copy beside a file, named after what is done to it next; the newest few stay."""
    kept = file.with_name(f"{file.name}.{now.strftime(STAMP)}-before-{before}")
    try:
        copy_file(file, kept)
    except OSError as trouble:
        raise Refused(f"A copy of the database cannot be kept: {trouble.strerror}.") from trouble
    for old in list_copies(file)[:-KEPT]:
        old.unlink()
    return kept


def list_copies(file: Path) -> list[Path]:
    """Return the copies that were kept beside a file, oldest first."""
    return sorted(file.parent.glob(f"{file.name}.*Z-before-*"))


def forget_copies(file: Path, before: datetime) -> None:
    """Delete the copies that are older: they hold what was forgotten since."""
    for copy in list_copies(file):
        if copy.stat().st_mtime < before.timestamp():
            copy.unlink()


def empty_log(file: Path) -> None:
    """Write what stands in the log into the file, so that nothing that was deleted is in either."""
    with closing(sqlite3.connect(address_of(file, "rw"), uri=True)) as rows:
        rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _opened(file: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(address_of(file, "ro"), uri=True))


def _refuse_in_use(file: Path) -> None:
    """Only who is alone with a file may change how it is written."""
    try:
        with closing(sqlite3.connect(address_of(file, "rw"), uri=True, timeout=0)) as alone:
            alone.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as trouble:
        if "locked" in str(trouble):
            raise Refused("The database is in use. Stop the program first.") from trouble
    except sqlite3.DatabaseError:
        return  # broken, which may be why it is replaced


def size_of(file: Path) -> int:
    """Return the bytes of a file with what is beside it."""
    beside = (file.with_name(f"{file.name}{ending}") for ending in BESIDE)
    return sum(one.stat().st_size for one in (file, *beside) if one.exists())
