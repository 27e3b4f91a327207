"""What a rule refuses and what a machine cannot do, as the command line says it."""

import re
from typing import Any

import click
from flask import current_app
from sqlalchemy.exc import DatabaseError

from models.database import file_of
from outreach.operations.presence import spell
from outreach.refusal import Refused

SAID = (
    ("unable to open", "The database at {url} cannot be opened: it is no file that may be read."),
    ("readonly|read-only|permission denied for", "The database at {url} may not be written."),
    ("full|disk I/O|No space", "The disk is full, or cannot be written. Make room and try again."),
    ("lock", "The database is busy with something else. Try again in a few seconds."),
    ("no such table|no such column|does not exist", "{found} Prepare it first: flask prepare"),
    ("not a database|malformed", "{url} is no SQLite database, or is broken: restore a backup."),
)
"""What databases say, and what that means to whoever started the program."""


class Told(click.Command):
    """A command whose refusals, and troubles with database and disk, end in a sentence."""

    def __init__(self, *words: Any, code: int = 1, **named: Any) -> None:
        super().__init__(*words, **named)
        self.code = code
        """With what it leaves where something is refused."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(context)
        except (Refused, DatabaseError, OSError) as trouble:
            click.echo(f"Error: {_say(trouble)}", err=True)
            raise SystemExit(self.code) from trouble


def _say(trouble: Exception) -> str:
    if isinstance(trouble, Refused):
        return trouble.sentence
    if isinstance(trouble, OSError):
        where = f"{trouble.filename}: " if trouble.filename else ""
        return f"{where}{trouble.strerror or trouble}."
    return _say_of_database(current_app.config["DATABASE_URL"], str(getattr(trouble, "orig", "")))


def _say_of_database(url: str, words: str) -> str:
    """Say what a database that does not answer means; its own words where that is not known."""
    file, found = file_of(url), f"{next(iter(words.splitlines()), words)}."
    if file and not file.exists():
        return f"There is no database at {file}. Look at DATABASE_URL, or make one: flask prepare"
    for pattern, sentence in SAID:
        if re.search(pattern, words):
            return sentence.format(url=spell(url), found=found)
    return f"The database at {spell(url)} does not answer: {found}"
