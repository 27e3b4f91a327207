"""Issues: which open issues concern which audience?"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import (
    Blueprint,
    Response,
    abort,
    get_template_attribute,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import ColumnElement, Integer, bindparam, func, select
from sqlalchemy.orm import joinedload

from models import Issue, IssueSegment, Segment, Tracker
from models.issues import ISSUE_STATES, LINK_STATES
from outreach import language
from outreach.calendars.clock import say_list, say_opening_number
from outreach.issues.answers import ANSWERS, answer_link, list_lost_briefs
from outreach.issues.asks import offers_news
from outreach.issues.at_events.concerns import say_reasons
from outreach.issues.at_events.issue_list import list_lines
from outreach.issues.at_events.meetings import find_meetings, list_asks, list_links
from outreach.issues.fates import say_fate
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.history.lines import find_last_line
from views.plan.segments import get_segment
from views.web.act import Done, act, on_page
from views.web.guards import STAFF, allow
from views.web.paging import page_of
from views.web.request import db, here, load, me, planning_now, real_now
from views.web.spreadsheet import as_spreadsheet

blueprint = Blueprint("issues", __name__)

MOST_ROWS = 5000
MOST_DRAWN = 500
LONGEST_BACK = 1000
FILTERS = ("segment", "state", "tracker", "answer", "q")
DONE = {
    "accepted": "{key} concerns {segment}.",
    "rejected": "{key} does not concern {segment}, and will not come back by itself.",
}
ORDER = (Issue.opened_on.desc().nulls_last(), Issue.id)
LINES = (
    select(
        Issue.id,
        Issue.key,
        Issue.title,
        Issue.state,
        Issue.state_note,
        Issue.opened_on,
        Tracker.name.label("tracker"),
    )
    .join(Tracker, Tracker.id == Issue.tracker_id)
    .order_by(*ORDER)
)
COUNT = select(func.count()).select_from(Issue)
OF_FOUNDATION = bindparam("foundation", type_=Integer)
SEGMENTS = (
    select(Segment.slug, Segment.short_name)
    .where(Segment.foundation_id == OF_FOUNDATION)
    .order_by(Segment.short_name)
)
TRACKERS = (
    select(Tracker.id, Tracker.name, Tracker.synced_at)
    .where(Tracker.foundation_id == OF_FOUNDATION)
    .order_by(Tracker.name, Tracker.id)
)


@blueprint.get("/issues")
@allow(STAFF)
def listing() -> str:
    """List the issues of all trackers with the segments they concern and why."""
    conditions, asked = _conditions(), _asked()
    page = page_of(LINES.where(*conditions), COUNT.where(*conditions))
    today, with_rejected = planning_now().date(), asked.get("answer") == "rejected"
    lines = list_lines(db(), page.rows, today, with_rejected=with_rejected)
    mine = {"foundation": here().id}
    segments = tuple(tuple(row) for row in db().execute(SEGMENTS, mine))
    return render_template(
        "issues/listing.html",
        issues=page,
        headline=_headline(page.total, asked),
        is_filtered=_is_filtered(asked),
        rows=[draw("issue_row", request.script_root, line) for line in lines],
        segment_options=draw("segment_options", segments, asked.get("segment")),
        trackers=db().execute(TRACKERS, mine).all(),
        asked=asked,
        back=urlencode({"page": page.number, **asked}),
    )


def _is_filtered(asked: Mapping[str, str]) -> bool:
    """Tell whether the filters may be why there is nothing."""
    narrowed = any(asked.get(name) for name in ("segment", "answer", "tracker", "q"))
    return narrowed or asked.get("state", "open") == "closed"


def _headline(count: int, asked: Mapping[str, str]) -> str:
    """Say how many issues are listed: "Three open issues, and whom they concern."."""
    state = asked.get("state", "open")
    if not count:
        return _("No issue matches.") if _is_filtered(asked) else _("No issue is known here.")
    number = say_opening_number(count)
    if state == "open":
        return ngettext("%(number)s open issue, and whom they concern.",
                        "%(number)s open issues, and whom they concern.", count,
                        number=number)  # fmt: skip
    if state == "closed":
        return ngettext("%(number)s closed issue, and whom they concern.",
                        "%(number)s closed issues, and whom they concern.", count,
                        number=number)  # fmt: skip
    return ngettext("%(number)s issue, and whom they concern.",
                    "%(number)s issues, and whom they concern.", count,
                    number=number)  # fmt: skip


def draw(name: str, *facts: Any) -> Markup:
    """Draw a part of the list, and remember it by all that it shows: little of it changes."""
    return _drawn(language.current(), name, *facts)


@lru_cache(maxsize=MOST_DRAWN)
def _drawn(_language: str, name: str, *facts: Any) -> Markup:
    drawn: Markup = get_template_attribute("macros/issues.html", name)(*facts)
    return drawn


@blueprint.get("/issues.csv")
@allow(STAFF)
def spreadsheet() -> Response:
    """Give the list to a spreadsheet."""
    query = select(Issue).where(*_conditions()).options(joinedload(Issue.tracker)).order_by(*ORDER)
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
        say_fate=say_fate,
        say_reasons=say_reasons,
        links=sorted(links, key=lambda link: link.state == "rejected"),
        asks=[(ask, offers_news(issue, ask)) for ask in asks],
        others=others.all(),
        meetings=find_meetings(db(), issue, planning_now().date()),
        wrong=wrong,
        last=find_last_line(db(), here(), ("issue", issue.id), me()),
    )


@blueprint.post("/issues/<int:issue_id>/segments")
@allow(STAFF)
def link(issue_id: int) -> ResponseReturnValue:
    """Link an issue to a segment by hand."""
    issue, slug = load(Issue, issue_id), request.form.get("segment", "")
    if not slug:
        return show_issue(issue, "Choose whom it concerns."), 422
    return answer(issue_id, slug, "accepted")


@blueprint.post("/issues/<int:issue_id>/segments/<slug>/<word>")
@allow(STAFF)
def answer(issue_id: int, slug: str, word: str) -> ResponseReturnValue:
    """Accept or reject a link; matches and briefs follow at once."""
    issue, segment = load(Issue, issue_id), get_segment(slug)
    if word not in ANSWERS:
        abort(404)
    return act(
        lambda: answer_link(db(), here(), issue, segment, word, me(), planning_now(), real_now()),
        lambda entry: Done(_say_answered(issue, segment, word), way_back(issue), entry, listed()),
        on_page(way_back(issue)),
    )


def _say_answered(issue: Issue, segment: Segment, word: str) -> str:
    done = DONE[word].format(key=issue.key, segment=segment.short_name)
    if lost := list_lost_briefs(db(), issue):
        done += f" It leaves the brief of {say_list(lost)}, where somebody put it."
    return done


def way_back(issue: Issue) -> str:
    """Return the page that an answer was given on: the issue's own, or a page of the list."""
    on = listed()
    return url_for("issues.listing", **on) if on else url_for("issues.show", issue_id=issue.id)


def listed() -> dict[str, Any]:
    """Return which page of the list an answer was given on; nothing, if on the issue's own."""
    given = dict(parse_qsl(request.form.get("back", "")[:LONGEST_BACK])) or request.args
    return {key: value for key, value in given.items() if key in {*FILTERS, "page"}}


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
