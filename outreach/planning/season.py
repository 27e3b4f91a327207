"""The season's run sheet: what needs somebody, the next trip, the year, what each waits for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models import (
    Attendance,
    Decision,
    DuplicateOffer,
    Event,
    Foundation,
    Person,
    TeamMember,
    Tracker,
)
from outreach.calendars.words import say_coming, say_number
from outreach.matching.terms import EventFacts
from outreach.matching.trips import find_trips
from outreach.planning.audiences import find_audiences
from outreach.planning.deadlines import Deadline, Readiness, deadlines_of
from outreach.planning.needs import Audience, Need, Pending, needs_of
from outreach.planning.states import Standing, state_of

MOST_IDEAS = 4
"""Undecided events of good rank that are shown among the decided ones."""
MOST_LINES = 100
NEXT = 6
WEEK = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the year as the run sheet shows it."""

    id: int
    name: str
    city: str | None
    country: str | None
    starts: date
    ends: date
    state: str
    reason: str
    cfp_closes: date | None
    latitude: float | None
    longitude: float | None
    owner: str | None
    team_size: int
    decision: str | None
    decided: date | None
    deadline: Deadline | None

    @property
    def is_served(self) -> bool:
        """Tell whether we go there, or may go."""
        return self.decision in {"go", "proposed"}

    def as_stop(self) -> EventFacts:
        """Spell what a trip needs to know of the event."""
        return EventFacts(
            key=str(self.id),
            name=self.name,
            starts=self.starts,
            ends=self.ends,
            city=self.city,
            country=self.country,
            latitude=self.latitude,
            longitude=self.longitude,
        )

    def t_minus(self, today: date) -> int:
        """Return the days to go; negative when it is over."""
        return (self.starts - today).days


@dataclass(frozen=True, slots=True)
class Trip:
    """Consecutive events that one team can serve."""

    city: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week's ruler: what is due on it and which events open."""

    day: date
    needs: tuple[Need, ...]
    opening: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """A calendar year of events as the foundation plans it."""

    year: int
    today: date
    needs: tuple[Need, ...]
    groups: tuple[tuple[Line, ...], ...]
    """The year's lines in order of time; events of one trip share a group."""
    next_trip: Trip | None
    trip_audience: Audience | None

    @property
    def lines(self) -> list[Line]:
        """Return every line, by time."""
        return [line for group in self.groups for line in group]

    @property
    def week(self) -> list[Day]:
        """Return the days ahead: each of the next WEEK days, later ones where a need is due."""
        days = {self.today + timedelta(days=ahead) for ahead in range(WEEK)}
        days |= {need.due for need in self.needs}
        served = [line for line in self.lines if line.is_served]
        return [
            Day(
                day,
                tuple(need for need in self.needs if need.due == day),
                tuple(line for line in served if line.starts == day),
            )
            for day in sorted(days)
        ]

    @property
    def coming(self) -> list[Line]:
        """Return the next events that still want something."""
        open_states = {"idea", "proposed", "go", "live"}
        return [
            line for line in self.lines if line.ends >= self.today and line.state in open_states
        ][:NEXT]

    @property
    def counts(self) -> dict[str, int]:
        """Count the lines that are over, still to come, and turned down."""
        turned = sum(line.state in {"no_go", "cancelled"} for line in self.lines)
        done = sum(
            line.ends < self.today and line.state not in {"no_go", "cancelled"}
            for line in self.lines
        )
        return {"done": done, "coming": len(self.lines) - turned - done, "turned_down": turned}


def plan_season(
    session: Session, foundation: Foundation, year: int, today: date, state: str | None = None
) -> Season:
    """Gather the season of `year` as of the planning day; `state` shows only its lines."""
    rows = [*_decided(session, foundation, year), *_ideas(session, foundation, year, today)]
    lines = sorted((_line(row, today) for row in rows), key=lambda line: (line.starts, line.ends))
    audiences = find_audiences(session, foundation, today)
    shown = [line for line in lines if state in {None, line.state}]
    trip = _next_trip(lines, today)
    return Season(
        year=year,
        today=today,
        needs=tuple(_needs(session, foundation, lines, audiences, today)),
        groups=_grouped(shown),
        next_trip=trip,
        trip_audience=_audience_of(trip, audiences),
    )


def headline(season: Season) -> tuple[str, str]:
    """Say the season in two short sentences: what comes next, and what it lacks."""
    trip = season.next_trip
    if trip is None:
        return "Nothing is planned yet.", "Look where your people gather, or paste your events."
    first = trip.lines[0]
    verb = "is on" if first.starts <= season.today else "opens"
    opening = f"{trip.city} {verb} {say_coming(first.starts, season.today)}."
    if any(line.decision != "go" for line in trip.lines):
        return opening, "Nobody has said Go yet."
    if any(line.team_size < 2 for line in trip.lines):
        return opening, "Two people are still to be named."
    people = max(line.team_size for line in trip.lines)
    return opening, f"{say_number(people).capitalize()} people go."


