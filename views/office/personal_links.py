"""Personal links in the hands of staff: copied for who lost theirs, renewed when one leaked."""

from flask import Blueprint, current_app, render_template, url_for

from models import Person
from outreach.accounts.audit import record
from outreach.staffing.volunteers import personal_links
from views.booth.briefs import draw_qr
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, real_now, site

blueprint = Blueprint("personal_links", __name__)


@blueprint.post("/people/<int:person_id>/link")
@allow(STAFF)
def copy(person_id: int) -> str:
    """Show somebody's personal link, this once; the history says who copied it."""
    person = load(Person, person_id)
    token = personal_links.copy(db(), person, current_app.config["SECRET_KEY"], real_now())
    return _hand_over(person, token, "copied a personal link")


@blueprint.post("/people/<int:person_id>/link/renew")
@allow(STAFF)
def renew(person_id: int) -> str:
    """End somebody's links and calendars, and show the new one this once."""
    person = load(Person, person_id)
    token = personal_links.renew(db(), person, current_app.config["SECRET_KEY"], real_now())
    return _hand_over(person, token, "renewed a personal link")


def _hand_over(person: Person, token: str, act: str) -> str:
    record(db(), real_now(), me(), here(), act, "person", person.id)
    db().commit()
    address = site() + url_for("my_shifts.show", token=token)
    return render_template("people/link.html", person=person, address=address, act=act, qr=draw_qr)
