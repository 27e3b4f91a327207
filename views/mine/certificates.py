"""A certificate of the hours that somebody stood at a booth, to print: their own, or by staff."""

from flask import Blueprint, abort, render_template

from models import Booth, Foundation, Person
from outreach.staffing.roster.served import load_served
from views.mine.personal import foundation_of, not_theirs, now_of, personal
from views.web.guards import PUBLIC, STAFF, allow
from views.web.request import db, here, load, planning_now

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/my/<token>/events/<int:event_id>/certificate")
@allow(PUBLIC)
def own(token: str, event_id: int) -> str:
    """Show a volunteer what they can print of an event that is over for them."""
    person = personal(token)
    foundation = foundation_of(person)
    page = _page(person, foundation, event_id, token)
    return page or not_theirs("certificate", event_id)


@blueprint.get("/people/<int:person_id>/events/<int:event_id>/certificate")
@allow(STAFF)
def of_person(person_id: int, event_id: int) -> str:
    """Show staff the same of one of their people."""
    return _page(load(Person, person_id), here(), event_id) or abort(404)


def _page(person: Person, foundation: Foundation, event_id: int, token: str = "") -> str:
    """Draw it from the hours that were noted; "" where there are none, or more are to come."""
    now = now_of(foundation) if token else planning_now()
    found = load_served(db(), person, now, Booth.event_id == event_id)
    if not any(one.is_certain for one in found):
        return ""
    return render_template(
        "my_shifts/certificate.html",
        token=token,
        person=person,
        foundation=foundation,
        one=found[0],
        now=now,
    )
