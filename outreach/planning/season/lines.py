"""The lines of the run sheet: one event each, with what its state follows from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from models import (
    Attendance,
    Call,
    Decision,
    Event,
    EventPlan,
    EventSource,
    Foundation,
    Person,
    TeamMember,
    Trip,
    TripStop,
)
from models.events import CALLED_OFF, PLANNED, starts_in
from outreach.planning.calls.closing import ENDING, Closing, ending_of, nearest_open
from outreach.planning.deadlines.sources import IS_CREWED, WORTH_A_TALK
from outreach.planning.decisions.states import DecisionFacts, Preparation, say_lack, state_of
from outreach.planning.season.needs import CALL_AHEAD

BEST_IDEAS = 4
"""Undecided events of good rank that are shown beside those of which somebody thought."""
MOST_LINES, MOST_FILTERED, MOST_PIPS = 100, 500, 6
DRAWN_BEFORE, DRAWN_AFTER = 15, 45
"""Decided events around today that a full year is told by, until all are asked for."""
MOST_CALLS = 3
COMING_DAYS = 400
"""Days ahead up to which decided events need somebody, whatever year they are in."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One event of the year as the run sheet shows it."""

    id: int
    name: str
    city: str | None
    country: str | None
    starts_on: date
    ends_on: date
    state: str
    reason: str
    call: Closing | None
    """The one that closes next."""
    latitude: float | None
    longitude: float | None
    owner: str | None
    team_size: int
    decision: str | None
    decided: date | None
    is_crewed: bool = False
    """Whether it has a booth or a team: somebody counts on it, whatever is decided."""
    next_on: date | None = None
    """When it is decided or looked at again."""
    was_recapped: bool = False
    lack: str = ""
    """Why its next state is not reached."""
    trip_id: int | None = None
    trip_name: str | None = None
    """The trip that it was put into, if it was."""

    @property
    def place(self) -> str:
        """Return where its trip leads."""
        return self.trip_name or self.city or self.name

    @property
    def is_served(self) -> bool:
        """Tell whether we go there, or may go."""
        return self.decision in {"go", "proposed"} or (self.decision is None and self.is_crewed)

    def days_left(self, today: date) -> int | None:
        """Return the days to go; None once it has begun before today."""
        days = (self.starts_on - today).days
        return days if days >= 0 else None

    @property
    def pips(self) -> int:
        """Return how many signs stand for the team."""
        return min(self.team_size, MOST_PIPS)

    def prepared(self, preparation: Preparation, today: date) -> "SheetLine":
        """Return it with the state that follows from what is prepared, and what that lacks."""
        facts = DecisionFacts(
            self.decision, self.starts_on, self.ends_on, self.was_recapped, preparation
        )
        return replace(self, state=state_of(facts, today), lack=say_lack(facts, today))


_TEAM = (
    select(func.count()).where(TeamMember.event_id == Event.id).correlate(Event).scalar_subquery()
)
_LINES = (
    select(
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
        _TEAM.label("team_size"),
        IS_CREWED.label("is_crewed"),
    )
    .outerjoin(Event.decision)
    .outerjoin(Attendance, Attendance.event_id == Event.id)
    .outerjoin(EventPlan, EventPlan.event_id == Event.id)
    .outerjoin(Person, Person.id == EventPlan.owner_id)
    .outerjoin(TripStop, TripStop.event_id == Event.id)
    .outerjoin(Trip, Trip.id == TripStop.trip_id)
)


def _lines(now: datetime) -> Select[Any]:
    """Select the lines with the call of each that closes next."""
    return _LINES.add_columns(Call.kind, Call.id.label("call_id"), *ENDING).outerjoin(
        Call, Call.id == nearest_open(now)
    )


_IS_THOUGHT_OF = or_(
    Event.goal != "",
    cast(Event.edited_fields, String) != "[]",
    ~exists().where(EventSource.event_id == Event.id),
    IS_CREWED,
)
"""Somebody typed it, or something about it: it came by no import alone."""


def find_lines(
    session: Session,
    foundation: Foundation,
    year: int,
    now: datetime,
    *,
    all_ideas: bool = False,
    whole: bool = True,
) -> tuple[list[SheetLine], int]:
    """Return the year's decided events with its ideas, by time, and how many ideas are left out.

    Of a full year those around today, unless the `whole` is asked for.

    Never left out, while a page holds them, are ideas that somebody typed something about and
    those whose call is open.
    """
    ideas, more = _ideas(session, foundation, year, now, all_ideas=all_ideas)
    decided, today = _decided(session, foundation, year, now, whole=whole), now.date()
    lines = [_line(row, today) for row in (*decided, *ideas)]
    return sorted(lines, key=lambda line: (line.starts_on, line.ends_on)), more


