"""My shifts: when, where, with whom, and what now?"""

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import Event
from outreach.staffing import links
from outreach.staffing.booths import coordinators_of
from outreach.staffing.own_places import (
    list_cover_asks,
    list_swaps,
    load_places,
)
from views import venue_words
from views.guards import PUBLIC, allow
from views.personal import (
    find_known,
    foundation_of,
    now_of,
    personal,
)
from views.request import db

blueprint = Blueprint("my_shifts", __name__)


@blueprint.get("/my")
@allow(PUBLIC)
def mine() -> AnyResponse | tuple[str, int]:
    """Lead whom the browser knows to their page."""
    known = find_known()
    if known is None:
        return render_template("my_shifts/nobody.html"), 404
    return redirect(url_for("my_shifts.show", token=known.token))


@blueprint.get("/my/<token>")
@allow(PUBLIC)
def show(token: str) -> str:
    """Show what one volunteer has; opening it changes nothing, however often."""
    person = personal(token)
    foundation = foundation_of(person)
    now = now_of(foundation)
    places = load_places(db(), person, now)
    event = db().get(Event, places[0].event_id) if places else None
    key = current_app.config["SECRET_KEY"]
    return render_template(
        "my_shifts/show.html",
        token=token,
        person=person,
        foundation=foundation,
        now=now,
        taken=[one for one in places if one.state == "taken" and not one.cancelled_at],
        offers=[one for one in places if one.state == "offered"],
        waiting=[one for one in places if one.state == "waiting"],
        cancelled=[one for one in places if one.cancelled_at],
        leads=coordinators_of(db(), event)[:2] if event else [],
        asks=list_cover_asks(db(), person, now),
        swaps=list_swaps(db(), person, now),
        feed=links.find_feed_token(db(), person, key),
        own=venue_words.own_zone(),
        codes=list(dict.fromkeys(one.code for one in places)),
    )
