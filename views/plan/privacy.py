"""What is kept of people, for staff: all about one of them, and whose contact goes next."""

import json

from flask import Blueprint, Response, render_template

from models import Person
from outreach.planning.people.export import export_person, say_tables
from outreach.planning.people.retention import (
    AHEAD,
    find_forgetting,
    find_forgettings,
    say_forgettings,
)
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, planning_now, real_now

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/people/forgetting")
@allow(STAFF)
def forgetting() -> str:
    """Show whose contact goes within a month, and what holds one."""
    now = planning_now()
    found = find_forgettings(db(), here(), now, now + AHEAD)
    going = sum(not one.held_by for one in found)
    return render_template("people/forgetting.html", found=found, headline=say_forgettings(going))


@blueprint.get("/people/<int:person_id>/kept")
@allow(STAFF)
def show(person_id: int) -> str:
    """Show all that is kept about a person."""
    person = load(Person, person_id)
    return render_template(
        "people/kept.html",
        person=person,
        tables=say_tables(db(), export_person(db(), person, real_now())),
        forgetting=find_forgetting(db(), here(), person, planning_now()),
    )


@blueprint.get("/people/<int:person_id>/kept.json")
@allow(STAFF)
def download(person_id: int) -> Response:
    """Give the same to a program."""
    return as_download(load(Person, person_id))


def as_download(person: Person) -> Response:
    """Answer with all that is kept about a person, as a file."""
    text = json.dumps(export_person(db(), person, real_now()), ensure_ascii=False, indent=1)
    named = {"Content-Disposition": f"attachment; filename=person-{person.id}.json"}
    return Response(text, mimetype="application/json", headers=named)
