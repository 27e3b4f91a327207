"""PostgreSQL's own pg_dump and pg_restore, with a password that no list of processes shows."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import MetaData, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from outreach.refusal import Refused

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
"""Where distributions keep them besides the path, newest last."""
REVISION = re.compile(r"^COPY [^\n]*alembic_version[^\n]*\n(\w+)$", re.MULTILINE)


def dump(url: str, target: Path) -> None:
    """Write what a database holds at one moment; the file has its name once it is whole."""
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    try:
        _run(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={draft}", to=url
        )
        check_dump(draft)
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def check_dump(file: Path) -> None:
    """Refuse a file that is no whole dump: all of it is read."""
    _run("pg_restore", "--file=/dev/null", str(file))


def find_revision(file: Path) -> str | None:
    """Return at which migration a dump was; None where it is none of ours."""
    found = REVISION.search(_run("pg_restore", "--table=alembic_version", "--file=-", str(file)))
    return found[1] if found else None


def load_dump(url: str, file: Path) -> None:
    """Replace what a database holds by a dump; refused while anybody is connected."""
    check_dump(file)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        here = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        if connection.scalar(here) != 1:
            raise Refused("The database is in use. Stop the program first.")
        there = MetaData()
        there.reflect(connection)
        there.drop_all(connection)
    _run("pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", str(file), to=url)


def find_program(name: str) -> str:
    """Return where a program is, the newest where there are several."""
    found = [one for place in PLACES for one in Path("/").glob(f"{place[1:]}/{name}")]
    numbered = sorted(found, key=lambda one: [int(part) for part in re.findall(r"\d+", str(one))])
    path = shutil.which(name) or (str(numbered[-1]) if numbered else None)
    if path is None:
        raise Refused(f"{name} is not on this machine. It comes with PostgreSQL's client programs.")
    return path


def _run(name: str, *words: str, to: str | None = None) -> str:
    environment, named = dict(os.environ), []
    if to is not None:
        address, password = _without_password(make_url(to))
        named = [f"--dbname={address}"]
        environment |= {"PGPASSWORD": password} if password else {}
    done = subprocess.run(  # noqa: S603 - a program of ours, without a shell
        [find_program(name), *words[:-1], *named, *words[-1:]],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = next(iter(done.stderr.strip().splitlines()), f"it ended with {done.returncode}")
        raise Refused(f"{name} did not do it: {said.removeprefix(f'{name}: ')}")
    return done.stdout


def _without_password(url: URL) -> tuple[str, str]:
    """Return the address as PostgreSQL's programs take it, and what may not be on their line."""
    bare = url.set(drivername="postgresql")._replace(password=None)
    return bare.render_as_string(), str(url.password or "")
