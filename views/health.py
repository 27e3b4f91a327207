"""Health: does the program answer, and does its database?"""

from flask import Blueprint, Response
from sqlalchemy import text

from views.guards import PUBLIC, allow
from views.request import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allow(PUBLIC)
def check() -> Response:
    """Answer "ok" when the database answers; a database that is gone gives 503."""
    db().execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
