"""Asks: what do we want these people to do about it?"""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models import Ask, Event, Issue, Person
from outreach.accounts.history import Entry
from outreach.issues import asks
from outreach.issues.at_events.meetings import find_meetings, list_links
from views.plan.forms.asks import AskForm, typed_of
from views.plan.issues import show_issue
from views.web.act import Done, above, act, act_on_form
from views.web.guards import STAFF, allow
from views.web.request import db, here, load, me, planning_now, real_now

blueprint = Blueprint("asks", __name__)

MOST_PEOPLE = 300


@blueprint.route("/issues/<int:issue_id>/ask", methods=["GET", "POST"])
@allow(STAFF)
def new(issue_id: int) -> ResponseReturnValue:
    """Write a card; the address may name the event and the segment to begin with."""
    issue = load(Issue, issue_id)
    event = request.args.get("event", "")
    event_id = int(event) if event.isascii() and event.isdecimal() and len(event) < 10 else 0
    return _write(issue, None, AskForm(data={"event_id": event_id}))


@blueprint.route("/issues/<int:issue_id>/ask/<int:ask_id>", methods=["GET", "POST"])
@allow(STAFF)
def edit(issue_id: int, ask_id: int) -> ResponseReturnValue:
    """Change a card."""
    issue, ask = _load(issue_id, ask_id)
    return _write(issue, ask, AskForm(data=typed_of(ask)))


def _write(issue: Issue, ask: Ask | None, form: AskForm) -> ResponseReturnValue:
    _offer(form, issue, ask)
    return act_on_form(
        form,
        lambda: asks.save_ask(db(), here(), issue, ask, form.card(), me(), real_now()),
        lambda entry: _done(issue, "The card is written.", entry),
        lambda: render_template("issues/ask.html", form=form, issue=issue, ask=ask),
    )


def _offer(form: AskForm, issue: Issue, ask: Ask | None) -> None:
    """Offer the segments it concerns, the events it will meet, and our people."""
    links = list_links(db(), issue)
    concerned = [one for one in links if one.state != "rejected"]
    meetings = find_meetings(db(), issue, planning_now().date())
    events = {one.event_id: f"{one.name}, {one.starts}" for one in meetings}
    named = db().get(Event, ask.event_id) if ask and ask.event_id else None
    if named:
        events.setdefault(named.id, f"{named.name}, {named.starts_on}")
    people = db().execute(
        select(Person.id, Person.name)
        .where(Person.foundation_id == here().id)
        .order_by(Person.id != (ask.helper_id if ask else None), Person.name)
        .limit(MOST_PEOPLE)
    )
    segments = [(one.segment_id, one.segment.short_name) for one in concerned]
    form.offer(segments, events.items(), [(row.id, row.name) for row in people])


@blueprint.post("/issues/<int:issue_id>/ask/<int:ask_id>/drop")
@allow(STAFF)
def drop(issue_id: int, ask_id: int) -> ResponseReturnValue:
    """Take a card away."""
    issue, ask = _load(issue_id, ask_id)
    return act(
        lambda: asks.remove_ask(db(), here(), issue, ask, me(), real_now()),
        lambda entry: _done(issue, "The card is removed.", entry),
        above(lambda: show_issue(load(Issue, issue_id))),
    )


@blueprint.post("/issues/<int:issue_id>/ask/<int:ask_id>/good-news")
@allow(STAFF)
def tell_good_news(issue_id: int, ask_id: int) -> ResponseReturnValue:
    """Let the card tell that it is fixed."""
    issue, ask = _load(issue_id, ask_id)
    return act(
        lambda: asks.tell_good_news(db(), here(), issue, ask, me(), real_now()),
        lambda entry: _done(issue, f"{issue.key} is good news to tell.", entry),
        above(lambda: show_issue(load(Issue, issue_id))),
    )


def _load(issue_id: int, ask_id: int) -> tuple[Issue, Ask]:
    issue, ask = load(Issue, issue_id), load(Ask, ask_id)
    return (issue, ask) if ask.issue_id == issue.id else abort(404)


def _done(issue: Issue, sentence: str, entry: Entry | None) -> Done:
    return Done(sentence, url_for("issues.show", issue_id=issue.id), entry)
