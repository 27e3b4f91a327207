"""What an event costs: the same for Fit, caps, months and the portfolio, to the smallest unit."""

from random import Random

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from models import (
    Event,
    MoneyLine,
    MoneyRate,
    MoneyRequest,
    MoneyStop,
    Trip,
    TripCost,
    TripShare,
    TripStop,
)
from models.money import MONEY_STATES, PAYERS
from outreach.amounts.money import Money, Total, total
from outreach.costs.events import read_costs
from outreach.costs.shared import estimate_of, read_shared, spent_of
from outreach.costs.sums import held_by, wanted_by
from outreach.planning.decisions.decisions import decide
from outreach.planning.money.caps import find_caps, season_cap
from outreach.planning.money.loading import load_requests
from outreach.planning.money.season_months import SeasonMonths
from outreach.planning.money.season_sums import read_season
from outreach.planning.trips.trips import make_trip
from tests import cast
from tests.cast import REAL, TODAY
from tests.outreach.planning.money.desk import Desk, eur, usd
from tests.sampling import SEED, times


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def share_cost(
    desk: Desk, estimated: Money | None, spent: Money | None = None, **parts: int
) -> TripCost:
    """Let the trip to Denver share a cost; made where there is none."""
    trip = desk.session.query(Trip).one_or_none()
    trip = trip or make_trip(desk.session, desk.ours, desk.event, desk.ada, REAL)[0]
    one = estimated or spent
    cost = TripCost(
        trip_id=trip.id,
        what="Flat",
        currency=one.currency if one else "USD",
        estimated=estimated.minor if estimated else None,
        spent=spent.minor if spent else None,
    )
    desk.session.add(cost)
    desk.session.flush()
    for name, count in parts.items():
        share = TripShare(cost_id=cost.id, event_id=getattr(desk, name).id, parts=count)
        desk.session.add(share)
    desk.session.flush()
    return cost


def known(desk: Desk) -> list[Total]:
    events = [desk.osd, desk.event]
    return [read_costs(desk.session, desk.ours, events)[one.id].known for one in events]


@pytest.mark.parametrize(
    ("state", "osd", "siggraph"),
    [
        ("withdrawn", 600, 0),
        ("wanted", 905, 305),
        ("approved", 905, 305),
        ("accepted", 905, 305),
        ("spent", 905, 305),
        ("settled", 905, 305),
    ],
)
def test_a_journey_counts_in_every_state_but_withdrawn(
    desk: Desk, state: str, osd: float, siggraph: float
) -> None:
    desk.to(state)
    assert known(desk) == [Total(usd(osd)), Total(usd(siggraph))]


@pytest.mark.parametrize(
    ("state", "counts"),
    [("wanted", 100), ("approved", 200), ("accepted", 200), ("spent", 300), ("settled", 400)],
)
def test_what_came_later_counts_in_place_of_what_was_before(
    desk: Desk, session: Session, state: str, counts: float
) -> None:
    request = desk.ask()
    request.state = state
    for step, units in (("estimated", 100), ("approved", 200), ("spent", 300), ("authorised", 400)):
        setattr(request.lines[0], step, units * 100)
        setattr(request.lines[0], f"{step}_in", "USD")
    session.flush()
    assert sum(one.sum.minor for one in known(desk)) == (600 + counts) * 100


@pytest.mark.parametrize(
    ("estimated", "spent", "parts", "osd", "siggraph"),
    [
        (usd(90), None, {}, 645, 45),
        (usd(90), usd(120), {}, 660, 60),
        (None, usd(100.01), {}, 650.01, 50),
        (usd(90), None, {"osd": 2, "event": 1}, 660, 30),
        (usd(90), None, {"event": 1}, 600, 90),
    ],
)
def test_an_event_bears_its_part_of_what_the_trip_shares(
    desk: Desk,
    estimated: Money | None,
    spent: Money | None,
    parts: dict[str, int],
    osd: float,
    siggraph: float,
) -> None:
    share_cost(desk, estimated, spent, **parts)
    assert known(desk) == [Total(usd(osd)), Total(usd(siggraph))]


def test_it_says_what_it_is_made_of_and_what_is_in_no_sum(desk: Desk, session: Session) -> None:
    desk.to("approved")
    share_cost(desk, usd(90))
    share_cost(desk, eur(20))
    cost = read_costs(session, desk.ours, [desk.osd])[desk.osd.id]
    assert cost.say() == (
        "600 USD for the booth, 45 USD and 10 EUR of what the trip to Denver shares"
        " and 305 USD for journeys"
    )
    assert cost.known == Total(usd(950), (eur(10),))


def test_the_caps_hold_what_the_trip_shares(desk: Desk, session: Session) -> None:
    request = desk.to("approved")
    share_cost(desk, usd(90), osd=2, event=1)
    assert [cap.say_held() for cap in find_caps(session, desk.ours, request)] == [
        "This request: 610 USD; no cap is set.",
        "Open Source Days: 965 USD; no cap is set.",
        "SIGGRAPH: 335 USD; no cap is set.",
        "The trip to Denver: 1,300 USD; no cap is set.",
        "The season 2024: 1,300 USD; no cap is set.",
    ]


