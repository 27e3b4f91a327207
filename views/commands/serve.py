"""Commands that prepare the database, print sign-in links and serve the program."""

import os
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, current_app
from gunicorn.app.base import BaseApplication
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts.addresses import fold
from outreach.accounts.sign_in import issue_link
from outreach.example.load import load_example
from outreach.operations import presence
from views.commands.refusals import Told
from worker import server
from worker.master import Master

DEFAULT_PORT = 8000


@click.command("prepare", cls=Told, short_help="Migrate the database; load the example.")
@click.option("--example/--no-example", default=True, help="Load the example into a new database.")
@click.option("--new", is_flag=True, help="Begin anew although a database was here before.")
def prepare(example: bool, new: bool) -> None:
    """Bring the database to the newest schema; load the example into an empty one."""
    import migrations  # a seventh of the program's memory, and nothing that serves needs it

    url, home = current_app.config["DATABASE_URL"], Path(current_app.instance_path)
    if not new:
        presence.refuse_lost(home, url)
    migrations.upgrade(url)
    if example:
        with current_app.extensions["WRITING_SESSIONS"]() as session:
            if session.scalar(select(Foundation.id).limit(1)) is None:
                load_example(session, datetime.now(UTC))
                session.commit()
    presence.keep_in_mind(home, url)


@click.command("sign-in-link", cls=Told, short_help="Print a personal sign-in link.")
@click.option("--email", help="Whose link; without it the first staff person's.")
def sign_in_link(email: str | None) -> None:
    """Print a personal sign-in link, good once and for 60 minutes."""
    with current_app.extensions["WRITING_SESSIONS"]() as session:
        person = _find_person(session, email)
        if person is None:
            raise click.ClickException("There is nobody with that address here.")
        token = issue_link(session, person, datetime.now(UTC))
        session.commit()
    click.echo(f"{current_app.config['BASE_URL'] or _local_address()}/sign-in/{token}")


def _find_person(session: Session, email: str | None) -> Person | None:
    people = select(Person).join(Foundation, Foundation.id == Person.foundation_id)
    if email:
        return session.scalar(people.where(Person.email_key == fold(email)))
    return session.scalar(
        # Where only the removed example is left, its staff can still bring it back.
        people.where(Person.role == "staff")
        .order_by(Foundation.removed_at.is_not(None), Foundation.is_example, Person.id)
        .limit(1)
    )


@click.command("serve", cls=Told, short_help="Prepare the database and serve it.")
@click.pass_context
def command(context: click.Context) -> None:
    """Prepare the database and serve it (HOST, PORT and WEB_CONCURRENCY can be set)."""
    host, port = os.environ.get("HOST", "127.0.0.1"), _port()
    _refuse_port_in_use(host, port)
    context.invoke(prepare, example=True, new=False)
    click.echo(f"Whereabouts serves on {_local_address()}")
    click.echo("Sign in as staff with this link, good once and for 60 minutes:")
    context.invoke(sign_in_link, email=None)
    sys.stdout.flush()
    # The workers are forked off this process: no connection of its own may cross.
    current_app.extensions["ENGINE"].dispose()
    Server(current_app._get_current_object(), f"{host}:{port}").run()  # type: ignore[attr-defined]


class Server(BaseApplication):
    """Gunicorn on the program that is loaded already, with the settings of worker/server.py."""

    def __init__(self, app: Flask, bind: str) -> None:
        self.app, self.bind = app, bind
        super().__init__()

    def load_config(self) -> None:
        """Take every setting that worker/server.py names."""
        self.cfg.set("bind", self.bind)
        for name in self.cfg.settings:
            if hasattr(server, name):
                self.cfg.set(name, getattr(server, name))

    def run(self) -> None:
        """Serve until told to end, and keep the worker for mail running beside it."""
        Master(self, self.app).run()

    def load(self) -> Flask:
        """Return the program."""
        return self.app


def server_arguments(bind: str, application: str) -> list[str]:
    """Return gunicorn's arguments: how the program is served for real, and measured."""
    return ["--config", "python:worker.server", "--bind", bind, application]


def _port() -> int:
    given = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise click.ClickException(f"PORT is “{given}”; it must be a number from 1 to 65535.")
    return int(given)


def _refuse_port_in_use(host: str, port: int) -> None:
    """Say it before the server does: with a shared port it would start and answer by chance."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as trouble:
            raise click.ClickException(
                f"Port {port} on {host} cannot be used ({trouble.strerror}). "
                "Stop the other program, or choose another: make run PORT=8001"
            ) from trouble


def _local_address() -> str:
    host = os.environ.get("HOST", "127.0.0.1")
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{_port()}"
