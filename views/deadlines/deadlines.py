"""Deadlines: the board of all that events wait for, as a spreadsheet and as a calendar."""

from collections.abc import Iterator

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy import select

from models import Event
from models.events import starts_in
from outreach.planning.ahead import by_ahead
from outreach.planning.deadlines.told import (
    KINDS,
    WantedDeadlines,
    list_deadlines,
    read_board,
)
from views.deadlines.where import where
from views.web.guards import STAFF, allow
from views.web.paging import page_by
from views.web.request import db, here, me, planning_now, site
from views.web.spreadsheet import BookSheet, as_spreadsheet

blueprint = Blueprint("deadlines", __name__)
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
