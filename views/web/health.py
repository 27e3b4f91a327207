"""Health: does the program answer, and does its database?"""

from flask import Blueprint, Response, current_app
from sqlalchemy import text

from views.web.guards import PUBLIC, allow
from views.web.request import db
from worker.loop import WATCHED as LINES

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allow(PUBLIC)
def check() -> Response:
    """Answer "ok" when the database answers; a database that is gone gives 503.

    A second line tells when the worker beside the server last did something.
    """
    db().execute(text("SELECT 1"))
    return Response(f"ok\n{_say_pulse()}", mimetype="text/plain")


def _say_pulse() -> str:
    pulse = current_app.extensions.get("PULSE")
    if pulse is None or not current_app.config["WORKER"]:
        return ""
    ago = pulse.oldest(LINES)
    return "worker not started yet\n" if ago is None else f"worker {ago:.0f} s ago\n"
