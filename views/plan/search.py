"""Search: one box for events, segments, issues, people, talks and calls."""

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, contains_eager

from models import Call, Event, Issue, Person, Segment, Talk
from outreach.language import gettext as _
from outreach.planning.calls.closing import KINDS as CALL_KINDS
from views.web.guards import STAFF, allow
from views.web.request import db, here

blueprint = Blueprint("search", __name__)

LONGEST = 200
MOST_EACH = 8
FEWEST = 2
KINDS = ("events", "segments", "issues", "people", "talks", "calls")


@blueprint.get("/search")
@allow(STAFF)
def results() -> str:
    """Show what carries the words in its name, a few of each kind."""
    words = " ".join(request.args.get("q", "").split())[:LONGEST]
    found = _find(words) if len(words) >= FEWEST else dict.fromkeys(KINDS, [])
    return render_template(
        "search/results.html", found=found, headline=_headline(words, found), kinds=CALL_KINDS
    )


def _headline(words: str, found: dict[str, list[Any]]) -> str:
    if len(words) < FEWEST:
        return _("Type at least two letters.")
    if any(found.values()):
        return _("“%(words)s”", words=words)
    return _("Nothing here is called “%(words)s”.", words=words)


def _find(words: str) -> dict[str, list[Any]]:
    events = or_(_has(Event.name, words), _has(Event.city, words))
    issues = or_(_has(Issue.title, words), _has(Issue.key, words))
    queries: dict[str, Any] = {
        "events": _of(Event).where(events).order_by(Event.starts_on.desc()),
        "segments": _of(Segment).where(_has(Segment.name, words)).order_by(Segment.name),
        "issues": _of(Issue).where(issues).order_by(Issue.id.desc()),
        "people": _of(Person).where(_has(Person.name, words)).order_by(Person.name),
        "talks": _of(Talk).where(_has(Talk.title, words)).order_by(Talk.title, Talk.id),
        "calls": _of(Call)
        .join(Call.event)
        .options(contains_eager(Call.event).load_only(Event.name))
        .where(or_(_has(Event.name, words), _has(Call.name, words), _has(Call.takes, words)))
        .order_by(Call.last_day.desc(), Call.id),
    }
    return {kind: list(db().scalars(query.limit(MOST_EACH))) for kind, query in queries.items()}


def _of(model: Any) -> Any:
    return select(model).where(model.foundation_id == here().id)


def _has(column: InstrumentedAttribute[Any], words: str) -> ColumnElement[bool]:
    """Match words literally: percent and underscore are letters here."""
    return column.icontains(words, autoescape=True)
