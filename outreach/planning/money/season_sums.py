"""What a season's events and journeys come to, month by month; the database adds journeys up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, bindparam, case, exists, extract, func, select
from sqlalchemy.orm import Session

from models import (
    Decision,
    Event,
    Foundation,
    MoneyLine,
    MoneyRate,
    MoneyRequest,
    MoneyStop,
    TripStop,
)
from models.base import among
from models.money import STEPS
from outreach.amounts.money import Money, Rate, convert
from outreach.costs.events import EventCost, read_standing
from outreach.costs.sums import HELD_BY, OURS, rate_of

NOTHING = dict[tuple[int, str], Rate]()


_DAY = func.coalesce(func.min(Event.starts_on), MoneyRequest.asked_on)
_HAS_RATE = exists().where(MoneyRate.request_id == MoneyRequest.id)
_JOURNEYS = (
    select(
        MoneyRequest.id,
        MoneyRequest.state,
        extract("month", _DAY).label("month"),
        _HAS_RATE.label("has_rate"),
    )
    .outerjoin(MoneyStop, MoneyStop.request_id == MoneyRequest.id)
    .outerjoin(Event, Event.id == MoneyStop.event_id)
    .where(
        MoneyRequest.foundation_id == bindparam("foundation", type_=Integer),
        MoneyRequest.id != bindparam("without", type_=Integer),
    )
    .group_by(MoneyRequest.id)
    .having(_DAY.between(bindparam("first", type_=Date), bindparam("last", type_=Date)))
    .subquery()
)
"""What is asked of a journey once, whatever lines it has."""
_KEY = (
    _JOURNEYS.c.month,
    _JOURNEYS.c.state,
    # Each line with a rate is rounded by itself, as its request's page does.
    case((_JOURNEYS.c.has_rate, MoneyLine.id), else_=0),
    *(getattr(MoneyLine, f"{step}_in") for step in STEPS),
)
_SUMS = (
    select(*_KEY, *(func.sum(getattr(MoneyLine, step)) for step in STEPS))
    .join(_JOURNEYS, _JOURNEYS.c.id == MoneyLine.request_id)
    .where(among(MoneyLine.payer, OURS))
    .group_by(*_KEY)
)

_STANDING = (
    select(Event.id, Event.starts_on, Event.booth_cost, Decision.state)
    .outerjoin(Event.decision)
    .where(Event.foundation_id == bindparam("foundation", type_=Integer))
    .where(Event.starts_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date)))
    .where(
        exists().where(TripStop.event_id == Event.id)
        | (Decision.state == "go") & Event.booth_cost.is_not(None)
    )
)


@dataclass(frozen=True, slots=True)
class SumRow:
    """Lines of one month in one state, by step; what has a rate is in its request's currency."""

    month: int
    state: str
    amounts: dict[str, Money]

    def at(self, step: str | None) -> tuple[Money, ...]:
        """Return what is known at a step."""
        return (self.amounts[step],) if step in self.amounts else ()

    @property
    def held(self) -> tuple[Money, ...]:
        """Return what it costs the foundation as it stands."""
        return self.at(HELD_BY.get(self.state))

    @property
    def wanted(self) -> tuple[Money, ...]:
        """Return what it would cost that nobody has answered."""
        return self.at("estimated") if self.state == "wanted" else ()


@dataclass(frozen=True, slots=True)
class SeasonMoney:
    """A season's money: a journey is in the month of its first event."""

    year: int
    currency: str
    rows: Sequence[SumRow]
    standing: Sequence[tuple[int, EventCost]]
    """The months of events that we go to, and what they cost without the journeys."""


def read_season(
    session: Session, foundation: Foundation, year: int, without: int | None = None
) -> SeasonMoney:
    """Read what a season costs, `without` one of its requests."""
    asked: dict[str, Any] = {"foundation": foundation.id, "without": without or 0}
    asked |= {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    rows = session.execute(_SUMS, asked).all()
    rates = _read_rates(session, [row[2] for row in rows if row[2]])
    told = [SumRow(int(row[0]), row[1], dict(_amounts(row, rates))) for row in rows]
    return SeasonMoney(year, foundation.currency, told, _standing(session, foundation, year))


def _amounts(row: Any, rates: dict[tuple[int, str], Rate]) -> Iterator[tuple[str, Money]]:
    count = len(STEPS)
    for step, currency, minor in zip(STEPS, row[3 : 3 + count], row[3 + count :], strict=True):
        if currency is not None:
            money, rate = Money(int(minor), currency), rates.get((row[2], currency))
            yield step, convert(money, rate) if rate else money


def _read_rates(session: Session, lines: Sequence[int]) -> dict[tuple[int, str], Rate]:
    """Return the rates of these lines' requests, by line and currency."""
    if not lines:
        return NOTHING
    found = session.execute(
        select(MoneyLine.id, MoneyRate, MoneyRequest)
        .join(MoneyRate, MoneyRate.request_id == MoneyLine.request_id)
        .join(MoneyRequest, MoneyRequest.id == MoneyLine.request_id)
        .where(MoneyLine.id.in_(lines))
    )
    return {(row.id, row.MoneyRate.currency): rate_of(row.MoneyRequest, row.MoneyRate)
            for row in found}  # fmt: skip


def _standing(session: Session, foundation: Foundation, year: int) -> list[tuple[int, EventCost]]:
    """Return what events cost that are a Go; of the others what their trip has spent on them."""
    asked = {"foundation": foundation.id, "first": date(year, 1, 1), "last": date(year, 12, 31)}
    events = session.execute(_STANDING, asked).all()
    costs = read_standing(session, foundation, events)
    return [
        (row.starts_on.month, costs[row.id] if row.state == "go" else costs[row.id].spent_only)
        for row in events
    ]
