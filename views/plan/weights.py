"""Weights: how much each of the six reasons counts, and what a change would do."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import Segment
from outreach.accounts.history import Entry
from outreach.matching.engine.terms import REASON_CODES, Weights
from outreach.matching.store.answers_replayed import learn_weights
from outreach.matching.store.stored import weights_of
from outreach.planning.fit.weights import (
    Move,
    preview_weights,
    say_lesson,
    say_missing,
    set_cap,
    set_weights,
    use_learnt,
)
from outreach.refusal import Refused
from views.plan.forms.weights import CapForm, WeightsForm
from views.web.act import Done, above, act, beside, on_page
from views.web.guards import STAFF, allow
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
def save() -> ResponseReturnValue:
    """Let new weights rule."""
    form = WeightsForm()
    if not form.validate():
        return _page(form), 422
    return act(
        lambda: set_weights(db(), here(), form.weights(), me(), real_now()),
        lambda entry: _done("The new weights rule.", entry),
        above(lambda: _page(form)),
    )


@blueprint.post("/weights/defaults")
@allow(STAFF)
def reset() -> ResponseReturnValue:
    """Return to the weights that ship."""
    return act(
        lambda: set_weights(db(), here(), Weights(), me(), real_now()),
        lambda entry: _done("The default weights rule.", entry),
        on_page(url_for("weights.show", **looked_at())),
    )


@blueprint.post("/weights/learnt")
@allow(STAFF)
def learnt() -> ResponseReturnValue:
    """Let the weights rule that the decisions ask for, as they were shown."""
    form = WeightsForm()
    if not form.validate():
        return _page(form), 422

    def otherwise(refusal: Refused) -> ResponseReturnValue:
        now = WeightsForm(formdata=None, obj=weights_of(here()))
        return beside(now, lambda: _page(now))(refusal)

    return act(
        lambda: use_learnt(db(), here(), form.weights(), me(), planning_now(), real_now()),
        lambda entry: _done("The weights rule that your decisions ask for.", entry),
        otherwise,
    )


@blueprint.post("/weights/cap")
@allow(STAFF)
def cap() -> ResponseReturnValue:
    """Set the most that one event may cost."""
    form = CapForm()
    if not form.validate():
        return _page(WeightsForm(formdata=None, obj=weights_of(here())), cap_form=form), 422
    sentence = "The cap is set." if form.cap.data is not None else "There is no cap."
    to = url_for("weights.show")
    return act(
        lambda: set_cap(db(), here(), form.cap.data, me(), real_now()),
        lambda entry: Done(sentence, to, entry),
        on_page(to),
    )


def _done(sentence: str, entry: Entry | None) -> Done:
    return Done(sentence, url_for("weights.show", **looked_at()), entry, looked_at())


def looked_at() -> dict[str, Any]:
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
        say_lesson=say_lesson(lesson) if lesson.is_enough else "",
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
