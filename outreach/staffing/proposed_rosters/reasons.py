"""Why somebody does not stand on a slot: the first thing in the way, as the rules name it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from outreach.language import ngettext
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.rules import Breach, Commitment, Slot, breaches_of, is_near_talk, shared_time

WORDS: dict[str, Callable[[int], str]] = {
    "free": lambda count: ngettext("is not free then", "are not free then", count),
    "speaking": lambda count: ngettext("is speaking then", "are speaking then", count),
    "talk": lambda count: ngettext("has a talk too near to it", "have talks too near to it", count),
    "shift": lambda count: ngettext("is on another shift then", "are on other shifts then", count),
    "travel": lambda count: ngettext(
        "is at another event or on the way", "are at other events or on the way", count
    ),
    "day": lambda count: ngettext(
        "has all the hours of a day", "have all the hours of a day", count
    ),
    "row": lambda count: ngettext(
        "would stand too many slots in a row", "would stand too many slots in a row", count
    ),
    "lunch": lambda count: ngettext(
        "would have no time for lunch", "would have no time for lunch", count
    ),
    "most": lambda count: ngettext("stands as long as offered", "stand as long as offered", count),
    "newcomers": lambda count: ngettext(
        "is new, and nobody experienced is left to stand beside",
        "are new, and nobody experienced is left to stand beside",
        count,
    ),
    "full": lambda count: ngettext(
        "could, but the shift is full", "could, but the shift is full", count
    ),
    "left out": lambda count: ngettext(
        "is left out there by your choice", "are left out there by your choice", count
    ),
    "placed": lambda count: ngettext("could not be spared", "could not be spared", count),
}
"""What is in the way, said of so many people."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What keeps one person from a slot: all codes that apply, the gravest first."""

    person_id: int
    first_name: str
    codes: tuple[str, ...]

    @property
    def code(self) -> str:
        """Return what is said of it."""
        return self.codes[0]


class Diary:
    """What everybody does once a draft is used, and what that leaves no room for."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.board = draft, draft.board
        self.problem = draft.board.problem
        self._known: dict[tuple[int, int], tuple[str, ...]] = {}

    def doings(self, p: int) -> list[Commitment]:
        """Return all that a person does, the new places among it."""
        slots = [self.board.slots[s] for s in sorted(self.draft.slots_of[p])]
        new = (
            Commitment(s.starts, s.ends, "shift", s.label, s.event_id, s.place, s.id) for s in slots
        )
        return [*self.board.people[p].commitments, *new]

    def breaches(self, p: int, slot: Slot) -> list[Breach]:
        return breaches_of(slot, self.doings(p), self.problem.rules, self.problem.zone)

    def why_not(self, p: int, s: int) -> WhyNot | None:
        """Return why a person is not on a slot; None where they are."""
        person = self.board.people[p]
        if s in self.draft.slots_of[p] or (s, p) in self.board.holds:
            return None
        if (self.board.slots[s].id, person.id) in self.problem.left_out:
            return WhyNot(person.id, person.first_name, ("left out",))
        codes = self._of_time(p, s) + self._of_slot(p, s)
        return WhyNot(person.id, person.first_name, codes or ("placed",))

    def _of_time(self, p: int, s: int) -> tuple[str, ...]:
        """Return what the time is in the way of; the same for all slots of that time."""
        key = p, self.board.span_of[s]
        if key not in self._known:
            self._known[key] = tuple(self._read_time(p, self.board.slots[s], self.board.minutes[s]))
        return self._known[key]

    def _read_time(self, p: int, slot: Slot, minutes: int) -> list[str]:
        person = self.board.people[p]
        codes = [] if person.is_free(slot) else ["free"]
        if codes and not any(
            starts < slot.ends and slot.starts < ends for starts, ends in person.free
        ):
            return codes
        for breach in self.breaches(p, slot):
            codes.append(self._what_clashes(p, slot) if breach.is_double else breach.code)
        if self.draft.new_minutes[p] + minutes > self.board.left[p]:
            codes.append("most")
        graver = {code: place for place, code in enumerate(WORDS)}
        graver |= {"speaking": -2, "shift": -1}
        return sorted(dict.fromkeys(codes), key=graver.__getitem__)

    def _what_clashes(self, p: int, slot: Slot) -> str:
        clashing = [one for one in self.doings(p) if one.kind != "event" and shared_time(slot, one)]
        return "speaking" if any(one.kind == "talk" for one in clashing) else "shift"

    def _of_slot(self, p: int, s: int) -> tuple[str, ...]:
        board, draft = self.board, self.draft
        if not draft.has_room(s):
            return ("full",)
        is_alone = not board.is_experienced[p] and draft.newcomers[s] >= board.newcomer_room[s]
        return ("newcomers",) if is_alone else ()

    def talks_near(self, p: int, slot: Slot) -> Sequence[Commitment]:
        """Return a person's talks that leave the slot no gap, in order."""
        gap = timedelta(minutes=self.problem.rules.talk_gap_minutes)
        return [one for one in self.board.people[p].commitments if is_near_talk(slot, one, gap)]
