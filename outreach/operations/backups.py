"""A backup of an installation and the way back, on either database, with the key if asked."""

import hashlib
from datetime import datetime
from pathlib import Path

from models.database import file_of
from outreach.operations import postgresql_programs, sqlite_files
from outreach.operations.sqlite_files import STAMP
from outreach.refusal import Refused

KEY = "secret_key"
"""The file of the key, in the program's folder."""
WITHOUT_KEY = (
    "The key is not in it. Without the key, proofs and links in letters that were sent and not yet"
    " opened lead nowhere, open forms must be reloaded, and staff copy new personal links; links"
    " that people have go on to work. Keep the key elsewhere, or add it with --with-key."
)


def back_up(url: str, target: Path | None, home: Path, now: datetime, *, with_key: bool) -> Path:
    """Write a checked backup, readable by its owner alone; return where it is."""
    file = file_of(url)
    stamped = f"whereabouts-{now.strftime(STAMP)}.{'db' if file else 'dump'}"
    target = target or home / "backups" / stamped
    if target.exists():
        raise Refused(f"{target} exists already; nothing is written over.")
    key = home / KEY
    if with_key and not key.exists():
        raise Refused("The key is not in a file here: it is set as SECRET_KEY. Keep that yourself.")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(url, file, target)
        _sum_beside(target).write_text(f"{_sum_of(target)}  {target.name}\n")
        if with_key:
            _copy_key(key, key_beside(target))
    except OSError as trouble:
        raise Refused(f"{target} cannot be written: {trouble.strerror}.") from trouble
    return target


def _write(url: str, file: Path | None, target: Path) -> None:
    if file is None:
        postgresql_programs.dump(url, target)
    elif file.exists():
        sqlite_files.copy_file(file, target)
    else:
        raise Refused(f"There is no database at {file}.")


def find_revision(url: str, backup: Path) -> str | None:
    """Return at which migration a backup for this kind of database was; None where it is none."""
    if file_of(url):
        return sqlite_files.find_revision(backup)
    return postgresql_programs.find_revision(backup)


def restore(url: str, backup: Path, home: Path, *, with_key: bool) -> None:
    """Put a backup in the place of the database; refused while the program runs."""
    file = file_of(url)
    if with_key and not key_beside(backup).exists():
        raise Refused(f"There is no {key_beside(backup)}.")
    if _sum_beside(backup).exists() and _sum_of(backup) not in _sum_beside(backup).read_text():
        raise Refused(f"{backup} is not what was written: its sum is another one.")
    if file:
        sqlite_files.put_in_place(backup, file)
    else:
        postgresql_programs.load_dump(url, backup)
    if with_key:
        _copy_key(key_beside(backup), home / KEY)


def key_beside(backup: Path) -> Path:
    """Return where the key of a backup is, if it was asked for."""
    return backup.with_name(f"{backup.name}.key")


def _sum_beside(backup: Path) -> Path:
    """Return where the sum of a backup is, as `sha256sum --check` reads it."""
    return backup.with_name(f"{backup.name}.sha256")


def _sum_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _copy_key(source: Path, target: Path) -> None:
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    draft.write_bytes(source.read_bytes())
    draft.rename(target)
