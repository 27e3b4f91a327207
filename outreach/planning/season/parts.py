"""The question of a run sheet: which events are in it, and in which parts of it."""

from collections.abc import Iterator, Mapping
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
    literal_column,
    null,
    or_,
    select,
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
from models.base import UtcDateTime, among
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
_ZERO, _ONE = literal_column("0", Integer), literal_column("1", Integer)
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
_OPENING: Mapping[str, Any] = {
    "first_on": select(Event.starts_on)
    .where(_MINE, Event.starts_on >= bindparam("this_year", type_=Date))
    .order_by(Event.starts_on)
    .limit(1)
    .correlate(None)
    .scalar_subquery(),
    "synced": select(func.max(Tracker.synced_at))
    .where(Tracker.foundation_id == _FOUNDATION)
    .scalar_subquery(),
    "doubled": select(func.count())
    .where(DuplicateOffer.foundation_id == _FOUNDATION, DuplicateOffer.dismissed_at.is_(None))
    .scalar_subquery(),
}
"""What the page begins with, whatever is in the sheet."""
_TALLY = ("total", "done", "coming", "turned_down")
"""How many events a part is taken from, and how many of a year went which way."""
_NUMBERS = ("is_decided", "is_idea", "is_ahead", "is_called", "is_kept", *_TALLY)
OF_EVENT = len(_COLUMNS)
"""So many columns of a row are the event's; then comes in which parts it is."""
DECIDED, IDEA, AHEAD, CALLED, KEPT = range(OF_EVENT, OF_EVENT + 5)
"""Where a row says so: a place is found sooner than a name."""


_IS_THOUGHT_OF = or_(
    Event.goal != "",
    cast(Event.edited_fields, String) != "[]",
    ~exists().where(EventSource.event_id == Event.id),
    IS_CREWED,
)
"""Somebody typed it, or something about it: it came by no import alone."""


@cache
def select_sheet(parts: tuple[str, ...]) -> Select[Any]:
    """Build the question once for each set of parts: building it takes longer than the answer.

    A row for each event, with the parts that it is in; one without an event, the opening.
    """
    opening = select(cast(null(), Integer).label("id"), *_zeros(), *(
        column.label(name) for name, column in _OPENING.items()
    ))  # fmt: skip
    found = union_all(opening, *(one for part in parts for one in _PARTS[part]())).subquery()
    told = (func.max(found.c[name]).label(name) for name in (*_NUMBERS, *_OPENING))
    kept = select(found.c.id, *told).group_by(found.c.id).subquery()
    return (
        select(*_COLUMNS, *(kept.c[name] for name in (*_NUMBERS, *_OPENING)))
        .select_from(kept)
        .outerjoin(Event, Event.id == kept.c.id)
        .outerjoin(Event.decision)
        .outerjoin(Attendance, Attendance.event_id == Event.id)
        .outerjoin(EventPlan, EventPlan.event_id == Event.id)
        .outerjoin(Person, Person.id == EventPlan.owner_id)
        .outerjoin(TripStop, TripStop.event_id == Event.id)
        .outerjoin(Trip, Trip.id == TripStop.trip_id)
        .outerjoin(Call, Call.id == _NEAREST)
    )


def _zeros(**told: Any) -> Iterator[Any]:
    """Yield what a part says of its events, nothing where it does not."""
    return (told.get(name, _ZERO).label(name) for name in _NUMBERS)


def _in_part(name: str, events: Select[Any]) -> Select[Any]:
    """Select the numbers of a part's events, and what else it says of each."""
    found = events.subquery()
    told = {one: found.c[one] for one in _NUMBERS if one in found.c}
    nothing = (null().label(one) for one in _OPENING)
    return select(found.c.id, *_zeros(**told, **{name: _ONE}), *nothing)


def _decided(*columns: Any) -> Select[Any]:
    return select(*columns).join(Event.decision).where(_MINE, _IN_YEAR)


def _tally() -> Select[Any]:
    """Count a year's decided events, whichever are shown."""
    is_over, went = Event.ends_on < _TODAY, Decision.state == "go"
    cases = {
        "done": and_(went, is_over),
        "coming": and_(among(Decision.state, PLANNED), ~is_over),
        "turned_down": among(Decision.state, CALLED_OFF),
    }
    told = {name: func.count(case((one, 1))) for name, one in cases.items()}
    nothing = (null().label(one) for one in _OPENING)
    numbers = _zeros(total=func.count(), **told)
    return _decided(cast(null(), Integer).label("id"), *numbers, *nothing).select_from(Event)


def _select_whole() -> Iterator[Select[Any]]:
    yield _tally()
    yield _in_part("is_decided", _decided(Event.id).order_by(*_BY_DAY).limit(MOST_FILTERED))


def _select_drawn() -> Iterator[Select[Any]]:
    """Select those around today: the last ones that are over, and the next."""
    yield _tally()
    last = [column.desc() for column in _BY_DAY]
    over = _decided(Event.id).where(Event.ends_on < _TODAY).order_by(*last)
    yield _in_part("is_decided", over.limit(bindparam("before", type_=Integer)))
    following = _decided(Event.id).where(Event.ends_on >= _TODAY).order_by(*_BY_DAY)
    yield _in_part("is_decided", following.limit(DRAWN_AFTER))


def _select_ideas() -> Iterator[Select[Any]]:
    thought_of = or_(_NEAREST.is_not(None), _IS_THOUGHT_OF)
    is_kept = case((IS_CREWED, 2), (thought_of, 1), else_=0)  # whom somebody counts on comes first
    ahead = (Decision.id.is_(None), _IN_YEAR, Event.ends_on >= _TODAY)
    ideas = (
        select(Event.id, Event.best_rank, is_kept.label("is_kept"),
               func.count().over().label("total"))
        .outerjoin(Event.decision)
        .where(_MINE, *ahead)
        .subquery()
    )  # fmt: skip
    order = (ideas.c.is_kept.desc(), ideas.c.best_rank.desc(), ideas.c.id)
    some = select(ideas).order_by(*order).limit(bindparam("ideas", type_=Integer))
    yield _in_part("is_idea", some)


def _select_coming() -> Iterator[Select[Any]]:
    yield _in_part(
        "is_ahead",
        select(Event.id)
        .outerjoin(Event.decision)
        .where(
            _MINE,
            or_(Decision.id.is_not(None), IS_CREWED),
            Event.ends_on >= _TODAY,
            Event.starts_on <= bindparam("until", type_=Date),
        )
        .order_by(Event.starts_on, Event.ends_on, Event.name, Event.id)
        .limit(MOST_LINES),
    )


def _select_calls() -> Iterator[Select[Any]]:
    yield _in_part(
        "is_called",
        select(Event.id)
        .outerjoin(Event.decision)
        .join(Call, Call.id == _NEAREST)
        .where(
            _MINE,
            Decision.id.is_(None),
            Event.best_rank >= WORTH_A_TALK,
            Call.kind == "talks",
            Call.last_day <= bindparam("closing", type_=Date),
        )
        .order_by(Event.best_rank.desc(), Event.id)
        .limit(MOST_CALLS),
    )


_PARTS = {
    "whole": _select_whole,
    "drawn": _select_drawn,
    "idea": _select_ideas,
    "coming": _select_coming,
    "call": _select_calls,
}
