"""What an event costs: its booth, its part of what its trip shares, its part of the journeys.

What was spent counts; before that what is approved, and before that what is asked for.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Event, Foundation, MoneyRequest, MoneyStop
from outreach.amounts.money import Money, Total, share, total
from outreach.calendars.clock import say_list
from outreach.costs.shared import MANY, SharedPart, read_shared, sum_known
from outreach.costs.sums import held_by, wanted_by
from outreach.language import gettext as _


class Priced(Protocol):
    """A stored event, or a row with what its booth costs in whole units."""

    @property
    def id(self) -> Any: ...
    @property
    def booth_cost(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class JourneyPart:
    """What falls to one event of the money that somebody asked for; all its events bear alike."""

    person_id: int | None
    held: tuple[Money, ...]
    """Approved, or spent where that is known."""
    wanted: tuple[Money, ...]
    """Asked for, and not answered."""


@dataclass(frozen=True, slots=True)
class EventCost:
    """What an event costs, as far as is known."""

    currency: str
    booth: Money | None
    shared: tuple[SharedPart, ...] = ()
    journeys: tuple[JourneyPart, ...] = ()

    @property
    def held(self) -> Total:
        """Return what it costs without what nobody has answered."""
        return total(self._held(), self.currency)

    @property
    def wanted(self) -> Total:
        """Return what is asked for besides."""
        return total((one for part in self.journeys for one in part.wanted), self.currency)

    @property
    def known(self) -> Total:
        """Return all that it is known to cost."""
        return total([*self.held.moneys, *self.wanted.moneys], self.currency)

    @property
    def planned(self) -> list[Money]:
        """Return what was planned for it without the journeys."""
        booth = [self.booth] if self.booth else []
        return booth + [one.planned for one in self.shared if one.planned]

    @property
    def spent(self) -> list[Money]:
        """Return what its trip has spent for it."""
        return [one.spent for one in self.shared if one.spent]

    @property
    def spent_only(self) -> "EventCost":
        """Return what of its trip's costs was spent: that stays where nobody goes after all."""
        return EventCost(self.currency, None, tuple(one for one in self.shared if one.spent))

    def say(self) -> str:
        """Say what it is made of: "1,500 USD for the booth and 610 USD for journeys"."""
        return say_list(self._said())

    def _held(self) -> Iterator[Money]:
        yield from [self.booth] if self.booth else []
        yield from (one.known for one in self.shared if one.known)
        yield from (one for part in self.journeys for one in part.held)

    def _said(self) -> Iterator[str]:
        if self.booth:
            yield _("%(sum)s for the booth", sum=self.booth.say())
        if self.shared:
            yield _(
                "%(sum)s of what the trip to %(place)s shares",
                sum=sum_known(self.shared, self.currency).say(),
                place=self.shared[0].trip,
            )
        if self.journeys:
            both = [one for part in self.journeys for one in (*part.held, *part.wanted)]
            yield _("%(sum)s for journeys", sum=total(both, self.currency).say())


def read_costs(
    session: Session,
    foundation: Foundation,
    events: Collection[Priced],
    planned: Mapping[int, Total] | None = None,
) -> dict[int, EventCost]:
    """Return what each of these events costs; `planned` as if requests held that."""
    numbers = [event.id for event in events]
    journeys = _read_journeys(session, foundation, numbers, planned or {})
    return {
        number: EventCost(cost.currency, cost.booth, cost.shared, tuple(journeys.get(number, ())))
        for number, cost in read_standing(session, foundation, events).items()
    }


def read_standing(
    session: Session, foundation: Foundation, events: Collection[Priced]
) -> dict[int, EventCost]:
    """Return what each of these events costs without any journey."""
    shared = read_shared(session, foundation, [event.id for event in events])
    return {
        event.id: EventCost(
            foundation.currency,
            None
            if event.booth_cost is None
            else Money.of_whole(event.booth_cost, foundation.currency),
            tuple(shared.get(event.id, ())),
        )
        for event in events
    }


def _read_journeys(
    session: Session, foundation: Foundation, events: Sequence[int], planned: Mapping[int, Total]
) -> dict[int, list[JourneyPart]]:
    requests = (
        select(MoneyRequest)
        .where(MoneyRequest.foundation_id == foundation.id, MoneyRequest.state != "withdrawn")
        .options(selectinload(MoneyRequest.lines), selectinload(MoneyRequest.rates))
        .order_by(MoneyRequest.id)
    )
    if len(events) <= MANY:
        there = select(MoneyStop.request_id).where(MoneyStop.event_id.in_(events))
        requests = requests.where(MoneyRequest.id.in_(there))
    asked = session.scalars(requests).all()
    stops = _read_stops(session, [request.id for request in asked])
    wanted, found = set(events), dict[int, list[JourneyPart]]()
    for request in asked:
        for event, part in _cut(request, stops[request.id], planned.get(request.id)):
            if event in wanted:
                found.setdefault(event, []).append(part)
    return found


def _read_stops(session: Session, requests: Sequence[int]) -> dict[int, list[int]]:
    """Return the events of each request, in order."""
    found: dict[int, list[int]] = {request: [] for request in requests}
    rows = (
        select(MoneyStop.request_id, MoneyStop.event_id)
        .join(Event, Event.id == MoneyStop.event_id)
        .where(MoneyStop.request_id.in_(requests))
        .order_by(Event.starts_on, Event.name, Event.id)
    )
    for row in session.execute(rows) if requests else ():
        found[row.request_id].append(row.event_id)
    return found


def _cut(
    request: MoneyRequest, events: Sequence[int], planned: Total | None
) -> Iterator[tuple[int, JourneyPart]]:
    """Cut what a request holds and what it wants into a part for each of its events."""
    held = [share(money, len(events)) for money in (planned or held_by(request)).moneys]
    wanted = [share(money, len(events)) for money in wanted_by(request).moneys]
    for place, event in enumerate(events):
        sides = (tuple(parts[place] for parts in side if parts[place].minor)
                 for side in (held, wanted))  # fmt: skip
        yield event, JourneyPart(request.person_id, *sides)
