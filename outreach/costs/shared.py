"""What the events of a trip share: each cost cut by parts, exact to the smallest unit."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from models import Event, Foundation, Trip, TripCost, TripShare, TripStop
from outreach.amounts.money import Money, Total, share_by, total

MANY = 600
"""More events than this are not named one by one in a query."""


@dataclass(frozen=True, slots=True)
class SharedPart:
    """What one event bears of a cost that its trip shares."""

    trip: str
    estimated: Money | None
    spent: Money | None

    @property
    def known(self) -> Money | None:
        """Return what was spent, what it may come to as long as nothing was."""
        return self.spent or self.estimated

    @property
    def planned(self) -> Money | None:
        """Return what it was to come to; what nobody had planned is what was spent."""
        return self.estimated or self.spent


def split(money: Money, events: Sequence[int], parts: Mapping[int, int]) -> dict[int, Money]:
    """Cut an amount among events by their parts, equally where none are given; all of it."""
    named = [parts.get(event, 0) for event in events]
    if not events:
        return {}
    return dict(zip(events, share_by(money, named if any(named) else [1] * len(events)),
                    strict=True))  # fmt: skip


def estimate_of(cost: TripCost) -> Money | None:
    """Return what a cost may come to; None where that is not known."""
    return None if cost.estimated is None else Money(cost.estimated, cost.currency)


def spent_of(cost: TripCost) -> Money | None:
    """Return what a cost came to; None as long as nothing was paid."""
    return None if cost.spent is None else Money(cost.spent, cost.currency)


def borne_by(trip: Trip, into: str) -> dict[int, Total]:
    """Return what each event of a trip bears of its shared costs, by the event's number."""
    events = [event.id for event in trip.events]
    found: dict[int, list[SharedPart]] = {event: [] for event in events}
    for cost in trip.costs:
        parts = {one.event_id: one.parts for one in cost.shares}
        for event, part in _cut(trip.name, cost, events, parts):
            found[event].append(part)
    return {event: sum_known(parts, into) for event, parts in found.items()}


def sum_known(parts: Iterable[SharedPart], into: str) -> Total:
    """Add up what parts came to, or may come to."""
    return total((one.known for one in parts if one.known), into)


_SHARED = (
    select(TripCost, Trip.name, TripStop.event_id, TripShare.parts)
    .join(Trip, Trip.id == TripCost.trip_id)
    .join(TripStop, TripStop.trip_id == Trip.id)
    .join(Event, Event.id == TripStop.event_id)
    .outerjoin(
        TripShare,
        (TripShare.cost_id == TripCost.id) & (TripShare.event_id == TripStop.event_id),
    )
    .where(Trip.foundation_id == bindparam("foundation", type_=Integer))
    .order_by(TripCost.id, Event.starts_on, Event.name, Event.id)
)
_OF_EVENTS = _SHARED.where(
    Trip.id.in_(
        select(TripStop.trip_id).where(TripStop.event_id.in_(bindparam("events", expanding=True)))
    )
)


def read_shared(
    session: Session, foundation: Foundation, events: Collection[int]
) -> dict[int, list[SharedPart]]:
    """Return what each of these events bears of the costs that its trip shares."""
    if not events:
        return {}
    is_few = len(events) <= MANY
    asked = {"foundation": foundation.id} | ({"events": list(events)} if is_few else {})
    query = _OF_EVENTS if is_few else _SHARED
    wanted, found = set(events), dict[int, list[SharedPart]]()
    for _cost, rows in groupby(session.execute(query, asked), lambda row: row.TripCost.id):
        for event, part in _cut_rows(list(rows)):
            if event in wanted:
                found.setdefault(event, []).append(part)
    return found


def _cut_rows(rows: Sequence[Any]) -> list[tuple[int, SharedPart]]:
    """Cut one cost whose events, in order, are the rows."""
    events = [row.event_id for row in rows]
    parts = {row.event_id: row.parts for row in rows if row.parts}
    return _cut(rows[0].name, rows[0].TripCost, events, parts)


def _cut(
    trip: str, cost: TripCost, events: Sequence[int], parts: Mapping[int, int]
) -> list[tuple[int, SharedPart]]:
    """Return the part of each event; what was spent is cut like what may be."""
    estimated, spent = (
        split(money, events, parts) if money else {}
        for money in (estimate_of(cost), spent_of(cost))
    )
    return [(event, SharedPart(trip, estimated.get(event), spent.get(event))) for event in events]
