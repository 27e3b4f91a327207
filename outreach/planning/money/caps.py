"""What events, trips and the season cost, held against the caps that the foundation set."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Foundation, MoneyRequest
from outreach.amounts.money import Money, Total, total
from outreach.costs.events import EventCost, read_costs
from outreach.costs.sums import held_by, wanted_by
from outreach.language import gettext as _
from outreach.planning.money.rules import event_cap, money_rule
from outreach.planning.money.season_sums import SeasonMoney, read_season
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
    held, wanted = held_by(request) if planned is None else planned, wanted_by(request)
    events = {event.id: event for event in (*trip, *request.events)}
    costs = read_costs(session, foundation, list(events.values()), {request.id: held})
    caps = [Cap(_("This request"), money_rule(foundation, "request_cap"), held, wanted)]
    for event in request.events:
        caps.append(_cap(event.name, event_cap(foundation), [costs[event.id]]))
    if len(trip) > 1:
        name = _("The trip to %(city)s", city=trip[0].city or trip[0].name)
        of_trip = [costs[event.id] for event in trip]
        caps.append(_cap(name, money_rule(foundation, "trip_cap"), of_trip))
    season = read_season(session, foundation, year_of(request), without=request.id)
    return [*caps, season_cap(foundation, season, held.moneys, wanted.moneys)]


def _cap(what: str, most: Money | None, costs: Sequence[EventCost]) -> Cap:
    """Add up what these events cost."""
    currency = costs[0].currency
    held = (money for cost in costs for money in cost.held.moneys)
    wanted = (money for cost in costs for money in cost.wanted.moneys)
    return Cap(what, most, total(held, currency), total(wanted, currency))


def season_cap(
    foundation: Foundation,
    season: SeasonMoney,
    held: Iterable[Money] = (),
    wanted: Iterable[Money] = (),
) -> Cap:
    """Return what a season comes to beside its cap; `held` and `wanted` come on top."""
    moneys = [money for _month, cost in season.standing for money in cost.held.moneys]
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
