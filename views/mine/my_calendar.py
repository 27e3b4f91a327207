"""A volunteer's shifts for their calendar: one at a time, or all to subscribe to."""

import hashlib
from collections.abc import Collection

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import Person
from outreach import language
from outreach.calendars.entries import Head, identity
from outreach.calendars.writing import write
from outreach.language import gettext as _
from outreach.staffing.letters.own_entries import load_entries
from outreach.staffing.volunteers import personal_links
from views.mine.my_shifts import sign_up_of
from views.mine.personal import foundation_of, now_of, personal
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now, site

blueprint = Blueprint("my_calendar", __name__)


@blueprint.get("/my/<token>/shifts/<int:sign_up_id>.ics")
@allow(PUBLIC)
def shift(token: str, sign_up_id: int) -> Response:
    """Give one shift to a calendar."""
    person = personal(token)
    content = _calendar_of(person, [sign_up_of(person, sign_up_id).id])
    if b"BEGIN:VEVENT" not in content:
        abort(404)
    named = {"Content-Disposition": f"attachment; filename=shift-{sign_up_id}.ics"}
    return Response(content, mimetype="text/calendar", headers=named)


@blueprint.get("/feeds/<feed>.ics", endpoint="feed")
@allow(PUBLIC)
def subscribe(feed: str) -> AnyResponse:
    """Give all shifts to a program that asks again and again; what opens this opens only this."""
    person = personal_links.find_feed_owner(db(), feed, real_now())
    if person is None:
        return Response(_("There is no such calendar."), 404, mimetype="text/plain")
    with language.spoken(person.letters_language or language.current()):
        content = _calendar_of(person)
    response = Response(content, mimetype="text/calendar")
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def _calendar_of(person: Person, only: Collection[int] = ()) -> bytes:
    """Write shifts for a calendar; its page is the one that this browser knows, never a token."""
    foundation = foundation_of(person)
    since = now_of(foundation)
    own = site() + url_for("my_shifts.mine")
    entries = load_entries(db(), person, foundation.slug, foundation.name, since, only, own)
    title = _("%(foundation)s booths, %(name)s", foundation=foundation.name, name=person.first_name)
    return write(Head(title, identity(foundation.slug, "calendar", title)), entries)
