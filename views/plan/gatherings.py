"""Evidence of gathering, added and taken away by hand."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from models import Event, Gathering
from outreach.accounts.history import Entry
from outreach.planning.segments.gatherings import (
    add_gathering,
    drop_gathering,
    find_gathering,
)
from views.plan.forms.gatherings import GatheringForm
from views.plan.segments import get_segment
from views.web.act import Done, act, act_on_form, on_page
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("gatherings", __name__)

ALONE = "The evidence counts for this edition alone: it is not known which series it belongs to."


@blueprint.route("/fit/<slug>/<int:event_id>/evidence", methods=["GET", "POST"])
@allow(STAFF)
def add(slug: str, event_id: int) -> ResponseReturnValue:
    """Keep what somebody knows about who comes; the score follows at once."""
    segment, event = get_segment(slug), load(Event, event_id)
    form, today = GatheringForm(), planning_now().date()
    to = url_for("fit.why", slug=slug, event_id=event_id)

    def done(found: tuple[Gathering, Entry]) -> Done:
        kept, entry = found
        alone = form.evidence().every_edition and kept.series_id is None
        return Done(ALONE if alone else "The evidence counts.", to, entry)

    return act_on_form(
        form,
        lambda: add_gathering(
            db(), here(), segment, event, form.evidence(), me(), today, real_now()
        ),
        done,
        lambda: render_template("fit/evidence.html", form=form, segment=segment, event=event),
    )


@blueprint.post("/segments/<slug>/evidence/<int:number>/drop")
@allow(STAFF)
def drop(slug: str, number: int) -> ResponseReturnValue:
    """Take evidence away."""
    segment = get_segment(slug)
    gathering = find_gathering(db(), segment, number)
    if gathering is None:
        abort(404)
    to = url_for("segments.edit", slug=slug)
    said = "The evidence is taken away; the history keeps its sentence."
    return act(
        lambda: drop_gathering(db(), here(), gathering, me(), real_now()),
        lambda entry: Done(said, to, entry),
        on_page(to),
    )
