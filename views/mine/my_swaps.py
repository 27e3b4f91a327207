"""Swaps: choose whose shift to take for one's own, and answer who asks."""

from datetime import datetime

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Event, Swap
from outreach.language import gettext as _
from outreach.staffing.cover import swaps
from views.booth import booth_rows
from views.mine import venue_words
from views.mine.my_shifts import act_on_page, place_of, sign_up_of
from views.mine.personal import foundation_of, not_theirs, now_of, own_act, personal
from views.web.act import Done, above, act
from views.web.guards import PUBLIC, allow
from views.web.request import db, read_key, real_now

blueprint = Blueprint("my_swaps", __name__)


def _told(says: str) -> str:
    return {
        "yes": _("You have swapped. Both calendars follow."),
        "no": _("You said no. They keep their shift, and you yours."),
        "back": _("Your offer to swap is taken back."),
    }[says]


@blueprint.get("/my/<token>/shifts/<int:sign_up_id>/swap")
@allow(PUBLIC)
def choose(token: str, sign_up_id: int) -> str:
    """Offer the shifts of others that one's own could be exchanged for."""
    person = personal(token)
    now = now_of(foundation_of(person))
    mine = sign_up_of(person, sign_up_id)
    return render_template(
        "my_shifts/swap.html",
        token=token,
        person=person,
        place=place_of(person, sign_up_id),
        partners=swaps.list_partners(db(), mine, now) if mine.state == "taken" else [],
        own=venue_words.own_zone(person),
    )


@blueprint.post("/my/<token>/shifts/<int:sign_up_id>/swap")
@allow(PUBLIC)
def offer(token: str, sign_up_id: int) -> ResponseReturnValue:
    """Ask somebody to exchange their shift for one's own."""
    person = personal(token)
    mine = sign_up_of(person, sign_up_id)
    event = db().get_one(Event, place_of(person, sign_up_id).event_id)
    theirs = booth_rows.sign_up_of(event, read_key(request.form.get("with")))
    to, now = url_for("my_shifts.show", token=token), now_of(foundation_of(person))
    said = _("They are asked. Until they say yes you keep your shift.")
    return act(
        lambda: swaps.offer_swap(db(), mine, theirs, now, real_now()),
        lambda done: Done(said, to, own_act(person)),
        above(lambda: choose(token, sign_up_id)),
        in_crowd=True,
    )


@blueprint.post("/my/<token>/swaps/<int:swap_id>")
@allow(PUBLIC)
def answer(token: str, swap_id: int) -> ResponseReturnValue:
    """Say yes or no to a swap, or take one's own offer back."""
    person = personal(token)
    now, says = now_of(foundation_of(person)), request.form.get("says", "")
    found = swaps.find_swap(db(), swap_id) or abort(404)
    swap, asker_id, asked_id = found
    if person.id != (asker_id if says == "back" else asked_id):
        not_theirs("swap", swap_id)
    return act_on_page(token, lambda: _answer(swap, says, now), lambda done: _told(says))


def _answer(swap: Swap, says: str, now: datetime) -> None:
    match says:
        case "yes" | "no":
            swaps.answer_swap(db(), swap, says == "yes", now, real_now())
        case "back":
            swaps.take_swap_back(db(), swap, now, real_now())
        case _:
            abort(400)
