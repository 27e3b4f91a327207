"""`flask import-events`: import a file of conference-data, with a progress bar."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, ImportBatch
from outreach.catalog.facts import SourceRow
from outreach.catalog.importing.calendars import is_calendar, table_of_calendar
from outreach.catalog.importing.import_rows import CONFERENCE_DATA, find_errors
from outreach.catalog.importing.plan import Progress
from outreach.catalog.reading.conference_data import is_conference_data, read_events
from outreach.catalog.reading.files import read_file, read_folder
from outreach.catalog.reading.paste import read_paste
from outreach.matching.store.stored import catch_up
from outreach.planning.large_imports.batches import ask_import, is_open
from outreach.planning.large_imports.work import run_waiting
from outreach.refusal import Refused
from views.commands.refusals import Told


@click.command(
    "import-events", cls=Told, short_help="Import events from a file, or from a folder of pages."
)
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--foundation", help="Its short name; without it the only one, else your own.")
@click.option("--source", default=CONFERENCE_DATA, help="What the source is called here.")
@with_appcontext
def command(file: Path, foundation: str | None, source: str) -> None:
    """Import events, all of them or none.

    FILE is a calendar (.ics), conference-data JSON, a table as CSV, a spreadsheet (.xlsx, .ods),
    a list in JSON, YAML or TOML, pages with front matter in a .zip, or a folder of such pages.
    """
    now = datetime.now(UTC)
    reading, writing = (
        current_app.extensions[f"{kind}_SESSIONS"] for kind in ("READING", "WRITING")
    )
    rows = read_rows(file)
    errors = find_errors(rows)
    if errors:
        raise Refused(tell_errors(errors))
    with reading() as session:
        owner = find_owner(session, foundation)
    with writing() as session:
        batch = ask_import(session, owner, rows, source[:80], now, None)
        session.commit()
    with _bar(len(rows)) as told:
        while is_open(batch):
            if run_waiting(reading, writing, lambda: datetime.now(UTC), told=told) is None:
                time.sleep(1)  # a worker has it
            with reading() as session:
                batch = session.get_one(ImportBatch, batch.id)
    while catch_up(reading, writing, lambda: datetime.now(UTC)):
        pass
    click.echo(f"{owner.name}: {batch.said}")


def read_rows(file: Path) -> list[SourceRow]:
    """Read a file, or the pages of a folder; what a preview would ask has to be settled there."""
    content = b"" if file.is_dir() else file.read_bytes()
    if is_conference_data(content):
        return read_events(content)
    if is_calendar(content):
        found = table_of_calendar(content, datetime.now(UTC).date())
        for remark in found.remarks:
            click.echo(remark, err=True)
        return [one.row for one in read_paste(found.text).rows]
    table = read_paste(read_folder(file) if file.is_dir() else read_file(content))
    if table.asks_year:
        raise Refused("The days have no year: import it on the page, which asks for it.")
    return [one.row for one in table.rows]


@contextmanager
def _bar(total: int) -> Iterator[Progress]:
    """Show a bar on the terminal; it is not drawn where nobody looks."""
    # Every start of the program loads this module; the bar is for this command alone.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    words = TextColumn("{task.description}")
    with Bar(
        words, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)
    ) as bar:
        task = bar.add_task("Importing events", total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def find_owner(session: Session, slug: str | None) -> Foundation:
    """Return the foundation of that short name, else the only one, else the only real one."""
    there = session.scalars(select(Foundation).where(Foundation.removed_at.is_(None))).all()
    named = [one for one in there if one.slug == slug] if slug else list(there)
    own = [one for one in named if not one.is_example]
    for choice in (named, own):
        if len(choice) == 1:
            return choice[0]
    slugs = ", ".join(sorted(one.slug for one in there)) or "none"
    raise Refused(f"Say whose events they are: --foundation NAME. There are: {slugs}.")


def tell_errors(errors: list[SourceRow]) -> str:
    """Name each bad row with its number and reason."""
    lines = [f"row {row.number}: {row.reason}" for row in errors]
    head = "One row is" if len(lines) == 1 else f"{len(lines):,} rows are"
    return "\n".join([f"Nothing was imported: {head} not as they should be.", *lines])
