"""Events: the list, the document of one event, and what is decided about it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, func, select

from models import Decision, Event
from models.events import starts_in
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_figure
from outreach.calendars.entries import Head, identity
from outreach.calendars.writing import write
from outreach.catalog.edit import add_event, edit_event
from outreach.catalog.places.lookup import find_places
from outreach.catalog.removing import count_losses, remove_event, say_losses
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.calls.closing import say_closings
from outreach.planning.clocks import say_kept
from outreach.planning.decisions.standings import COLUMNS, OVER, in_state, tell_standings
from outreach.planning.decisions.states import STATE_WORDS
from outreach.planning.feeds.events import list_events
from outreach.planning.season.run_sheet import YEARS
from outreach.refusal import Refused
from outreach.staffing.reach.load import load_reach
from outreach.staffing.reach.rule import tells_any
from outreach.staffing.signups.batches.moved_events import foresee_move, move_shifts
from outreach.talks.calendar_entries import load_entries
from views.events.event_page import event_page
from views.events.forms import EventEditForm, EventForm
from views.plan.forms.places import settle
from views.web.act import Done, act, act_on_form
from views.web.guards import LEAD, STAFF, VOLUNTEER, allow
from views.web.paging import page_of
from views.web.reach import reach_people
from views.web.request import db, here, load, me, planning_now, real_now
from views.web.spreadsheet import as_spreadsheet

blueprint = Blueprint("events", __name__)

FEED_MOST = 500
SETTLED = ("admin1", "country", "latitude", "longitude", "timezone")
LINES = (
    select(
        *COLUMNS,
        Event.name,
        Event.city,
        Event.country,
        Event.is_online,
        Decision.reason,
    )
    .outerjoin(Event.decision)
    .order_by(Event.starts_on, Event.name, Event.id)
)


@blueprint.get("/events")
@allow(VOLUNTEER)
def listing() -> str:
    """List the events from today on, or those that the filters name."""
    conditions = _conditions()
    rows = LINES.where(*conditions)
    counted = select(func.count(Event.id)).where(*conditions)
    page = page_of(rows, counted.outerjoin(Event.decision) if _asked_state() else counted)
    return render_template(
        "events/listing.html",
        rows=page,
        standings=tell_standings(db(), here(), page.rows, planning_now()),
        states=STATE_WORDS,
        closings=say_closings(db(), [row.id for row in page.rows], planning_now()),
        asked=request.args,
        headline=_headline(page.total),
        is_filtered=_is_filtered(),
    )


def _is_filtered() -> bool:
    """Tell whether the filters may be why there is nothing."""
    asked = request.args
    return bool(asked.get("q") or asked.get("state") or asked.get("when") == "past")


def _headline(count: int) -> str:
    """Say how many events are listed, and which: "12 events, go, from today on."."""
    state, words, when = (request.args.get(name, "") for name in ("state", "q", "when"))
    if not count:
        return _("No event matches.") if _is_filtered() else _("No event here yet.")
    said = ngettext("One event", "%(figure)s events", count, figure=say_figure(count))
    if state:
        said = _("%(events)s, %(state)s", events=said, state=STATE_WORDS[state])
    if words:
        return _("%(events)s with “%(words)s”.", events=said, words=words)
    is_any = when or state in OVER
    return _("%(events)s.", events=said) if is_any else _("%(events)s from today on.", events=said)


def _conditions() -> list[ColumnElement[bool]]:
    """Read the filters of the address; unknown words are refused."""
    state, words = _asked_state(), request.args.get("q", "").strip()[:200]
    found = [Event.foundation_id == here().id, *_in_time(state)]
    if words:
        found.append(Event.name.icontains(words, autoescape=True))
    return [*found, in_state(db(), here(), state, found, planning_now())] if state else found


def _in_time(state: str) -> list[ColumnElement[bool]]:
    """Read when; what is over already is asked for with its state, whatever the day."""
    today = planning_now().date()
    match request.args.get("when", ""):
        case "":
            return [] if state in OVER else [Event.ends_on >= today]
        case "past":
            return [Event.ends_on < today]
        case "all":
            return []
        case _:
            abort(400)


def _asked_state() -> str:
    state = request.args.get("state", "")
    return state if state in {"", *STATE_WORDS} else abort(400)


@blueprint.route("/events/new", methods=["GET", "POST"])
@allow(STAFF)
def new() -> ResponseReturnValue:
    """Add an event by hand."""
    form = EventForm()
    return act_on_form(
        form,
        lambda: add_event(db(), here(), form.facts(), real_now(), me()),
        lambda event: _done(event, _("%(name)s is on the list.", name=event.name)),
        lambda: render_template("events/form.html", form=form, event=None),
    )


@blueprint.get("/events/<int:event_id>")
@allow(VOLUNTEER)
def show(event_id: int) -> str:
    """Show the event as one document."""
    return event_page(event_id)


@blueprint.route("/events/<int:event_id>/edit", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int) -> ResponseReturnValue:
    """Change what is known of the event; a re-import leaves it alone afterwards."""
    event = load(Event, event_id)
    return _edited(event, EventEditForm(obj=event))


def _edited(event: Event, form: EventEditForm) -> ResponseReturnValue:
    """Save what was typed; its shifts move with its days where the preview was answered so."""

    def rule() -> Entry | None:
        facts, now = form.facts(), planning_now()
        days = (facts["starts_on"] - event.starts_on).days
        goes_along = days and request.form.get("shifts") == "move"
        return edit_event(
            db(), here(), event, facts, form.seen_version(), me(), real_now(),
            (lambda: move_shifts(db(), event, days, me(), now, real_now())) if goes_along else None,
        )  # fmt: skip

    return act_on_form(
        form,
        rule,
        lambda entry: _done(event, _("%(name)s is changed.", name=event.name), entry),
        lambda: render_template("events/form.html", form=form, event=event),
        now=lambda: EventEditForm(formdata=None, obj=event),
    )


@blueprint.post("/events/<int:event_id>/edit/preview")
@allow(LEAD)
def foresee(event_id: int) -> ResponseReturnValue:
    """Show what other days or another clock mean for shifts; where they mean nothing, save."""
    event, form = load(Event, event_id), EventEditForm()
    if not form.validate():
        return _edited(event, form)
    move = foresee_move(db(), event, form.facts(), planning_now())
    if not move.is_felt:
        return _edited(event, form)
    people = reach_people(move.people)
    return render_template(
        "events/move.html",
        event=event,
        form=form,
        move=move,
        people=people,
        tells=tells_any(people),
        reach=load_reach(db(), move.people),
    )


@blueprint.post("/events/<int:event_id>/place")
@allow(LEAD)
def choose_place(event_id: int) -> ResponseReturnValue:
    """Settle which of several places of the same name is meant."""
    event = load(Event, event_id)
    return settle(
        event,
        find_places(event.city or "", event.country),
        edit_event,
        SETTLED,
        lambda where, entry: _settled(event, where, entry),
        lambda: event_page(event_id),
    )


def _settled(event: Event, where: str, entry: Entry | None) -> Done:
    """Say what was settled, and go on with the shifts where they asked for it."""
    done = _done(event, _("%(name)s is in %(place)s.", name=event.name, place=where), entry)
    draws = request.form.get("to") == "draw"
    return replace(done, to=url_for("booths.hours", event_id=event.id)) if draws else done


@blueprint.route("/events/<int:event_id>/remove", methods=["GET", "POST"])
@allow(STAFF)
def remove(event_id: int) -> ResponseReturnValue:
    """Remove an event, after saying what goes with it."""
    event = load(Event, event_id)
    name = event.name

    def page(refusal: Refused | None = None) -> str:
        losses = say_losses(count_losses(db(), event))
        sentence = refusal.sentence if refusal else None
        return render_template("events/remove.html", event=event, losses=losses, refusal=sentence)

    if request.method != "POST":
        return page()
    return act(
        lambda: remove_event(db(), here(), event, me(), planning_now(), real_now()),
        lambda entry: Done(_("%(name)s is removed.", name=name), url_for("events.listing"), entry),
        page,
    )


def _done(event: Event, sentence: str, entry: Entry | None = None) -> Done:
    kept = say_kept(db(), entry.detail["rows"]) if entry is not None else ""
    sentence = " ".join(filter(None, (sentence, kept)))
    return Done(sentence, url_for("events.show", event_id=event.id), entry)


@blueprint.get("/season/<int:year>.csv")
@allow(STAFF)
def spreadsheet(year: int) -> Response:
    """Give a season's events to a spreadsheet."""
    rows = [
        (
            event.name,
            event.starts_on,
            event.ends_on,
            event.city,
            event.country,
            event.url,
            str(STATE_WORDS[state]) if state else "",
            reason,
            event.organiser,
            event.organiser_contact,
            event.manual_url,
        )
        for event, state, reason in _of_year(year)
    ]
    head = (
        *("event", "first day", "last day", "city", "country", "address", "decision", "reason"),
        *("organiser", "organiser contact", "manual"),
    )
    return as_spreadsheet(f"season-{year}", head, rows)


@blueprint.get("/season/<int:year>.ics")
@allow(STAFF)
def calendar(year: int) -> Response:
    """Give a season's events to a calendar."""
    if year not in YEARS:
        abort(404)
    scope, of_year = here().calendar_scope, starts_in(year)
    entries = list_events(db(), here(), real_now(), of_year)
    entries += load_entries(db(), here(), real_now(), of_year, has_names=True)
    head = Head(f"{here().name} {year}", identity(scope, "season", year), is_asked_for=False)
    return Response(
        write(head, entries),
        mimetype="text/calendar",
        headers={"Content-Disposition": f"attachment; filename=season-{year}.ics"},
    )


def _of_year(year: int) -> Sequence[Any]:
    """Return the decided events of a year."""
    if year not in YEARS:
        abort(404)
    return (
        db()
        .execute(
            select(Event, Decision.state, Decision.reason)
            .join(Event.decision)
            .where(
                Event.foundation_id == here().id,
                starts_in(year),
            )
            .order_by(Event.starts_on, Event.name)
            .limit(FEED_MOST)
        )
        .all()
    )
