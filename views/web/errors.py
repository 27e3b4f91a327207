"""Error pages: what went wrong in a sentence, a number to ask about, and one line in the log."""

import logging
import re
import sqlite3
import traceback
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    make_response,
    redirect,
    request,
)
from flask import render_template as render
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from models.database import BUSY_SECONDS
from outreach.accounts.limits import TooMany
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused
from views.web.guards import recognise
from views.web.request import close_db
from views.web.security import request_id

TITLES = {
    400: (N_("This request makes no sense to us"), N_("Go back, reload the page and try again.")),
    401: (N_("Please sign in first"), N_("Nothing was changed.")),
    403: (N_("This is not allowed"), N_("Nothing was changed.")),
    404: (N_("There is no such page"), N_("It may have moved, or it is not yours to see.")),
    405: (N_("This page cannot do that"), N_("Go back and try another way.")),
    409: (
        N_("Somebody changed this at the same moment"),
        N_("Somebody changed this at the same moment. Go back, reload and repeat."),
    ),
    413: (
        N_("That is too large"),
        N_("Nothing was saved. Files up to 12 MB and pastes up to 2 MB fit."),
    ),
    414: (N_("This address is too long"), N_("Go back and ask for less at once.")),
    422: (N_("That cannot be done"), N_("Nothing was changed.")),
    429: (N_("Too often"), N_("Wait a little, then try again.")),
    500: (N_("Something broke on our side"), N_("Nothing was saved. It is in our log.")),
    503: (N_("The database does not answer"), N_("Nothing was saved. Try again in a few seconds.")),
}
SPOKEN = frozenset({400, 403})
"""Codes whose own sentence is shown; we wrote it, or the library did without details."""
PASSES = re.compile("locked|busy|full|readonly|disk I/O|unable to open")
"""What SQLite says about troubles that are not in the statement."""


def register(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(CSRFError, show_old_form)
    app.register_error_handler(TooMany, show_too_many)
    app.register_error_handler(Refused, show_refusal)
    app.register_error_handler(OperationalError, show_busy)
    app.register_error_handler(IntegrityError, show_conflict)
    app.register_error_handler(StaleDataError, show_conflict)
    app.logger.addFilter(on_one_line)


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Show the page of an HTTP error; redirects pass."""
    code = error.code or 500
    if code < 400:
        return error
    if code == 405 and (page := _find_page_above()):
        return redirect(page)
    # An abort with a sentence has one of ours; the standard sentences are too technical.
    own = error.description if error.description != type(error).description else None
    response = _page(code, own if code in SPOKEN else None)
    for name, value in error.get_headers(request.environ):
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _find_page_above() -> str | None:
    """Return the page that an address belongs to which only takes a form, for a browser.

    Such an address stands in the bar after a refusal, and is loaded again, kept or sent on.
    """
    if request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
        return None
    routes, path = current_app.url_map.bind(""), request.path
    while path:
        path = path.rpartition("/")[0]
        with suppress(HTTPException):
            routes.match(path or "/", "GET")
            return request.script_root + (path or "/")
    return None


def show_old_form(_error: CSRFError) -> ResponseReturnValue:
    """Say what helps when a form does not carry this browser's secret."""
    return _page(400, _("This form is from before you signed in, or not ours. Reload the page."))


def show_refusal(refusal: Refused) -> ResponseReturnValue:
    """Say on a page of its own what a rule refused that no act tried, or that no page can show."""
    return _page(refusal.status, refusal.sentence)


def show_too_many(refusal: TooMany) -> ResponseReturnValue:
    """Say how long to wait, to people and to programs."""
    response = _page(429, refusal.sentence)
    response.headers["Retry-After"] = str(int(refusal.wait.total_seconds()) + 1)
    return response


def show_busy(error: OperationalError) -> ResponseReturnValue:
    """Say that the database is locked, gone or full, which passes; the log says which.

    SQLite calls mistakes in a statement operational too: those are bugs.
    """
    if isinstance(error.orig, sqlite3.Error) and not PASSES.search(str(error.orig)):
        raise error
    current_app.logger.error("database", exc_info=error)
    response = _page(503, None)
    response.headers["Retry-After"] = str(BUSY_SECONDS)
    return response


def show_conflict(error: IntegrityError | StaleDataError) -> ResponseReturnValue:
    """Say that two people changed the same; the log says where, should it be a bug."""
    current_app.logger.error("conflict", exc_info=error)
    close_db()
    recognise()  # the frame shows who is signed in, and the failed session forgot it
    return _page(409, None)


def _page(code: int, sentence: str | None) -> Response:
    """Render in the usual frame; where that fails too, without it."""
    title, advice = TITLES.get(code, (HTTPStatus(code).phrase, N_("Go back and try again.")))
    words = {
        "code": code,
        "may_sign_in": code == HTTPStatus.UNAUTHORIZED,
        "title": title,
        "sentence": sentence or advice,
        "request_id": request_id(),
    }
    close_db()
    try:
        return make_response(render("errors/page.html", **words), code)
    except Exception:  # the frame asks the database, which may be what is broken
        if code < 500:
            current_app.logger.exception("error page")
        return make_response(render("errors/bare.html", **words), code)


def on_one_line(record: logging.LogRecord) -> bool:
    """Write an exception as one line: number, rule, person's number, type, and the way there.

    What the exception says is left out, and so is the path: they can hold addresses,
    passwords and tokens.
    """
    if record.exc_info and record.exc_info[1] is not None:
        error = record.exc_info[1]
        record.msg, record.args = "%s: %s at %s", (_where(), _kind(error), _way(error))
        record.exc_info = record.exc_text = None
    return True


def _where() -> str:
    if not has_request_context():
        return "outside a request"
    # Kept beside the session: one whose flush has failed refuses to say anything.
    person = g.get("person_id") or "nobody"
    return f"request {request_id()} {request.method} {request.url_rule} by {person}"


def _kind(error: BaseException) -> str:
    cause = getattr(error, "orig", None)
    return type(error).__name__ + (f" ({type(cause).__name__})" if cause else "")


def _way(error: BaseException) -> str:
    """Name where it was raised, and our own lines on the way there, innermost first."""
    steps = traceback.extract_tb(error.__traceback__)
    ours = [step for step in steps[:-1] if "site-packages" not in step.filename]
    return " < ".join(
        f"{Path(step.filename).name}:{step.lineno}" for step in [*steps[-1:], *reversed(ours)]
    )
