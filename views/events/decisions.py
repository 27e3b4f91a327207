"""Decisions: taken on the event's page or on Fit, undone from anywhere."""

from collections.abc import Callable, Sequence

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue

from models import Event
from models.events import DECISION_STATES
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_list
from outreach.planning.decisions import decisions
from outreach.planning.decisions.states import STATE_WORDS
from outreach.planning.trips.near import find_trip
from outreach.refusal import Refused
from views.events.event_page import event_page
from views.events.forms import DecisionForm
from views.web.act import Done, act, beside
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("decisions", __name__)


@blueprint.post("/events/<int:event_id>/decision/<state>")
@allow(STAFF)
def decide(event_id: int, state: str) -> ResponseReturnValue:
    """Decide on one event, or on the whole trip that it belongs to."""
    event = load(Event, event_id)
    if state not in DECISION_STATES:
        abort(404)
    events = find_trip(db(), event) if request.form.get("trip") else [event]
    return decide_together(
        events,
        state,
        on_done=lambda: url_for("events.show", event_id=event_id),
        on_refusal=lambda form: event_page(event_id, decision=form),
    )


def decide_together(
    events: Sequence[Event],
    state: str,
    *,
    on_done: Callable[[], str],
    on_refusal: Callable[[DecisionForm], str],
) -> ResponseReturnValue:
    """Record what the form says about these events; a refusal shows the page again."""
    form = DecisionForm()
    today = planning_now().date()
    names = say_list([event.name for event in events])

    def rule() -> Entry | None:
        if not form.validate():
            raise Refused(str(form.reason.errors[0]), "reason")
        reason = form.reason.data or ""
        return decisions.decide(db(), here(), events, state, reason, me(), today, real_now())

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        form.reason.errors = []
        return beside(form, lambda: on_refusal(form))(refusal)

    return act(
        rule, lambda entry: Done(f"{names}: {STATE_WORDS[state]}.", on_done(), entry), otherwise
    )
