"""What a roster amounts to: coverage, gaps, hours and shares, told in sentences."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Protocol
from zoneinfo import ZoneInfo

from outreach.calendars.clock import (
    say_count,
    say_hours,
    say_list,
    say_spoken_times,
    say_start,
    say_time,
    say_weekday,
)
from outreach.calendars.spans import Span, covered_time
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.reach.rule import ReachFacts
from outreach.staffing.rules import Helper, Rules, Slot

MOST_GAPS_NAMED = 2
"""A headline names so many gaps; of more it says how many there are."""
NONE = timedelta()
RUNS_OUT = timedelta(days=7)
"""So long before it begins a shift that misses people is shown as a warning; sooner it is calm."""


@dataclass(frozen=True, slots=True)
class RosterPerson(Helper):
    """A person on a roster, with the words that a slot may ask for."""

    name: str = ""
    words: frozenset[str] = frozenset()
    """What they are: "expert:vfx", "language:fr", "skill:forklift"."""
    goes: bool = False
    """Whether they are on the event's team."""
    leads_event: bool = False
    is_known: bool = True
    """Whether they have shown who they are, or staff accepted them."""
    reach: ReachFacts = ReachFacts()
    """How they can be reached; shown to staff and to the lead of their event alone."""

    @property
    def phone(self) -> str | None:
        return self.reach.phone

    @property
    def last_names(self) -> str:
        """Return the names behind the first."""
        return self.name.partition(" ")[2]


def lacks(fewest: int, taken: int) -> int:
    """Return how many people are missing where a shift needs `fewest` and `taken` said yes."""
    return max(0, fewest - taken)


def runs_out(starts: datetime, now: datetime) -> bool:
    """Tell whether time runs out to find who is missing on a shift."""
    return starts - now <= RUNS_OUT


def split_places(fewest: int, most: int, taken: int) -> tuple[int, int, int]:
    """Return how many places are taken, how many people are missing, and else how many are free."""
    missing = lacks(fewest, taken)
    return taken, missing, 0 if missing else max(0, most - taken)


class Offered(Protocol):
    """A shift that can be taken, however it was read."""

    @property
    def least(self) -> int: ...

    @property
    def most(self) -> int: ...

    @property
    def taken(self) -> int: ...

    @property
    def asked(self) -> int: ...


def pips(offer: Offered) -> tuple[int, int, int]:
    """Return its places as they are drawn: taken, missing, free."""
    return split_places(offer.least, offer.most, offer.taken)


def say_taken_of(offer: Offered) -> str:
    """Say how many it has of those that it needs, or takes: "nobody yet, 0 of 2", "1 of 2"."""
    _taken, missing, _free = pips(offer)
    named = {"taken": offer.taken, "all": offer.least if missing else offer.most,
             "asked": offer.asked}  # fmt: skip
    if missing and not offer.taken:
        if offer.asked:
            return _("nobody yet, 0 of %(all)s, %(asked)s asked", **named)
        return _("nobody yet, 0 of %(all)s", **named)
    if offer.asked:
        return _("%(taken)s of %(all)s, %(asked)s asked", **named)
    return _("%(taken)s of %(all)s", **named)


