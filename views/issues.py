"""Issues: which open issues concern which audience?"""

from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, load_only, selectinload
from werkzeug.wrappers import Response as AnyResponse

from models import Ask, BriefIssue, Issue, IssueSegment, Segment, Tracker
from models.issues import ISSUE_STATES, LINK_STATES
from outreach.issues.answers import ANSWERS, UNLINKED, answer_link
from outreach.issues.asks import offers_news
from outreach.issues.fates import fate_of
from outreach.matching.stored import refresh_segments
from outreach.planning.meetings import find_meetings, list_asks, list_links, next_stops
from views.guards import STAFF, allow
from views.page import tell
from views.paging import page_of
from views.request import db, here, load, me, planning_now, real_now
from views.segments import get_segment
from views.spreadsheet import as_spreadsheet

blueprint = Blueprint("issues", __name__)

MOST_ROWS = 5000
FILTERS = ("segment", "state", "tracker", "answer", "q")
DONE = {
    "accepted": "{key} concerns {segment}.",
    "rejected": "{key} does not concern {segment}, and will not come back by itself.",
    "suggested": "Undone: {key} is a suggestion for {segment} again.",
    UNLINKED: "Undone: {key} is not linked to {segment}.",
}
LINES = (
    load_only(
        Issue.key,
        Issue.title,
        Issue.url,
        Issue.state,
        Issue.state_note,
        Issue.opened_on,
        raiseload=True,
    ),
    joinedload(Issue.tracker).load_only(Tracker.name, raiseload=True),
    selectinload(Issue.links)
    .joinedload(IssueSegment.segment)
    .load_only(Segment.slug, Segment.short_name, raiseload=True),
)


@blueprint.get("/issues")
@allow(STAFF)
def listing() -> str:
    """List the issues of all trackers with the segments they concern and why."""
    conditions = _conditions()
    order = (Issue.opened_on.desc().nulls_last(), Issue.id)
    query = select(Issue).where(*conditions).options(*LINES).order_by(*order)
    page = page_of(query, select(func.count(Issue.id)).where(*conditions))
    issues = [row.Issue for row in page.rows]
    asks, told = _asked_and_told([issue.id for issue in issues])
    segments = select(Segment.slug, Segment.short_name).where(Segment.foundation_id == here().id)
    trackers = select(Tracker).where(Tracker.foundation_id == here().id)
    return render_template(
        "issues/listing.html",
        issues=page,
        asks=asks,
        stops=_stops(issues),
        told=told,
        segments=db().execute(segments.order_by(Segment.short_name)).all(),
        trackers=db().scalars(trackers.order_by(Tracker.name, Tracker.id)).all(),
        asked=_asked(),
        back=urlencode({"list": 1, "page": page.number, **_asked()}),
    )


def _asked_and_told(ids: list[int]) -> tuple[dict[int, list[str]], set[tuple[int, int]]]:
    """Return what is asked about these issues, and on which events' briefs they are."""
    asks: dict[int, list[str]] = defaultdict(list)
    for issue_id, kind in db().execute(select(Ask.issue_id, Ask.kind).where(Ask.issue_id.in_(ids))):
        asks[issue_id].append(kind)
    on_brief = select(BriefIssue.issue_id, BriefIssue.event_id)
    rows = db().execute(on_brief.where(BriefIssue.issue_id.in_(ids)))
    return asks, {(row.issue_id, row.event_id) for row in rows}


def _stops(issues: list[Issue]) -> dict[int, Any]:
    """Return the next event that we plan for where each of these issues meets its people."""
    concerned = {
        issue.id: [link.segment_id for link in issue.links if link.state != "rejected"]
        for issue in issues
    }
    segments = {number for numbers in concerned.values() for number in numbers}
    known = next_stops(db(), here(), segments, planning_now().date())
    stops = {
        number: [known[one] for one in segment_ids if one in known]
        for number, segment_ids in concerned.items()
    }
    return {
        number: min(found, key=lambda stop: stop.starts_on)
        for number, found in stops.items()
        if found
    }


