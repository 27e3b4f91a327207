"""The next edition of an event, from its page."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Event
from outreach.language import gettext as _
from outreach.planning.editions.next_edition import (
    NextEdition,
    guess_facts,
    list_later,
    plan_next,
)
from views.events.forms import NextForm
from views.web.act import Done, act_on_form
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("editions", __name__)


@blueprint.route("/events/<int:event_id>/next", methods=["GET", "POST"])
@allow(STAFF)
def plan(event_id: int) -> ResponseReturnValue:
    """Plan the next edition: a new event, or one of the series that is here."""
    event = load(Event, event_id)
    form, later = NextForm(data=guess_facts(event)), list_later(db(), event)
    form.offer(later)

    def rule() -> NextEdition:
        into = next((one for one in later if one.id == form.into.data), None)
        taken = form.take.data or []
        now = planning_now()
        return plan_next(db(), here(), event, into, form.facts(), taken, me(), now, real_now())

    def done(made: NextEdition) -> Done:
        name = made.event.name
        said = _("%(name)s takes over from %(event)s.", name=name, event=event.name)
        to = url_for("events.show", event_id=made.event.id)
        return Done(" ".join(filter(None, (said, made.left))), to, made.entry)

    return act_on_form(
        form,
        rule,
        done,
        lambda: render_template("events/next.html", event=event, form=form, later=later),
    )
