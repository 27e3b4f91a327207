"""Availability: when a volunteer, or somebody new with the link, could stand at a booth."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Availability, Booth, Event, Person
from outreach.accounts.addresses import Newcomer
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.roster.stated.availability import Said, booth_for, find_said, say
from outreach.staffing.signups.times import ReadyNewcomer, say_as_newcomer
from views.mine import venue_words
from views.mine.personal import (
    foundation_of,
    keep_token,
    not_theirs,
    now_of,
    origin,
    own_act,
    personal,
)
from views.mine.public_booth import PublicBooth, stand_of
from views.mine.sign_up import open_pages
from views.mine.sign_up_forms import TakeForm
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
        own=venue_words.own_zone(person),
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


@blueprint.get("/s/<code>/times")
@allow(PUBLIC)
def offer(code: str) -> ResponseReturnValue:
    """Ask somebody with the sign-up link when they could come; who is known has a page for it."""
    stand = stand_of(code)
    if stand.known is not None:
        known = stand.known.token
        return redirect(url_for("my_times.say", token=known, event_id=stand.event.id))
    return _offer_page(stand, _offered(stand), TakeForm.of(None))


@blueprint.post("/s/<code>/times")
@allow(PUBLIC)
def keep_offer(code: str) -> ResponseReturnValue:
    """Note when somebody new could come, and open their pages to them."""
    stand = stand_of(code)
    form, who = _offered(stand), TakeForm.of(None)
    if not who.validate():
        return _offer_page(stand, form, who), 422

    return act(
        lambda: _keep_offered(stand, form, who),
        _thank,
        lambda refusal: _refuse_offer(stand, form, who, refusal),
    )


def _keep_offered(stand: PublicBooth, form: TimesForm, who: TakeForm) -> str:
    """Keep what a newcomer says; return what opens their pages."""
    if stand.closed:
        raise Refused(stand.closed)
    newcomer = Newcomer(who.name.data or "", who.contact.data or "")
    ready = ReadyNewcomer(newcomer, str(who.form_key.data), origin())
    person, is_new = say_as_newcomer(
        db(), stand.booth, stand.event, ready, *form.read(), stand.now, real_now()
    )
    return open_pages(stand, person, is_new)


def _thank(token: str) -> Done:
    said = _("Thank you. Whoever plans the roster sees it, and you hear from us.")
    to = url_for("my_shifts.show", token=token)
    return Done(said, to, then=lambda response: keep_token(response, token))


def _refuse_offer(stand: PublicBooth, form: TimesForm, who: TakeForm, refusal: Refused) -> str:
    """Say why not, beside the field that it is about."""
    if refusal.field in ("name", "contact"):
        who.refuse(refusal)
    else:
        form.refuse(refusal)
    return _offer_page(stand, form, who)


def _offered(stand: PublicBooth) -> TimesForm:
    return TimesForm.of(stand.booth, stand.event, Said(), stand.now)


def _offer_page(stand: PublicBooth, form: TimesForm, who: TakeForm) -> str:
    return render_template(
        "sign_up/times.html",
        stand=stand,
        form=form,
        who=who,
        own=venue_words.own_zone(stand.reader),
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
