"""Trips: those that stand and those that could be made, the page of one, its nights and costs."""

from collections.abc import Iterator

from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import Event, Person, Trip, TripCost, TripPerson
from outreach.accounts.history import Entry
from outreach.costs.shared import estimate_of, spent_of
from outreach.language import gettext as _
from outreach.planning.history.lines import find_last_line
from outreach.planning.trips.costs import drop_cost, keep_cost
from outreach.planning.trips.load import (
    find_overlaps,
    load_requests_of,
    load_trips,
    open_trip,
    people_of,
    say_nights,
    select_trips,
)
from outreach.planning.trips.near import find_free, find_offers, find_stops
from outreach.planning.trips.told import TripTold, say_trips, tell_trip
from outreach.planning.trips.trips import (
    change_trip,
    make_trip,
    put_on,
    remove_trip,
    stay_around,
    take_off,
)
from views.trips.forms import cost_form, new_stay_form, stay_form, trip_form
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import STAFF, allow
from views.web.paging import page_of
from views.web.request import db, here, load, me, planning_now, real_now
from views.web.spreadsheet import BookSheet, as_spreadsheet

blueprint = Blueprint("trips", __name__)

HEAD = ("trip", "events", "first day", "name", "arrives", "leaves", "nights", "note",
        "shared cost", "estimated", "spent", "currency", "parts")  # fmt: skip


@blueprint.get("/trips")
@allow(STAFF)
def listing() -> str:
    """List the trips that stand by their days, and those that could be made."""
    page = page_of(select_trips(Trip.foundation_id == here().id))
    offers = find_offers(db(), here(), planning_now().date())
    return render_template(
        "trips/listing.html",
        trips=page,
        offers=offers,
        headline=say_trips(page.total, offers),
        told=tell_trip,
    )


