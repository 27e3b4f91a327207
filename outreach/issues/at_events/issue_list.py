"""The lines of the list of issues: whom each concerns, what we ask, where it meets them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from models import Ask, BriefIssue, IssueSegment, Segment
from outreach.issues.at_events.concerns import say_reasons
from outreach.issues.at_events.meetings import next_stops


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A segment that an issue concerns; `reasons` is empty where a person made the link."""

    segment_id: int
    slug: str
    short_name: str
    state: str
    reasons: str


@dataclass(frozen=True, slots=True)
class IssueLine:
    """One issue of the list; `row` has its own columns, `stop` the next event it meets them at."""

    row: Any
    links: tuple[LinkLine, ...]
    asks: tuple[str, ...]
    stop: Any
    on_brief: bool


# Statements of plain tables, built once: a list is opened often, and there is nothing to map.
_LINK, _ASK, _TOLD_ON, _SEGMENT = (
    model.__table__.c for model in (IssueSegment, Ask, BriefIssue, Segment)
)
_IDS = bindparam("issues", expanding=True, type_=Integer)
_LINKS = (
    select(
        _LINK.issue_id,
        _LINK.segment_id,
        _LINK.state,
        _LINK.phrases,
        _LINK.places,
        _SEGMENT.slug,
        _SEGMENT.short_name,
    )
    .where(_LINK.issue_id.in_(_IDS), _SEGMENT.id == _LINK.segment_id)
    .order_by(_LINK.state, _LINK.score.desc(), _SEGMENT.short_name)
)
_ASKS = select(_ASK.issue_id, _ASK.kind).where(_ASK.issue_id.in_(_IDS)).order_by(_ASK.id)
_TOLD = select(_TOLD_ON.issue_id, _TOLD_ON.event_id).where(_TOLD_ON.issue_id.in_(_IDS))


def list_lines(
    session: Session,
    rows: Sequence[Any],
    today: date,
    *,
    with_rejected: bool = False,
) -> list[IssueLine]:
    """Return a line for each of these issues, rows with their columns, in the same order."""
    ids = {"issues": [row.id for row in rows]}
    links = _read_links(session, ids, with_rejected)
    asks: dict[int, dict[str, None]] = defaultdict(dict)
    for issue_id, kind in session.execute(_ASKS, ids):
        asks[issue_id][kind] = None
    told = {(issue_id, event_id) for issue_id, event_id in session.execute(_TOLD, ids)}
    concerned = {
        one.segment_id for lines in links.values() for one in lines if one.state != "rejected"
    }
    stops = next_stops(session, concerned, today)
    return [_line(row, tuple(links[row.id]), tuple(asks[row.id]), stops, told) for row in rows]


def _read_links(
    session: Session, ids: dict[str, list[int]], with_rejected: bool
) -> dict[int, list[LinkLine]]:
    links: dict[int, list[LinkLine]] = defaultdict(list)
    for issue_id, segment_id, state, phrases, places, slug, name in session.execute(_LINKS, ids):
        if with_rejected or state != "rejected":
            reasons = ", ".join(say_reasons(phrases, places))
            links[issue_id].append(LinkLine(segment_id, slug, name, state, reasons))
    return links


def _line(
    row: Any,
    links: tuple[LinkLine, ...],
    asks: tuple[str, ...],
    stops: Mapping[int, Any],
    told: set[tuple[int, int]],
) -> IssueLine:
    met = [
        stops[one.segment_id]
        for one in links
        if one.state != "rejected" and one.segment_id in stops
    ]
    stop = min(met, key=lambda one: one.starts_on, default=None)
    return IssueLine(row, links, asks, stop, stop is not None and (row.id, stop.id) in told)
