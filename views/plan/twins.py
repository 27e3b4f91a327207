"""Rows of people that are one human: which, what each has, and the button that makes them one."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Person
from outreach.calendars.clock import say_list
from outreach.language import N_
from outreach.language import gettext as _
from outreach.staffing.volunteers import twins
from outreach.staffing.volunteers.making_one import make_one
from views.web.act import Done, above, act
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("twins", __name__)

MOST_AT_ONCE = 10
WORDS = {
    "sign_up": N_("Places on shifts, past ones too"),
    "availability": N_("Said when they can come"),
    "sign_up_answer": N_("Answers at sign-up"),
    "team_member": N_("Events they go to"),
    "trip_person": N_("Trips"),
    "proposal_speaker": N_("Talks"),
    "talk_speaker": N_("Texts of talks"),
    "money_request": N_("Requests for money"),
    "event_note": N_("Notes"),
    "person_segment": N_("Segments they know"),
    "personal_link": N_("Personal links"),
    "message": N_("Letters"),
}
"""What the page calls the tables that name a person; all others are one line."""


@blueprint.get("/people/<int:person_id>/one")
@allow(STAFF)
def show(person_id: int) -> str:
    """Show which rows may be the same person, or what making the chosen ones one would do."""
    person, others = load(Person, person_id), _chosen()
    if not others:
        alike = twins.list_alike(db(), person)
        return render_template("people/alike.html", person=person, alike=alike)
    return _preview(person, others)


@blueprint.post("/people/<int:person_id>/one")
@allow(STAFF)
def unite(person_id: int) -> ResponseReturnValue:
    """Make the chosen rows one with this one."""
    person, others = load(Person, person_id), _chosen()
    said = _("%(names)s are one now.", names=say_list([one.name for one in (person, *others)]))
    return act(
        lambda: make_one(db(), here(), person, others, me(), planning_now(), real_now()),
        lambda entry: Done(said, url_for("people.show", person_id=person_id), entry),
        above(lambda: show(person_id)),
    )


def _chosen() -> list[Person]:
    """Return the other rows that the address names; 404 where one is not of this foundation."""
    numbers = dict.fromkeys(request.values.getlist("with", type=int))
    if len(numbers) > MOST_AT_ONCE:
        abort(404)
    return [load(Person, number) for number in numbers]


def _preview(person: Person, others: Sequence[Person]) -> str:
    sides = twins.look_at_sides(db(), [person, *others], planning_now())
    named = [name for name in WORDS if any(name in side.counts for side in sides)]
    group = [person, *others]
    instead = [(other.name, _address_of(other, group)) for other in others]
    return render_template(
        "people/one.html",
        person=person,
        others=others,
        instead=instead,
        sides=sides,
        lines=[(WORDS[name], [side.counts.get(name, "") for side in sides]) for name in named],
        more=[side.count_but(WORDS) for side in sides],
        settled=twins.foresee(db(), person, others),
    )


def _address_of(kept: Person, group: Sequence[Person]) -> str:
    """Return where the same rows are made one, and this one stays."""
    wanted: dict[str, Any] = {"with": [one.id for one in group if one is not kept]}
    return url_for("twins.show", person_id=kept.id, **wanted)