@blueprint.get("/trips.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give who is on which trip, and what trips share, to a spreadsheet."""
    trips = load_trips(db(), Trip.foundation_id == here().id)
    return as_spreadsheet("trips", HEAD, (row for trip in trips for row in _rows_of(trip)))


def sheet_of(year: int) -> BookSheet:
    """Return the trips to a season's events."""
    trips = load_trips(db(), Trip.foundation_id == here().id)
    ours = (one for one in trips if any(event.starts_on.year == year for event in one.events))
    return BookSheet("trips", HEAD, (row for trip in ours for row in _rows_of(trip)))


def _rows_of(trip: Trip) -> Iterator[tuple[object, ...]]:
    begins = trip.events[0].starts_on if trip.events else None
    head = (trip.name, " + ".join(event.name for event in trip.events), begins)
    for row in people_of(trip):
        nights = say_nights(row) if row.is_at_home else row.nights
        days = (row.arrives_on, row.leaves_on, nights)
        yield (*head, row.person.name, *days, row.note, *[None] * 5)
    for cost in trip.costs:
        amounts = (estimate_of(cost), spent_of(cost))
        figures = (one.amount if one else None for one in amounts)
        parts = {one.event_id: one.parts for one in cost.shares}
        shared = " + ".join(str(parts.get(event.id, 0)) for event in trip.events) if parts else None
        yield (*head, *[None] * 5, cost.what, *figures, cost.currency, shared)
    if not trip.people and not trip.costs:
        yield (*head, *[None] * 10)


@blueprint.get("/events/<int:event_id>/trip")
@allow(STAFF)
def of_event(event_id: int) -> ResponseReturnValue:
    """Lead to the trip of an event, or to where it can be made."""
    event = load(Event, event_id)
    standing = find_stops(db(), [event.id]).get(event.id)
    if standing:
        return redirect(url_for("trips.show", trip_id=standing.id))
    return redirect(url_for("events.show", event_id=event_id, _anchor="trip"))


@blueprint.post("/events/<int:event_id>/trip")
@allow(STAFF)
def make(event_id: int) -> ResponseReturnValue:
    """Make the trip of an event and those near it."""
    event = load(Event, event_id)
    return act(
        lambda: make_trip(db(), here(), event, me(), real_now()),
        lambda made: _done(
            made[0], _("The trip to %(place)s is kept.", place=made[0].name), made[1]
        ),
        on_page(url_for("events.show", event_id=event_id)),
    )


@blueprint.get("/trips/<int:trip_id>")
@allow(STAFF)
def show(trip_id: int) -> str:
    """Show a trip: who stays which nights, what is approved, what it costs."""
    ours = (Trip.id == trip_id, Trip.foundation_id == here().id)
    trip = next(iter(load_trips(db(), *ours)), None) or abort(404)
    requests = load_requests_of(db(), [event.id for event in trip.events])
    overlaps = find_overlaps(db(), trip)
    return render_template(
        "trips/show.html",
        trip=trip,
        told=TripTold(trip, requests, overlaps, planning_now().date(), here().currency),
        last=find_last_line(db(), here(), ("trip", trip.id), me()),
    )


@blueprint.route("/trips/<int:trip_id>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(trip_id: int) -> ResponseReturnValue:
    """Change what a trip is called, and which events it serves."""
    trip = open_trip(db(), load(Trip, trip_id))
    offered = _offered(trip)
    form = trip_form(trip, offered)
    return act_on_form(
        form,
        lambda: change_trip(
            db(), here(), trip, form.typed(), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(trip, _("The trip is changed."), entry),
        lambda: render_template("trips/form.html", form=form, trip=trip),
        now=lambda: trip_form(open_trip(db(), trip), offered, formdata=None),
    )


def _offered(trip: Trip) -> list[Event]:
    """Return the events of a trip, and those around its days that are in none."""
    free = find_free(db(), here(), trip.events) if trip.events else []
    return sorted({*trip.events, *free}, key=lambda one: (one.starts_on, one.name, one.id))


@blueprint.post("/trips/<int:trip_id>/remove")
@allow(STAFF)
def remove(trip_id: int) -> ResponseReturnValue:
    """Take a trip away; its events stay."""
    trip = load(Trip, trip_id)
    said = _("The trip to %(place)s is removed.", place=trip.name)
    return act(
        lambda: remove_trip(db(), here(), trip, me(), real_now()),
        lambda entry: Done(said, url_for("trips.listing"), entry),
        on_page(url_for("trips.show", trip_id=trip_id)),
    )


@blueprint.route("/trips/<int:trip_id>/people/new", methods=["GET", "POST"])
@allow(STAFF)
def add_person(trip_id: int) -> ResponseReturnValue:
    """Put somebody on a trip."""
    trip = open_trip(db(), load(Trip, trip_id))
    there = [row.person_id for row in trip.people]
    ours = select(Person).where(Person.foundation_id == here().id, Person.id.not_in(there))
    people = db().scalars(ours.order_by(Person.name, Person.id)).all()
    today = planning_now().date()
    form = new_stay_form(trip, people, stay_around(trip.events, today))
    return act_on_form(
        form,
        lambda: put_on(
            db(), here(), trip, load(Person, form.person.data), form.stay(), form.seen_version(),
            me(), real_now(),
        ),
        lambda entry: _done(trip, _("They are on the trip."), entry),
        lambda: render_template("trips/stay.html", form=form, trip=trip, row=None),
        now=lambda: new_stay_form(open_trip(db(), trip), people, form.stay()),
    )  # fmt: skip


@blueprint.route("/trips/<int:trip_id>/people/<int:person_id>", methods=["GET", "POST"])
@allow(STAFF)
def edit_person(trip_id: int, person_id: int) -> ResponseReturnValue:
    """Change from when until when somebody is there."""
    trip, row = _row_here(trip_id, person_id)
    form = stay_form(trip, row)
    return act_on_form(
        form,
        lambda: put_on(
            db(), here(), trip, row.person, form.stay(), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(trip, _("The days of %(name)s are kept.", name=row.person.name), entry),
        lambda: render_template("trips/stay.html", form=form, trip=trip, row=row),
        now=lambda: stay_form(*_row_here(trip_id, person_id), formdata=None),
    )


@blueprint.post("/trips/<int:trip_id>/people/<int:person_id>/leave")
@allow(STAFF)
def leave(trip_id: int, person_id: int) -> ResponseReturnValue:
    """Take somebody off a trip."""
    trip, person = load(Trip, trip_id), load(Person, person_id)
    said = _("%(name)s is off the trip.", name=person.name)
    return act(
        lambda: take_off(db(), here(), trip, person, me(), real_now()),
        lambda entry: _done(trip, said, entry),
        on_page(url_for("trips.show", trip_id=trip_id)),
    )


@blueprint.route("/trips/<int:trip_id>/costs/new", methods=["GET", "POST"])
@allow(STAFF)
def add_cost(trip_id: int) -> ResponseReturnValue:
    """Add what the events of a trip share."""
    return _cost_form(open_trip(db(), load(Trip, trip_id)), None)


@blueprint.route("/trips/<int:trip_id>/costs/<int:cost_id>", methods=["GET", "POST"])
@allow(STAFF)
def edit_cost(trip_id: int, cost_id: int) -> ResponseReturnValue:
    """Change a shared cost."""
    return _cost_form(*_cost_here(trip_id, cost_id))


def _cost_form(trip: Trip, cost: TripCost | None) -> ResponseReturnValue:
    form = cost_form(trip, cost, here().currency)
    return act_on_form(
        form,
        lambda: keep_cost(
            db(), here(), trip, cost, form.typed(), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(trip, _("The cost is kept."), entry, "costs"),
        lambda: render_template("trips/cost.html", form=form, trip=trip, cost=cost),
        now=lambda: cost_form(open_trip(db(), trip), cost, here().currency, formdata=None),
    )


@blueprint.post("/trips/<int:trip_id>/costs/<int:cost_id>/remove")
@allow(STAFF)
def remove_cost(trip_id: int, cost_id: int) -> ResponseReturnValue:
    """Take a shared cost away."""
    trip, cost = _cost_here(trip_id, cost_id)
    return act(
        lambda: drop_cost(db(), here(), trip, cost, me(), real_now()),
        lambda entry: _done(trip, _("The cost is removed."), entry, "costs"),
        on_page(url_for("trips.show", trip_id=trip_id)),
    )


def _row_here(trip_id: int, person_id: int) -> tuple[Trip, TripPerson]:
    """Return a trip with somebody who is on it, or answer that there is none."""
    trip = open_trip(db(), load(Trip, trip_id))
    row = next((one for one in trip.people if one.person_id == person_id), None)
    return (trip, row) if row else abort(404)


def _cost_here(trip_id: int, cost_id: int) -> tuple[Trip, TripCost]:
    """Return a trip with one of its costs, or answer that there is none."""
    trip = open_trip(db(), load(Trip, trip_id))
    cost = next((one for one in trip.costs if one.id == cost_id), None)
    return (trip, cost) if cost else abort(404)


def _done(trip: Trip, sentence: str, entry: Entry | None, anchor: str | None = None) -> Done:
    return Done(sentence, url_for("trips.show", trip_id=trip.id, _anchor=anchor), entry)