def last_sync(session: Session, foundation: Foundation) -> datetime | None:
    """Return when a tracker was read last."""
    return session.scalar(
        select(func.max(Tracker.synced_at)).where(Tracker.foundation_id == foundation.id)
    )


def _needs(
    session: Session,
    foundation: Foundation,
    lines: Sequence[Line],
    audiences: Sequence[Audience],
    today: date,
) -> list[Need]:
    pending = [
        Pending(line.id, line.name, line.starts, line.decision, line.decided, line.cfp_closes)
        for line in lines
        if line.starts >= today
    ]
    offers = select(func.count()).where(
        DuplicateOffer.foundation_id == foundation.id, DuplicateOffer.dismissed_at.is_(None)
    )
    return needs_of(audiences, pending, session.scalar(offers) or 0, today)


_OWNER = (
    select(Person.name)
    .join(TeamMember, TeamMember.person_id == Person.id)
    .where(TeamMember.event_id == Event.id, TeamMember.is_lead)
    .order_by(Person.name)
    .limit(1)
    .correlate(Event)
    .scalar_subquery()
)
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
        Event.cfp_closes_on,
        Event.latitude,
        Event.longitude,
        Decision.state,
        Decision.reason,
        Decision.decided_on,
        or_(Attendance.judged.is_not(None), Attendance.note != "").label("was_recapped"),
        _OWNER.label("owner"),
        _TEAM.label("team_size"),
    )
    .outerjoin(Decision, and_(Decision.event_id == Event.id, Decision.is_current))
    .outerjoin(Attendance, Attendance.event_id == Event.id)
)


def _decided(session: Session, foundation: Foundation, year: int) -> Sequence[Any]:
    return session.execute(
        _LINES.where(
            Decision.id.is_not(None),
            Event.foundation_id == foundation.id,
            Event.starts_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(Event.starts_on)
        .limit(MOST_LINES)
    ).all()


def _ideas(session: Session, foundation: Foundation, year: int, today: date) -> Sequence[Any]:
    return session.execute(
        _LINES.where(
            Decision.id.is_(None),
            Event.foundation_id == foundation.id,
            Event.best_rank > 0,
            Event.starts_on.between(max(date(year, 1, 1), today), date(year, 12, 31)),
        )
        .order_by(Event.best_rank.desc())
        .limit(MOST_IDEAS)
    ).all()


def _line(row: Any, today: date) -> Line:
    values = row._mapping  # the public name of a row's columns
    standing = Standing(
        values["state"], values["starts_on"], values["ends_on"], bool(values["was_recapped"])
    )
    readiness = Readiness(
        values["starts_on"], values["state"], values["cfp_closes_on"], values["team_size"]
    )
    return Line(
        id=values["id"],
        name=values["name"],
        city=values["city"],
        country=values["country"],
        starts=values["starts_on"],
        ends=values["ends_on"],
        state=state_of(standing, today),
        reason=values["reason"] or "",
        cfp_closes=values["cfp_closes_on"],
        latitude=values["latitude"],
        longitude=values["longitude"],
        owner=values["owner"],
        team_size=values["team_size"],
        decision=values["state"],
        decided=values["decided_on"],
        deadline=next(iter(deadlines_of(readiness, today)), None),
    )


def _trips(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Find the trips among these lines, each in order of time."""
    by_key = {str(line.id): line for line in lines}
    return [
        tuple(by_key[key] for key in trip.keys)
        for trip in find_trips(line.as_stop() for line in lines)
    ]


def _grouped(lines: Sequence[Line]) -> tuple[tuple[Line, ...], ...]:
    """Put the events of one trip side by side; everything else stands alone."""
    trips = {trip[0].id: trip for trip in _trips([line for line in lines if line.is_served])}
    later = {line.id for trip in trips.values() for line in trip[1:]}
    return tuple(trips.get(line.id, (line,)) for line in lines if line.id not in later)


def _next_trip(lines: Sequence[Line], today: date) -> Trip | None:
    coming = [line for line in lines if line.is_served and line.ends >= today]
    if not coming:
        return None
    first = coming[0]
    found = next((trip for trip in _trips(coming) if first in trip), (first,))
    return Trip(first.city or first.name, found)


def _audience_of(trip: Trip | None, audiences: Sequence[Audience]) -> Audience | None:
    ids = {line.id for line in trip.lines} if trip else set()
    return next((audience for audience in audiences if audience.event_id in ids), None)
