"""Roster: where is the booth empty or lonely, and who stands there?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Event, Person, Shift
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_hours, say_open_times, say_start, say_time
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.booths import town_of, zone_of
from outreach.staffing.booth.hours import BoothDays, from_stored
from outreach.staffing.booth.of_trip import BoothElsewhere, find_others_of_trip
from outreach.staffing.roster.days import Roster
from outreach.staffing.roster.load import load_roster
from outreach.staffing.rules import NeedsReason
from outreach.staffing.signups import assign
from views.booth.booth_rows import booth_of, event_here, shift_of, sign_up_of
from views.booth.roster_page import RosterPage, read_asked
from views.web.act import Done, Otherwise, above, act
from views.web.guards import LEAD, allow
from views.web.request import db, load, me, planning_now, read_key, real_now

blueprint = Blueprint("roster", __name__)

LONGEST_REASON = 300


@blueprint.app_template_filter("hour")
def _hour(instant: datetime, zone: str | None) -> str:
    """Say a time of day by the venue's clock: "15:15"."""
    return say_time(instant, ZoneInfo(zone or "UTC"))


@blueprint.app_template_filter("times")
def _times(starts: datetime, ends: datetime, zone: str | None) -> str:
    """Say a shift's hours by the venue's clock: "22:00–24:00", "23:00–Sat 01:00"."""
    clock = ZoneInfo(zone or "UTC")
    return say_open_times(starts.astimezone(clock), ends.astimezone(clock))


blueprint.add_app_template_filter(town_of, "town")
blueprint.add_app_template_filter(say_hours, "hours")


def roster_of(event: Event) -> Roster:
    """Load the roster of our booth at the event, with the person that the address picks.

    Staff may pick anybody; who only leads the event picks among its people.
    """
    booth = booth_of(event)
    picked = read_key(request.values.get("person"))
    others = [load(Person, picked).id] if picked and me().role == "staff" else []
    return load_roster(db(), booth, event, others)


@blueprint.get("/events/<int:event_id>/roster")
@allow(LEAD)
def show(event_id: int) -> str:
    """Show a day of the roster, and what the address asks about it."""
    event = event_here(event_id)
    shown = RosterPage(roster_of(event), read_asked(request.args), planning_now())
    return render_template(
        "roster/list.html" if shown.asked.as_list else "roster/show.html",
        shown=shown,
        event=event,
        zone=event.timezone,
        others=_others_of_trip(event),
    )


def _others_of_trip(event: Event) -> list[BoothElsewhere]:
    """Return the booths of the same trip whose rosters staff may open as well."""
    today = planning_now().date()
    return find_others_of_trip(db(), event.id, today) if me().role == "staff" else []


@blueprint.post("/events/<int:event_id>/shifts/<int:shift_id>/people/<int:person_id>")
@allow(LEAD)
def place(event_id: int, shift_id: int, person_id: int) -> ResponseReturnValue:
    """Put a person on a shift; against a rule only with a reason."""
    event = event_here(event_id)
    shift, person = shift_of(event, shift_id), load(Person, person_id)
    if me().role != "staff" and person.id not in roster_of(event).people:
        abort(404)
    name, reason = person.first_name, _reason()
    said = {"name": name, "shift": _start_of(event, shift)}
    return act(
        lambda: assign.place(db(), shift, person, me(), planning_now(), real_now(), reason=reason),
        lambda entry: _done(event, shift, entry, _("%(name)s stands %(shift)s.", **said)),
        _why_not(event_id, _("Put %(name)s there", name=name), person_id),
    )


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/move")
@allow(LEAD)
def move(event_id: int, sign_up_id: int) -> ResponseReturnValue:
    """Move a person to another shift of the booth."""
    event = event_here(event_id)
    sign_up = sign_up_of(event, sign_up_id)
    person, reason = sign_up.person, _reason()
    name, number = person.first_name, person.id
    shift = shift_of(event, read_key(request.form.get("to")))
    said = {"name": name, "shift": _start_of(event, shift)}
    return act(
        lambda: assign.move(db(), sign_up, shift, me(), planning_now(), real_now(), reason),
        lambda entry: _done(event, shift, entry, _("%(name)s moved to %(shift)s.", **said)),
        _why_not(event_id, _("Move %(name)s there", name=name), number),
    )


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/off")
@allow(LEAD)
def take_off(event_id: int, sign_up_id: int) -> ResponseReturnValue:
    """Take a person off a shift or out of its queue."""
    event = event_here(event_id)
    sign_up = sign_up_of(event, sign_up_id)
    number, shift = sign_up.person_id, sign_up.shift
    said = {"name": sign_up.person.first_name, "shift": _start_of(event, shift)}
    return act(
        lambda: assign.take_off(db(), sign_up, me(), planning_now(), real_now()),
        lambda entry: _done(event, shift, entry, _("%(name)s is off %(shift)s.", **said)),
        _why_not(event_id, "", number),
    )


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/lead")
@allow(LEAD)
def set_lead(event_id: int, sign_up_id: int) -> ResponseReturnValue:
    """Say whether a person leads a shift."""
    event = event_here(event_id)
    sign_up = sign_up_of(event, sign_up_id)
    number, shift = sign_up.person_id, sign_up.shift
    said = {"name": sign_up.person.first_name, "shift": _start_of(event, shift)}
    leads = bool(request.form.get("lead"))
    led = _("%(name)s leads %(shift)s.", **said)
    done = led if leads else _("%(name)s does not lead %(shift)s.", **said)
    return act(
        lambda: assign.set_lead(db(), sign_up, leads, me(), planning_now(), real_now()),
        lambda entry: _done(event, shift, entry, done),
        _why_not(event_id, "", number),
    )


def _reason() -> str:
    return " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]


def _start_of(event: Event, shift: Shift) -> str:
    return say_start(shift.starts_at, zone_of(event))


def _done(event: Event, shift: Shift, entry: Entry, sentence: str) -> Done:
    """Say what was done, and lead to the day that it is on."""
    zone = zone_of(event)
    days = BoothDays(from_stored(booth_of(event).hours), zone)
    day = days.day_of(shift.starts_at, shift.kind)
    address = url_for(
        "roster.show", event_id=event.id, day=day.isoformat(), _anchor=f"shift-{shift.id}"
    )
    return Done(sentence, address, entry)


def _why_not(event_id: int, button: str, person_id: int) -> Otherwise:
    """Ask for a reason where one helps; else show the roster as it is, with the sentence."""

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        if isinstance(refusal, NeedsReason) and not any(one.is_double for one in refusal.breaches):
            return render_template(
                "roster/reason.html",
                event=event_here(event_id),
                person=load(Person, person_id),
                breaches=refusal.breaches,
                button=button,
                reason=request.form.get("reason", ""),
                to=request.form.get("to"),
            )
        return above(lambda: show(event_id))(refusal)

    return otherwise
