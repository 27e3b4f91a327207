"""What events, trips and the season cost, held against the caps that the foundation set."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, MoneyRequest, MoneyStop
from models.events import starts_in
from outreach.amounts.money import Money, Total, share, total
from outreach.language import gettext as _
from outreach.planning.money.loading import load_requests
from outreach.planning.money.rules import event_cap, money_rule
from outreach.planning.money.sums import held_by, wanted_by
from outreach.planning.trips.near import find_trip
from outreach.refusal import Refused


@dataclass(frozen=True, slots=True)
class Cap:
    """What something costs by now, what is asked for besides, and the most that it may cost."""

    what: str
    most: Money | None
    held: Total
    wanted: Total

    @property
    def is_over(self) -> bool:
        return self.most is not None and self.held.sum > self.most

    def say(self) -> str:
        """Say it: "SIGGRAPH: 3,090 USD of 3,700 USD, 610 USD left. 610 USD more is asked for."."""
        said = [self.say_held()]
        if self.wanted.sum.minor or self.wanted.apart:
            said.append(_("%(wanted)s more is asked for.", wanted=self.wanted.say()))
        if self.most is not None and not self.held.is_whole:
            said.append(_("What has no rate is not in the sum."))
        return " ".join(said)

    def say_held(self) -> str:
        named = {"what": self.what, "held": self.held.say()}
        if self.most is None:
            return _("%(what)s: %(held)s; no cap is set.", **named)
        named["most"] = self.most.say()
        if self.is_over:
            over = (self.held.sum - self.most).say()
            return _("%(what)s: %(held)s, %(over)s over the cap of %(most)s.", over=over, **named)
        left = (self.most - self.held.sum).say()
        return _("%(what)s: %(held)s of %(most)s, %(left)s left.", left=left, **named)


@dataclass(frozen=True, slots=True)
class _Costs:
    """The requests that a cap may be about, with what each holds."""

    currency: str
    requests: Sequence[MoneyRequest]
    held: Mapping[int, Total]

    def cap(
        self, what: str, most: Money | None, events: Sequence[Event] | None, booths: int
    ) -> Cap:
        """Add up what these events cost, None for all; `booths` are whole units."""
        held, wanted = [Money.of_whole(booths, self.currency)], list[Money]()
        for request in self.requests:
            held += _parts(request, self.held[request.id], events)
            wanted += _parts(request, wanted_by(request), events)
        return Cap(what, most, total(held, self.currency), total(wanted, self.currency))


def find_caps(
    session: Session,
    foundation: Foundation,
    request: MoneyRequest,
    planned: Total | None = None,
) -> list[Cap]:
    """Return what a request, its events, its trip and its season come to, beside their caps.

    With `planned` as if the request held that.
    """
    trip = find_trip(session, request.events[0]) if request.events else []
    year, currency = year_of(request), foundation.currency
    numbers = {event.id for event in [*trip, *request.events]}
    costs = _read(session, foundation, starts_in(year), MoneyStop.event_id.in_(numbers))
    held = dict(costs.held) | {request.id: held_by(request) if planned is None else planned}
    costs = _Costs(currency, costs.requests, held)
    own = _Costs(currency, [request], {request.id: held[request.id]})
    caps = [own.cap(_("This request"), money_rule(foundation, "request_cap"), None, 0)]
    for event in request.events:
        caps.append(costs.cap(event.name, event_cap(foundation), [event], event.booth_cost or 0))
    if len(trip) > 1:
        booths = sum(event.booth_cost or 0 for event in trip)
        name = _("The trip to %(city)s", city=trip[0].city or trip[0].name)
        caps.append(costs.cap(name, money_rule(foundation, "trip_cap"), trip, booths))
    season = _season(session, foundation, year, costs.requests)
    return [*caps, season.cap_with(costs.held)]


@dataclass(frozen=True, slots=True)
class SeasonMoney:
    """What a season's journeys and booths cost, read once: for its cap, and for its picture."""

    year: int
    currency: str
    most: Money | None
    requests: Sequence[MoneyRequest]
    booths: Sequence[tuple[date, int]]
    """When the events begin that we go to, and what a booth there costs, in whole units."""

    @property
    def cap(self) -> Cap:
        """Return what it comes to beside its cap."""
        return self.cap_with({one.id: held_by(one) for one in self.requests})

    def cap_with(self, held: Mapping[int, Total]) -> Cap:
        """Return the same as if the requests held these."""
        name = _("The season %(year)s", year=str(self.year))
        booths = sum(cost for _day, cost in self.booths)
        return _Costs(self.currency, self.requests, held).cap(name, self.most, None, booths)


def read_season(session: Session, foundation: Foundation, year: int) -> SeasonMoney:
    """Read what a season costs."""
    costs = _read(session, foundation, starts_in(year))
    return _season(session, foundation, year, costs.requests)


def refuse_over(
    session: Session, foundation: Foundation, request: MoneyRequest, planned: Total
) -> None:
    """Refuse to let a request hold so much where that breaks a cap, or nobody can tell."""
    before = find_caps(session, foundation, request)
    for cap, stood in zip(find_caps(session, foundation, request, planned), before, strict=True):
        if cap.most is not None and not planned.is_whole:
            missing = planned.apart[0].currency
            raise Refused(
                _("Give the rate of %(currency)s first: a cap is to be held.", currency=missing)
            )
        if cap.is_over and cap.held.sum > stood.held.sum:
            raise Refused(_("%(cap)s Approve less, or change the cap.", cap=cap.say_held()))


def year_of(request: MoneyRequest) -> int:
    """Return the season that a request belongs to."""
    return day_of(request).year


def day_of(request: MoneyRequest) -> date:
    """Return the day by which it belongs to a season and a month: its first event's."""
    return request.events[0].starts_on if request.events else request.asked_on


def _read(session: Session, foundation: Foundation, *wanted: ColumnElement[bool]) -> _Costs:
    stops = select(MoneyStop.request_id).join(Event, Event.id == MoneyStop.event_id)
    there = MoneyRequest.id.in_(stops.where(or_(*wanted)))
    nowhere = MoneyRequest.id.not_in(select(MoneyStop.request_id))  # its event is gone
    ours = MoneyRequest.foundation_id == foundation.id
    found = load_requests(session, ours, or_(there, nowhere))
    return _Costs(foundation.currency, found, {one.id: held_by(one) for one in found})


def _season(
    session: Session, foundation: Foundation, year: int, requests: Sequence[MoneyRequest]
) -> SeasonMoney:
    gone_to = (
        select(Event.starts_on, Event.booth_cost)
        .join(Event.decision)
        .where(Event.foundation_id == foundation.id, starts_in(year))
        .where(Decision.state == "go", Event.booth_cost.is_not(None))
    )
    return SeasonMoney(
        year,
        foundation.currency,
        money_rule(foundation, "season_cap"),
        [one for one in requests if year_of(one) == year],
        [(row.starts_on, row.booth_cost or 0) for row in session.execute(gone_to)],
    )


def _parts(request: MoneyRequest, whole: Total, events: Sequence[Event] | None) -> Iterator[Money]:
    """Give what of a request falls to these events: each of its events bears an equal part."""
    if events is None:
        yield from whole.moneys
        return
    wanted = {event.id for event in events}
    for money in whole.moneys if request.events else ():
        parts = share(money, len(request.events))
        named = zip(request.events, parts, strict=True)
        yield from (part for event, part in named if event.id in wanted)
