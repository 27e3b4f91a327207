"""Draws shifts from hours, counts what they take, and tells how few people the rules allow."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Literal
from zoneinfo import ZoneInfo

from outreach.calendars.clock import say_count, say_figure, say_hours, say_number
from outreach.calendars.spans import at, days_of
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.hours import OpenHours
from outreach.staffing.rules import Commitment, Rules, Slot, breaches_of

Rest = Literal["last", "own", "even"]
QUARTER = timedelta(minutes=15)
NEAR = timedelta(days=1)
"""What lies further apart has nothing to do with each other by the rules of a day."""
MOST_ASKED = 6000
"""How often the rules are asked for the smallest number of people: about a third of a second."""


@dataclass(frozen=True, slots=True)
class Need:
    """What somebody on a shift must be, and on which shifts: of a kind, on a day, in a time."""

    word: str
    """As a shift keeps it: "lead", "expert:vfx", "language:fr", "skill:forklift"."""
    kind: str = "booth"
    day: date | None = None
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How hours become shifts. Set-up and tear-down are one shift each, with their own people."""

    slot_minutes: int = 120
    min_people: int = 2
    max_people: int = 3
    edge_min: int = 2
    edge_max: int = 3
    rest: Rest = "last"
    """Where the length does not divide the hours: a longer last shift, a short one of its own,
    or all of them equally long in quarters of an hour."""
    needs: tuple[Need, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shift that is not stored yet; times in UTC."""

    kind: str
    starts: datetime
    ends: datetime
    min_people: int
    max_people: int
    needs: tuple[str, ...] = ()
    note: str = ""
    day: date | None = field(default=None, compare=False)
    """Of the hours that it was drawn from, where it was."""
    own_kind: str = field(default="", compare=False)
    """The name of the booth's kind that it is of, see `ShiftKind`."""

    @property
    def length(self) -> timedelta:
        return self.ends - self.starts

    def day_in(self, zone: ZoneInfo) -> date:
        """Return the day that it belongs to: without hours, the venue's day on which it begins."""
        return self.day or self.starts.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Figures:
    """What drawn shifts take. Minutes of people count the fewest that each shift wants."""

    shifts: int
    days: int
    open_minutes: int
    person_minutes: int
    places: int
    smallest: "Smallest"

    @property
    def headline(self) -> str:
        """Say what they take: "12 shifts on four days, 68 person-hours."."""
        days = say_count("%(number)s day", "%(number)s days", self.days)
        hours = say_rough_hours(self.person_minutes)
        shifts = say_shifts(self.shifts)
        return _("%(shifts)s on %(days)s, %(hours)s person-hours.", shifts=shifts, days=days,
                 hours=hours)  # fmt: skip

    @property
    def sentence(self) -> str:
        """Say what it takes by the rules: "By the rules three people are enough for 34 hours."."""
        hours, count = say_rough_hours(self.open_minutes), self.smallest.people
        named = {"number": say_number(count), "hours": hours, "places": self.places}
        if self.smallest.is_sure:
            return ngettext(
                "%(places)s places want somebody at least. By the rules %(number)s person is"
                " enough for %(hours)s open hours.",
                "%(places)s places want somebody at least. By the rules %(number)s people are"
                " enough for %(hours)s open hours.",
                count,
                **named,
            )
        return ngettext(
            "%(places)s places want somebody at least. By the rules it takes at least"
            " %(number)s person for %(hours)s open hours.",
            "%(places)s places want somebody at least. By the rules it takes at least"
            " %(number)s people for %(hours)s open hours.",
            count,
            **named,
        )


@dataclass(frozen=True, slots=True)
class Smallest:
    """The smallest number of people by the rules; where it is not sure, it takes at least these."""

    people: int
    is_sure: bool = True


def say_shifts(count: int) -> str:
    """Say how many shifts: "1 shift", "1,200 shifts"."""
    return ngettext("%(figure)s shift", "%(figure)s shifts", count, figure=say_figure(count))


def say_rough_hours(minutes: int) -> str:
    """Say minutes in hours, to a tenth: "68", "33.5"."""
    return say_hours(timedelta(hours=round(minutes / 60, 1)))


@dataclass(slots=True)
class _Budget:
    """How often the rules may still be asked."""

    left: int = MOST_ASKED


def draw_shifts(stretches: Iterable[OpenHours], plan: Plan, zone: ZoneInfo) -> list[Drawn]:
    """Return the shifts of these hours, by time."""
    drawn = [one for stretch in stretches for one in _draw(stretch, plan, zone)]
    return sorted(drawn, key=lambda one: (one.starts, one.ends, one.kind))


def _draw(stretch: OpenHours, plan: Plan, zone: ZoneInfo) -> Iterator[Drawn]:
    is_booth = stretch.kind == "booth"
    least, most = (plan.min_people, plan.max_people) if is_booth else (plan.edge_min, plan.edge_max)
    starts, ends = stretch.instants(zone)
    cuts = cut(starts, ends, timedelta(minutes=plan.slot_minutes), plan.rest) if is_booth else []
    edges = [starts, *cuts, ends]
    for first, last in zip(edges, edges[1:], strict=False):
        needs = (need.word for need in plan.needs if _meets(need, stretch, first, last, zone))
        words = tuple(dict.fromkeys(needs))
        yield Drawn(stretch.kind, first, last, least, most, words, plan.note, stretch.day)


def cut(starts: datetime, ends: datetime, length: timedelta, rest: Rest) -> list[datetime]:
    """Return the instants between shifts of that length; see `Plan.rest` for what is left."""
    total = ends - starts
    whole = max(total // length, 1)
    if rest == "even":
        whole = max(round(total / length), 1)
        quarters = [round(number * total / QUARTER / whole) for number in range(1, whole)]
        return [starts + quarter * QUARTER for quarter in quarters]
    left = total - whole * length
    last = whole if rest == "own" and left > timedelta() else whole - 1
    return [starts + number * length for number in range(1, last + 1)]


def _meets(
    need: Need, stretch: OpenHours, starts: datetime, ends: datetime, zone: ZoneInfo
) -> bool:
    """Tell whether a shift of these hours asks for it; a time after midnight is in their night."""
    touched = dict.fromkeys([stretch.day, *days_of(starts, ends, zone)])
    if need.kind != stretch.kind or need.day not in (None, *touched):
        return False
    if need.starts is None or need.ends is None:
        return True
    over = timedelta(days=need.ends <= need.starts)
    days = touched if need.day in (None, stretch.day) else (need.day,)
    return any(
        starts < at(day + over, need.ends, zone) and at(day, need.starts, zone) < ends
        for day in days
    )


def plan_like(drawn: Sequence[Drawn]) -> Plan:
    """Return the plan by which shifts like these are drawn: what most of each kind have.

    What every shift of a kind asks for is asked of all of them again.
    """
    booth = [one for one in drawn if one.kind == "booth"]
    edges = [one for one in drawn if one.kind != "booth"]
    standard = Plan()
    long = Counter(int(one.length.total_seconds() // 60) for one in booth)
    people, at_edges = (
        Counter((one.min_people, one.max_people) for one in some).most_common(1)
        for some in (booth, edges)
    )
    least, most = people[0][0] if people else (standard.min_people, standard.max_people)
    edge = at_edges[0][0] if at_edges else (least, most)
    return Plan(
        long.most_common(1)[0][0] if long else standard.slot_minutes,
        least,
        most,
        *edge,
        needs=tuple(_needs_of_all(booth) + _needs_of_all(edges)),
    )


def _needs_of_all(drawn: Sequence[Drawn]) -> list[Need]:
    kinds = dict.fromkeys(one.kind for one in drawn)
    asked = {kind: [one.needs for one in drawn if one.kind == kind] for kind in kinds}
    return [
        Need(word, kind)
        for kind, lists in asked.items()
        for word in lists[0]
        if all(word in words for words in lists)
    ]


def count_figures(drawn: Sequence[Drawn], rules: Rules, zone: ZoneInfo) -> Figures:
    lengths = [(one, int(one.length.total_seconds() // 60)) for one in drawn]
    return Figures(
        shifts=len(drawn),
        days=len({one.day_in(zone) for one in drawn}),
        open_minutes=sum(minutes for one, minutes in lengths if one.kind == "booth"),
        person_minutes=sum(minutes * one.min_people for one, minutes in lengths),
        places=sum(one.min_people for one in drawn),
        smallest=smallest_team(drawn, rules, zone),
    )


def smallest_team(drawn: Sequence[Drawn], rules: Rules, zone: ZoneInfo) -> Smallest:
    """Return the fewest people with whom every shift has its fewest and nobody breaks a rule.

    What a shift breaks by itself (it is longer than a day may be) counts against nobody. Where
    there are more rosters than can be tried in a moment, the number is one that it takes at least.
    """
    budget = _Budget()
    found = [_people_for(run, rules, zone, budget) for run in _runs(drawn, rules, zone)]
    days = {one.day_in(zone) for one in drawn if one.kind == "booth"}
    least = rules.least_people_two_days if len(days) > 1 else 0
    people = max([least, *found])
    return Smallest(people, is_sure=budget.left > 0 or people > max(found, default=0))


def _runs(drawn: Sequence[Drawn], rules: Rules, zone: ZoneInfo) -> list[list[Slot]]:
    """Part the shifts by days; those that go on through midnight stay together."""
    runs: list[list[Slot]] = []
    reached, day = None, None
    for number, one in enumerate(sorted(drawn, key=lambda one: (one.starts, one.ends)), start=1):
        starts_on = one.starts.astimezone(zone).date()
        if reached is None or (starts_on != day and one.starts - reached > rules.handover):
            runs.append([])
        slot = Slot(number, one.starts, one.ends, 0, one.kind, min_people=one.min_people)
        runs[-1].append(slot)
        reached, day = max(reached or one.ends, one.ends), starts_on
    return runs


def _people_for(slots: Sequence[Slot], rules: Rules, zone: ZoneInfo, budget: _Budget) -> int:
    """Try one number of people after the other."""
    alone = {slot.id: _codes(slot, (), rules, zone) for slot in slots}
    enough = sum(slot.min_people for slot in slots)
    bound = min(_bound(slots, rules, zone), enough)
    for number in range(bound, enough):
        if budget.left <= 0:
            return bound
        if _Search(slots, alone, rules, zone, budget).fills([()] * number, 0):
            return number
    return enough


def _bound(slots: Sequence[Slot], rules: Rules, zone: ZoneInfo) -> int:
    """Return how many people it takes at least: at one time, and by the hours of a day."""
    at_once = max(
        sum(two.min_people for two in slots if two.starts <= one.starts < two.ends) for one in slots
    )
    minutes: Counter[date] = Counter()
    for slot in slots:
        long = (slot.ends - slot.starts).total_seconds() / 60
        counted = min(long, rules.most_minutes_a_day) * slot.min_people
        if len(days_of(slot.starts, slot.ends, zone)) == 1:
            minutes[slot.starts.astimezone(zone).date()] += round(counted)
    return max([at_once, *(-(-sum_ // rules.most_minutes_a_day) for sum_ in minutes.values())])


def _codes(slot: Slot, taken: tuple[Slot, ...], rules: Rules, zone: ZoneInfo) -> set[str]:
    held = [
        Commitment(other.starts, other.ends, "shift", "", 0, shift_id=other.id) for other in taken
    ]
    return {breach.code for breach in breaches_of(slot, held, rules, zone)}


@dataclass(slots=True)
class _Search:
    """Looks for a roster, the least busy people first, as long as the budget lasts."""

    slots: Sequence[Slot]
    alone: dict[int, set[str]]
    rules: Rules
    zone: ZoneInfo
    budget: _Budget

    def fills(self, people: list[tuple[Slot, ...]], at: int) -> bool:
        """Tell whether the slots from `at` can be filled by people who have these already."""
        if at == len(self.slots):
            return True
        slot, tried = self.slots[at], set()
        able = [one for one in self._by_load(people) if self._can(slot, people[one])]
        for chosen in combinations(able, slot.min_people):
            kinds = tuple(sorted(tuple(one.id for one in people[number]) for number in chosen))
            if self.budget.left <= 0:
                return False
            if kinds in tried:  # people with the same shifts are one as good as the other
                continue
            tried.add(kinds)
            then = list(people)
            for number in chosen:
                then[number] = (*people[number], slot)
            if self.fills(then, at + 1):
                return True
        return False

    def _by_load(self, people: list[tuple[Slot, ...]]) -> list[int]:
        def load(number: int) -> timedelta:
            return sum((one.ends - one.starts for one in people[number]), timedelta())

        return sorted(range(len(people)), key=load)

    def _can(self, slot: Slot, taken: tuple[Slot, ...]) -> bool:
        if not taken:
            return True
        self.budget.left -= 1
        near = tuple(one for one in taken if slot.starts - one.ends < NEAR)
        return _codes(slot, near, self.rules, self.zone) <= self.alone[slot.id]
