"""Answers programs that ask for a calendar again and again: 304 where nothing has changed."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from outreach import language
from outreach.language import gettext as _
from outreach.planning.feeds.opened import Moment, Opened, Pages, stamp, write_feed
from views.deadlines.where import where
from views.web.request import db, real_now, site


def no_calendar() -> Response:
    """Answer the same to whatever opens nothing: unknown, misspelled, ended."""
    return Response(_("There is no such calendar."), 404, mimetype="text/plain")


def answer(opened: Opened) -> AnyResponse:
    """Give a calendar; what the program has already is not even read from the database."""
    real = real_now()
    at = Moment(opened.foundation.now(real), real)
    tag = stamp(db(), opened, at, (site(), _language(opened)))
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(_write(opened, at), mimetype="text/calendar")
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _language(opened: Opened) -> str:
    """Return the language of somebody's letters, for what is their own."""
    return (opened.person and opened.person.letters_language) or language.current()


def _write(opened: Opened, at: Moment) -> bytes:
    with language.spoken(_language(opened)):
        pages = Pages(site(), site() + url_for("my_shifts.mine"), where)
        return write_feed(db(), opened, at, pages)
