"""`flask match-files`: match segments with events from files, without a database."""

import json
from datetime import datetime
from pathlib import Path

import click

from outreach.matching.files import match_files, read_inputs
from views.commands.refusals import Told

_FILE = click.Path(dir_okay=False, path_type=Path)
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("match-files", cls=Told, code=2)
@click.option("--segments", required=True, type=_FILE, help="Segments, a JSON list.")
@click.option("--events", required=True, type=_FILE, help="Events as conference-data JSON.")
@click.option("--history", type=_FILE, help="Where the foundation was, a JSON list.")
@click.option("--as-of", required=True, type=_DAY, help="Nothing later counts as evidence.")
@click.option("--from", "first", required=True, type=_DAY, help="First day of the window.")
@click.option("--until", "last", required=True, type=_DAY, help="Last day of the window.")
def command(
    segments: Path,
    events: Path,
    history: Path | None,
    as_of: datetime,
    first: datetime,
    last: datetime,
) -> None:
    """Rank the events of files for the segments of a file."""
    inputs = read_inputs(segments, events, history, as_of=as_of.date())
    found = match_files(inputs, as_of.date(), first.date(), last.date())
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))
