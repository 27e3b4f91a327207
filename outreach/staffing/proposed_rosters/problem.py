"""What a roster is sought for: shifts, people with their times and wishes, rules, and the score."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.calendars.spans import Span
from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.rules import Commitment, Rules, Slot

LEAD = "lead"
EXPERIENCE = "experience"
"""What every slot needs where the rules ask for it: somebody who has done it before."""


@dataclass(frozen=True, slots=True)
class Volunteer(RosterPerson):
    """A person who could stand at the booth.

    `words` holds "lead" too for who may lead a shift. `commitments` are all that they do: the
    places held at this booth among them, which are never moved.
    """

    free: tuple[Span, ...] = ()
    """When they can, in stretches that neither touch nor overlap."""
    likes: tuple[Span, ...] = ()
    waits_for: frozenset[int] = frozenset()
    """Shifts in whose queue they stand: wishes as well."""
    most_minutes: int | None = None
    """How long they stand at this booth at most."""
    commitments: tuple[Commitment, ...] = ()

    def is_free(self, slot: Slot) -> bool:
        """Tell whether they can for the whole slot."""
        return any(starts <= slot.starts and slot.ends <= ends for starts, ends in self.free)

    def wishes(self, slot: Slot) -> bool:
        """Tell whether they would like the slot."""
        liked = any(starts <= slot.starts and slot.ends <= ends for starts, ends in self.likes)
        return liked or slot.id in self.waits_for


@dataclass(frozen=True, slots=True)
class ProposedPlace:
    """A person on a slot."""

    slot_id: int
    person_id: int
    is_lead: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Slots to be filled, people, and who holds a place already."""

    slots: tuple[Slot, ...]
    people: tuple[Volunteer, ...]
    rules: Rules = Rules()
    zone: ZoneInfo = ZoneInfo("UTC")
    held: tuple[ProposedPlace, ...] = ()
    """Places that stay; each is among its person's commitments."""
    kept: tuple[ProposedPlace, ...] = ()
    """Those of them that staff keep of an earlier proposal: nobody has them yet."""
    left_out: frozenset[tuple[int, int]] = frozenset()
    """Slot and person, by their numbers, that staff do not want together."""
    by_id: Mapping[int, Slot] = field(init=False, repr=False, compare=False)
    person_by_id: Mapping[int, Volunteer] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Let slots and people be found by their numbers."""
        object.__setattr__(self, "by_id", {slot.id: slot for slot in self.slots})
        object.__setattr__(self, "person_by_id", {one.id: one for one in self.people})

    def needs_of(self, slot: Slot) -> tuple[str, ...]:
        """Return what somebody on the slot must be."""
        wanted = dict.fromkeys(slot.needs)
        if self.rules.needs_experience and slot.max_people:
            wanted[EXPERIENCE] = None
        return tuple(wanted)


def is_one(person: Volunteer, need: str) -> bool:
    """Tell whether a person is what a slot asks for."""
    return person.is_experienced if need == EXPERIENCE else need in person.words


class Score(NamedTuple):
    """How far a roster is from a perfect one; smaller is better, the first figure decides first."""

    missing: int
    """Places short of the slots' minimum."""
    unmet: int
    """Needs that nobody on a slot meets, experience among them."""
    below_target: int
    """Places short of the slots' most."""
    unfairness: int
    """The sum over people of how heavy their hours are, see `burden`; in minutes."""
    visits: int
    """How often people come: each stretch without a pause, and each day, counts once."""
    wishes_passed: int
    """Places given to people who did not wish for them."""


def burden(minutes: int, unit: int) -> int:
    """Return how heavy so many minutes are: the square of the slots, drawn by straight lines.

    The first `unit` of minutes counts once, the second three times, the third five times: the
    sum over people is least where all have the same.
    """
    whole, rest = divmod(minutes, unit)
    return whole * whole * unit + (2 * whole + 1) * rest


@lru_cache(maxsize=4096)
def heavier(minutes: int, more: int, unit: int) -> int:
    """Return what so many more minutes add to a burden."""
    return burden(minutes + more, unit) - burden(minutes, unit)


def count_visits(spans: Iterable[Span], gap: timedelta, zone: ZoneInfo) -> int:
    """Return in how many stretches with no longer pause, and on how many days, these lie."""
    stretches, days, until = 0, set[date](), None
    for starts, ends in sorted(spans):
        if until is None or starts - until > gap:
            stretches += 1
            days.add(starts.astimezone(zone).date())
        until = max(until or ends, ends)
    return stretches + len(days)


def with_leads(problem: Problem, pairs: Iterable[tuple[int, int]]) -> list[ProposedPlace]:
    """Return places in order of slot and person, with a lead on each slot that asks for one.

    Of several who may lead, the one with the fewest places leads, so that it goes round.
    """
    led = {place.slot_id for place in problem.held if place.is_lead}
    on: dict[int, list[int]] = {}
    for slot_id, person_id in sorted(pairs):
        on.setdefault(slot_id, []).append(person_id)
    leading: dict[int, int] = {}
    places = []
    for slot_id, people in sorted(on.items()):
        lead = None
        if LEAD in problem.by_id[slot_id].needs and slot_id not in led:
            lead = _choose_lead(problem, people, leading)
        places += [ProposedPlace(slot_id, one, one == lead) for one in people]
    return places


def _choose_lead(problem: Problem, people: Sequence[int], leading: dict[int, int]) -> int | None:
    may = [one for one in people if LEAD in problem.person_by_id[one].words]
    if not may:
        return None
    chosen = min(may, key=lambda one: (leading.get(one, 0), one))
    leading[chosen] = leading.get(chosen, 0) + 1
    return chosen