def find_coming(session: Session, foundation: Foundation, now: datetime) -> list[SheetLine]:
    """Return the events that are on or ahead, across the new year, by time.

    Those that are decided, and those that somebody counts on.
    """
    today = now.date()
    rows = session.execute(
        _lines(now)
        .where(
            or_(Decision.id.is_not(None), IS_CREWED),
            Event.foundation_id == foundation.id,
            Event.ends_on >= today,
            Event.starts_on <= today + timedelta(days=COMING_DAYS),
        )
        .order_by(Event.starts_on, Event.ends_on)
        .limit(MOST_LINES)
    )
    return [_line(row, today) for row in rows]


def find_calls(session: Session, foundation: Foundation, now: datetime) -> list[SheetLine]:
    """Return the undecided events of good rank whose call for talks closes soon."""
    today = now.date()
    rows = session.execute(
        _lines(now)
        .where(
            Event.foundation_id == foundation.id,
            Decision.id.is_(None),
            Event.best_rank >= WORTH_A_TALK,
            Call.kind == "talks",
            Call.last_day <= today + timedelta(days=CALL_AHEAD + 1),
        )
        .order_by(Event.best_rank.desc())
        .limit(MOST_CALLS)
    )
    return [_line(row, today) for row in rows]


def _decided(
    session: Session, foundation: Foundation, year: int, now: datetime, *, whole: bool
) -> Sequence[Any]:
    mine = (Decision.id.is_not(None), Event.foundation_id == foundation.id, starts_in(year))
    query, today = _lines(now).where(*mine).order_by(Event.starts_on), now.date()
    if not whole:
        ids = select(Event.id).join(Event.decision).where(*mine)
        before = DRAWN_BEFORE if year == today.year else DRAWN_AFTER
        past = ids.where(Event.ends_on < today).order_by(Event.starts_on.desc()).limit(before)
        coming = ids.where(Event.ends_on >= today).order_by(Event.starts_on).limit(DRAWN_AFTER)
        query = query.where(or_(Event.id.in_(past), Event.id.in_(coming)))
    return session.execute(query.limit(MOST_FILTERED)).all()


@dataclass(frozen=True, slots=True)
class YearTally:
    """How many of a year's events we were at, go to or may go to, and those turned down.

    Ideas are not counted, nor what was proposed and never answered.
    """

    done: int
    coming: int
    turned_down: int
    decided: int


def count_decided(
    session: Session, foundation: Foundation, year: int, today: date, lines: Sequence[SheetLine]
) -> YearTally:
    """Count a year's events, by the database where a page holds a part of them."""
    is_over, went = Event.ends_on < today, Decision.state == "go"
    cases = (
        and_(went, is_over),
        and_(Decision.state.in_(PLANNED), ~is_over),
        Decision.state.in_(CALLED_OFF),
    )
    row = session.execute(
        select(*(func.count(case((one, 1))) for one in cases), func.count())
        .select_from(Event)
        .join(Event.decision)
        .where(Event.foundation_id == foundation.id, starts_in(year))
    ).one()
    crewed = sum(one.decision is None and one.is_served and one.ends_on >= today for one in lines)
    return YearTally(row[0], row[1] + crewed, row[2], row[3])


def _ideas(
    session: Session, foundation: Foundation, year: int, now: datetime, *, all_ideas: bool
) -> tuple[Sequence[Any], int]:
    is_kept = or_(Call.id.is_not(None), _IS_THOUGHT_OF)
    rows = session.execute(
        _lines(now)
        .add_columns(is_kept.label("is_kept"), func.count().over().label("all"))
        .where(
            Decision.id.is_(None),
            Event.foundation_id == foundation.id,
            starts_in(year),
            Event.ends_on >= now.date(),
        )
        .order_by(is_kept.desc(), Event.best_rank.desc(), Event.id)
        .limit(MOST_FILTERED if all_ideas else MOST_LINES)
    ).all()
    best = [row.id for row in rows if not row.is_kept and row.best_rank > 0][:BEST_IDEAS]
    shown = [row for row in rows if all_ideas or row.is_kept or row.id in best]
    return shown, rows[0].all - len(shown) if rows else 0


def _line(row: Any, today: date) -> SheetLine:
    values = row._mapping  # the public name of a row's columns
    standing = DecisionFacts(
        values["state"], values["starts_on"], values["ends_on"], bool(values["was_recapped"])
    )
    call = Closing(row.kind, ending_of(row), row.call_id) if row.kind else None
    return SheetLine(
        id=values["id"],
        name=values["name"],
        city=values["city"],
        country=values["country"],
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        state=state_of(standing, today),
        reason=values["reason"] or "",
        call=call,
        latitude=values["latitude"],
        longitude=values["longitude"],
        owner=values["owner"],
        team_size=values["team_size"],
        decision=values["state"],
        decided=values["decided_on"],
        is_crewed=bool(values["is_crewed"]),
        next_on=values["next_on"],
        was_recapped=bool(values["was_recapped"]),
        trip_id=values["trip_id"],
        trip_name=values["trip_name"],
    )
