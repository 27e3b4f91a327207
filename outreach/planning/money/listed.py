"""Reads a page of requests for the list of them: four statements for any number, built once."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Integer, bindparam, func, select
from sqlalchemy.orm import Session

from models import Event, Foundation, MoneyLine, MoneyRate, MoneyRequest, MoneyStop, Person
from models.money import STEPS

_OURS = MoneyRequest.foundation_id == bindparam("foundation", type_=Integer)
_COUNT = select(func.count(MoneyRequest.id)).where(_OURS)
_PAGE = (
    select(
        MoneyRequest.id,
        MoneyRequest.asked_on,
        MoneyRequest.state,
        MoneyRequest.currency,
        Person.name,
        _COUNT.scalar_subquery().label("total"),
        _COUNT.where(MoneyRequest.state == "wanted").scalar_subquery().label("waiting"),
    )
    .outerjoin(Person, Person.id == MoneyRequest.person_id)
    .where(_OURS)
    .order_by(MoneyRequest.asked_on.desc(), MoneyRequest.id.desc())
    .limit(bindparam("most", type_=Integer))
    .offset(bindparam("first", type_=Integer))
)
_THESE: BindParameter[int] = bindparam("requests", expanding=True)
_AMOUNTS = (getattr(MoneyLine, name) for step in STEPS for name in (step, f"{step}_in"))
_LINES = select(MoneyLine.request_id, MoneyLine.payer, *_AMOUNTS).where(
    MoneyLine.request_id.in_(_THESE)
)
_RATES = select(MoneyRate).where(MoneyRate.request_id.in_(_THESE))
_STOPS = (
    select(MoneyStop.request_id, Event.name)
    .join(Event, Event.id == MoneyStop.event_id)
    .where(MoneyStop.request_id.in_(_THESE))
    .order_by(Event.starts_on, Event.name, Event.id)
)


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """What a list says of a request, and what it adds up to is reckoned from."""

    id: int
    asked_on: date
    state: str
    currency: str
    traveller: str | None
    """None once they are erased."""
    events: Sequence[str]
    lines: Sequence[Any]
    rates: Sequence[MoneyRate]


@dataclass(frozen=True, slots=True)
class RequestList:
    """A page of requests, with how many there are and how many wait for a yes."""

    lines: Sequence[ListedRequest]
    total: int = 0
    waiting: int = 0


def list_requests(session: Session, foundation: Foundation, most: int, first: int) -> RequestList:
    """Return so many requests from one on, the newest first."""
    asked = {"foundation": foundation.id, "most": most, "first": first}
    rows = session.execute(_PAGE, asked).all()
    if not rows:
        return RequestList(())
    these = {"requests": [row.id for row in rows]}
    lines, rates = defaultdict[int, list[Any]](list), defaultdict[int, list[MoneyRate]](list)
    names = defaultdict[int, list[str]](list)
    for line in session.execute(_LINES, these):
        lines[line.request_id].append(line)
    for rate in session.scalars(_RATES, these):
        rates[rate.request_id].append(rate)
    for number, name in session.execute(_STOPS, these):
        names[number].append(name)
    found = [
        ListedRequest(
            row.id,
            row.asked_on,
            row.state,
            row.currency,
            row.name,
            names[row.id],
            lines[row.id],
            rates[row.id],
        )
        for row in rows
    ]
    return RequestList(found, rows[0].total, rows[0].waiting)
