"""The shifts that still miss somebody, for another site to show within a page of its own.

The same for everybody: it knows no reader, names nobody, sets no cookie and holds no form, so that
any site may frame it and any cache may keep it for a minute.
"""

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response

from outreach.staffing.booth.hours import by_day
from outreach.staffing.roster.choice import headline, sort_offers
from outreach.staffing.roster.sign_up_list import NOBODY, SHORT
from views.mine.public_booth import stand_of
from views.web.guards import PUBLIC, allow
from views.web.request import site

blueprint = Blueprint("gaps", __name__)

FRESH = "public, max-age=60"
MOST_SHOWN = 8
"""More would not fit in a frame; the others are counted on the sign-up page."""


@blueprint.get("/s/<code>/gaps")
@allow(PUBLIC)
def show(code: str) -> Response:
    """Show what misses somebody, soonest first, or say why nothing can be taken."""
    stand = stand_of(code, for_reader=False)
    offers = [] if stand.closed else stand.offers()
    choice = sort_offers(offers, stand.booth_days)
    missing = [one for one in offers if one.need in (NOBODY, SHORT)][:MOST_SHOWN]
    days = by_day((stand.booth_days.day_of(one.starts, one.kind), one) for one in missing)
    response = make_response(
        render_template(
            "sign_up/gaps.html",
            stand=stand,
            days=days,
            headline=stand.closed or headline(choice, stand.zone),
            root=site(),
        )
    )
    response.headers["Cache-Control"] = FRESH
    response.add_etag()
    return response.make_conditional(request)
