"""A problem as numbers: who may stand where, what is missing, and by which weights it counts."""

from dataclasses import replace
from datetime import timedelta

from outreach.calendars.spans import days_of, whole_minutes
from outreach.staffing.proposed_rosters.problem import (
    LEAD,
    Problem,
    Volunteer,
    burden,
    count_visits,
    is_one,
)
from outreach.staffing.roster.coverage import join, length_of
from outreach.staffing.rules import Commitment, breaches_of


class Board:
    """The problem by positions: slot 0, 1, ... and person 0, 1, ...

    Whether somebody may take one more slot depends on when their slots are, not on which they
    are; so the rules are asked once for each set of times and kind of diary, and remembered.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.slots, self.people = problem.slots, problem.people
        self.minutes = [whole_minutes(slot.ends - slot.starts) for slot in self.slots]
        self.unit = max(1, problem.rules.slot_minutes)
        self._read_times()
        self._read_people()
        self._read_needs()
        self._read_held()
        self._weigh()
        self._remembered: dict[tuple[int, int, int], bool] = {}
        self._visits: dict[tuple[int, int], int] = {}
        self._find_options()

    def _read_times(self) -> None:
        self.spans = sorted({(slot.starts, slot.ends) for slot in self.slots})
        number = {span: place for place, span in enumerate(self.spans)}
        self.span_of = [number[slot.starts, slot.ends] for slot in self.slots]
        self.around = self._neighbours()
        one = self.slots[0] if self.slots else None
        self._models = [
            replace(one, id=-place - 1, starts=span[0], ends=span[1], needs=())
            for place, span in enumerate(self.spans)
            if one is not None
        ]
        self._doings = [
            Commitment(m.starts, m.ends, "shift", m.label, m.event_id, m.place, m.id)
            for m in self._models
        ]

    def _neighbours(self) -> list[int]:
        """Return for each time, as bits, the times that the rules see together with it.

        That is a day, and what goes on from it without rest: past midnight it may be two.
        """
        zone, rest = self.problem.zone, self.problem.rules.handover + timedelta(minutes=1)
        groups: list[int] = []
        number_of: list[int] = []
        last_day, until = None, None
        for place, (starts, ends) in enumerate(self.spans):
            days = days_of(starts, ends, zone)
            if last_day is None or until is None or (days[0] > last_day and starts - until > rest):
                groups.append(0)
            groups[-1] |= 1 << place
            number_of.append(len(groups) - 1)
            last_day = max(days[-1], last_day or days[-1])
            until = max(ends, until or ends)
        self.groups = groups
        return [groups[number] for number in number_of]

    def _read_people(self) -> None:
        self.is_experienced = [person.is_experienced for person in self.people]
        diaries: dict[tuple[Commitment, ...], int] = {}
        self.diary_of = [diaries.setdefault(one.commitments, len(diaries)) for one in self.people]
        self._diaries = list(diaries)
        self.base = [_minutes_held(person) for person in self.people]

    def _read_needs(self) -> None:
        words = sorted({need for slot in self.slots for need in self.problem.needs_of(slot)})
        self.bit = {word: 1 << place for place, word in enumerate(words)}
        self.wants = [
            sum(self.bit[need] for need in self.problem.needs_of(slot)) for slot in self.slots
        ]
        self.has = [
            sum(bit for word, bit in self.bit.items() if is_one(person, word))
            for person in self.people
        ]

    def _read_held(self) -> None:
        self.slot_number = {slot.id: place for place, slot in enumerate(self.slots)}
        self.person_number = {one.id: place for place, one in enumerate(self.people)}
        count = len(self.slots)
        self.held, self.met = [0] * count, [0] * count
        self.newcomer_room = [slot.max_people for slot in self.slots]
        if self.problem.rules.needs_experience:
            self.newcomer_room = [max(0, slot.max_people - 1) for slot in self.slots]
        self.holds: set[tuple[int, int]] = set()
        for place in self.problem.held:
            s, p = self.slot_number.get(place.slot_id), self.person_number.get(place.person_id)
            if s is None or p is None:
                continue
            self.holds.add((s, p))
            self.held[s] += 1
            is_met = self.has[p] if place.is_lead else self.has[p] & ~self.bit.get(LEAD, 0)
            self.met[s] |= (is_met | self._lead_bit(place.is_lead)) & self.wants[s]
            self.newcomer_room[s] -= not self.is_experienced[p]
        self.room = [max(0, slot.max_people - self.held[s]) for s, slot in enumerate(self.slots)]
        self.left = [self._minutes_left(person) for person in self.people]

    def _lead_bit(self, is_lead: bool) -> int:
        return self.bit.get(LEAD, 0) if is_lead else 0

    def _minutes_left(self, person: Volunteer) -> int:
        """Return how long they may still stand here: what they hold here is not new."""
        if person.most_minutes is None:
            return sum(self.minutes)
        here = self.slots[0].event_id if self.slots else -1
        return max(0, person.most_minutes - _minutes_held(person, here))

    def _weigh(self) -> None:
        """Choose weights by which no sum of a lesser wish outweighs one of a greater."""
        places = sum(self.room) + 1
        new = sum(minutes * room for minutes, room in zip(self.minutes, self.room, strict=True))
        needs = sum(wanted.bit_count() for wanted in self.wants) + 1
        self.per_visit = places
        self.per_burden = places * 3 * places  # a place adds two visits at most, and saves one
        self.per_place = self.per_burden * (burden(sum(self.base) + new, self.unit) + 1)
        self.per_need = self.per_place * places
        self.per_missing = self.per_need * needs

    def _find_options(self) -> None:
        self.may: list[list[int]] = [[] for _ in self.slots]
        self.options: list[list[int]] = [[] for _ in self.people]
        self.wished: list[set[int]] = [set() for _ in self.slots]
        at: list[list[int]] = [[] for _ in self.spans]
        for s, t in enumerate(self.span_of):
            if self.room[s]:
                at[t].append(s)
        for p, person in enumerate(self.people):
            for t, model in enumerate(self._models):
                fits = whole_minutes(model.ends - model.starts) <= self.left[p]
                if fits and person.is_free(model) and self.is_legal(self.diary_of[p], 0, t):
                    self._offer(p, at[t], person.wishes(model))

    def _offer(self, p: int, slots: list[int], likes: bool) -> None:
        """Note that a person may take these slots, which are at one time."""
        waits_for = self.people[p].waits_for
        for s in slots:
            pair = self.slots[s].id, self.people[p].id
            if (s, p) in self.holds or pair in self.problem.left_out:
                continue
            self.may[s].append(p)
            self.options[p].append(s)
            if likes or self.slots[s].id in waits_for:
                self.wished[s].add(p)

    def is_legal(self, diary: int, others: int, t: int) -> bool:
        """Tell whether the rules let somebody with this diary and these times take one more."""
        key = diary, others, t
        known = self._remembered.get(key)
        if known is None:
            known = self._remembered[key] = not (others >> t & 1) and self._keeps_rules(*key)
        return known

    def _keeps_rules(self, diary: int, others: int, t: int) -> bool:
        doings = [*self._diaries[diary]]
        doings += [doing for u, doing in enumerate(self._doings) if others >> u & 1]
        return not breaches_of(self._models[t], doings, self.problem.rules, self.problem.zone)

    def visits(self, diary: int, times: int) -> int:
        """Return by how much these times raise how often somebody with this diary comes here."""
        key = diary, times
        known = self._visits.get(key)
        if known is None:
            here = self.slots[0].event_id
            held = [
                (one.starts, one.ends)
                for one in self._diaries[diary]
                if one.kind == "shift" and one.event_id == here
            ]
            new = [span for t, span in enumerate(self.spans) if times >> t & 1]
            gap, zone = self.problem.rules.handover, self.problem.zone
            known = count_visits([*held, *new], gap, zone) - count_visits(held, gap, zone)
            self._visits[key] = known
        return known

    def plans(self, p: int, group: int, most: int) -> list[int] | None:
        """Return every set of times of a group, as bits, that a person may stand; None if many."""
        times = sorted({self.span_of[s] for s in self.options[p] if group >> self.span_of[s] & 1})
        found = [0]
        for t in times:
            found += [one | 1 << t for one in found if self.is_legal(self.diary_of[p], one, t)]
            if len(found) > most:
                return None
        return found


def _minutes_held(person: Volunteer, here: int | None = None) -> int:
    """Return how long they stand on shifts, with `here` at one event; overlaps count once."""
    held = [
        (one.starts, one.ends)
        for one in person.commitments
        if one.kind == "shift" and here in (None, one.event_id)
    ]
    return whole_minutes(length_of(join(held)))
