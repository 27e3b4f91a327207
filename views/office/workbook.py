"""The season as a workbook: a sheet for each noun, every list as its own page gives it away."""

from collections.abc import Callable

from flask import Blueprint, Response, abort
from sqlalchemy import exists, select

from models import Booth, Event
from models.events import starts_in
from outreach.planning.deadlines.told import find_pressing
from outreach.planning.decisions.states import STATE_WORDS
from outreach.planning.season.booth_gaps import find_staffing
from outreach.planning.season.lines import find_sheet
from outreach.planning.season.run_sheet import YEARS, prepare_lines
from outreach.staffing.roster.load import count_shifts
from views.calls import calls
from views.deadlines import deadlines
from views.kits import kits
from views.money import money
from views.plan import portfolios
from views.talks import library, proposals
from views.trips import trips
from views.web.guards import STAFF, allow
from views.web.request import db, here, planning_now
from views.web.spreadsheet import BookSheet, as_workbook, wall_time

blueprint = Blueprint("workbook", __name__)

EVENTS = (
    *("event", "first day", "last day", "city", "country", "state", "decided on", "reason"),
    *("owner", "people going", "shifts", "missing", "next deadline", "by", "next date", "lacks"),
)
SHIFTS = (
    *("event", "from", "until", "zone", "kind", "fewest", "most", "taken", "asked", "missing"),
    "note",
)


def _events(year: int) -> BookSheet:
    """Return the events that Season shows, with what each waits for and how it is staffed."""
    found = find_sheet(db(), here(), year, planning_now()).lines
    numbers, now = [line.id for line in found], planning_now()
    staffing = find_staffing(db(), numbers, now)
    late, waiting = find_pressing(db(), here(), numbers, now)
    lines = prepare_lines(db(), here(), found, staffing, late, now.date())
    return BookSheet("events", EVENTS, (
        (
            *(line.name, line.starts_on, line.ends_on, line.city, line.country),
            *(str(STATE_WORDS[line.state]), line.decided, line.reason, line.owner, line.team_size),
            *((booth.shifts, booth.missing) if (booth := staffing.get(line.id)) else (None, None)),
            *((first.what, first.by) if (first := waiting.get(line.id)) else (None, None)),
            *(line.next_on, line.say_lack(now.date())),
        )
        for line in lines
    ))  # fmt: skip


def _shifts(year: int) -> BookSheet:
    """Return every shift of the season's booths, counted, by the venue's clock."""
    mine = (Event.foundation_id == here().id, starts_in(year))
    there = select(Event.id, Event.name).where(*mine, exists().where(Booth.event_id == Event.id))
    names = {row.id: row.name for row in db().execute(there)}
    return BookSheet("shifts", SHIFTS, (
        (
            *(names[row.event_id or 0], wall_time(row.starts, row.zone)),
            *(wall_time(row.ends, row.zone), str(row.zone), row.kind, row.places.fewest),
            *(row.places.most, row.places.taken, row.places.asked, row.missing, row.note),
        )
        for row in count_shifts(db(), *mine)
    ))  # fmt: skip


SHEETS: tuple[Callable[[int], BookSheet], ...] = (
    *(_events, calls.sheet_of, library.sheet_of, proposals.sheet_of),
    *(deadlines.sheet_of, _shifts, trips.sheet_of, kits.sheet_of, kits.swag_sheet_of),
    *(money.sheet_of, portfolios.sheet_of),
)
"""What the workbook holds, sheet by sheet: a noun that has a list of its own adds it here."""


@blueprint.get("/season/<int:year>.xlsx")
@allow(STAFF)
def workbook(year: int) -> Response:
    """Give a whole season to a spreadsheet."""
    if year not in YEARS:
        abort(404)
    return as_workbook(f"season-{year}", (sheet(year) for sheet in SHEETS))
