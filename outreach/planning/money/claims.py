"""Until when what was spent on a trip is handed in, where somebody has not done so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from models import Event, Foundation, MoneyRequest, MoneyStop
from outreach.planning.money.rules import rules_of

UNSPENT = ("approved", "accepted")
"""States of those who have not handed in what they spent."""
AHEAD = 14
"""Days around the last one within which Season reminds of it."""


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
    stop, there = aliased(MoneyStop), aliased(Event)
    last = (
        select(func.max(there.ends_on))
        .join(stop, stop.event_id == there.id)
        .where(stop.request_id == MoneyRequest.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(MoneyRequest.id, MoneyStop.event_id, Event.name, Event.ends_on)
        .join(MoneyStop, MoneyStop.request_id == MoneyRequest.id)
        .join(Event, Event.id == MoneyStop.event_id)
        .where(
            MoneyRequest.foundation_id == foundation.id,
            MoneyRequest.state.in_(UNSPENT),
            Event.ends_on.between(today - days - timedelta(AHEAD), today - days + timedelta(AHEAD)),
            Event.ends_on == last,
        )
        .order_by(Event.ends_on, Event.id, MoneyRequest.id)
    ).all()
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
