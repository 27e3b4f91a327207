"""Paper for the desk: who comes when with telephone numbers, and badges with names."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from flask import Blueprint, render_template, request

from models import Event
from outreach.staffing.roster.days import Roster
from outreach.staffing.roster.desk import DeskLine, badges_for, desk_lines
from outreach.staffing.roster.load import load_roster
from outreach.staffing.roster.stood import as_carried_over
from outreach.staffing.sign_up_answers import load_tickets
from views.booth.asking.sign_up_answers import say_ticket
from views.booth.booth_rows import booth_of, event_here
from views.booth.roster_page import read_asked
from views.web.guards import LEAD, allow
from views.web.request import db, here, me, planning_now

blueprint = Blueprint("desk", __name__)


@blueprint.get("/events/<int:event_id>/roster/desk")
@allow(LEAD)
def listing(event_id: int) -> str:
    """Show who comes on a day, with a number to call and a box to tick; else on every day."""
    event = event_here(event_id)
    roster = _load(event)
    days = {day: desk_lines(roster, day) for day in roster.days_to_show}
    return render_template(
        "roster/desk.html",
        sheets=[(day, lines) for day, lines in _asked(days).items() if lines],
        printed=planning_now(),
        tickets=_tickets(event),
        **_frame(event, days),
    )


@blueprint.get("/events/<int:event_id>/roster/badges")
@allow(LEAD)
def badges(event_id: int) -> str:
    """Show badges to cut out, for who comes on a day, else on any."""
    event = event_here(event_id)
    roster = _load(event)
    days = {day: desk_lines(roster, day) for day in roster.days_to_show}
    return render_template(
        "roster/badges.html",
        badges=badges_for(line for lines in _asked(days).values() for line in lines),
        foundation=here().name,
        **_frame(event, days),
    )


def _tickets(event: Event) -> dict[int, str] | None:
    """Return who has or needs a ticket, in words; None where that is not asked, or not for them."""
    tickets = load_tickets(db(), booth_of(event)) if me().role == "staff" else None
    return (
        None if tickets is None else {number: say_ticket(code) for number, code in tickets.items()}
    )


def _load(event: Event) -> Roster:
    roster = load_roster(db(), booth_of(event), event)
    return replace(roster, rows=tuple(as_carried_over(roster.rows, planning_now())))


def _asked(days: Mapping[date, list[DeskLine]]) -> Mapping[date, list[DeskLine]]:
    """Return the day that the address names, else all."""
    wanted = read_asked(request.args).day
    return {wanted: days[wanted]} if wanted and wanted in days else days


def _frame(event: Event, days: Mapping[date, object]) -> dict[str, object]:
    wanted = read_asked(request.args).day
    return {
        "event": event,
        "zone": event.timezone,
        "days": list(days) if len(days) > 1 else [],
        "day": wanted if wanted in days else None,
    }
