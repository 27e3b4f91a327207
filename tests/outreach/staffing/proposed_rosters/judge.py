"""Judges rosters by the rules themselves, one place at a time, and finds the best by trying all."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import product

from outreach.staffing.proposed_rosters.problem import LEAD, Problem, Score, burden, is_one
from outreach.staffing.rules import Commitment, breaches_of

Pairs = list[tuple[int, int]]
"""Numbers of a slot and a person."""


def faults(problem: Problem, pairs: Pairs) -> list[str]:
    """Return what is wrong with new places: every rule is asked of every one of them."""
    return [
        f"{person_id} on {slot_id}: {fault}"
        for slot_id, person_id in pairs
        for fault in _faults(problem, pairs, slot_id, person_id)
    ]


def _faults(problem: Problem, pairs: Pairs, slot_id: int, person_id: int) -> Iterator[str]:
    slot, person = problem.by_id[slot_id], problem.person_by_id[person_id]
    theirs = [problem.by_id[one] for one, who in pairs if who == person_id]
    doings = [
        *person.commitments,
        *(
            Commitment(s.starts, s.ends, "shift", s.label, s.event_id, s.place, s.id)
            for s in theirs
        ),
    ]
    here = {place.person_id for place in problem.held if place.slot_id == slot_id}
    company = sorted(here | {who for one, who in pairs if one == slot_id and who != person_id})
    if person_id in here:
        yield "holds it already"
    if not person.is_free(slot):
        yield "is not free"
    if len(company) + 1 > slot.max_people:
        yield "too many"
    helpers = [problem.person_by_id[one] for one in company]
    for breach in breaches_of(
        slot, doings, problem.rules, problem.zone, helper=person, company=helpers
    ):
        yield breach.sentence
    held = [problem.by_id[p.slot_id] for p in problem.held if p.person_id == person_id]
    minutes = sum((s.ends - s.starts).seconds // 60 for s in [*theirs, *held])
    if person.most_minutes is not None and minutes > person.most_minutes:
        yield "stands longer than offered"


def score(problem: Problem, pairs: Pairs) -> Score:
    """Return a roster's score, counted from the definitions."""
    missing = unmet = below = passed = 0
    for slot in problem.slots:
        held = [p for p in problem.held if p.slot_id == slot.id]
        new = [who for one, who in pairs if one == slot.id]
        there = len(held) + len(new)
        missing += max(0, slot.min_people - there)
        below += max(0, slot.max_people - len(held)) - len(new)
        people = [problem.person_by_id[who] for who in [*(p.person_id for p in held), *new]]
        for need in problem.needs_of(slot):
            if need == LEAD:
                met = any(p.is_lead for p in held)
                met |= any(is_one(problem.person_by_id[who], LEAD) for who in new)
            else:
                met = any(is_one(one, need) for one in people)
            unmet += not met
        passed += sum(not problem.person_by_id[who].wishes(slot) for who in new)
    visits = sum(_visits(problem, pairs, one.id) for one in problem.people)
    return Score(missing, unmet, below, _unfairness(problem, pairs), visits, passed)


def _visits(problem: Problem, pairs: Pairs, person_id: int) -> int:
    """Return how often more somebody comes: by stretches, and by the days that these begin on."""
    who = problem.person_by_id[person_id]
    here = problem.slots[0].event_id
    held = {(d.starts, d.ends) for d in who.commitments if (d.kind, d.event_id) == ("shift", here)}
    new = {
        (problem.by_id[one].starts, problem.by_id[one].ends)
        for one, other in pairs
        if other == person_id
    }

    def often(spans: set[tuple[datetime, datetime]]) -> int:
        begins = [
            starts
            for starts, ends in spans
            if not any(
                a < starts <= b + problem.rules.handover
                for a, b in spans
                if (a, b) != (starts, ends)
            )
        ]
        return len(begins) + len({one.astimezone(problem.zone).date() for one in begins})

    return often(held | new) - often(held)


def _unfairness(problem: Problem, pairs: Pairs) -> int:
    total = 0
    for person in problem.people:
        spans = [(d.starts, d.ends) for d in person.commitments if d.kind == "shift"]
        spans += [
            (problem.by_id[one].starts, problem.by_id[one].ends)
            for one, who in pairs
            if who == person.id
        ]
        minutes = int(sum((ends - starts).total_seconds() for starts, ends in spans) // 60)
        total += burden(minutes, problem.rules.slot_minutes)
    return total


def best_of_all(problem: Problem) -> Score:
    """Return the score of the best roster there is, by trying every one."""
    return min(score(problem, pairs) for pairs in every_roster(problem))


def every_roster(problem: Problem) -> Iterable[Pairs]:
    """Yield every roster that keeps the rules."""
    single = [
        (slot.id, person.id)
        for slot in problem.slots
        for person in problem.people
        if not faults(problem, [(slot.id, person.id)])
    ]
    if len(single) > 12:
        raise ValueError("too many rosters to try")
    for chosen in product((False, True), repeat=len(single)):
        pairs = [pair for pair, is_in in zip(single, chosen, strict=True) if is_in]
        if not faults(problem, pairs):
            yield pairs
