"""Until when what was spent on a trip is handed in, where somebody has not done so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Date, Integer, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from models import Event, Foundation, MoneyRequest, MoneyStop
from models.base import among
from outreach.planning.money.rules import rules_of

UNSPENT = ("approved", "accepted")
"""States of those who have not handed in what they spent."""
AHEAD = 14
"""Days around the last one within which Season reminds of it."""

_STOP, _THERE = aliased(MoneyStop), aliased(Event)
_LAST = (
    select(func.max(_THERE.ends_on))
    .join(_STOP, _STOP.event_id == _THERE.id)
    .where(_STOP.request_id == MoneyRequest.id)
    .scalar_subquery()
)
_ENDING = (
    select(MoneyRequest.id, MoneyStop.event_id, Event.name, Event.ends_on)
    .join(MoneyStop, MoneyStop.request_id == MoneyRequest.id)
    .join(Event, Event.id == MoneyStop.event_id)
    .where(
        MoneyRequest.foundation_id == bindparam("foundation_id", type_=Integer),
        among(MoneyRequest.state, UNSPENT),
        Event.ends_on.between(bindparam("first", type_=Date), bindparam("last", type_=Date)),
        Event.ends_on == _LAST,
    )
    .order_by(Event.ends_on, Event.id, MoneyRequest.id)
)


@dataclass(frozen=True, slots=True)
class ClaimsEnd:
    """The last day for claims of a trip, by its last event."""

    event_id: int
    name: str
    by: date
    requests: Sequence[int]


def find_claims(session: Session, foundation: Foundation, today: date) -> list[ClaimsEnd]:
    """Return the trips whose claims end soon or ended lately, the first to end first."""
    days = timedelta(rules_of(foundation).claim_days)
    around = {"first": today - days - timedelta(AHEAD), "last": today - days + timedelta(AHEAD)}
    rows = session.execute(_ENDING, {"foundation_id": foundation.id, **around}).all()
    trips = {row.event_id: row for row in reversed(rows)}
    return [
        ClaimsEnd(
            event_id,
            row.name,
            row.ends_on + days,
            [one.id for one in rows if one.event_id == event_id],
        )
        for event_id, row in reversed(trips.items())
    ]
