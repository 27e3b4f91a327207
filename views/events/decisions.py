"""Decisions: taken on the event's page or on Fit, undone from anywhere."""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from models import Event
from models.events import CALLED_OFF, DECISION_STATES
from outreach.accounts.history import Entry
from outreach.calendars.clock import say_list
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.decisions import decisions
from outreach.planning.decisions.states import STATE_WORDS
from outreach.planning.trips.near import find_trip
from outreach.refusal import Refused
from outreach.staffing.reach.load import load_reach
from outreach.staffing.reach.rule import tells_any
from outreach.staffing.signups.call_off import list_counting
from views.events.event_page import event_page
from views.events.forms import DecisionForm
from views.web.act import Done, act, beside
from views.web.guards import STAFF, allow
from views.web.reach import reach_people
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
    if counting := _who_counts_on_it(events, state, form):
        return _ask_first(events, state, form, counting)

    def rule() -> Entry | None:
        if not form.validate():
            raise Refused(str(form.reason.errors[0]), "reason")
        reason = form.reason.data or ""
        why = form.told_why.data or ""
        return decisions.decide(db(), here(), events, state, reason, me(), today, real_now(), why)

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        form.reason.errors = []
        return beside(form, lambda: on_refusal(form))(refusal)

    return act(
        rule, lambda entry: Done(f"{names}: {STATE_WORDS[state]}.", on_done(), entry), otherwise
    )


def _who_counts_on_it(events: Sequence[Event], state: str, form: DecisionForm) -> dict[int, str]:
    """Return who has a shift that would be called off, while nobody pressed with that in sight."""
    if state not in CALLED_OFF or (state == "no_go" and not form.reason.data):
        return {}
    form.validate()
    if form.reason.errors or (request.form.get("sure") and not form.told_why.errors):
        return {}
    standing = decisions.find_current(db(), [event.id for event in events])
    going = [
        event.id
        for event in events
        if event.id not in standing or standing[event.id].state not in CALLED_OFF
    ]
    return list_counting(db(), going, planning_now())


def _ask_first(
    events: Sequence[Event], state: str, form: DecisionForm, counting: Mapping[int, str]
) -> ResponseReturnValue:
    """Show who is mailed and who must be called, before anybody is told."""
    names = say_list([event.name for event in events])
    count, people = len(counting), reach_people(counting)
    page = render_template(
        "events/call_off.html",
        events=events,
        headline=ngettext("%(num)s person has a shift at %(events)s.",
                          "%(num)s people have a shift at %(events)s.", count, events=names),
        form=form,
        button=_say_button(state, tells_any(people)),
        people=people,
        facts=load_reach(db(), counting),
        kept=[(name, one) for name in ("trip", "event") for one in request.form.getlist(name)],
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _say_button(state: str, tells: bool) -> str:
    """Name what is pressed; it tells nobody whom no mail reaches."""
    if state == "no_go":
        return _("No-go, and tell them") if tells else _("No-go")
    return _("Cancelled, and tell them") if tells else _("Cancelled")
