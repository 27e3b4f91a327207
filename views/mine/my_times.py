"""Availability: when a volunteer could stand at a booth, said day by day."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Availability, Booth, Event, Person
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.roster.availability import booth_for, find_said, say
from views.mine import venue_words
from views.mine.personal import foundation_of, not_theirs, now_of, own_act, personal
from views.mine.times_form import TimesForm
from views.web.act import Done, act
from views.web.guards import PUBLIC, allow
from views.web.request import db, real_now

blueprint = Blueprint("my_times", __name__)


@blueprint.get("/my/<token>/events/<int:event_id>/times", endpoint="say")
@allow(PUBLIC)
def ask(token: str, event_id: int, refusal: Refused | None = None) -> str:
    """Ask when somebody could, and how much at most."""
    person = personal(token)
    booth, event = _booth_for(person, event_id)
    form = _form(person, booth, event)
    if refusal is not None:
        form.refuse(refusal)
    return render_template(
        "my_shifts/times.html",
        token=token,
        person=person,
        event=event,
        form=form,
        own=venue_words.own_zone(),
    )


@blueprint.post("/my/<token>/events/<int:event_id>/times")
@allow(PUBLIC)
def keep(token: str, event_id: int) -> ResponseReturnValue:
    """Note the times that were ticked and typed."""
    person = personal(token)
    booth, event = _booth_for(person, event_id)
    form, to = _form(person, booth, event), url_for("my_shifts.show", token=token)
    now = now_of(foundation_of(person))

    def rule() -> Availability:
        return say(db(), booth, person, *form.read(), now, real_now())

    return act(
        rule,
        lambda said: Done(say_noted(event, said), to, own_act(person)),
        lambda refusal: ask(token, event_id, refusal),
    )


def say_noted(event: Event, said: Availability) -> str:
    """Say that it is kept, or that it means no time at all."""
    if not said.times and said.most_minutes is None:
        return _("Noted: you cannot come to %(event)s on any of these days.", event=event.name)
    return _("Noted for %(event)s. You can change it here at any time.", event=event.name)


def _form(person: Person, booth: Booth, event: Event) -> TimesForm:
    said = find_said(db(), booth, person)
    return TimesForm.of(booth, event, said, now_of(foundation_of(person)))


def _booth_for(person: Person, event_id: int) -> tuple[Booth, Event]:
    """Return the booth of an event of the person's foundation, else answer 404."""
    found = booth_for(db(), person, event_id)
    if found is None:
        not_theirs("event", event_id)
    return found
