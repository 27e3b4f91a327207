"""The shifts of all booths of a trip on one page, for who helps at more than one of its events."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template
from markupsafe import Markup

from outreach.accounts.tokens import new_token
from outreach.staffing.booth.of_trip import find_others_of_trip
from outreach.staffing.roster.choice import Choice, headline, sort_offers
from views.mine import venue_words
from views.mine.public_booth import PublicBooth, stand_of
from views.mine.sign_up_rows import write_rows
from views.web.guards import PUBLIC, allow
from views.web.request import db

blueprint = Blueprint("trip_shifts", __name__)


@dataclass(frozen=True, slots=True)
class BoothOfTrip:
    """One of the booths with what can be taken there."""

    stand: PublicBooth
    choice: Choice
    headline: str
    rows: Markup


@blueprint.get("/s/<code>/trip")
@allow(PUBLIC)
def show(code: str) -> str:
    """List what can be taken at each booth of the trip; what is one's own counts at all."""
    here = stand_of(code)
    others = find_others_of_trip(db(), here.event.id, here.now.date())
    if not others:
        abort(404)
    stands = [here, *(stand_of(other.code) for other in others)]
    stands.sort(key=lambda one: (one.event.starts_on, one.event.name, one.event.id))
    booths = [_booth(one) for one in stands]
    return render_template(
        "sign_up/trip.html",
        here=here,
        booths=booths,
        names=[one.event.name for one in stands],
        own=venue_words.own_zone(here.reader),
        form_key=new_token(),
    )


def _booth(stand: PublicBooth) -> BoothOfTrip:
    offers = [] if stand.is_called_off else stand.offers()
    choice = sort_offers(offers, stand.booth_days)
    own = venue_words.own_zone(stand.reader)
    rows = write_rows(stand, choice.open, own, None)
    return BoothOfTrip(stand, choice, stand.closed or headline(choice, stand.zone), rows)
