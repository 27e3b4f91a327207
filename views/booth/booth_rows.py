"""Rows of a booth for pages: 404 unless they belong to the event in the address."""

from flask import abort, g
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from models import Booth, Event, Shift, SignUp
from outreach.staffing.booth.booths import find_booth
from views.web.request import db, load


def event_here(event_id: int) -> Event:
    """Return the event of this foundation."""
    return load(Event, event_id)


def booth_of(event: Event) -> Booth:
    return find_booth(db(), event.id) or abort(404)


def shift_of(event: Event, shift_id: int) -> Shift:
    """Return a shift of our booth at the event, with the booth."""
    shift = db().scalar(select(Shift).where(Shift.id == shift_id).options(joinedload(Shift.booth)))
    if shift is None:
        abort(404)
    if shift.booth.event_id != event.id:
        g.foreign = ("shift", shift_id)  # the guard leaves an audit line
        abort(404)
    return shift


def sign_up_of(event: Event, sign_up_id: int) -> SignUp:
    """Return a sign-up of our booth at the event, with its shift, booth and person."""
    sign_up = db().scalar(
        select(SignUp)
        .join(SignUp.shift)
        .join(Shift.booth)
        .where(SignUp.id == sign_up_id)
        .options(
            contains_eager(SignUp.shift).contains_eager(Shift.booth), joinedload(SignUp.person)
        )
    )
    if sign_up is None:
        abort(404)
    if sign_up.shift.booth.event_id != event.id:
        g.foreign = ("sign_up", sign_up_id)
        abort(404)
    return sign_up
