"""What the page of a trip says: headline, nights by day and person, costs as they add up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from models import Event, MoneyRequest, Trip, TripCost, TripPerson
from outreach.amounts.money import Money, Total, total
from outreach.calendars.clock import (
    say_coming,
    say_count,
    say_date,
    say_days,
    say_list,
)
from outreach.costs.shared import borne_by, estimate_of, spent_of
from outreach.costs.sums import held_by, said_of, sum_at
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.money.told import say_traveller
from outreach.planning.trips.load import TripOverlap, people_of, say_nights
from outreach.planning.trips.near import TripOffer

DAY = timedelta(days=1)
MOST_DAYS = 62
MOST_LANES = 6
BAR = 100
"""The width of all bars together, in per cent."""


@dataclass(frozen=True, slots=True)
class TripStay:
    """Somebody on a trip, as the page shows them."""

    row: TripPerson
    request: MoneyRequest | None
    days: int
    """Rows of the table that they are there."""

    @property
    def is_open(self) -> bool:
        """Tell whether they asked for money and nobody has said yes."""
        return self.request is not None and self.request.state == "wanted"

    @property
    def look(self) -> str:
        """Return how they are drawn."""
        if self.row.is_at_home:
            return "home"
        return "open" if self.is_open else "there"

    @property
    def say_nights(self) -> str:
        """Say how many nights: "six nights", "at home"."""
        return say_nights(self.row)

    @property
    def sum(self) -> str:
        """Say what they asked for, or what they got; "" where they asked for nothing."""
        if self.request is None:
            return ""
        asked = sum_at(self.request, "estimated") if self.is_open else held_by(self.request)
        return asked.say()


@dataclass(frozen=True, slots=True)
class NightRow:
    """A day of a trip and its night; a stay stands in the row in which it begins."""

    day: date
    events: tuple[Event, ...]
    arrive: str
    cells: tuple[TripStay | None, ...]
    """What begins, and None where nobody is; a lane that is taken from above has no cell."""


@dataclass(frozen=True, slots=True)
class CostBar:
    """Where a bar begins and how long it is, in per cent."""

    at: str
    width: str
    spent: str


@dataclass(frozen=True, slots=True)
class CostRow:
    """A line of the costs: shared, or a person's request."""

    day: date | None
    what: str
    more: str
    estimate: Money | Total | None
    approved: Money | Total | None
    spent: Money | Total | None
    said: str
    is_open: bool = False
    cost: TripCost | None = None
    request: MoneyRequest | None = None
    bar: CostBar | None = None


