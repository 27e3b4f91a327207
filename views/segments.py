"""Segments: who are our people, and which words do they go by?"""

from flask import Blueprint, abort, redirect, render_template, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from models import Segment
from outreach.matching.stored import refresh_segments
from outreach.planning.gatherings import list_gatherings
from outreach.planning.segments import add_segment, edit_segment
from outreach.refusal import Refused
from views.forms.segments import WORDS, SegmentForm
from views.guards import STAFF, allow
from views.page import tell
from views.request import db, here, me, planning_now, real_now

blueprint = Blueprint("segments", __name__)


@blueprint.route("/segments/new", methods=["GET", "POST"])
@allow(STAFF)
def new() -> str | Response | tuple[str, int]:
    """Add a segment; a name and a few words are enough."""
    form = SegmentForm()
    if form.validate_on_submit():
        try:
            segment = add_segment(db(), here(), form.facts(), me(), real_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _kept(segment, f"{segment.short_name} is a segment now.")
    page = render_template("segments/form.html", form=form, segment=None, known=[])
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/segments/<slug>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(slug: str) -> str | Response | tuple[str, int]:
    """Change a segment's words; its matches follow at once."""
    segment = get_segment(slug)
    form = _form_of(segment)
    if form.validate_on_submit():
        try:
            version = form.seen_version()
            edit_segment(db(), here(), segment, form.facts(), version, me(), real_now())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _kept(segment, f"{segment.short_name} has new words.")
    known = list_gatherings(db(), segment)
    page = render_template("segments/form.html", form=form, segment=segment, known=known)
    return (page, 422) if form.is_submitted() else page


def _kept(segment: Segment, sentence: str) -> Response:
    refresh_segments(db(), here(), [segment.id], planning_now())
    db().commit()
    tell(sentence)
    return redirect(url_for("fit.why", slug=segment.slug))


def _form_of(segment: Segment) -> SegmentForm:
    typed = {name: "\n".join(getattr(segment, name)) for name in WORDS}
    plain = ("name", "short_name", "who", "summary", "version")
    return SegmentForm(data=typed | {name: getattr(segment, name) for name in plain})


def get_segment(slug: str) -> Segment:
    """Return the segment of this foundation with that address, else answer 404."""
    segment = db().scalar(
        select(Segment).where(Segment.foundation_id == here().id, Segment.slug == slug)
    )
    return segment or abort(404)
