"""`flask import-events`: import a file of conference-data, with a progress bar."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from models import Foundation
from outreach.catalog.facts import SourceRow
from outreach.catalog.importing.import_rows import CONFERENCE_DATA, ImportResult, import_rows
from outreach.catalog.reading.conference_data import read_events
from outreach.matching.store.stored import catch_up
from outreach.planning.following import follow_acts
from outreach.refusal import Refused
from views.commands.refusals import Told


@click.command(
    "import-events", cls=Told, short_help="Import events from a conference-data JSON file."
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--foundation", help="Its short name; without it the only one, else your own.")
@click.option("--source", default=CONFERENCE_DATA, help="What the source is called here.")
@with_appcontext
def command(file: Path, foundation: str | None, source: str) -> None:
    """Import events from a conference-data JSON file, all of them or none."""
    now = datetime.now(UTC)
    rows = read_events(file.read_bytes())
    with current_app.extensions["WRITING_SESSIONS"]() as session:
        owner = find_owner(session, foundation)
        result = _import(session, owner, rows, source[:80], now)
        if result.errors:
            raise Refused(tell_errors(result.errors))
        follow_acts(session, now)
        session.commit()
    _match(current_app.extensions["READING_SESSIONS"], current_app.extensions["WRITING_SESSIONS"])
    click.echo(
        f"{owner.name}: {len(result.created):,} events added, {len(result.updated):,} changed,"
        f" {result.unchanged:,} unchanged, {len(result.offers):,} duplicates offered."
    )


def _match(reading: sessionmaker[Session], writing: sessionmaker[Session]) -> None:
    while catch_up(reading, writing, lambda: datetime.now(UTC)):
        pass


def _import(
    session: Session, owner: Foundation, rows: list[SourceRow], source: str, now: datetime
) -> ImportResult:
    """Import with a bar on the terminal; it is not drawn where nobody looks."""
    # Every start of the program loads this module; the bar is for this command alone.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    words = TextColumn("{task.description}")
    with Progress(
        words, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True)
    ) as bar:
        task = bar.add_task("Importing events", total=len(rows))

        def progress(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return import_rows(session, owner, rows, source, now, progress)


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
