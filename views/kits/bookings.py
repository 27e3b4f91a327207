"""Kits at an event and what is given away there: booked, sent, counted before and after."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import Event, Kit, KitBooking, Swag
from outreach.accounts.history import Entry
from outreach.language import gettext as _
from outreach.planning.kits.bookings import book, change_booking, drop_booking, find_stop
from outreach.planning.kits.swag import add_swag, change_swag, drop_swag
from views.kits.forms import SwagForm, booking_form, new_booking_form, swag_form
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import LEAD, allow
from views.web.request import db, here, load, me, real_now

blueprint = Blueprint("bookings", __name__)


@blueprint.route("/events/<int:event_id>/kits/new", methods=["GET", "POST"])
@allow(LEAD)
def new(event_id: int) -> ResponseReturnValue:
    """Book a kit for an event."""
    event = load(Event, event_id)
    ours = select(Kit.id, Kit.name).where(Kit.foundation_id == here().id)
    kits = [(number, name) for number, name in db().execute(ours.order_by(Kit.name, Kit.id))]
    form = new_booking_form(kits)
    return act_on_form(
        form,
        lambda: book(db(), here(), load(Kit, form.kit.data), event, form.typed(), me(), real_now()),
        lambda made: _booked(event, _("The kit is booked."), *made),
        lambda: render_template("kits/booking.html", form=form, event=event, stop=None, kits=kits),
    )


@blueprint.route("/events/<int:event_id>/kits/<int:booking_id>", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int, booking_id: int) -> ResponseReturnValue:
    """Change a booking: its days, what was sent and came, what was counted."""
    event, booking = load(Event, event_id), _booking_here(event_id, booking_id)
    stop = find_stop(db(), booking)
    form = booking_form(stop)
    return act_on_form(
        form,
        lambda: change_booking(
            db(), here(), booking, form.typed(), form.seen_version(), me(), real_now()
        ),
        lambda made: _booked(event, _("%(kit)s: kept.", kit=stop.kit.name), *made),
        lambda: render_template("kits/booking.html", form=form, event=event, stop=stop, kits=[]),
        now=lambda: booking_form(find_stop(db(), booking), formdata=None),
    )


@blueprint.post("/events/<int:event_id>/kits/<int:booking_id>/remove")
@allow(LEAD)
def remove(event_id: int, booking_id: int) -> ResponseReturnValue:
    """Take a booking away."""
    event, booking = load(Event, event_id), _booking_here(event_id, booking_id)
    return act(
        lambda: drop_booking(db(), here(), booking, me(), real_now()),
        lambda entry: _done(event, _("The kit stays at home."), entry),
        on_page(url_for("bookings.edit", event_id=event_id, booking_id=booking_id)),
    )


@blueprint.route("/events/<int:event_id>/swag/new", methods=["GET", "POST"])
@allow(LEAD)
def new_swag(event_id: int) -> ResponseReturnValue:
    """Add what is given away at an event."""
    event, form = load(Event, event_id), SwagForm()
    return act_on_form(
        form,
        lambda: add_swag(db(), here(), event, form.typed(), me(), real_now()),
        lambda entry: _done(event, _("%(item)s: kept.", item=form.item.data), entry),
        lambda: render_template("kits/swag.html", form=form, event=event, swag=None),
    )


@blueprint.route("/events/<int:event_id>/swag/<int:swag_id>", methods=["GET", "POST"])
@allow(LEAD)
def edit_swag(event_id: int, swag_id: int) -> ResponseReturnValue:
    """Change what is given away: ordered, printed, counted."""
    event, swag = load(Event, event_id), _swag_here(event_id, swag_id)
    form = swag_form(swag)
    return act_on_form(
        form,
        lambda: change_swag(
            db(), here(), swag, form.typed(), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(event, _("%(item)s: kept.", item=swag.item), entry),
        lambda: render_template("kits/swag.html", form=form, event=event, swag=swag),
        now=lambda: swag_form(swag, formdata=None),
    )


@blueprint.post("/events/<int:event_id>/swag/<int:swag_id>/remove")
@allow(LEAD)
def remove_swag(event_id: int, swag_id: int) -> ResponseReturnValue:
    """Take it off the event."""
    event, swag = load(Event, event_id), _swag_here(event_id, swag_id)
    return act(
        lambda: drop_swag(db(), here(), swag, me(), real_now()),
        lambda entry: _done(event, _("%(item)s is removed.", item=swag.item), entry),
        on_page(url_for("bookings.edit_swag", event_id=event_id, swag_id=swag_id)),
    )


def _booking_here(event_id: int, booking_id: int) -> KitBooking:
    """Return a booking of this event, or answer that there is none."""
    booking = load(KitBooking, booking_id)
    return booking if booking.event_id == event_id else abort(404)


def _swag_here(event_id: int, swag_id: int) -> Swag:
    """Return swag of this event, or answer that there is none."""
    swag = load(Swag, swag_id)
    return swag if swag.event_id == event_id else abort(404)


def _booked(event: Event, sentence: str, amiss: list[str], entry: Entry | None) -> Done:
    """Say what was done, and what stands against it all the same."""
    return _done(event, " ".join([sentence, *amiss]), entry)


def _done(event: Event, sentence: str, entry: Entry | None) -> Done:
    return Done(sentence, url_for("events.show", event_id=event.id, _anchor="kits"), entry)
