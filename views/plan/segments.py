"""Segments: who are our people, and which words do they go by?"""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import Segment
from outreach.accounts.history import Entry
from outreach.issues.offering import find_offers
from outreach.planning.history.lines import find_last_line
from outreach.planning.segments.gatherings import list_gatherings
from outreach.planning.segments.segments import (
    add_keyword,
    add_segment,
    count_losses,
    edit_segment,
    remove_segment,
    say_losses,
)
from views.plan.forms.segments import WORDS, SegmentForm
from views.web.act import Done, above, act, act_on_form, on_page
from views.web.guards import STAFF, allow
from views.web.request import db, here, me, real_now

blueprint = Blueprint("segments", __name__)


@blueprint.route("/segments/new", methods=["GET", "POST"])
@allow(STAFF)
def new() -> ResponseReturnValue:
    """Add a segment; a name and a few words are enough."""
    form = SegmentForm()
    return act_on_form(
        form,
        lambda: add_segment(db(), here(), form.facts(), me(), real_now()),
        lambda segment: _done(segment, f"{segment.short_name} is a segment now."),
        lambda: render_template("segments/form.html", form=form, segment=None, known=[], offers=[]),
    )


@blueprint.route("/segments/<slug>/edit", methods=["GET", "POST"])
@allow(STAFF)
def edit(slug: str) -> ResponseReturnValue:
    """Change a segment's words; its matches follow at once."""
    segment = get_segment(slug)
    form = _form_of(segment)
    return act_on_form(
        form,
        lambda: edit_segment(
            db(), here(), segment, form.facts(), form.seen_version(), me(), real_now()
        ),
        lambda entry: _done(segment, f"{segment.short_name} is changed.", entry),
        lambda: _page(segment, form),
        now=lambda: _form_of(segment, formdata=None),
    )


@blueprint.route("/segments/<slug>/remove", methods=["GET", "POST"])
@allow(STAFF)
def remove(slug: str) -> ResponseReturnValue:
    """Remove a segment, after showing what goes with it."""
    segment = get_segment(slug)
    if request.method != "POST":
        losses = say_losses(count_losses(db(), segment))
        return render_template("segments/remove.html", segment=segment, losses=losses)
    name, to = segment.short_name, url_for("fit.overview")
    return act(
        lambda: remove_segment(db(), here(), segment, me(), real_now()),
        lambda entry: Done(f"{name} is removed.", to, entry),
        on_page(to),
    )


@blueprint.post("/segments/<slug>/words")
@allow(STAFF)
def add_word(slug: str) -> ResponseReturnValue:
    """Add a phrase that accepted issues share to the segment's keywords."""
    segment, word = get_segment(slug), request.form.get("word", "").strip()
    to = url_for("segments.edit", slug=slug)
    return act(
        lambda: add_keyword(db(), here(), segment, word, me(), real_now()),
        lambda entry: Done(f"“{word}” is one of their words now.", to, entry),
        above(lambda: _page(segment, _form_of(segment))),
    )


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


def _done(segment: Segment, sentence: str, entry: Entry | None = None) -> Done:
    return Done(sentence, url_for("fit.why", slug=segment.slug), entry)


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
