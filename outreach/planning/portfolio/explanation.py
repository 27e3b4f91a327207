"""Says why an event is in or out, what a must costs, and what more money would buy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from outreach.calendars.clock import say_count, say_figure, say_list, say_some
from outreach.planning.portfolio.problem import (
    Candidate,
    PlanFigures,
    SeasonPlan,
    SeasonProblem,
    best_events,
    clash,
    figures,
    shares,
)

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class EventWhy:
    """An event of the season: in or out, why, and what it adds or would add."""

    event: int
    is_in: bool
    why: str
    money: int
    people_days: int


@dataclass(frozen=True, slots=True)
class Explaining:
    """A problem with its plan, and the names to say it with."""

    problem: SeasonProblem
    plan: SeasonPlan
    segments: Mapping[int, str]
    currency: str

    def lines(self) -> list[EventWhy]:
        """Explain every candidate, by time."""
        shared = shares(self.problem, self.plan)
        found = []
        for one in sorted(self.problem.candidates, key=lambda one: (one.first, one.id)):
            if one.id in self.plan.chosen:
                found.append(EventWhy(one.id, True, self._why_in(one), *shared[one.id]))
            else:
                money, days = self._would_add(one)
                found.append(EventWhy(one.id, False, self._why_out(one, money, days), money, days))
        return found

    def _why_in(self, one: Candidate) -> str:
        others = self.plan.chosen - {one.id}
        elsewhere = best_events(self.problem, others)
        worth = self.problem.worth(one)
        alone = [s for s in worth if s not in elsewhere]
        better = [s for s in worth if s in elsewhere and worth[s] > elsewhere[s][1]]
        if alone:
            why = f"The only one that reaches {self._named(alone)}."
        elif better:
            why = f"Meets {self._named(better)} better than any other that is in."
        elif one.must:
            why = "Adds no segment; it is in because it must be."
        else:
            why = "Meets its segments as well as any other, for less."
        return self._with_trip(why, one)

    def _why_out(self, one: Candidate, money: int, days: int) -> str:
        if one.must is False:
            return "It must not be in."
        return self._with_trip(self._say_lack(one, money, days), one)

    def _say_lack(self, one: Candidate, money: int, days: int) -> str:
        worth, best = self.problem.worth(one), best_events(self.problem, self.plan.chosen)
        if not worth:
            return "No segment that counts is known to gather there."
        new = [s for s in worth if s not in best]
        better = [s for s in worth if s in best and worth[s] > best[s][1]]
        if not new and not better:
            where = {self.problem.by_id[best[s][0]].name for s in worth}
            return f"{_first(self._named(worth))}: met at {_some(sorted(where))} already."
        start = (
            f"Would add {self._named(new)}" if new else f"Would meet {self._named(better)} better"
        )
        hindrance = self._say_over(one, money, days) or self._say_absent(one)
        return f"{start}; {hindrance or 'others reach more for what it takes'}."

    def _with_trip(self, why: str, one: Candidate) -> str:
        """Add with which events that are in it is one trip, and what its cost is made of."""
        place, is_in = self.problem.places.get(one.trip), one.id in self.plan.chosen
        together = [c.name for c in self.problem.trips[one.trip]
                    if c is one or c.id in self.plan.chosen]  # fmt: skip
        if len(together) > 1:
            trip = f"{say_list(together)} {'are' if is_in else 'would be'} one trip"
            why = f"{why} {trip}, to {place}." if place else f"{why} {trip}."
        return f"{why} {one.made_of}".rstrip()

    def _would_add(self, one: Candidate) -> tuple[int, int]:
        """Return the money and people-days that the event would add to the plan."""
        mates = {c.id for c in self.problem.trips[one.trip]}
        paid = {p for event, p in self.plan.goes if event in mates}
        paid |= {p for p in self.problem.everybody(one) if (p, one.trip) in self.problem.asked}
        needs = self.problem.needs(one)
        travels = max(0, needs - len(paid)) if not one.team else len(one.team - paid)
        money = one.cost + self.problem.limits.journey * travels
        known = {
            day
            for c in self.problem.trips[one.trip]
            if c.id in self.plan.chosen
            for day in c.days()
        }
        return money, needs * len(set(one.days()) - known)

    def _say_over(self, one: Candidate, money: int, days: int) -> str:
        """Say which limits the event would break on top of the plan; "" where none."""
        now, limits = figures(self.problem, self.plan), self.problem.limits
        chosen = [self.problem.by_id[id] for id in self.plan.chosen]
        over, full = [], []
        if limits.money is not None and now.money + money > limits.money:
            over.append(f"{say_figure(now.money + money - limits.money)} {self.currency}")
        if limits.people_days is not None and now.people_days + days > limits.people_days:
            over.append(_say_days(now.people_days + days - limits.people_days))
        in_month = sum(c.month == one.month for c in chosen)
        if limits.a_month is not None and in_month >= limits.a_month:
            full.append("its month is full")
        most = limits.in_region.get(one.region)
        if most is not None and sum(c.region == one.region for c in chosen) >= most:
            full.append("its region is full")
        caps = ["over the cap" if len(over) == 1 else "over the caps"] if over else []
        return say_list([" ".join([say_list(over), *caps]), *full] if over else full)

    def _say_absent(self, one: Candidate) -> str:
        """Say where those are who would be needed; "" where enough are free."""
        away: dict[int, str] = {}
        for event, person in self.plan.goes:
            if clash(one, self.problem.by_id[event]):
                away[person] = self.problem.by_id[event].name
        free = [p for p in self.problem.everybody(one) if p not in away]
        is_short = len(free) < self.problem.needs(one)
        if not is_short and not (one.team & away.keys()):
            return ""
        where = sorted({away[p] for p in (one.team & away.keys() or away)})
        return f"its people are at {_some(where)} then" if where else "too few people can be sent"

    def _named(self, segments: Iterable[int]) -> str:
        return _some([self.segments[one] for one in sorted(segments)])


def _some(names: list[str]) -> str:
    return say_some(names, MOST_NAMED)


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _say_days(count: int) -> str:
    return say_count("%(number)s day", "%(number)s days", count)


def say_without(before: PlanFigures, after: PlanFigures, currency: str) -> str:
    """Say what a must costs: how the plan changes where it need not be in."""
    if after == before:
        return "It would be in anyway."
    changes = _changes(before, after, currency)
    return f"Without the must: {say_list(changes)}." if changes else ""


def _changes(before: PlanFigures, after: PlanFigures, currency: str) -> list[str]:
    more = after.reached - before.reached
    found = []
    if more:
        found.append(say_count("%(number)s segment more", "%(number)s segments more", more))
    elif after.well > before.well:
        found.append("the same segments, met better")
    money, days = after.money - before.money, after.people_days - before.people_days
    if money:
        found.append(f"{say_figure(abs(money))} {currency} {'more' if money > 0 else 'less'}")
    if days:
        found.append(f"{_say_days(abs(days))} {'more' if days > 0 else 'less'}")
    return found


@dataclass(frozen=True, slots=True)
class Purchase:
    """The best plan under another cap on money, beside the one that was asked for."""

    money: int
    figures: PlanFigures
    sentence: str


def say_purchase(told: Explaining, money: int, plan: SeasonPlan) -> Purchase:
    """Say what more money buys, or what falls out with less."""
    problem, now = told.problem, figures(told.problem, told.plan)
    then = figures(problem, plan)
    named = {one.id: one.name for one in problem.candidates}
    added = sorted(named[one] for one in plan.chosen - told.plan.chosen)
    gone = sorted(named[one] for one in told.plan.chosen - plan.chosen)
    if not added and not gone:
        return Purchase(money, then, "The same events.")
    new = best_events(problem, plan.chosen).keys() - best_events(problem, told.plan.chosen).keys()
    lost = best_events(problem, told.plan.chosen).keys() - best_events(problem, plan.chosen).keys()
    words = []
    if added:
        words.append(f"{_some(added)} {'comes' if len(added) == 1 else 'come'} in")
    if gone:
        words.append(f"{_some(gone)} {'falls' if len(gone) == 1 else 'fall'} out")
    sentence = ", ".join(words)
    if new:
        sentence += f", and with it {told._named(new)}"
    elif lost:
        sentence += f", and {told._named(lost)} with it"
    elif then.well > now.well:
        sentence += "; the same segments are met better"
    return Purchase(money, then, f"{sentence}.")


def say_impossible(problem: SeasonProblem, currency: str) -> str:
    """Say what stands against any plan at all: what must be in takes too much."""
    musts = [one for one in problem.candidates if one.must]
    limits, names = problem.limits, {one.id: one.name for one in problem.candidates}
    for index, one in enumerate(musts):
        for other in musts[index + 1 :]:
            if one.team & other.team and clash(one, other):
                return f"{names[one.id]} and {names[other.id]} want one person on the same days."
    for one in musts:
        if problem.needs(one) > len(problem.everybody(one)):
            return f"{one.name} needs more people than can be sent."
    money = sum(one.cost for one in musts)
    if limits.money is not None and money > limits.money:
        return f"What must be in costs {say_figure(money)} {currency} without any journey."
    return "What must be in does not fit into these limits."