@blueprint.get("/issues.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give the list to a spreadsheet."""
    order = (Issue.opened_on.desc().nulls_last(), Issue.id)
    query = select(Issue).where(*_conditions()).options(joinedload(Issue.tracker)).order_by(*order)
    head = ("tracker", "key", "title", "state", "opened", "address")
    rows = (
        (issue.tracker.name, issue.key, issue.title, issue.state, issue.opened_on, issue.url)
        for issue in db().scalars(query.limit(MOST_ROWS))
    )
    return as_spreadsheet("issues", head, rows)


@blueprint.get("/issues/<int:issue_id>")
@allow(STAFF)
def show(issue_id: int) -> str:
    """Show one issue: whom it concerns and why, what we ask, where it meets them."""
    return show_issue(load(Issue, issue_id))


def show_issue(issue: Issue, wrong: str = "") -> str:
    """Show an issue; `wrong` says what was refused about linking it."""
    db().refresh(issue, ["tracker"])
    links, asks = list_links(db(), issue), list_asks(db(), issue)
    linked = [link.segment_id for link in links]
    others = db().execute(
        select(Segment.slug, Segment.short_name)
        .where(Segment.foundation_id == here().id, Segment.id.not_in(linked))
        .order_by(Segment.short_name)
    )
    return render_template(
        "issues/show.html",
        issue=issue,
        fate=fate_of(issue.state, issue.state_note),
        links=links,
        asks=[(ask, offers_news(issue, ask)) for ask in asks],
        others=others.all(),
        meetings=find_meetings(db(), issue, planning_now().date()),
        wrong=wrong,
    )


@blueprint.post("/issues/<int:issue_id>/segments")
@allow(STAFF)
def link(issue_id: int) -> AnyResponse | tuple[str, int]:
    """Link an issue to a segment by hand."""
    issue, slug = load(Issue, issue_id), request.form.get("segment", "")
    if not slug:
        return show_issue(issue, "Choose whom it concerns."), 422
    return answer(issue_id, slug, "accepted")


@blueprint.post("/issues/<int:issue_id>/segments/<slug>/<word>")
@allow(STAFF)
def answer(issue_id: int, slug: str, word: str) -> AnyResponse:
    """Accept or reject a link; matches and briefs follow at once."""
    issue, segment = load(Issue, issue_id), get_segment(slug)
    if word not in ANSWERS:
        abort(404)
    before = answer_link(db(), here(), issue, segment, word, me(), planning_now(), real_now())
    refresh_segments(db(), here(), [segment.id], planning_now())
    db().commit()
    back: dict[str, Any] = {
        key: value for key, value in request.args.items() if key in {*FILTERS, "page", "list"}
    }
    undo_url = None
    if before != word:
        undo_url = url_for("issues.answer", issue_id=issue_id, slug=slug, word=before, **back)
    tell(DONE[word].format(key=issue.key, segment=segment.short_name), undo_url)
    if back.pop("list", None):
        return redirect(url_for("issues.listing", **back))
    return redirect(url_for("issues.show", issue_id=issue_id))


def _asked() -> dict[str, str]:
    return {key: value for key, value in request.args.items() if key in FILTERS and value}


def _conditions() -> list[ColumnElement[bool]]:
    """Read the filters of the address; unknown words are refused."""
    found = [Issue.foundation_id == here().id]
    state = request.args.get("state") or "open"
    if state in ISSUE_STATES:
        found.append(Issue.state == state)
    elif state != "all":
        abort(400)
    number = request.args.get("tracker", "")
    if number:
        is_number = number.isascii() and number.isdecimal() and len(number) < 10
        found.append(Issue.tracker_id == (int(number) if is_number else abort(400)))
    words = request.args.get("q", "").strip()[:200]
    if words:
        found.append(Issue.title.icontains(words, autoescape=True))
    return [*found, *_link_conditions()]


def _link_conditions() -> list[ColumnElement[bool]]:
    """Read whom it shall concern, and what staff said about that."""
    slug, state = request.args.get("segment", ""), request.args.get("answer", "")
    if state and state not in LINK_STATES:
        abort(400)
    if slug == "none":
        return [~Issue.links.any(IssueSegment.state != "rejected")]
    if not slug and not state:
        return []
    said: Any = IssueSegment.state == state if state else IssueSegment.state != "rejected"
    concerned = select(IssueSegment.issue_id).where(said)
    mine = select(Segment.id).where(Segment.foundation_id == here().id)
    mine = mine.where(Segment.slug == slug) if slug else mine
    return [Issue.id.in_(concerned.where(IssueSegment.segment_id.in_(mine)))]
