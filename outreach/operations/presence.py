"""Whether the database is the one that was here: a lost one is never replaced by a new one."""

from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.engine import make_url

from models import Foundation
from models.database import file_of, make_engine
from outreach.refusal import Refused

MARK = "database"
"""The file in the program's folder that tells where the database is, once it holds something."""


def refuse_lost(home: Path, url: str) -> None:
    """Refuse a database that holds nothing where one with something in it was known."""
    mark = home / MARK
    if not mark.exists() or holds_anything(url):
        return
    was, is_now = mark.read_text().strip(), spell(url)
    what = f"The database at {is_now} is gone or empty, and one with rows was here before."
    if was != is_now:
        what = f"The database of this installation was {was}; the one at {is_now} is empty."
    raise Refused(
        f"{what} Look at DATABASE_URL, bring a backup back with “flask restore”, or begin anew with"
        " “flask prepare --new”."
    )


def keep_in_mind(home: Path, url: str) -> None:
    """Note where the database is, if it holds something."""
    mark = home / MARK
    if holds_anything(url) and not (mark.exists() and mark.read_text().strip() == spell(url)):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.write_text(f"{spell(url)}\n")


def holds_anything(url: str) -> bool:
    """Tell whether a database has a foundation; a file that is not there is not made."""
    file = file_of(url)
    if file and not file.exists():
        return False
    engine = make_engine(url)
    try:
        with engine.execution_options(writes=False).connect() as connection:
            has_tables = inspect(connection).has_table(Foundation.__tablename__)
            return has_tables and connection.scalar(select(Foundation.id).limit(1)) is not None
    finally:
        engine.dispose()


def spell(url: str) -> str:
    """Return an address without its password."""
    return make_url(url).render_as_string()
