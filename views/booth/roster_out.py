"""The roster on its way out: printed, as a spreadsheet, as rows to copy, as a calendar."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select

from models import Booth, Event, Person, Proposal, TeamMember
from outreach.calendars.entries import Entry, Head, identity
from outreach.calendars.writing import write
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.roster.days import Roster, RosterShift, Seat
from outreach.staffing.roster.load import load_roster
from outreach.staffing.roster.stood import as_carried_over
from outreach.talks.calendar_entries import load_entries
from views.booth.booth_rows import booth_of, event_here
from views.booth.roster_page import read_asked
from views.web.guards import LEAD, allow
from views.web.request import db, here, planning_now, real_now
from views.web.spreadsheet import as_spreadsheet, safe_cell, wall_time

blueprint = Blueprint("roster_out", __name__)
MOST_TALL = 30
"""So many rows of text are seen without scrolling."""

HEAD = (
    *("day", "from", "until", "kind", "person", "role", "state", "confirmed"),
    *("arrived", "left", "missed", "note"),
)


@blueprint.get("/events/<int:event_id>/roster/print")
@allow(LEAD)
def printed(event_id: int) -> str:
    """Show the sheets that hang at the booth: one day, or every day on a page of its own."""
    event = event_here(event_id)
    roster = _load(event)
    wanted = read_asked(request.args).day
    days = [day for day in roster.days_to_show if wanted in (None, day)] or roster.days_to_show
    sheets = [(day, rows) for day in days if (rows := _sheet(roster, day))]
    return render_template(
        "roster/print.html",
        event=event,
        roster=roster,
        sheets=sheets,
        leads=_leads(event),
        places=max((_places(row) for row in roster.rows), default=2),
        printed=planning_now(),
        zone=event.timezone,
    )


def _sheet(roster: Roster, day: date) -> list[tuple[RosterShift, str]]:
    """Return the shifts of a day; those of the evening before first, with their hours in words."""
    return [*roster.carried_words(day), *((row, "") for row in roster.rows_on(day))]


@blueprint.get("/events/<int:event_id>/roster.csv")
@allow(LEAD)
def spreadsheet(event_id: int) -> Response:
    """Give the roster to a spreadsheet: a row for each person on a shift, and for each gap."""
    event = event_here(event_id)
    return as_spreadsheet(f"roster-{event.id}", HEAD, _rows(_load(event)))


@blueprint.get("/events/<int:event_id>/roster/rows")
@allow(LEAD)
def rows(event_id: int) -> str:
    """Show the same rows as text, to copy into a sheet that is open."""
    event = event_here(event_id)
    lines = [HEAD, *_rows(_load(event))]
    count = len(lines) - 1
    text = "\n".join("\t".join(_plain(cell) for cell in line) for line in lines)
    return render_template(
        "roster/rows.html",
        event=event,
        text=text,
        headline=ngettext("%(num)s row to copy.", "%(num)s rows to copy.", count),
        tall=min(len(lines) + 1, MOST_TALL),
    )


@blueprint.get("/events/<int:event_id>/roster.ics")
@allow(LEAD)
def calendar(event_id: int) -> Response:
    """Give the roster to a calendar: an entry for each person on a shift, and for each talk."""
    event = event_here(event_id)
    booth = booth_of(event)
    roster = load_roster(db(), booth, event)
    entries = [_entry(event, booth, row, seat) for row in roster.rows for seat in row.expected]
    at_event = Proposal.event_id == event.id
    entries += load_entries(db(), here(), real_now(), at_event, has_names=True)
    title = _("%(event)s: roster", event=event.name)
    head = Head(title, identity(here().calendar_scope, "calendar", title), is_asked_for=False)
    return Response(
        write(head, entries),
        mimetype="text/calendar",
        headers={"Content-Disposition": f"attachment; filename=roster-{event.id}.ics"},
    )


def _load(event: Event) -> Roster:
    roster = load_roster(db(), booth_of(event), event)
    return replace(roster, rows=tuple(as_carried_over(roster.rows, planning_now())))


def _places(row: RosterShift) -> int:
    """Return how many places a printed row shows."""
    return max(row.slot.min_people, row.slot.max_people, len(row.expected))


def _leads(event: Event) -> list[tuple[str, str | None]]:
    """Return name and telephone of who leads the event."""
    found = db().execute(
        select(Person.name, Person.phone)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .where(TeamMember.event_id == event.id, TeamMember.is_lead)
        .order_by(Person.name)
    )
    return [(name, phone) for name, phone in found]


def _rows(roster: Roster) -> Iterator[tuple[str, ...]]:
    for row in roster.rows:
        first, last = (edge.astimezone(roster.zone) for edge in (row.slot.starts, row.slot.ends))
        times = (edge.time().isoformat("minutes") for edge in (first, last))
        when = (first.date().isoformat(), *times, row.slot.kind)
        for seat in (*row.taken, *row.offered, *row.waiting):
            role = "lead" if seat.is_lead else "" if seat.person.is_experienced else "first-timer"
            state = "missed" if seat.was_missed else seat.state
            confirmed = "yes" if seat.is_confirmed else "no"
            noted = (_wall(seat.arrived, roster), _wall(seat.left, roster))
            missed = "yes" if seat.was_missed else "no"
            yield (*when, seat.person.name, role, state, confirmed, *noted, missed, row.note)
        for _place in range(row.missing):
            yield (*when, "", "", "missing", "", "", "", "", row.note)


def _wall(instant: datetime | None, roster: Roster) -> str:
    """Write when somebody came or left by the venue's clock; "" where it was not noted."""
    wall = wall_time(instant, roster.zone)
    return wall.isoformat(" ", "minutes") if wall else ""


def _plain(cell: str) -> str:
    return str(safe_cell(" ".join(cell.split())))


def _entry(event: Event, booth: Booth, row: RosterShift, seat: Seat) -> Entry:
    return Entry(
        uid=identity(here().calendar_scope, "shift", row.id, seat.person.id),
        title=f"{seat.person.name}: {event.name}",
        starts=row.slot.starts,
        ends=row.slot.ends,
        zone=event.timezone,
        place=", ".join(part for part in (booth.place_of(row.own_place), event.city) if part),
        note=row.note,
        sequence=row.sequence,
        stamp=seat.changed_at,
    )
