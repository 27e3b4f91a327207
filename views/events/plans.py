"""Who owns an event and until when, and which bodies approved it."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Event
from outreach.language import gettext as _
from outreach.planning.decisions import approvals as rules
from outreach.planning.decisions.owners import find_plan, may_own, plan_event
from views.events.event_page import event_page
from views.events.forms import ApprovalForm, BodiesForm, PlanForm
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("plans", __name__)


@blueprint.post("/events/<int:event_id>/plan")
@allow(STAFF)
def settle(event_id: int) -> ResponseReturnValue:
    """Set who owns an event, and by when it is decided or looked at again."""
    event = load(Event, event_id)
    form, today = PlanForm(), planning_now().date()
    form.offer(may_own(db(), event))
    to, owner = url_for("events.show", event_id=event_id), form.owner.data
    said = _("It is noted who owns %(name)s, and until when.", name=event.name)
    return act_on_form(
        form,
        lambda: plan_event(db(), here(), event, owner, form.next_on.data, me(), today, real_now()),
        lambda entry: Done(said, to, entry),
        lambda: event_page(event_id, plan=form),
    )


@blueprint.post("/events/<int:event_id>/plan/own")
@allow(STAFF)
def own(event_id: int) -> ResponseReturnValue:
    """Let an event be whose button it was."""
    event = load(Event, event_id)
    plan, today = find_plan(db(), event), planning_now().date()
    until, to = plan.next_on if plan else None, url_for("events.show", event_id=event_id)
    return act(
        lambda: plan_event(db(), here(), event, me().id, until, me(), today, real_now()),
        lambda entry: Done(_("%(name)s is yours.", name=event.name), to, entry),
        on_page(to),
    )


@blueprint.route("/events/<int:event_id>/approvals", methods=["GET", "POST"])
@allow(STAFF)
def approvals(event_id: int) -> ResponseReturnValue:
    """Show who approved an event, and note one more yes."""
    event, form, today = load(Event, event_id), ApprovalForm(), planning_now().date()
    form.offer(here().approvals, today)
    return act_on_form(
        form,
        lambda: rules.approve(db(), here(), event, *form.given(), me(), today, real_now()),
        lambda entry: Done(
            _("The approval is noted."), url_for("plans.approvals", event_id=event_id), entry
        ),
        lambda: render_template(
            "events/approvals.html",
            event=event,
            form=form,
            given=[(one, rules.say_approval(one)) for one in rules.list_approvals(db(), event)],
        ),
    )


@blueprint.post("/events/<int:event_id>/approvals/<int:approval_id>/remove")
@allow(STAFF)
def take_away(event_id: int, approval_id: int) -> ResponseReturnValue:
    """Take an approval away."""
    event, to = load(Event, event_id), url_for("plans.approvals", event_id=event_id)
    return act(
        lambda: rules.take_approval_away(db(), here(), event, approval_id, me(), real_now()),
        lambda entry: Done(_("The approval is taken away."), to, entry),
        on_page(to),
    )


@blueprint.route("/approvals", methods=["GET", "POST"])
@allow(STAFF)
def bodies() -> ResponseReturnValue:
    """Show and change which bodies must approve an event, and from which state."""
    to = url_for("plans.bodies")
    form = BodiesForm(data=_named())
    return act_on_form(
        form,
        lambda: rules.ask_for_approvals(db(), here(), form.named(), me(), real_now()),
        lambda entry: Done(_("It is saved whose yes is asked for."), to, entry),
        lambda: render_template("events/bodies.html", form=form),
    )


def _named() -> dict[str, str]:
    """Return the bodies as the form shows them, one a line."""
    asked = here().approvals.items()
    return {state: "\n".join(body for body, since in asked if since == state)
            for state in rules.FROM}  # fmt: skip
