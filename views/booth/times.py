"""Availability of an event's people: who said when they could, and what staff heard of it."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Availability, Booth, Event, Person
from outreach.accounts.history import find_fresh
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.roster.stated.asked_times import gather_answers
from outreach.staffing.roster.stated.availability import find_said, say
from outreach.staffing.signups.times import ask_for_times
from views.booth.booth_rows import booth_of, event_here
from views.booth.roster import roster_of
from views.mine.times_form import TimesForm
from views.web.act import Done, above, act
from views.web.guards import LEAD, allow
from views.web.reach import say_reach
from views.web.request import db, load, me, planning_now, real_now

blueprint = Blueprint("times", __name__)


@blueprint.get("/events/<int:event_id>/roster/times")
@allow(LEAD)
def listing(event_id: int) -> str:
    """Show who said when they could, and who has not answered."""
    event = event_here(event_id)
    answers = gather_answers(db(), booth_of(event), event, planning_now())
    return render_template("roster/times.html", event=event, answers=answers)


@blueprint.post("/events/<int:event_id>/roster/times")
@allow(LEAD)
def ask(event_id: int) -> ResponseReturnValue:
    """Ask who has not answered yet, by one letter each."""
    event = event_here(event_id)
    answers = gather_answers(db(), booth_of(event), event, planning_now())
    people = [load(Person, one.person.id) for one in answers.silent]
    names = {person.id: person.first_name for person in people}
    said = _("Asked when they can come: %(outcome)s", outcome=say_reach(names))
    return act(
        lambda: ask_for_times(db(), event, people, me(), planning_now(), real_now()),
        lambda entry: Done(said, url_for("times.listing", event_id=event_id)),
        above(lambda: listing(event_id)),
    )


@blueprint.get("/events/<int:event_id>/roster/times/<int:person_id>", endpoint="type_in")
@allow(LEAD)
def show(event_id: int, person_id: int, refusal: Refused | None = None) -> str:
    """Show the days with what a person said, for who heard more of it."""
    event = event_here(event_id)
    person = _person_of(event, person_id)
    form = _form(event, booth_of(event), person)
    if refusal is not None:
        form.refuse(refusal)
    return render_template("roster/times_of.html", event=event, person=person, form=form)


@blueprint.post("/events/<int:event_id>/roster/times/<int:person_id>")
@allow(LEAD)
def keep(event_id: int, person_id: int) -> ResponseReturnValue:
    """Note when a person can come, as they told it."""
    event = event_here(event_id)
    booth, person = booth_of(event), _person_of(event, person_id)
    form, to = _form(event, booth, person), url_for("times.listing", event_id=event_id)

    def rule() -> Availability:
        return say(db(), booth, person, *form.read(), planning_now(), real_now(), me())

    said = _("Noted when %(name)s can come.", name=person.first_name)
    return act(
        rule,
        lambda row: Done(said, to, find_fresh(db())),
        lambda refusal: show(event_id, person_id, refusal),
    )


def _form(event: Event, booth: Booth, person: Person) -> TimesForm:
    return TimesForm.of(booth, event, find_said(db(), booth, person), planning_now())


def _person_of(event: Event, person_id: int) -> Person:
    """Return a person of ours; who only leads the event sees its people alone."""
    person = load(Person, person_id)
    if me().role != "staff" and person.id not in roster_of(event).people:
        abort(404)
    return person
