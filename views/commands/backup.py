"""`flask backup`, `flask restore` and `flask move`: the database in safety, back, and elsewhere."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from models.database import file_of, make_engine
from outreach.calendars.clock import say_number
from outreach.operations import backups, moving
from outreach.operations.presence import holds_anything, keep_in_mind, spell
from outreach.refusal import Refused
from views.commands.refusals import Told

PATH = click.Path(dir_okay=False, path_type=Path)


@click.command("backup", cls=Told, short_help="Back the database up while it is used.")
@click.argument("file", type=PATH, required=False)
@click.option("--with-key", is_flag=True, help="Put the key beside it; whoever has both has all.")
@with_appcontext
def backup(file: Path | None, with_key: bool) -> None:
    """Write a checked backup to FILE, else to the folder backups/ beside the key."""
    now = datetime.now(UTC)
    home = Path(current_app.instance_path)
    made = backups.back_up(current_app.config["DATABASE_URL"], file, home, now, with_key=with_key)
    click.echo(f"The backup is {made}.")
    click.echo(f"The key is {backups.key_beside(made)}." if with_key else backups.WITHOUT_KEY)


@click.command("restore", cls=Told, short_help="Put a backup in the place of the database.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--with-key", is_flag=True, help="Bring the key beside it back too.")
@click.option("--replace", is_flag=True, help="Give up what the database holds now.")
@with_appcontext
def restore(file: Path, with_key: bool, replace: bool) -> None:
    """Put the backup FILE in the place of the database, while the program is stopped."""
    import migrations

    url, home = current_app.config["DATABASE_URL"], Path(current_app.instance_path)
    migrations.refuse_unknown(backups.find_revision(url, file))
    current_app.extensions["ENGINE"].dispose()
    if not replace and holds_anything(url):
        raise Refused("The database holds rows. To give them up: flask restore --replace FILE")
    backups.restore(url, file, home, with_key=with_key)
    migrations.upgrade(url)
    keep_in_mind(home, url)
    click.echo(f"Restored. The database at {spell(url)} is as it was.")


@click.command("move", cls=Told, short_help="Move from SQLite to an empty PostgreSQL database.")
@click.argument("url")
@with_appcontext
def move(url: str) -> None:
    """Copy all rows to the PostgreSQL database at URL and count them on both sides."""
    import migrations

    home = Path(current_app.instance_path)
    if file_of(current_app.config["DATABASE_URL"]) is None or not url.startswith("postgresql"):
        raise Refused("Moving leads from SQLite (DATABASE_URL) to postgresql://… and nowhere else.")
    migrations.upgrade(current_app.config["DATABASE_URL"])
    migrations.upgrade(url)
    source, target = current_app.extensions["ENGINE"], make_engine(url)
    with source.connect() as here, target.begin() as there:
        counts = moving.move(here, there)
    target.dispose()
    keep_in_mind(home, url)
    for table, count in counts.items():
        click.echo(f"{count:>9,}  {table}")
    total = say_number(sum(counts.values()))
    click.echo(f"{total} rows moved, as many as were here. Set DATABASE_URL={spell(url)}")
    click.echo("and restart. The old file stays as it is.")
