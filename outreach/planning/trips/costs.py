"""Keeps what the events of a trip share: each cost with the parts that its events bear."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models import Foundation, Person, Trip, TripCost, TripShare
from outreach.accounts import history
from outreach.amounts.money import Money
from outreach.catalog.facts import clean
from outreach.language import gettext as _
from outreach.refusal import Refused

KEPT, DROPPED = "kept a shared cost", "dropped a shared cost"
MOST_PARTS, MOST_COSTS = 1000, 60


@dataclass(frozen=True, slots=True)
class TypedCost:
    """A shared cost as somebody typed it; without parts all events bear the same."""

    what: str
    estimated: Money | None = None
    spent: Money | None = None
    parts: Mapping[int, int] = field(default_factory=dict)
    """By event; 0 for an event that bears nothing of it."""


def keep_cost(
    session: Session,
    foundation: Foundation,
    trip: Trip,
    cost: TripCost | None,
    typed: TypedCost,
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Add a shared cost, or change one; the trip is of the `version` that was looked at."""
    refuse_cost(typed)
    if cost is None and len(trip.costs) >= MOST_COSTS:
        raise Refused(_("A trip has at most %(most)s shared costs.", most=MOST_COSTS))
    with history.edit(session, foundation, trip, version, by, real, KEPT) as act:
        act.detail["name"] = clean(typed.what)
        write_cost(session, trip, cost, typed, foundation.currency)
    return act.changed


def refuse_cost(typed: TypedCost) -> None:
    """Refuse two currencies in one cost."""
    if len({one.currency for one in (typed.estimated, typed.spent) if one}) > 1:
        raise Refused(_("Give both amounts in one currency."), "spent")


def write_cost(
    session: Session, trip: Trip, cost: TripCost | None, typed: TypedCost, usual: str
) -> None:
    """Write a shared cost, a new one where there is none; `usual` is the currency of no amount."""
    there = [] if cost is None else list(cost.shares)
    cost = cost or TripCost(trip_id=trip.id)
    cost.what = clean(typed.what)
    named = next((one.currency for one in (typed.estimated, typed.spent) if one), None)
    cost.currency = named or cost.currency or usual
    cost.estimated = typed.estimated.minor if typed.estimated else None
    cost.spent = typed.spent.minor if typed.spent else None
    session.add(cost)
    is_other = session.is_modified(cost)
    session.flush()
    if _share(session, cost, there, typed.parts) or is_other:
        flag_modified(trip, "note")  # the version of the trip moves on with its parts


def drop_cost(
    session: Session,
    foundation: Foundation,
    trip: Trip,
    cost: TripCost,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Take a shared cost away; the history keeps it."""
    flag_modified(trip, "note")
    return history.remove(session, foundation, cost, by, real, DROPPED, cost.what, trip)


def _share(
    session: Session, cost: TripCost, there: Sequence[TripShare], parts: Mapping[int, int]
) -> bool:
    """Write the parts; equal ones are kept as none. Tell whether any changed."""
    named = {event: count for event, count in parts.items() if count}
    is_equal = len(set(named.values())) <= 1 and len(named) == len(parts)
    wanted = {} if is_equal else named
    known = {share.event_id: share.parts for share in there}
    for share in there:
        if share.event_id not in wanted:
            session.delete(share)
        else:
            share.parts = wanted[share.event_id]
    session.add_all(
        TripShare(cost_id=cost.id, event_id=event, parts=count)
        for event, count in wanted.items()
        if event not in known
    )
    session.flush()
    return known != wanted