@dataclass(frozen=True, slots=True)
class TripTold:
    """A trip with all that its page says."""

    trip: Trip
    requests: Sequence[MoneyRequest]
    overlaps: Sequence[TripOverlap]
    today: date
    currency: str

    @property
    def stays(self) -> list[TripStay]:
        """Return who is on it, in the order of their lanes."""
        asked = {one.person_id: one for one in self.requests}
        return [
            TripStay(row, asked.get(row.person_id), max(1, len(_days_of(row))))
            for row in people_of(self.trip)
        ]

    @property
    def is_many(self) -> bool:
        """Tell whether there are more people than fit side by side."""
        return len(self.trip.people) > MOST_LANES

    @property
    def waiting(self) -> list[TripStay]:
        """Return whose money nobody has approved."""
        return [stay for stay in self.stays if stay.is_open]

    @property
    def headline(self) -> str:
        """Say what somebody must do, else who goes."""
        waiting = self.waiting
        if waiting:
            first = waiting[0].row
            if len(waiting) > 1:
                return say_count("%(Number)s person waits for a yes.",
                                 "%(Number)s people wait for a yes.", len(waiting))  # fmt: skip
            return _("%(name)s should be there %(when)s, and nobody has approved it.",
                     name=first.person.first_name,
                     when=say_coming(first.arrives_on, self.today))  # fmt: skip
        if self.overlaps:
            return _("%(overlap)s.", overlap=self.overlaps[0].say())
        if not self.trip.people:
            return _("Nobody is on the trip to %(place)s yet.", place=self.trip.name)
        return _("%(nights)s in %(place)s.", nights=self.say_people, place=self.trip.name)

    @property
    def say_people(self) -> str:
        """Say how many people and nights: "Five people, 16 nights"."""
        if not self.trip.people:
            return _("Nobody is on it yet")
        people = say_count("%(Number)s person", "%(Number)s people", len(self.trip.people))
        nights = sum(row.nights for row in self.trip.people)
        said = say_count("%(number)s night", "%(number)s nights", nights)
        return _("%(people)s, %(nights)s", people=people, nights=said)

    @property
    def lede(self) -> str:
        """Say how much is approved of what the trip may cost."""
        whole, yes, _spent = self.sums
        if not whole.moneys or not (whole.sum.minor or whole.apart):
            return ""
        if whole == yes:
            return _("%(sum)s, all of it approved.", sum=whole.say())
        return _("%(approved)s of %(sum)s is approved.", approved=yes.say(), sum=whole.say())

    @property
    def sums(self) -> tuple[Total, Total, Total]:
        """Return what it may cost, what is approved of that, and what was spent."""
        rows = [*self.shared, *self.asked]
        return (
            _sum((row.estimate for row in rows), self.currency),
            _sum((row.approved for row in rows), self.currency),
            _sum((row.spent for row in rows), self.currency),
        )

    @property
    def totals(self) -> list[tuple[str, Total]]:
        """Return the sums, each with its word."""
        words = (_("estimate"), _("approved"), _("spent"))
        return list(zip(words, self.sums, strict=True))

    @property
    def say_costs(self) -> str:
        """Say above the costs what they come to."""
        if not self.trip.costs and not self.requests:
            return _("No cost is known yet")
        whole, yes, spent = (one.say() for one in self.sums)
        return _("%(sum)s estimated, %(approved)s approved, %(spent)s spent",
                 sum=whole, approved=yes, spent=spent)  # fmt: skip

    @property
    def nights(self) -> list[NightRow]:
        """Return the days of the trip, with who comes and stays."""
        stays, taken = self.stays, dict[int, int]()
        days = self._days()
        rows = []
        for number, day in enumerate(days):
            cells: list[TripStay | None] = []
            for lane, stay in enumerate(stays):
                if taken.get(lane, 0) > number:
                    continue
                begins = max(stay.row.arrives_on, days[0]) == day
                if begins:
                    taken[lane] = number + min(stay.days, len(days) - number)
                cells.append(stay if begins else None)
            rows.append(NightRow(day, self._on(day), self._arrivals(day), tuple(cells)))
        return rows

    def _on(self, day: date) -> tuple[Event, ...]:
        return tuple(one for one in self.trip.events if one.starts_on <= day <= one.ends_on)

    def _arrivals(self, day: date) -> str:
        names = [row.person.first_name for row in people_of(self.trip)
                 if row.arrives_on == day and not row.is_at_home]  # fmt: skip
        return _("%(names)s arrive", names=say_list(names)) if names and not self._on(day) else ""

    def _days(self) -> list[date]:
        """Return the days from the first arrival to the last night or event."""
        events = [day for one in self.trip.events for day in (one.starts_on, one.ends_on)]
        stays = [day for row in self.trip.people for day in _days_of(row)]
        days = [*events, *stays]
        if not days:
            return []
        count = min((max(days) - min(days)).days + 1, MOST_DAYS)
        return [min(days) + ahead * DAY for ahead in range(count)]

    @property
    def shared(self) -> list[CostRow]:
        """Return what the events share, with who bears it."""
        return _with_bars(list(self._shared()), self._whole, 0)

    @property
    def asked(self) -> list[CostRow]:
        """Return a line for each request for money."""
        before = sum(_minor(row.estimate, self.currency) for row in self._shared())
        return _with_bars(list(self._asked()), self._whole, before)

    @property
    def _whole(self) -> Money:
        rows = [*self._shared(), *self._asked()]
        return Money(sum(_minor(row.estimate, self.currency) for row in rows), self.currency)

    def _shared(self) -> Iterator[CostRow]:
        for cost in self.trip.costs:
            estimate, spent = estimate_of(cost), spent_of(cost)
            said = _("paid") if spent else _("nothing paid yet")
            more = self._say_shares(cost)
            yield CostRow(None, cost.what, more, estimate, estimate, spent, said, cost=cost)

    def _say_shares(self, cost: TripCost) -> str:
        """Say who bears a cost: "all events alike", "SIGGRAPH 2, Open Source Days 1"."""
        parts = {one.event_id: one.parts for one in cost.shares}
        names = [(one.name, parts.get(one.id, 0)) for one in self.trip.events]
        if not any(count for _name, count in names):
            return names[0][0] if len(names) == 1 else _("all events alike")
        borne = [one for one in names if one[1]]
        if len(borne) == 1:
            return borne[0][0]
        return say_list([f"{name} {count}" for name, count in borne])

    def _asked(self) -> Iterator[CostRow]:
        for request in self.requests:
            yes = held_by(request) if request.state != "wanted" else None
            spent = sum_at(request, "spent") if request.state in ("spent", "settled") else None
            yield CostRow(
                request.asked_on,
                say_traveller(request),
                say_list([said_of(line) for line in request.lines]),
                sum_at(request, "estimated"),
                yes,
                spent,
                self._say_yes(request),
                is_open=request.state == "wanted",
                request=request,
            )

    def _say_yes(self, request: MoneyRequest) -> str:
        if request.state == "wanted":
            days = max((self.today - request.asked_on).days, 0)
            return ngettext("nobody, %(num)s day", "nobody, %(num)s days", days)
        if request.approved_by and request.approved_on:
            return _("yes, %(name)s, %(day)s", name=request.approved_by.first_name,
                     day=say_date(request.approved_on))  # fmt: skip
        return _("yes")

    @property
    def borne(self) -> list[tuple[str, str]]:
        """Return what each event bears of the shared costs, where there are several."""
        parts = borne_by(self.trip, self.currency) if self.trip.costs else {}
        several = len(self.trip.events) > 1
        return [(one.name, parts[one.id].say()) for one in self.trip.events if parts and several]

    @property
    def say_days(self) -> str:
        """Say from when to when it is."""
        days = self._days()
        return say_days(days[0], days[-1]) if days else _("no event any more")


