"""Roster: where is the booth empty or lonely, and who stands there?"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from models import Event, Person, Shift
from outreach.accounts.history import Entry
from outreach.refusal import Refused
from outreach.staffing.booth.booths import zone_of
from outreach.staffing.roster.days import Roster
from outreach.staffing.roster.load import load_roster
from outreach.staffing.rules.breaches import NeedsReason
from outreach.staffing.rules.venue_time import say_start
from outreach.staffing.signups import assign
from outreach.staffing.signups.locks import Gone
from views.booth import roster_words
from views.booth.booth_rows import booth_of, event_here, shift_of, sign_up_of
from views.booth.roster_page import RosterPage, read_asked
from views.web.guards import LEAD, allow
from views.web.page import tell
from views.web.request import db, load, me, planning_now, read_key, real_now

blueprint = Blueprint("roster", __name__)
roster_words.teach(blueprint)

LONGEST_REASON = 300


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
    shown = RosterPage(roster_of(event), read_asked(request.args), planning_now().date())
    return render_template(
        "roster/list.html" if shown.asked.as_list else "roster/show.html",
        shown=shown,
        event=event,
        zone=event.timezone,
    )


@blueprint.post("/events/<int:event_id>/shifts/<int:shift_id>/people/<int:person_id>")
@allow(LEAD)
def place(event_id: int, shift_id: int, person_id: int) -> Response | tuple[str, int]:
    """Put a person on a shift; against a rule only with a reason."""
    event = event_here(event_id)
    shift, person = shift_of(event, shift_id), load(Person, person_id)
    if me().role != "staff" and person.id not in roster_of(event).people:
        abort(404)
    name, reason = person.first_name, _reason()
    try:
        entry = assign.place(db(), shift, person, me(), planning_now(), real_now(), reason=reason)
    except Refused as refusal:
        return _refused(event_id, refusal, f"Put {name} there", person_id)
    return _done(event, shift, entry, f"{name} stands {{}}.")


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/move")
@allow(LEAD)
def move(event_id: int, sign_up_id: int) -> Response | tuple[str, int]:
    """Move a person to another shift of the booth."""
    event = event_here(event_id)
    sign_up = sign_up_of(event, sign_up_id)
    person, reason = sign_up.person, _reason()
    name, number = person.first_name, person.id
    shift = shift_of(event, read_key(request.form.get("to")))
    try:
        entry = assign.move(db(), sign_up, shift, me(), planning_now(), real_now(), reason)
    except Refused as refusal:
        return _refused(event_id, refusal, f"Move {name} there", number)
    return _done(event, shift, entry, f"{name} moved to {{}}.")


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/off")
@allow(LEAD)
def take_off(event_id: int, sign_up_id: int) -> Response | tuple[str, int]:
    """Take a person off a shift or out of its queue."""
    event = event_here(event_id)
    sign_up = sign_up_of(event, sign_up_id)
    name, number, shift = sign_up.person.first_name, sign_up.person_id, sign_up.shift
    try:
        entry = assign.take_off(db(), sign_up, me(), planning_now(), real_now())
    except Refused as refusal:
        return _refused(event_id, refusal, "", number)
    return _done(event, shift, entry, f"{name} is off {{}}.")


@blueprint.post("/events/<int:event_id>/places/<int:sign_up_id>/lead")
@allow(LEAD)
def set_lead(event_id: int, sign_up_id: int) -> Response | tuple[str, int]:
    """Say whether a person leads a shift."""
    event = event_here(event_id)
    sign_up = sign_up_of(event, sign_up_id)
    name, number, shift = sign_up.person.first_name, sign_up.person_id, sign_up.shift
    leads = bool(request.form.get("lead"))
    try:
        entry = assign.set_lead(db(), sign_up, leads, me(), planning_now(), real_now())
    except Refused as refusal:
        return _refused(event_id, refusal, "", number)
    return _done(event, shift, entry, f"{name} {'leads' if leads else 'does not lead'} {{}}.")


def _reason() -> str:
    return " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]


def _day_of(event: Event, shift: Shift) -> str:
    return shift.starts_at.astimezone(zone_of(event)).date().isoformat()


def _done(event: Event, shift: Shift, entry: Entry, sentence: str) -> Response:
    """Keep it, say it with Undo, and show the day that it is on."""
    when, day = say_start(shift.starts_at, zone_of(event)), _day_of(event, shift)
    address = url_for("roster.show", event_id=event.id, day=day, _anchor=f"shift-{shift.id}")
    db().commit()
    tell(sentence.format(when), entry=entry)
    return redirect(address, 303)


def _refused(event_id: int, refusal: Refused, button: str, person_id: int) -> tuple[str, int]:
    """Ask for a reason where one helps; else show the roster as it is, with the sentence."""
    db().rollback()
    event = event_here(event_id)
    if isinstance(refusal, NeedsReason) and not any(one.is_double for one in refusal.breaches):
        page = render_template(
            "roster/reason.html",
            event=event,
            person=load(Person, person_id),
            breaches=refusal.breaches,
            button=button,
            reason=request.form.get("reason", ""),
            to=request.form.get("to"),
        )
        return page, 422
    tell(refusal.sentence, refused=True)
    return show(event_id), 409 if isinstance(refusal, Gone) else 422
