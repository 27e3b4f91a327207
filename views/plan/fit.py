"""Fit: where do our people gather, and why go?"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.wrappers import Response

from models import Event, Segment
from outreach.planning.calls.closing import are_over
from outreach.planning.fit.neighbours import list_neighbours, say_neighbours
from outreach.planning.fit.openings import Place, list_facts, say_facts
from outreach.planning.fit.overview import first_events, say_segments
from outreach.planning.fit.why import explain_fit, find_best_event, first_evidence, newest
from outreach.refusal import ChangedMeanwhile
from views.events.decisions import decide_together
from views.events.forms import DecisionForm
from views.plan.segments import get_segment
from views.plan.year_ruler import ScoreRuler, dots
from views.web.act import on_page
from views.web.guards import STAFF, allow
from views.web.paging import page_of
from views.web.request import db, here, load, planning_now

blueprint = Blueprint("fit", __name__)


@blueprint.get("/fit")
@allow(STAFF)
def overview() -> str:
    """List the segments, each with the coming events that fit best."""
    page = page_of(
        select(Segment.id, Segment.slug, Segment.short_name, Segment.name)
        .where(Segment.foundation_id == here().id)
        .order_by(Segment.short_name, Segment.id)
    )
    best = first_events(db(), [row.id for row in page.rows], planning_now().date())
    return render_template(
        "fit/overview.html", segments=page, best=best, lede=say_segments(page.total)
    )


@blueprint.get("/fit/<slug>")
@blueprint.get("/fit/<slug>/<int:event_id>")
@allow(STAFF)
def why(slug: str, event_id: int | None = None) -> str | Response:
    """Explain one segment and one event, or the trip that it belongs to."""
    segment = get_segment(slug)
    if event_id is None:
        event_id = find_best_event(db(), segment, planning_now().date())
        if event_id is None:
            return render_template("fit/nowhere.html", segment=segment)
        return redirect(url_for("fit.why", slug=slug, event_id=event_id))
    return _show(segment, event_id, DecisionForm())


def _show(segment: Segment, event_id: int, form: DecisionForm) -> str:
    event, now = load(Event, event_id), planning_now()
    fit = explain_fit(db(), here(), segment, event, now)
    alone = next(match for match in fit.per_event if match.event == str(event_id))
    neighbours = list_neighbours(db(), alone)
    facts = list_facts(
        fit.match, fit.events, event, now.date(), is_late=are_over(db(), fit.events, now)
    )
    return render_template(
        "fit/why.html",
        fit=fit,
        event=event,
        facts=facts,
        facts_headline=say_facts(facts),
        fact_pages=_fact_pages(slug=segment.slug, event_id=event_id),
        neighbours=neighbours,
        beside=say_neighbours(neighbours),
        drawing=ScoreRuler(tuple(fit.by_date)),
        dots=dots(len(fit.people)),
        newest=newest,
        first_evidence=first_evidence,
        form=form,
    )


def _fact_pages(slug: str, event_id: int) -> dict[Place, str]:
    """Lead from a fact to the page where it is entered."""
    return {
        "evidence": url_for("gatherings.add", slug=slug, event_id=event_id),
        "issues": url_for("issues.listing"),
        "event": url_for("events.show", event_id=event_id),
        "people": url_for("people.choose_team", event_id=event_id),
        "facts": url_for("events.edit", event_id=event_id, _anchor="booth_cost"),
    }


@blueprint.post("/fit/<slug>/<int:event_id>/decision/<state>")
@allow(STAFF)
def decide(slug: str, event_id: int, state: str) -> ResponseReturnValue:
    """Decide on the events of the trip that the form named, as they were shown."""
    segment, event = get_segment(slug), load(Event, event_id)
    if state not in {"proposed", "go", "no_go"}:
        abort(404)
    fit = explain_fit(db(), here(), segment, event, planning_now())
    named = set(request.form.getlist("event")) or {str(event_id)}
    events = [one for one in fit.events if str(one.id) in named]
    if len(events) != len(named):
        changed = ChangedMeanwhile("The trip has changed meanwhile. Look again, then decide.")
        return on_page(url_for("fit.why", slug=slug, event_id=event_id))(changed)
    return decide_together(
        events,
        state,
        on_done=lambda: url_for("fit.why", slug=slug, event_id=event_id),
        on_refusal=lambda form: _show(segment, event_id, form),
    )
