"""Issues: which open issues concern which audience?"""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from models import Ask, Issue, IssueSegment, Segment, Tracker
from models.issues import ISSUE_STATES
from views.guards import STAFF, allow
from views.paging import page_of
from views.request import db, here
from views.spreadsheet import as_spreadsheet

blueprint = Blueprint("issues", __name__)

MOST_ROWS = 5000
FILTERS = ("segment", "state", "q")


@blueprint.get("/issues")
@allow(STAFF)
def listing() -> str:
    """List the issues of all trackers with the segments they concern and why."""
    query = _filtered().options(
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
    page = page_of(query)
    ids = [row.Issue.id for row in page.rows]
    asks = db().scalars(select(Ask).where(Ask.issue_id.in_(ids)))
    segments = db().execute(
        select(Segment.slug, Segment.short_name)
        .where(Segment.foundation_id == here().id)
        .order_by(Segment.short_name)
    )
    trackers = db().scalars(
        select(Tracker).where(Tracker.foundation_id == here().id).order_by(Tracker.name)
    )
    return render_template(
        "issues/listing.html",
        issues=page,
        asks={ask.issue_id: ask for ask in asks},
        segments=segments.all(),
        trackers=trackers.all(),
        asked={key: value for key, value in request.args.items() if key in FILTERS},
    )


@blueprint.get("/issues.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give the list to a spreadsheet."""
    query = _filtered().options(joinedload(Issue.tracker)).limit(MOST_ROWS)
    head = ("tracker", "key", "title", "state", "opened", "address")
    rows = (
        (issue.tracker.name, issue.key, issue.title, issue.state, issue.opened_on, issue.url)
        for issue in db().scalars(query)
    )
    return as_spreadsheet("issues", head, rows)


def _filtered() -> Select[Any]:
    """Read the filters of the address; unknown words are refused."""
    query = select(Issue).where(Issue.foundation_id == here().id)
    state = request.args.get("state", "open")
    if state in ISSUE_STATES:
        query = query.where(Issue.state == state)
    elif state != "all":
        abort(400)
    slug = request.args.get("segment", "")
    if slug == "none":
        query = query.where(~Issue.links.any(IssueSegment.state != "rejected"))
    elif slug:
        concerned = (
            select(IssueSegment.issue_id)
            .join(Segment, Segment.id == IssueSegment.segment_id)
            .where(Segment.slug == slug, Segment.foundation_id == here().id)
            .where(IssueSegment.state != "rejected")
        )
        query = query.where(Issue.id.in_(concerned))
    words = request.args.get("q", "").strip()[:200]
    if words:
        query = query.where(Issue.title.icontains(words, autoescape=True))
    return query.order_by(Issue.opened_on.desc().nulls_last(), Issue.id)
