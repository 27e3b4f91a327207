"""People: who do we have, what do they know, and who goes where."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import load_only, selectinload

from models import Event, Person, Segment
from outreach.accounts.history import Entry
from outreach.catalog.places.event_place import offered_places
from outreach.planning.dossier import list_signed_up, list_team
from outreach.planning.history.lines import find_last_line
from outreach.planning.people.forgetting import erase_person
from outreach.planning.people.people import (
    SPOT,
    add_person,
    edit_person,
)
from outreach.planning.people.team import (
    join_team,
    leave_team,
    list_going,
    say_going,
    say_people,
    say_team,
)
from outreach.staffing.reach.load import load_reach
from outreach.staffing.reach.rule import ReachFacts
from outreach.staffing.roster.served import load_served, say_served
from outreach.staffing.signups import newcomers
from outreach.staffing.volunteers.twins import list_twins, say_group, say_twins
from outreach.talks.load import list_talks_of
from views.plan.forms.people import EXPERIENCE, PersonForm
from views.plan.forms.places import settle
from views.plan.twins import MOST_AT_ONCE
from views.web.act import Done, above, act, act_on_form, on_page
from views.web.guards import STAFF, allow
from views.web.paging import page_of
from views.web.request import db, here, load, me, planning_now, real_now
from views.web.spreadsheet import as_spreadsheet

blueprint = Blueprint("people", __name__)

MOST_TWINS = 5

SHOWN = (
    load_only(
        Person.name,
        Person.role,
        Person.city,
        Person.country,
        Person.languages,
        Person.experience_set,
        Person.has_stood_enough,
        Person.note,
        raiseload=True,
    ),
    selectinload(Person.segments).load_only(Segment.short_name, raiseload=True),
)
"""What lists show of a person."""


@blueprint.get("/people")
@allow(STAFF)
def listing() -> str:
    """List the people of the foundation with what they know."""
    query = (
        select(Person)
        .where(Person.foundation_id == here().id)
        .options(*SHOWN)
        .order_by(Person.name, Person.id)
    )
    groups = list_twins(db(), here())
    people = page_of(query)
    return render_template(
        "people/listing.html",
        people=people,
        twins=[(say_group(group), _address_of(group)) for group in groups[:MOST_TWINS]],
        twins_say=say_twins(len(groups)),
        reach=_reach(people.rows),
        headline=say_people(people.total),
    )


def _address_of(group: list[Person]) -> str:
    """Return where these rows are made one."""
    first, *others = group
    wanted: dict[str, Any] = {"with": [one.id for one in others[:MOST_AT_ONCE]]}
    return url_for("twins.show", person_id=first.id, **wanted)


@blueprint.get("/people.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give the list to a spreadsheet."""
    people = db().scalars(
        select(Person).where(Person.foundation_id == here().id).order_by(Person.name)
    )
    head = ("name", "mail", "role", "city", "country", "languages")
    rows = ((p.name, p.email, p.role, p.city, p.country, " ".join(p.languages)) for p in people)
    return as_spreadsheet("people", head, rows)


@blueprint.route("/people/new", methods=["GET", "POST"])
@allow(STAFF)
def new() -> ResponseReturnValue:
    """Add a person; a name is enough."""
    form = PersonForm()
    form.offer(_segments())
    return act_on_form(
        form,
        lambda: add_person(db(), here(), form.facts(), me(), real_now()),
        lambda person: _done(person, f"{person.name} is on the list."),
        lambda: render_template("people/form.html", form=form, person=None),
    )