@dataclass(frozen=True, slots=True)
class Places:
    """How many people a shift needs at least, takes at most, and has.

    Who is only asked to take a place has not said yes: somebody is missing until they do, and
    nobody else is offered the place meanwhile. Who did not come is not there.
    """

    fewest: int
    most: int
    taken: int = 0
    asked: int = 0
    asked_until: datetime | None = None
    """When the first of the open questions ends."""
    happens: bool = True
    """Whether we go there: where we do not, nobody is missing."""
    was_given_up: bool = False
    """Whether anybody who had a place gave it up, was taken off or did not come."""

    @property
    def missing(self) -> int:
        return lacks(self.fewest, self.taken) if self.happens else 0

    @property
    def say_wanted(self) -> str:
        """Say how many people it takes: "1 person", "2–3 people"."""
        if self.fewest != self.most:
            return _("%(fewest)s–%(most)s people", fewest=self.fewest, most=self.most)
        return ngettext("%(num)s person", "%(num)s people", self.most)

    @property
    def say_seek(self) -> str:
        """Name the button that looks for people: there is cover for somebody only."""
        return _("Find cover") if self.was_given_up else _("Ask somebody")

    @property
    def say_there(self) -> str:
        """Say how many came of those that it needs: "nobody", "1 of 2"."""
        if not self.taken:
            return _("nobody")
        return _("%(taken)s of %(all)s", taken=self.taken, all=self.fewest)

    @property
    def say_filled(self) -> str:
        """Say how many of its places are given: "2 of 3 places taken"."""
        there = self.taken + self.asked
        return ngettext("%(there)s of %(num)s place taken",
                        "%(there)s of %(num)s places taken", self.most,
                        there=there)  # fmt: skip

    @property
    def say_over_full(self) -> str:
        """Say how far it is over-full: "Over-full: 3 for 2 places."; "" where it is not."""
        if not self.is_over_full:
            return ""
        there = self.taken + self.asked
        return ngettext("Over-full: %(there)s for %(num)s place.",
                        "Over-full: %(there)s for %(num)s places.", self.most,
                        there=there)  # fmt: skip

    @property
    def is_over_full(self) -> bool:
        """Tell whether more people have it, or are asked, than it takes."""
        return self.taken + self.asked > self.most

    def say_asked(self, zone: ZoneInfo, now: datetime) -> str:
        """Say who may come yet: "1 asked until 14:00"; "" where nobody is asked."""
        if not self.asked:
            return ""
        until = self.asked_until
        if until is None or until <= now:
            return _("%(count)s asked", count=self.asked)
        is_today = until.astimezone(zone).date() == now.astimezone(zone).date()
        when = say_time(until, zone) if is_today else say_start(until, zone)
        return _("%(count)s asked until %(time)s", count=self.asked, time=when)

    def say_missing(self, zone: ZoneInfo, now: datetime) -> str:
        """Say what it lacks: "1 missing, 1 asked until 14:00"; "" where it lacks nobody."""
        if not self.missing:
            return ""
        missing, asked = self.missing, self.say_asked(zone, now)
        if asked:
            return _("%(count)s missing, %(asked)s", count=missing, asked=asked)
        return _("%(count)s missing", count=missing)


@dataclass(frozen=True, slots=True)
class Staffed:
    """A slot and who stands on it."""

    slot: Slot
    people: tuple[RosterPerson, ...] = ()
    leads: frozenset[int] = frozenset()
    happens: bool = True

    @property
    def missing(self) -> int:
        return lacks(self.slot.min_people, len(self.people)) if self.happens else 0

    @property
    def span(self) -> Span:
        return self.slot.starts, self.slot.ends

    @property
    def is_open(self) -> bool:
        """Tell whether visitors come then: set-up and tear-down are no open time."""
        return self.slot.kind == "booth"

    @property
    def unmet(self) -> list[str]:
        """Return what it asks for and nobody on it is."""
        has = {word for person in self.people for word in person.words}
        return [need for need in self.slot.needs if not self._meets(need, has)]

    @property
    def has_newcomers_alone(self) -> bool:
        """Tell whether nobody on it has stood at a booth before, though somebody is there."""
        return bool(self.people) and not any(person.is_experienced for person in self.people)

    def _meets(self, need: str, has: Collection[str]) -> bool:
        return bool(self.leads) if need == "lead" else need in has


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the open time has enough people."""

    covered: timedelta
    open: timedelta

    @property
    def percent(self) -> int:
        """Return the share, rounded down: 100 is everything."""
        return int(100 * self.covered / self.open) if self.open else 0

    @property
    def is_full(self) -> bool:
        return self.covered == self.open

    @property
    def words(self) -> str:
        """Say it as "7.5 of 8.5 h"."""
        return _("%(covered)s of %(open)s h", covered=say_hours(self.covered),
                 open=say_hours(self.open))  # fmt: skip


def open_time(hours: Iterable[Span], staffed: Iterable[Staffed]) -> list[Span]:
    """Return when the booth is open: the exhibitor's hours, without them the time of its shifts."""
    told = list(hours)
    return join(told or [one.span for one in staffed if one.is_open])


