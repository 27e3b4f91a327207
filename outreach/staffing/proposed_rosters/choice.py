"""What staff choose of a proposal: places that they keep, and places that they leave out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.proposed_rosters.problem import Problem, ProposedPlace
from outreach.staffing.rules import Commitment, breaches_of

Pair = tuple[int, int]
"""A shift and a person, by their numbers."""
LONGEST_PAIR = 24


@dataclass(frozen=True, slots=True)
class RowChoice:
    """Shifts with people that stay in the next proposal, and such as must not come again."""

    kept: frozenset[Pair] = frozenset()
    left_out: frozenset[Pair] = frozenset()

    def check(self) -> None:
        """Refuse what is kept and left out at once."""
        if self.kept & self.left_out:
            raise Refused(_("Somebody is kept and left out at once: tick one of the two."))


def write_pair(pair: Pair) -> str:
    """Write a shift and a person as the boxes of the form name them."""
    return f"{pair[0]}-{pair[1]}"


def read_pairs(typed: Sequence[str]) -> frozenset[Pair]:
    """Read what `write_pair` wrote; anything else is as if it were not there."""
    found = (one.partition("-")[::2] for one in typed)
    return frozenset(
        (int(shift), int(person))
        for shift, person in found
        if shift.isdecimal() and person.isdecimal() and len(shift + person) < LONGEST_PAIR
    )


NO_CHOICE = RowChoice()


def read_choice(kept: Iterable[dict[str, Any]], left_out: Iterable[dict[str, Any]]) -> RowChoice:
    """Return a choice as a proposal stores it."""
    return RowChoice(frozenset(map(_pair, kept)), frozenset(map(_pair, left_out)))


def _pair(stored: dict[str, Any]) -> Pair:
    return stored["shift"], stored["person"]


def with_choice(
    problem: Problem, kept: Iterable[ProposedPlace], left_out: Iterable[Pair]
) -> Problem:
    """Return the problem in which these places are held too, where they still can be given."""
    for place in sorted(kept, key=lambda one: (one.slot_id, one.person_id)):
        if _can_hold(problem, place):
            problem = _hold(problem, place)
    return replace(problem, left_out=frozenset(left_out))


def _can_hold(problem: Problem, place: ProposedPlace) -> bool:
    slot = problem.by_id.get(place.slot_id)
    person = problem.person_by_id.get(place.person_id)
    if slot is None or person is None or not person.is_free(slot):
        return False
    there = [one.person_id for one in problem.held if one.slot_id == slot.id]
    if person.id in there or len(there) >= slot.max_people:
        return False
    return not breaches_of(slot, person.commitments, problem.rules, problem.zone)


def _hold(problem: Problem, place: ProposedPlace) -> Problem:
    slot = problem.by_id[place.slot_id]
    doing = Commitment(
        slot.starts, slot.ends, "shift", slot.label, slot.event_id, slot.place, slot.id
    )
    people = [
        replace(
            one,
            commitments=tuple(sorted((*one.commitments, doing), key=lambda doing: doing.starts)),
        )
        if one.id == place.person_id
        else one
        for one in problem.people
    ]
    return replace(
        problem,
        people=tuple(people),
        held=(*problem.held, place),
        kept=(*problem.kept, place),
    )