def test_a_month_has_the_parts_of_its_events(desk: Desk, session: Session) -> None:
    """SIGGRAPH begins in August here; what is not a Go has only what was spent."""
    share_cost(desk, usd(90), usd(120.01), osd=2, event=1)
    desk.event.starts_on = desk.event.ends_on
    share_cost(desk, usd(30))
    season = SeasonMonths(read_season(session, desk.ours, 2024))
    assert [(one.number, one.planned.sum, one.spent.sum) for one in season.told] == [
        (7, usd(675), usd(80.01)),
        (8, usd(45), usd(40)),
    ]
    decide(session, desk.ours, [desk.event], "no_go", "far", desk.ada, TODAY, REAL)
    season = SeasonMonths(read_season(session, desk.ours, 2024))
    assert (season.planned.sum, season.spent.sum) == (usd(705), usd(120.01))
    assert season_cap(desk.ours, season.money).held.sum == usd(735.01)


CURRENCIES = ("USD", "EUR", "JPY", "KWD")


class Chance:
    """Lines, rates, trips and costs by chance."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.session, self.random = desk, desk.session, Random(seed)
        names = [f"Event {number}" for number in range(7)]
        self.events = [cast.add_event(self.session, desk.ours, name) for name in names]
        for event in self.events:
            event.booth_cost = self.random.choice((None, 0, self.random.randrange(10**5)))
            cast.add_decision(self.session, event)
        for events in (self.events[:3], self.events[3:5]):
            self._trip(events)
        for _number in range(12):
            self._request(self.random.sample(self.events, self.random.randrange(1, 4)))
        self.session.flush()

    def _amount(self) -> int:
        return self.random.choice((self.random.randrange(100), self.random.randrange(10**12)))

    def _trip(self, events: list[Event]) -> None:
        trip = Trip(foundation_id=self.desk.ours.id, name="Denver")
        self.session.add(trip)
        self.session.flush()
        self.session.add_all(TripStop(event_id=one.id, trip_id=trip.id) for one in events)
        for _cost in range(20):
            cost = TripCost(trip_id=trip.id, what="Flat", currency=self.random.choice(CURRENCIES))
            cost.estimated = self.random.choice((None, self._amount()))
            cost.spent = self.random.choice((None, self._amount()))
            self.session.add(cost)
            self.session.flush()
            self.session.add_all(
                TripShare(cost_id=cost.id, event_id=one.id, parts=self.random.randrange(1, 9))
                for one in events
                if self.random.random() < 0.5
            )

    def _request(self, events: list[Event]) -> None:
        state = self.random.choice(MONEY_STATES)
        request = MoneyRequest(
            foundation_id=self.desk.ours.id, state=state, currency="USD", asked_on=TODAY,
            changed_at=REAL,
        )  # fmt: skip
        self.session.add(request)
        self.session.flush()
        rate = MoneyRate(request_id=request.id, currency="EUR", value="1.0842", dated=TODAY)
        self.session.add_all([rate] if self.random.random() < 0.5 else [])
        self.session.add_all(MoneyStop(request_id=request.id, event_id=one.id) for one in events)
        for _line in range(10):
            line = MoneyLine(request_id=request.id, what="Flight", payer=self.random.choice(PAYERS))
            for step in ("estimated", "approved", "spent", "authorised"):
                if self.random.random() < 0.7:
                    setattr(line, step, self._amount())
                    setattr(line, f"{step}_in", self.random.choice(CURRENCIES))
            self.session.add(line)

    def whole(self) -> list[Money]:
        """Return all that there is, added up without any event."""
        self.session.expire_all()
        found = [Money.of_whole(one.booth_cost or 0, "USD") for one in self.events]
        for cost in self.session.query(TripCost):
            found.append(spent_of(cost) or estimate_of(cost) or Money(0, "USD"))
        for request in load_requests(self.session):
            found += [*held_by(request).moneys, *wanted_by(request).moneys]
        return found


@pytest.mark.parametrize("seed", range(times(3, 60)))
@pytest.mark.sampled
def test_nothing_is_lost_between_events(desk: Desk, session: Session, seed: int) -> None:
    """Over random lines the events add up to all there is, months to the season, caps to both."""
    session.execute(delete(Event).where(Event.id.in_([desk.osd.id, desk.event.id])))
    chance = Chance(desk, SEED + seed)
    costs = read_costs(session, desk.ours, chance.events).values()
    by_event = total((money for one in costs for money in one.known.moneys), "USD")
    assert by_event == total(chance.whole(), "USD")
    alone = [read_costs(session, desk.ours, [one])[one.id].known for one in chance.events]
    assert alone == [one.known for one in costs]
    season = read_season(session, desk.ours, chance.events[0].starts_on.year)
    cap = season_cap(desk.ours, season)
    assert total([*cap.held.moneys, *cap.wanted.moneys], "USD") == by_event
    shared = read_shared(session, desk.ours, [one.id for one in chance.events]).values()
    spent = [part.spent for parts in shared for part in parts if part.spent]
    rows = [money for row in season.rows if row.state in ("approved", "accepted", "spent",
            "settled") for money in row.at("spent")]  # fmt: skip
    assert SeasonMonths(season).spent == total([*spent, *rows], "USD")
