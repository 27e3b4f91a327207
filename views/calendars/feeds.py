"""The addresses of calendars: what opens one opens only that one, and only to read."""

from flask import Blueprint
from werkzeug.wrappers import Response

from models import Foundation
from outreach.accounts.feeds import find_feed
from outreach.planning.deadlines.choices import find_feed_owner
from outreach.planning.feeds.opened import Opened
from outreach.staffing.volunteers import personal_links
from views.calendars.answering import answer, no_calendar
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now

blueprint = Blueprint("feeds", __name__)


@blueprint.get("/feeds/<feed>.ics")
@allow(PUBLIC)
def read(feed: str) -> Response:
    """Give the calendar of an address, or of a personal link as they were before."""
    found = find_feed(db(), feed)
    if found is not None:
        return answer(Opened.of(db(), found))
    person = personal_links.find_feed_owner(db(), feed, real_now())
    if person is None:
        return no_calendar()
    return answer(Opened(db().get_one(Foundation, person.foundation_id), "own", person=person))


@blueprint.get("/feeds/deadlines/<calendar>.ics")
@allow(PUBLIC)
def deadlines(calendar: str) -> Response:
    """Give all deadlines to a program of somebody of staff, by the address of their notices."""
    person = find_feed_owner(db(), calendar)
    if person is None:
        return no_calendar()
    return answer(Opened(db().get_one(Foundation, person.foundation_id), "deadlines"))
