"""The program's commands: `flask NAME` from the project's root."""

from flask import Flask

from views.commands import serve


def register(app: Flask) -> None:
    """Hang every command on the application."""
    for command in (serve.command, serve.prepare, serve.sign_in_link):
        app.cli.add_command(command)
