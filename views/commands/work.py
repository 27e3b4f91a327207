"""`flask work`: mail, reminders, offers that ran out, trackers, rosters; beside the pages."""

import click
from flask import current_app
from flask.cli import with_appcontext

from outreach.operations.health import refuse_other_schema
from views.commands.refusals import Told
from worker.loop import Worker


@click.command("work", cls=Told, short_help="Send mail and reminders, until it is ended.")
@click.option("--once", is_flag=True, help="Do what is due now and end, for cron.")
@with_appcontext
def command(once: bool) -> None:
    """Do what is due beside the pages: mail, reminders, alarms, offers, trackers, rosters."""
    with current_app.extensions["READING_SESSIONS"]() as session:
        refuse_other_schema(session)
    worker = Worker(current_app._get_current_object())  # type: ignore[attr-defined]
    if not once:
        worker.run()
    elif not worker.run_once():
        raise SystemExit(1)