@blueprint.route("/people/<int:person_id>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(person_id: int) -> ResponseReturnValue:
    """Change what is known of a person."""
    person = load(Person, person_id)
    form = _form_of(person)
    return act_on_form(
        form,
        lambda: edit_person(
            db(), here(), person, form.facts(), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(person, f"{person.name} is changed.", entry),
        lambda: render_template("people/form.html", form=form, person=person),
        now=lambda: _form_of(person, formdata=None),
    )


@blueprint.post("/people/<int:person_id>/place")
@allow(STAFF)
def choose_place(person_id: int) -> ResponseReturnValue:
    """Settle which of several places of the same name a person lives in."""
    person = load(Person, person_id)
    return settle(
        person,
        offered_places(person),
        edit_person,
        ("country", *SPOT),
        lambda where, entry: _done(person, f"{person.name} lives in {where}.", entry),
        lambda: show(person_id),
    )


@blueprint.post("/people/<int:person_id>/accept")
@allow(STAFF)
def accept(person_id: int) -> ResponseReturnValue:
    """Take staff's word that they know a person who has not shown who they are."""
    person = load(Person, person_id)
    wanted = [] if person.is_known else [person]
    return act(
        lambda: newcomers.accept(db(), here(), wanted, me(), real_now()),
        lambda entry: _done(person, newcomers.say_accepted(1), entry),
        above(lambda: show(person_id)),
    )


@blueprint.route("/people/<int:person_id>/remove", methods=["GET", "POST"])
@allow(STAFF)
def remove(person_id: int) -> ResponseReturnValue:
    """Forget a person, after saying what goes with them: there is no way back."""
    person = load(Person, person_id)
    if request.method != "POST":
        return render_template("people/remove.html", person=person)
    name = person.name
    return act(
        lambda: erase_person(db(), here(), person, me(), planning_now(), real_now()),
        lambda _: Done(f"{name} is removed.", url_for("people.listing")),
        above(lambda: show(person_id)),
    )


def _reach(rows: Sequence[Any]) -> dict[int, ReachFacts]:
    return load_reach(db(), [row.Person.id for row in rows])


def _done(person: Person, sentence: str, entry: Entry | None = None) -> Done:
    return Done(sentence, url_for("people.show", person_id=person.id), entry)


def _form_of(person: Person, **kwargs: Any) -> PersonForm:
    """Fill the form from the person, or from what was typed."""
    db().refresh(person, ["segments"])
    plain = ("name", "email", "phone", "role", "city", "country", "version")
    filled = {name: getattr(person, name) for name in plain}
    filled["experience_set"] = EXPERIENCE[person.experience_set]
    filled["segments"] = [segment.id for segment in person.segments]
    filled |= {"languages": ", ".join(person.languages), "skills": ", ".join(person.skills)}
    form = PersonForm(data=filled, **kwargs)
    form.offer(_segments())
    return form


def _segments() -> list[tuple[int, str]]:
    """Return the segments that a person may know, number and short name."""
    rows = db().execute(
        select(Segment.id, Segment.short_name)
        .where(Segment.foundation_id == here().id)
        .order_by(Segment.short_name)
    )
    return [(row.id, row.short_name) for row in rows]


@blueprint.get("/people/<int:person_id>")
@allow(STAFF)
def show(person_id: int) -> str:
    """Show one person: where they go, what they did at booths."""
    person, now = load(Person, person_id), planning_now()
    db().refresh(person, ["segments"])
    going, served = list_going(db(), person), load_served(db(), person, now)
    return render_template(
        "people/show.html",
        person=person,
        going=going,
        headline=say_going(len(going)),
        served=served,
        say_served=say_served(served),
        now=now,
        talks=list_talks_of(db(), person),
        places=offered_places(person),
        reach=load_reach(db(), [person.id])[person.id],
        last=find_last_line(db(), here(), ("person", person.id), me()),
    )


@blueprint.get("/events/<int:event_id>/team")
@allow(STAFF)
def choose_team(event_id: int) -> str:
    """Offer the people who may go, those who go already first."""
    event = load(Event, event_id)
    team = {member.person_id: member for member in list_team(db(), [event])}
    signed_up = {person.id for person in list_signed_up(db(), event)}
    query = (
        select(Person)
        .where(Person.foundation_id == here().id)
        .options(*SHOWN)
        .order_by(Person.id.in_({*team, *signed_up}).desc(), Person.name, Person.id)
    )
    people = page_of(query)
    return render_template(
        "people/team.html",
        event=event,
        team=team,
        signed_up=signed_up,
        people=people,
        reach=_reach(people.rows),
        headline=say_team(len(team) + len(signed_up), event.name),
    )


@blueprint.post("/events/<int:event_id>/team/<int:person_id>")
@allow(STAFF)
def join(event_id: int, person_id: int) -> ResponseReturnValue:
    """Name a person for the event."""
    event, person = load(Event, event_id), load(Person, person_id)
    is_lead = bool(request.values.get("lead"))
    word = "leads" if is_lead else "goes to"
    to = url_for("people.choose_team", event_id=event_id)
    return act(
        lambda: join_team(db(), here(), event, person, is_lead, me(), real_now()),
        lambda entry: Done(f"{person.name} {word} {event.name}.", to, entry),
        on_page(to),
    )


@blueprint.post("/events/<int:event_id>/team/<int:person_id>/leave")
@allow(STAFF)
def leave(event_id: int, person_id: int) -> ResponseReturnValue:
    """Take a person off the event."""
    event, person = load(Event, event_id), load(Person, person_id)
    to = url_for("events.show", event_id=event_id)
    return act(
        lambda: leave_team(db(), here(), event, person, me(), real_now()),
        lambda entry: Done(f"{person.name} does not go to {event.name}.", to, entry),
        on_page(to),
    )
