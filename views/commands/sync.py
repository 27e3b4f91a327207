"""`flask sync`: read what changed at the trackers, with a bar and a line per tracker."""

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Tracker
from outreach.planning.synced import say_summary, sync_tracker
from outreach.refusal import Refused
from views.commands.refusals import Told


@click.command("sync", cls=Told, short_help="Read what changed at the trackers.")
@click.option("--foundation", help="Its short name; without it every foundation of your own.")
@click.option("--tracker", help="Its name; without it every tracker.")
@click.option("--example", is_flag=True, help="Read the example's trackers too, for real.")
@with_appcontext
def command(foundation: str | None, tracker: str | None, example: bool) -> None:
    """Read what changed at the trackers since the last time."""
    with current_app.extensions["WRITING_SESSIONS"]() as session:
        chosen = choose_trackers(session, foundation, tracker, example)
        session.commit()
        went_well = [_sync(session, one) for _, one in chosen]
    if not all(went_well):
        raise SystemExit(1)


def choose_trackers(
    session: Session, slug: str | None, name: str | None, example: bool
) -> list[tuple[Foundation, Tracker]]:
    """Return the trackers that are meant, each with its foundation. Refused where none is."""
    rows = session.execute(
        select(Foundation, Tracker)
        .join(Tracker, Tracker.foundation_id == Foundation.id)
        .where(Foundation.removed_at.is_(None))
        .order_by(Foundation.id, Tracker.name)
    ).all()
    found = [
        (row.Foundation, row.Tracker)
        for row in rows
        if slug in (None, row.Foundation.slug) and name in (None, row.Tracker.name)
    ]
    meant = [pair for pair in found if example or not pair[0].is_example]
    if meant:
        return meant
    if found:
        raise Refused(
            "The example's clock stands still and its story is complete, so its trackers are"
            " not read. If you want that nevertheless: flask sync --example"
        )
    raise Refused("There is no such tracker. Add one on the page Trackers.")


def _sync(session: Session, tracker: Tracker) -> bool:
    """Sync one tracker with a bar, and say how it went; tell whether all of it was read."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}: {task.fields[read]:,} issues read", markup=False),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(tracker.name, total=None, read=0)
        summary = sync_tracker(
            session,
            tracker.id,
            current_app.config.get("FETCHER"),
            told=lambda now: bar.update(task, read=now.read),
        )
    click.echo(say_summary(summary, tracker.projects))
    return not summary.trouble
