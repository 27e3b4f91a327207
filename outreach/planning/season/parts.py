"""The question of a run sheet: which events are in it, each with its place in a part of it."""

from functools import cache
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)

from models import (
    Attendance,
    Call,
    Decision,
    DuplicateOffer,
    Event,
    EventPlan,
    EventSource,
    Person,
    Tracker,
    Trip,
    TripStop,
)
from models.base import UtcDateTime
from models.events import CALLED_OFF, PLANNED
from models.goers import count_goers
from outreach.planning.calls.closing import ENDING, nearest_open
from outreach.planning.deadlines.sources import IS_CREWED, WORTH_A_TALK

MOST_LINES, MOST_FILTERED = 100, 500
DRAWN_BEFORE, DRAWN_AFTER = 15, 45
"""Decided events around today that a full year is told by, until all are asked for."""
MOST_CALLS = 3

_TODAY = bindparam("today", type_=Date)
_NEAREST = nearest_open(bindparam("now", type_=UtcDateTime), bindparam("earliest", type_=Date))
_FOUNDATION = bindparam("foundation_id", type_=Integer)
_MINE = Event.foundation_id == _FOUNDATION
_IN_YEAR = Event.starts_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date))
_COUNTS = ("is_kept", "total", "done", "coming", "turned_down")
_BY_DAY = (Event.starts_on, Event.name, Event.id)
_COLUMNS = (
    Event.id,
    Event.name,
    Event.city,
    Event.country,
    Event.starts_on,
    Event.ends_on,
    Event.latitude,
    Event.longitude,
    Event.best_rank,
    Decision.state,
    Decision.reason,
    Decision.decided_on,
    or_(Attendance.judged.is_not(None), Attendance.note != "").label("was_recapped"),
    Person.name.label("owner"),
    EventPlan.next_on,
    Trip.id.label("trip_id"),
    Trip.name.label("trip_name"),
    count_goers(Event.id, Event).label("team_size"),
    IS_CREWED.label("is_crewed"),
    Call.kind,
    Call.id.label("call_id"),
    *ENDING,
)
"""Of the lines, with the call of each that closes next."""
_OPENING = (
    select(Event.starts_on)
    .where(_MINE, Event.starts_on >= bindparam("this_year", type_=Date))
    .order_by(Event.starts_on)
    .limit(1)
    .correlate(None)
    .scalar_subquery()
    .label("first_on"),
    select(func.max(Tracker.synced_at))
    .where(Tracker.foundation_id == _FOUNDATION)
    .scalar_subquery()
    .label("synced"),
    select(func.count())
    .where(DuplicateOffer.foundation_id == _FOUNDATION, DuplicateOffer.dismissed_at.is_(None))
    .scalar_subquery()
    .label("doubled"),
)
"""What the page begins with, whatever is in the sheet."""


_IS_THOUGHT_OF = or_(
    Event.goal != "",
    cast(Event.edited_fields, String) != "[]",
    ~exists().where(EventSource.event_id == Event.id),
    IS_CREWED,
)
"""Somebody typed it, or something about it: it came by no import alone."""


@cache
def select_sheet(parts: tuple[str, ...]) -> Select[Any]:
    """Build the question once for each set of parts: building it takes longer than the answer."""
    built = (_PARTS[name]().subquery() for name in parts)
    none = (literal(0).label(name) for name in ("place", *_COUNTS))
    opening = select(cast(null(), Integer).label("id"), literal("opening").label("part"), *none)
    found = union_all(opening, *(select(one) for one in built)).subquery()
    return (
        select(*_COLUMNS, *(found.c[name] for name in ("part", "place", *_COUNTS)), *_OPENING)
        .select_from(found)
        .outerjoin(Event, Event.id == found.c.id)
        .outerjoin(Event.decision)
        .outerjoin(Attendance, Attendance.event_id == Event.id)
        .outerjoin(EventPlan, EventPlan.event_id == Event.id)
        .outerjoin(Person, Person.id == EventPlan.owner_id)
        .outerjoin(TripStop, TripStop.event_id == Event.id)
        .outerjoin(Trip, Trip.id == TripStop.trip_id)
        .outerjoin(Call, Call.id == _NEAREST)
    )


def _part(name: str, *order: Any, **told: Any) -> Select[Any]:
    """Select the numbers of events, each with its place in the part."""
    place = told.pop("place", None)
    if place is None:
        place = func.row_number().over(order_by=order)
    return select(
        Event.id,
        literal(name).label("part"),
        place.label("place"),
        *(told.get(one, literal(0)).label(one) for one in _COUNTS),
    ).where(_MINE)


def _decided(name: str, **place: Any) -> Select[Any]:
    """Select a year's decided events; they are counted before a part of them is taken."""
    is_over, went = Event.ends_on < _TODAY, Decision.state == "go"
    cases = {
        "total": true(),
        "done": and_(went, is_over),
        "coming": and_(Decision.state.in_(PLANNED), ~is_over),
        "turned_down": Decision.state.in_(CALLED_OFF),
    }
    told = {key: func.count(case((one, 1))).over() for key, one in cases.items()}
    return _part(name, *_BY_DAY, **told, **place).join(Event.decision).where(_IN_YEAR)


def _select_whole() -> Select[Any]:
    return _decided("whole").order_by(*_BY_DAY).limit(MOST_FILTERED)


def _select_drawn() -> Select[Any]:
    """Select those around today: the last ones that are over, and the next."""
    is_over = Event.ends_on < _TODAY
    last, following = (
        func.row_number().over(partition_by=is_over, order_by=order)
        for order in ([column.desc() for column in _BY_DAY], _BY_DAY)
    )
    place = case((is_over, -last), else_=following)
    found = _decided("drawn", place=place).subquery()
    near = found.c.place.between(-bindparam("before", type_=Integer), DRAWN_AFTER)
    return select(found).where(near)


def _select_ideas() -> Select[Any]:
    is_kept = case((or_(_NEAREST.is_not(None), _IS_THOUGHT_OF), 1), else_=0)
    order = (is_kept.desc(), Event.best_rank.desc(), Event.id)
    ahead = (Decision.id.is_(None), _IN_YEAR, Event.ends_on >= _TODAY)
    return (
        _part("idea", *order, is_kept=is_kept, total=func.count().over())
        .outerjoin(Event.decision)
        .where(*ahead)
        .order_by(*order)
        .limit(bindparam("ideas", type_=Integer))
    )


def _select_coming() -> Select[Any]:
    order = (Event.starts_on, Event.ends_on, Event.name, Event.id)
    return (
        _part("coming", *order)
        .outerjoin(Event.decision)
        .where(
            or_(Decision.id.is_not(None), IS_CREWED),
            Event.ends_on >= _TODAY,
            Event.starts_on <= bindparam("until", type_=Date),
        )
        .order_by(*order)
        .limit(MOST_LINES)
    )


def _select_calls() -> Select[Any]:
    order = (Event.best_rank.desc(), Event.id)
    return (
        _part("call", *order)
        .outerjoin(Event.decision)
        .join(Call, Call.id == _NEAREST)
        .where(
            Decision.id.is_(None),
            Event.best_rank >= WORTH_A_TALK,
            Call.kind == "talks",
            Call.last_day <= bindparam("closing", type_=Date),
        )
        .order_by(*order)
        .limit(MOST_CALLS)
    )


_PARTS = {
    "whole": _select_whole,
    "drawn": _select_drawn,
    "idea": _select_ideas,
    "coming": _select_coming,
    "call": _select_calls,
}
