"""Deadlines: the board of all that events wait for, as a spreadsheet and as a calendar."""

import hashlib
from collections.abc import Iterator

from flask import Blueprint, Response, abort, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from models import Event, Foundation
from models.events import starts_in
from outreach.calendars.entries import Entry, Head, identity
from outreach.calendars.writing import write
from outreach.language import gettext as _
from outreach.planning.ahead import by_ahead
from outreach.planning.deadlines.choices import find_feed_owner
from outreach.planning.deadlines.told import (
    KINDS,
    Deadline,
    WantedDeadlines,
    list_deadlines,
    read_board,
)
from views.web.guards import PUBLIC, STAFF, allow
from views.web.paging import page_by
from views.web.request import db, here, me, planning_now, real_now, site
from views.web.spreadsheet import BookSheet, as_spreadsheet

blueprint = Blueprint("deadlines", __name__)
MOST_IN_FEED = 1000
HEAD = ("by", "days left", "event", "what", "kind", "from", "owner", "address")


def _asked() -> WantedDeadlines:
    """Read the filters of the address; unknown words are refused."""
    kind, whose = request.args.get("kind", ""), request.args.get("whose", "")
    if kind not in ("", *KINDS) or whose not in ("", "mine"):
        abort(400)
    return WantedDeadlines(kind=kind, owner_id=me().id if whose else None)


@blueprint.get("/deadlines")
@allow(STAFF)
def board() -> str:
    """Show what is late, then what comes, whatever it is and for whichever event."""
    wanted, now = _asked(), planning_now()
    page, shown = page_by(lambda most, first: read_board(db(), here(), now, wanted, most, first))
    return render_template(
        "deadlines/board.html",
        board=shown,
        groups=by_ahead(shown.lines, lambda one: one.days(now.date())),
        page_of_deadlines=page,
        kinds=KINDS,
        kind=wanted.kind,
        whose="mine" if wanted.owner_id else "",
        where=where,
    )


@blueprint.get("/deadlines.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give the board to a spreadsheet."""
    return as_spreadsheet("deadlines", HEAD, _cells(_asked()))


def sheet_of(year: int) -> BookSheet:
    """Return what the events of a year wait for, for its workbook."""
    events = select(Event.id).where(Event.foundation_id == here().id, starts_in(year))
    return BookSheet("deadlines", HEAD, _cells(WantedDeadlines(db().scalars(events).all())))


def _cells(wanted: WantedDeadlines) -> Iterator[tuple[object, ...]]:
    now = planning_now()
    for one in list_deadlines(db(), here(), now, wanted):
        yield (
            *(one.by, one.days(now.date()), one.event, one.what, one.kind_word, one.opens),
            *(one.owner, site() + where(one)),
        )


@blueprint.get("/feeds/deadlines/<calendar>.ics")
@allow(PUBLIC)
def subscribe(calendar: str) -> AnyResponse:
    """Give the board to a program that asks again and again; what opens this opens only this."""
    person = find_feed_owner(db(), calendar)
    if person is None:
        return Response(_("There is no such calendar."), 404, mimetype="text/plain")
    foundation = db().get_one(Foundation, person.foundation_id)
    now = foundation.now(real_now())
    scope = foundation.slug
    entries = [
        Entry(
            uid=identity(scope, "deadline", one.source, one.number),
            title=f"{one.event}: {one.what}",
            starts=one.opens or one.by,
            ends=one.by,
            stamp=foundation.created_at,
            note=site() + where(one),
            is_busy=False,
        )
        for one in list_deadlines(db(), foundation, now, most=MOST_IN_FEED)
    ]
    title = _("%(foundation)s, deadlines", foundation=foundation.name)
    content = write(Head(title, identity(scope, "deadlines")), entries)
    response = Response(content, mimetype="text/calendar")
    response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


def where(deadline: Deadline) -> str:
    """Lead to the page that settles it."""
    event, number = deadline.event_id, deadline.number
    match deadline.source:
        case "item":
            return url_for("checklists.show", event_id=event, _anchor=f"item-{number}")
        case "talk":
            return url_for("talks.show", proposal_id=number)
        case "team":
            return url_for("people.choose_team", event_id=event)
        case "brief":
            return url_for("briefs.show", event_id=event)
        case "file" | "parcel":
            return url_for("bookings.edit_swag", event_id=event, swag_id=number)
        case "kit":
            return url_for("bookings.edit", event_id=event, booking_id=number)
        case "call" | "answer":
            return url_for("events.show", event_id=event, _anchor="calls")
        case _:
            return url_for("events.show", event_id=event)
