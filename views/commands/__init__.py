"""The program's commands: `flask NAME` from the project's root."""

from flask import Flask

from views.commands import backup, import_events, match_files, relevance_files, serve, sync, work

COMMANDS = (
    backup.backup,
    backup.move,
    backup.restore,
    import_events.command,
    match_files.command,
    relevance_files.command,
    serve.command,
    serve.prepare,
    serve.sign_in_link,
    sync.command,
    work.command,
)


def register(app: Flask) -> None:
    """Hang every command on the application."""
    for command in COMMANDS:
        app.cli.add_command(command)
