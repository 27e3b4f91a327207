"""`flask sync`: read what changed at the trackers, with a bar and a line per tracker."""

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Tracker
from outreach.calendars.words import say_list
from outreach.fetching import Fetcher
from outreach.issues.sync import Summary, follow
from outreach.issues.trackers import open_client
from outreach.issues.trackers.asking import SECONDS
from outreach.issues.trackers.base import Client
from outreach.issues.trackers.tokens import find_token
from outreach.matching.stored import refresh_segments
from outreach.refusal import Refused


@click.command("sync", short_help="Read what changed at the trackers.")
@click.option("--foundation", help="Its short name; without it every foundation of your own.")
@click.option("--tracker", help="Its name; without it every tracker.")
@click.option("--example", is_flag=True, help="Read the example's trackers too, for real.")
@with_appcontext
def command(foundation: str | None, tracker: str | None, example: bool) -> None:
    """Read what changed at the trackers since the last time."""
    with current_app.extensions["WRITING_SESSIONS"]() as session:
        try:
            chosen = choose_trackers(session, foundation, tracker, example)
        except Refused as refusal:
            raise click.ClickException(refusal.sentence) from refusal
        session.commit()
        went_well = [_sync(session, owner, one) for owner, one in chosen]
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


def _sync(session: Session, owner: Foundation, tracker: Tracker) -> bool:
    """Sync one tracker and say how it went; tell whether all of it was read."""
    try:
        client = open_client(tracker.kind, tracker.url, find_token(tracker.url), _fetcher(), _now)
    except Refused as refusal:
        click.echo(f"{tracker.name}: not read. {refusal.sentence}")
        return False
    try:
        summary = _follow(session, owner, tracker, client)
    finally:
        client.close()
    refresh_due(session, owner, tracker)
    session.commit()
    click.echo(tell(summary, tracker))
    return not summary.trouble


def _follow(session: Session, owner: Foundation, tracker: Tracker, client: Client) -> Summary:
    """Read it page by page, each in a transaction, and show how far it is."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}: {task.fields[read]:,} issues read", markup=False),
        TimeElapsedColumn(),
    )
    summary = Summary(tracker.name)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(tracker.name, total=None, read=0)
        for summary in follow(session, owner, tracker, client):
            session.commit()
            bar.update(task, read=summary.read)
    return summary


def _now() -> datetime:
    return datetime.now(UTC)


def refresh_due(session: Session, owner: Foundation, tracker: Tracker) -> None:
    """Compute the matches of the segments whose issues changed; those of a sync before too."""
    found = session.get(Tracker, tracker.id, populate_existing=True, with_for_update=True)
    if found is None or not found.due_segments:
        return
    refresh_segments(session, owner, found.due_segments, owner.now(_now()))
    found.due_segments = []


def tell(summary: Summary, tracker: Tracker) -> str:
    """Say in a line what a sync did with a tracker."""
    counts = [
        f"{summary.added:,} new",
        f"{summary.changed:,} changed",
        *([f"{summary.hidden:,} hidden"] if summary.hidden else []),
    ]
    size = f"{summary.requests:,} requests, {-(-summary.received // 1024):,} kB"
    idle = "" if tracker.projects else "It watches no project yet."
    notes = [f" {note}" for note in (summary.trouble, summary.pause, idle) if note]
    return f"{tracker.name}: {say_list(counts)} ({size}).{''.join(notes)}"


def _fetcher() -> Fetcher:
    """Return the guard that everything goes through; only a test brings its own."""
    fetcher: Fetcher = current_app.config.get("FETCHER") or Fetcher(seconds=SECONDS)
    return fetcher
