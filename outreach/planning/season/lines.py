"""The lines of the run sheet: one event each, with what its state and deadlines follow from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models import Attendance, Decision, Event, Foundation, Person, TeamMember
from outreach.planning.decisions.states import DecisionFacts, state_of
from outreach.planning.season.deadlines import Deadline, Readiness, deadlines_of
from outreach.planning.season.needs import CFP_AHEAD

MOST_IDEAS = 4
"""Undecided events of good rank that are shown among the decided ones."""
MOST_LINES, MOST_PIPS = 100, 6
MOST_CALLS = 3
COMING_DAYS = 400
"""Days ahead up to which decided events need somebody, whatever year they are in."""
WORTH_A_TALK = 45.0
"""The best rank from which an open call for proposals is worth a reminder."""


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

    def days_left(self, today: date) -> int | None:
        """Return the days to go; None once it has begun before today."""
        days = (self.starts_on - today).days
        return days if days >= 0 else None

    @property
    def pips(self) -> int:
        """Return how many signs stand for the team."""
        return min(self.team_size, MOST_PIPS)


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
    .outerjoin(Event.decision)
    .outerjoin(Attendance, Attendance.event_id == Event.id)
)


def find_lines(session: Session, foundation: Foundation, year: int, today: date) -> list[SheetLine]:
    """Return the year's decided events and the best ideas among the others, by time."""
    rows = [*_decided(session, foundation, year), *_ideas(session, foundation, year, today)]
    return sorted(
        (_line(row, today) for row in rows), key=lambda line: (line.starts_on, line.ends_on)
    )


def find_coming(session: Session, foundation: Foundation, today: date) -> list[SheetLine]:
    """Return the decided events that are on or ahead, across the new year, by time."""
    rows = session.execute(
        _LINES.where(
            Decision.id.is_not(None),
            Event.foundation_id == foundation.id,
            Event.ends_on >= today,
            Event.starts_on <= today + timedelta(days=COMING_DAYS),
        )
        .order_by(Event.starts_on, Event.ends_on)
        .limit(MOST_LINES)
    )
    return [_line(row, today) for row in rows]


def find_calls(session: Session, foundation: Foundation, today: date) -> list[SheetLine]:
    """Return the undecided events of good rank whose call for proposals closes soon."""
    rows = session.execute(
        _LINES.where(
            Event.foundation_id == foundation.id,
            Decision.id.is_(None),
            Event.best_rank >= WORTH_A_TALK,
            Event.cfp_closes_on.between(today, today + timedelta(days=CFP_AHEAD)),
        )
        .order_by(Event.best_rank.desc())
        .limit(MOST_CALLS)
    )
    return [_line(row, today) for row in rows]


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


def _line(row: Any, today: date) -> SheetLine:
    values = row._mapping  # the public name of a row's columns
    standing = DecisionFacts(
        values["state"], values["starts_on"], values["ends_on"], bool(values["was_recapped"])
    )
    readiness = Readiness(
        values["starts_on"], values["state"], values["cfp_closes_on"], values["team_size"]
    )
    return SheetLine(
        id=values["id"],
        name=values["name"],
        city=values["city"],
        country=values["country"],
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
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
