"""What events, trips and the season cost, held against the caps that the foundation set."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, MoneyRequest, MoneyStop
from outreach.amounts.money import Money, Total, share, total
from outreach.language import gettext as _
from outreach.planning.money.loading import load_requests
from outreach.planning.money.rules import event_cap, money_rule
from outreach.planning.money.season_sums import SeasonMoney, read_season
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
    costs = _read(session, foundation, numbers)
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
    season = read_season(session, foundation, year, without=request.id)
    own_wanted = wanted_by(request).moneys
    return [*caps, season_cap(foundation, season, held[request.id].moneys, own_wanted)]


def season_cap(
    foundation: Foundation,
    season: SeasonMoney,
    held: Iterable[Money] = (),
    wanted: Iterable[Money] = (),
) -> Cap:
    """Return what a season comes to beside its cap; `held` and `wanted` come on top."""
    moneys = [money for _month, money in season.booths]
    moneys += [money for row in season.rows for money in row.held]
    asked = [money for row in season.rows for money in row.wanted]
    return Cap(
        _("The season %(year)s", year=str(season.year)),
        money_rule(foundation, "season_cap"),
        total([*moneys, *held], season.currency),
        total([*asked, *wanted], season.currency),
    )


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
    return (request.events[0].starts_on if request.events else request.asked_on).year


def _read(session: Session, foundation: Foundation, events: Collection[int]) -> _Costs:
    there = select(MoneyStop.request_id).where(MoneyStop.event_id.in_(events))
    ours = MoneyRequest.foundation_id == foundation.id
    found = load_requests(session, ours, MoneyRequest.id.in_(there))
    return _Costs(foundation.currency, found, {one.id: held_by(one) for one in found})


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
