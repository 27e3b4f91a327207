"""Health: can everything be done, for programs that ask and for staff."""

from pathlib import Path

from flask import Blueprint, Response, current_app, render_template

from outreach.operations.health import Check, Installation, examine, say_health
from views.web.guards import PUBLIC, STAFF, allow
from views.web.request import close_db, real_now

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allow(PUBLIC)
def check() -> Response:
    """Answer "ok", or what to look at; 503 where pages do not work."""
    found = _examine()
    unwell = ", ".join(one.name for one in found if not one.is_well)
    stops = any(one.stops for one in found)
    head = f"{'down' if stops else 'look at'}: {unwell}" if unwell else "ok"
    lines = [head, *(f"{one.name}: {one.words}" for one in found)]
    return Response("\n".join([*lines, ""]), 503 if stops else 200, mimetype="text/plain")


@blueprint.get("/health")
@allow(STAFF)
def show() -> str:
    """Show the same to staff."""
    found = _examine()
    return render_template("health/show.html", found=found, headline=say_health(found))


def _examine() -> list[Check]:
    close_db()  # what is looked at is looked at by itself
    config, extensions = current_app.config, current_app.extensions
    installation = Installation(
        extensions["READING_SESSIONS"],
        extensions["WRITING_SESSIONS"],
        config["DATABASE_URL"],
        Path(current_app.instance_path),
        config["MAIL_SERVER"] is not None,
    )
    return examine(installation, real_now())
