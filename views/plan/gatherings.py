"""Evidence of gathering, added and taken away by hand."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from models import Event
from outreach.matching.store.stored import refresh_segments
from outreach.planning.segments.gatherings import (
    add_gathering,
    drop_gathering,
    find_gathering,
)
from outreach.refusal import Refused
from views.plan.forms.gatherings import GatheringForm
from views.plan.segments import get_segment
from views.web.guards import STAFF, allow
from views.web.page import tell
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("gatherings", __name__)

ALONE = "The evidence counts for this edition alone: it is not known which series it belongs to."


@blueprint.route("/fit/<slug>/<int:event_id>/evidence", methods=["GET", "POST"])
@allow(STAFF)
def add(slug: str, event_id: int) -> str | Response | tuple[str, int]:
    """Keep what somebody knows about who comes; the score follows at once."""
    segment, event = get_segment(slug), load(Event, event_id)
    form, today = GatheringForm(), planning_now().date()
    if form.validate_on_submit():
        try:
            evidence = form.evidence()
            found = add_gathering(db(), here(), segment, event, evidence, me(), today, real_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            refresh_segments(db(), here(), [segment.id], planning_now())
            db().commit()
            kept, entry = found
            alone = evidence.every_edition and kept.series_id is None
            tell(ALONE if alone else "The evidence counts.", entry=entry)
            return redirect(url_for("fit.why", slug=slug, event_id=event_id))
    page = render_template("fit/evidence.html", form=form, segment=segment, event=event)
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/segments/<slug>/evidence/<int:number>/drop")
@allow(STAFF)
def drop(slug: str, number: int) -> Response:
    """Take evidence away."""
    segment = get_segment(slug)
    gathering = find_gathering(db(), segment, number)
    if gathering is None:
        abort(404)
    entry = drop_gathering(db(), here(), gathering, me(), real_now())
    refresh_segments(db(), here(), [segment.id], planning_now())
    db().commit()
    tell("The evidence is taken away; the history keeps its sentence.", entry=entry)
    return redirect(url_for("segments.edit", slug=slug))