def join(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as stretches that neither touch nor overlap, in order."""
    found: list[Span] = []
    for starts, ends in sorted(spans):
        if found and starts <= found[-1][1]:
            found[-1] = found[-1][0], max(ends, found[-1][1])
        else:
            found.append((starts, ends))
    return found


def gaps_in(open_spans: Iterable[Span], staffed: Sequence[Staffed]) -> list[Span]:
    """Return the open time in which fewer people are there than the shifts of then ask for.

    Of two shifts at once the one that asks for more counts, and the people of both: at a
    hand-over the booth is not emptier than before it.
    """
    found: list[Span] = []
    is_open = [(one.slot.starts, one.slot.ends, one) for one in staffed if one.is_open]
    for begins, ends in open_spans:
        at_once = [one for one in is_open if one[0] < ends and begins < one[1]]
        edges = {edge for one in at_once for edge in one[:2] if begins < edge < ends}
        cuts = [begins, *sorted(edges), ends]
        swept = _swept(cuts, [one for _starts, _ends, one in at_once])
        found += [piece for piece, then in swept if not _is_enough(then)]
    return join(found)


def _swept(
    cuts: Sequence[datetime], staffed: Iterable[Staffed]
) -> Iterator[tuple[Span, list[Staffed]]]:
    """Yield each piece between two cuts with the slots that run then."""
    coming = deque(sorted(staffed, key=lambda one: one.slot.starts))
    running: list[Staffed] = []
    for starts, ends in pairwise(cuts):
        running = [one for one in running if one.slot.ends > starts]
        while coming and coming[0].slot.starts < ends:
            running.append(coming.popleft())
        yield (starts, ends), running


def _is_enough(then: Sequence[Staffed]) -> bool:
    there = {person.id for one in then for person in one.people}
    return bool(then) and len(there) >= max(one.slot.min_people for one in then)


def coverage(open_spans: Sequence[Span], staffed: Sequence[Staffed]) -> Coverage:
    """Return how much of the open time has enough people."""
    return coverage_without(gaps_in(open_spans, staffed), open_spans)


def coverage_without(gaps: Sequence[Span], open_spans: Sequence[Span]) -> Coverage:
    """Return how much of the open time is none of its gaps."""
    whole = length_of(open_spans)
    return Coverage(whole - length_of(gaps), whole)


def length_of(spans: Iterable[Span]) -> timedelta:
    return sum((ends - starts for starts, ends in spans), NONE)


def hours_of(
    staffed: Iterable[Staffed], within: Sequence[Span] | None = None
) -> dict[int, timedelta]:
    """Return each person's time on these slots; a hand-over to oneself counts once.

    With `within` only the time inside these stretches.
    """
    spans: dict[int, list[Span]] = {}
    for one in staffed:
        for person in one.people:
            spans.setdefault(person.id, []).append(one.span)
    return {person_id: _time_in(theirs, within) for person_id, theirs in spans.items()}


def _time_in(spans: Sequence[Span], within: Sequence[Span] | None) -> timedelta:
    if within is None:
        return length_of(join(spans))
    return sum((covered_time(spans, window) for window in within), NONE)


def say_busiest(hours: Mapping[int, timedelta], people: Mapping[int, RosterPerson]) -> str | None:
    """Say who carries most: "Kim has the most: 4.5 of 17 person-hours, 26 %."."""
    told = tell_busiest(hours, people)
    return _("%(who)s: %(share)s", who=told[0], share=told[1]) if told else None


def tell_busiest(
    hours: Mapping[int, timedelta], people: Mapping[int, RosterPerson]
) -> tuple[str, str] | None:
    """Tell who carries most, and how much: "Kim has the most", "4.5 of 17 person-hours, 26 %."."""
    whole = sum(hours.values(), NONE)
    if not whole or len(hours) < 2:
        return None
    most = max(hours.values())
    names = [people[one].first_name for one, time in hours.items() if time == most]
    share = _("%(hours)s of %(all)s person-hours, %(percent)s %%.", hours=say_hours(most),
              all=say_hours(whole), percent=f"{100 * most / whole:.0f}")  # fmt: skip
    said = say_list(sorted(names))
    if len(names) == 2:
        return _("%(names)s both have the most", names=said), share
    who = ngettext("%(names)s has the most", "%(names)s each have the most", len(names), names=said)
    return who, share


def who_reaches(
    hours: Mapping[int, timedelta], open_hours: timedelta, rules: Rules
) -> frozenset[int]:
    """Return who stands there for the share of the open time from which travel is paid."""
    if not open_hours or not rules.travel_share:
        return frozenset()
    least = open_hours * rules.travel_share
    return frozenset(person_id for person_id, time in hours.items() if time >= least)


def headline(
    day: date, is_open: bool, gaps: Sequence[Span], zone: ZoneInfo, whole: bool, anybody: bool
) -> str:
    """Say whether the day is covered; `whole` where nothing of it is, `anybody` or nobody there."""
    name = say_weekday(day)
    if not is_open:
        return _("Nothing is open on %(day)s.", day=name)
    if whole and anybody:
        return _("%(day)s has too few people all day.", day=name)
    if whole:
        if gaps:
            return _("%(day)s has nobody yet.", day=name)
        return _("No shift is drawn for %(day)s yet.", day=name)
    if not gaps:
        return _("%(day)s is covered.", day=name)
    if len(gaps) <= MOST_GAPS_NAMED:
        times = [_("from %(times)s", times=say_spoken_times(*gap, zone)) for gap in gaps]
        return _("%(day)s is covered, except %(times)s.", day=name, times=say_list(times))
    return say_count("%(day)s has %(number)s gap.", "%(day)s has %(number)s gaps.", len(gaps),
                     day=name)  # fmt: skip
