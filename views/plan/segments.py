"""Segments: who are our people, and which words do they go by?"""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from models import Segment
from outreach.accounts.history import Entry
from outreach.accounts.history_lines import find_last_line
from outreach.issues.linking import relink_words, words_of
from outreach.issues.offering import find_offers
from outreach.matching.store.stored import refresh_segments
from outreach.planning.segments.gatherings import list_gatherings
from outreach.planning.segments.segments import (
    add_keyword,
    add_segment,
    count_losses,
    edit_segment,
    remove_segment,
)
from outreach.refusal import Refused
from views.plan.forms.segments import WORDS, SegmentForm
from views.web.guards import STAFF, allow
from views.web.page import tell
from views.web.request import db, here, me, planning_now, real_now

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
            return _kept(segment, words_of(segment), f"{segment.short_name} is a segment now.")
    page = render_template("segments/form.html", form=form, segment=None, known=[], offers=[])
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/segments/<slug>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(slug: str) -> str | Response | tuple[str, int]:
    """Change a segment's words; its matches follow at once."""
    segment = get_segment(slug)
    form, before = _form_of(segment), words_of(segment)
    if form.validate_on_submit():
        try:
            version = form.seen_version()
            entry = edit_segment(db(), here(), segment, form.facts(), version, me(), real_now())
        except Refused as refusal:
            db().rollback()
            form.refuse_against(refusal, _form_of(segment, formdata=None))
        else:
            sentence = f"{segment.short_name} is changed."
            return _kept(segment, before ^ words_of(segment), sentence, entry)
    page = _page(segment, form)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/segments/<slug>/remove", methods=["GET", "POST"])
@allow(STAFF)
def remove(slug: str) -> str | Response:
    """Remove a segment, after showing what goes with it."""
    segment = get_segment(slug)
    if request.method != "POST":
        losses = count_losses(db(), segment)
        return render_template("segments/remove.html", segment=segment, losses=losses)
    name = segment.short_name
    entry = remove_segment(db(), here(), segment, me(), real_now())
    refresh_segments(db(), here(), [], planning_now())
    db().commit()
    tell(f"{name} is removed.", entry=entry)
    return redirect(url_for("fit.overview"))


@blueprint.post("/segments/<slug>/words")
@allow(STAFF)
def add_word(slug: str) -> Response | tuple[str, int]:
    """Add a phrase that accepted issues share to the segment's keywords."""
    segment, word = get_segment(slug), request.form.get("word", "").strip()
    try:
        entry = add_keyword(db(), here(), segment, word, me(), real_now())
    except Refused as refusal:
        return _refused(slug, refusal)
    _follow(segment, {word})
    tell(f"“{word}” is one of their words now.", entry=entry)
    return redirect(url_for("segments.edit", slug=slug))


def _page(segment: Segment, form: SegmentForm) -> str:
    known, offers = list_gatherings(db(), segment), find_offers(db(), segment)
    return render_template(
        "segments/form.html",
        form=form,
        segment=segment,
        known=known,
        offers=offers,
        last=find_last_line(db(), here(), ("segment", segment.id), me()),
    )


def _refused(slug: str, refusal: Refused) -> tuple[str, int]:
    db().rollback()
    tell(refusal.sentence, refused=True)
    segment = get_segment(slug)
    return _page(segment, _form_of(segment)), 422


def _follow(segment: Segment, changed: Collection[str]) -> None:
    """Let the links of the issues that say the changed words follow, then all matches."""
    touched = relink_words(db(), here(), segment, changed, planning_now())
    refresh_segments(db(), here(), touched, planning_now())
    db().commit()


def _kept(
    segment: Segment, changed: Collection[str], sentence: str, entry: Entry | None = None
) -> Response:
    _follow(segment, changed)
    tell(sentence, entry=entry)
    return redirect(url_for("fit.why", slug=segment.slug))


def _form_of(segment: Segment, **kwargs: Any) -> SegmentForm:
    typed = {name: "\n".join(getattr(segment, name)) for name in WORDS}
    plain = ("name", "short_name", "who", "summary", "version")
    return SegmentForm(data=typed | {name: getattr(segment, name) for name in plain}, **kwargs)


def get_segment(slug: str) -> Segment:
    """Return the segment of this foundation with that address, else answer 404."""
    segment = db().scalar(
        select(Segment).where(Segment.foundation_id == here().id, Segment.slug == slug)
    )
    return segment or abort(404)
