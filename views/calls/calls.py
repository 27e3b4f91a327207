"""Calls: the board by when they close, and the form of one on its event's page."""

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from models import Call, Event, Proposal
from models.calls import CALL_KINDS
from models.events import starts_in
from outreach.accounts.history import Entry
from outreach.language import gettext as _
from outreach.planning.ahead import by_ahead
from outreach.planning.calls.board import say_board, select_board, tell_board
from outreach.planning.calls.closing import KINDS, ending_of
from outreach.planning.calls.edit import add_call, change_call, drop_call
from outreach.talks.load import list_talks
from views.calls.forms import CallForm, form_of
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import LEAD, STAFF, allow
from views.web.paging import page_of
from views.web.request import db, here, load, me, planning_now, real_now
from views.web.spreadsheet import BookSheet, as_spreadsheet

blueprint = Blueprint("calls", __name__)

MOST_EXPORTED = 5000
HEAD = (
    *("event", "first day", "call for", "name", "closes", "zone", "instant", "last day", "aim at"),
    *("extended from", "opens", "told by", "answer by", "address", "what it takes"),
)


def _asked() -> tuple[str, str]:
    """Read the filters of the address; unknown words are refused."""
    kind, when = request.args.get("kind", ""), request.args.get("when", "")
    if kind not in ("", *CALL_KINDS) or when not in ("", "closed"):
        abort(400)
    return kind, when


@blueprint.get("/calls")
@allow(STAFF)
def board() -> str:
    """Show what closes next, for whom it is, and which talk of ours fits."""
    (kind, when), now = _asked(), planning_now()
    page = page_of(select_board(here(), now, kind, when))
    lines = tell_board(db(), here(), page.rows, now)
    return render_template(
        "calls/board.html",
        groups=by_ahead(lines, lambda one: one.days),
        page_of_calls=page,
        headline=say_board(lines, page.total, when),
        kinds=KINDS,
        kind=kind,
        when=when,
    )


@blueprint.get("/calls.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give the calls of the board to a spreadsheet."""
    kind, when = _asked()
    query = select_board(here(), planning_now(), kind, when).limit(MOST_EXPORTED)
    return as_spreadsheet("calls", HEAD, (_cells(call) for call, _standing in db().execute(query)))


def sheet_of(year: int) -> BookSheet:
    """Return the calls of a season's events, closed or not."""
    query = (
        select(Call)
        .join(Call.event)
        .where(Call.foundation_id == here().id, starts_in(year))
        .options(contains_eager(Call.event))
        .order_by(Call.last_day.is_(None), Call.last_day, Event.name, Call.id)
    )
    return BookSheet("calls", HEAD, map(_cells, db().scalars(query)))


def _cells(call: Call) -> tuple[object, ...]:
    ending = ending_of(call)
    return (
        *(call.event.name, call.event.starts_on, str(KINDS[call.kind]), call.name, call.closes),
        *(call.zone, ending.at, ending.day, ending.aim),
        *(call.extended_from, call.opens_on, call.told_by, call.answer_by, call.url, call.takes),
    )


@blueprint.route("/events/<int:event_id>/calls/new", methods=["GET", "POST"])
@allow(LEAD)
def new(event_id: int) -> ResponseReturnValue:
    """Add a call to an event."""
    event, form = load(Event, event_id), CallForm()
    return act_on_form(
        form,
        lambda: add_call(db(), here(), event, form.typed(), me(), real_now()),
        lambda made: _done(
            event, _("The call for %(kind)s is kept.", kind=KINDS[made[0].kind]), made[1]
        ),
        lambda: render_template("calls/form.html", form=form, event=event, call=None, sent=[]),
    )


@blueprint.route("/events/<int:event_id>/calls/<int:call_id>", methods=["GET", "POST"])
@allow(LEAD)
def edit(event_id: int, call_id: int) -> ResponseReturnValue:
    """Change a call; a later day extends it."""
    event, call = load(Event, event_id), _call_here(event_id, call_id)
    form = form_of(call)
    return act_on_form(
        form,
        lambda: change_call(
            db(), here(), call, form.typed(), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(
            event, _("The call for %(kind)s is changed.", kind=KINDS[call.kind]), entry
        ),
        lambda: render_template(
            "calls/form.html",
            form=form,
            event=event,
            call=call,
            sent=list_talks(db(), [event], Proposal.call_id == call.id),
        ),
        now=lambda: form_of(call, formdata=None),
    )


@blueprint.post("/events/<int:event_id>/calls/<int:call_id>/remove")
@allow(LEAD)
def remove(event_id: int, call_id: int) -> ResponseReturnValue:
    """Take a call away."""
    event, call = load(Event, event_id), _call_here(event_id, call_id)
    said = _("The call for %(kind)s is removed.", kind=KINDS[call.kind])
    return act(
        lambda: drop_call(db(), here(), call, me(), real_now()),
        lambda entry: _done(event, said, entry),
        on_page(url_for("calls.edit", event_id=event_id, call_id=call_id)),
    )


def _call_here(event_id: int, call_id: int) -> Call:
    """Return a call of this event, or answer that there is none."""
    call = load(Call, call_id)
    return call if call.event_id == event_id else abort(404)


def _done(event: Event, sentence: str, entry: Entry | None) -> Done:
    return Done(sentence, url_for("events.show", event_id=event.id, _anchor="calls"), entry)