def say_trips(trips: int, offers: Sequence[TripOffer]) -> str:
    """Say above all trips how many there are, and how many could be made."""
    if not trips and not offers:
        return _("No trip is planned, and no two of your events are near each other.")
    said = say_count("%(Number)s trip", "%(Number)s trips", trips)
    if not offers:
        return _("%(trips)s.", trips=said)
    could = say_count("%(number)s more could be made", "%(number)s more could be made", len(offers))
    return _("%(trips)s, %(could)s.", trips=said, could=could)


def tell_trip(trip: Trip, today: date, currency: str) -> TripTold:
    """Return what a list says of a trip, without what people asked money for."""
    return TripTold(trip, (), (), today, currency)


def _days_of(row: TripPerson) -> list[date]:
    """Return the days of whose night somebody is there; at home the last day too."""
    count = (row.leaves_on - row.arrives_on).days + row.is_at_home
    return [row.arrives_on + ahead * DAY for ahead in range(max(count, 1))]


def _minor(amount: Money | Total | None, currency: str) -> int:
    money = amount.sum if isinstance(amount, Total) else amount
    return money.minor if money and money.currency == currency else 0


def _sum(amounts: Iterator[Money | Total | None], into: str) -> Total:
    moneys: list[Money] = []
    for one in amounts:
        moneys += one.moneys if isinstance(one, Total) else [one] if one else []
    return total(moneys, into)


def _with_bars(rows: Sequence[CostRow], whole: Money, before: int) -> list[CostRow]:
    """Let the bar of each row begin where the last ended; one without an amount has none."""
    found = []
    for row in rows:
        minor = _minor(row.estimate, whole.currency)
        bar = None
        if minor and whole.minor:
            spent = min(_minor(row.spent, whole.currency), minor)
            parts = (BAR * part / whole.minor for part in (before, minor, spent))
            bar = CostBar(*(f"{part:.2f}%" for part in parts))
        before += minor
        found.append(replace(row, bar=bar))
    return found
