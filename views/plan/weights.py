"""Weights: how much each of the six reasons counts, and what a change would do."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from models import Segment
from outreach.matching.engine.terms import REASON_CODES, Weights
from outreach.matching.store.answers_replayed import learn_weights
from outreach.matching.store.stored import refresh_foundation, weights_of
from outreach.planning.fit.weights import (
    Move,
    preview_weights,
    say_missing,
    set_cap,
    set_weights,
    use_learnt,
)
from outreach.refusal import Refused
from views.plan.forms.weights import CapForm, WeightsForm
from views.web.guards import STAFF, allow
from views.web.page import tell
from views.web.request import db, here, me, planning_now, real_now

blueprint = Blueprint("weights", __name__)


@blueprint.get("/weights")
@allow(STAFF)
def show() -> str:
    """Show the weights that rule."""
    return _page(WeightsForm(formdata=None, obj=weights_of(here())))


@blueprint.post("/weights/preview")
@allow(STAFF)
def preview() -> str | tuple[str, int]:
    """Show what other weights would do to the order of one segment; nothing is saved."""
    form, segment = WeightsForm(), _find_segment()
    if not form.validate():
        return _page(form), 422
    moves = (
        preview_weights(db(), here(), segment, form.weights(), planning_now()) if segment else []
    )
    return _page(form, moves)


@blueprint.post("/weights")
@allow(STAFF)
def save() -> Response | tuple[str, int]:
    """Let new weights rule; Undo sends the old ones in its address."""
    form = WeightsForm(request.values)
    if not form.validate():
        return _page(form), 422
    before = set_weights(db(), here(), form.weights(), me(), real_now())
    refresh_foundation(db(), here(), planning_now())
    db().commit()
    tell("The new weights rule.", _way_back(before))
    return redirect(url_for("weights.show", **_looked_at()))


@blueprint.post("/weights/defaults")
@allow(STAFF)
def reset() -> Response:
    """Return to the weights that ship."""
    before = set_weights(db(), here(), Weights(), me(), real_now())
    refresh_foundation(db(), here(), planning_now())
    db().commit()
    tell("The default weights rule.", _way_back(before))
    return redirect(url_for("weights.show", **_looked_at()))


@blueprint.post("/weights/learnt")
@allow(STAFF)
def learnt() -> Response | tuple[str, int]:
    """Let the weights rule that the decisions ask for, as they were shown."""
    form = WeightsForm()
    if not form.validate():
        return _page(form), 422
    try:
        before = use_learnt(db(), here(), form.weights(), me(), planning_now(), real_now())
    except Refused as refusal:
        db().rollback()
        form = WeightsForm(formdata=None, obj=weights_of(here()))
        form.refuse(refusal)
        return _page(form), 422
    refresh_foundation(db(), here(), planning_now())
    db().commit()
    tell("The weights rule that your decisions ask for.", _way_back(before))
    return redirect(url_for("weights.show", **_looked_at()))


@blueprint.post("/weights/cap")
@allow(STAFF)
def cap() -> Response | tuple[str, int]:
    """Set the most that one event may cost; Undo sends the old one in its address."""
    form = CapForm(request.values)
    if not form.validate():
        return _page(WeightsForm(formdata=None, obj=weights_of(here())), cap_form=form), 422
    before = set_cap(db(), here(), form.cap.data, me(), real_now())
    refresh_foundation(db(), here(), planning_now())
    db().commit()
    sentence = "The cap is set." if form.cap.data is not None else "There is no cap."
    tell(sentence, url_for("weights.cap", cap=before))
    return redirect(url_for("weights.show"))


def _way_back(before: dict[str, float]) -> str:
    values: dict[str, Any] = {code: f"{weight:g}" for code, weight in before.items()}
    return url_for("weights.save", **values, **_looked_at())


def _looked_at() -> dict[str, Any]:
    """Return the segment and the event that the page was opened from, to lead back there."""
    return {
        "segment": request.values.get("segment"),
        "event": request.values.get("event", type=int),
    }


def _page(form: WeightsForm, moves: Sequence[Move] = (), cap_form: CapForm | None = None) -> str:
    segments = db().scalars(
        select(Segment).where(Segment.foundation_id == here().id).order_by(Segment.short_name)
    )
    lesson = learn_weights(db(), here(), planning_now())
    return render_template(
        "weights/show.html",
        form=form,
        cap_form=cap_form or CapForm(formdata=None, cap=here().event_cap),
        codes=REASON_CODES,
        defaults=Weights(),
        present=weights_of(here()),
        lesson=lesson,
        missing="" if lesson.is_enough else say_missing(lesson),
        moves=moves,
        segments=segments.all(),
        segment=_find_segment(),
        back=request.values.get("event", type=int),
    )


def _find_segment() -> Segment | None:
    """Return the segment that the request names, else the first."""
    query = select(Segment).where(Segment.foundation_id == here().id).order_by(Segment.short_name)
    slug = request.values.get("segment", "")
    named = db().scalar(query.where(Segment.slug == slug)) if slug else None
    return named or db().scalar(query.limit(1))
