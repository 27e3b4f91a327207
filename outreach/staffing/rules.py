"""The rules of a booth, pure: shifts, what people do, and what one more slot would break."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from outreach.calendars.clock import say_day, say_length, say_ordinal, say_span, say_start
from outreach.calendars.spans import Span, at, covered_time, day_span, days_of, whole_minutes
from outreach.catalog.places.lookup import distance_km
from outreach.language import N_, SaidLater
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.rule_values import can_be

Point = tuple[float, float]
"""Degrees north and east."""
SAME_PLACE_KM = 50.0
"""What lies nearer is reached between two shifts; beyond it somebody travels."""
DOOR_TO_DOOR = timedelta(hours=4)
KM_AN_HOUR = 600.0


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something that a person does already."""

    starts: datetime
    ends: datetime
    kind: Literal["shift", "talk", "event"]
    label: str
    """The event's name, or the talk's title."""
    event_id: int
    place: Point | None = None
    shift_id: int | None = None
    is_provisional: bool = False  # the time may still move: it warns, and blocks nothing


@dataclass(frozen=True, slots=True)
class Slot:
    """A shift as arithmetic sees it."""

    id: int
    starts: datetime
    ends: datetime
    event_id: int
    kind: str = "booth"
    label: str = ""
    needs: tuple[str, ...] = ()
    place: Point | None = None
    min_people: int = 2
    max_people: int = 3


@dataclass(frozen=True, slots=True)
class Helper:
    """A person as arithmetic sees them."""

    id: int
    first_name: str
    is_experienced: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a slot would break; a double booking is refused, the others want a reason."""

    code: str
    sentence: str
    is_double: bool = False


@dataclass(frozen=True)
class Rules:
    """What staff can set for each event; the defaults are what real booths do."""

    slot_minutes: int = 120
    min_people: int = 2
    max_people: int = 3
    most_minutes_a_day: int = 240
    most_in_a_row: int = 2
    lunch_from: str = "11:30"  # both as `read_clock` takes them, typed or kept
    lunch_until: str = "14:00"
    lunch_minutes: int = 60
    needs_experience: bool = True
    talk_gap_minutes: int = 30
    least_people_two_days: int = 6
    opens_days_before: int = 29
    travel_share: float = 0
    """Who stands there for this share of the open time gets their travel paid; 0: no promise."""
    travel_words: str = ""
    """What the public page says of it, in words of one's own."""
    holds_networks: bool = True
    """Whether newcomers from one network hold a third of the open places at most."""
    handover_minutes: int = 15
    """How long two shifts of a person, one after the other at a booth, may overlap."""

    @property
    def handover(self) -> timedelta:
        return timedelta(minutes=self.handover_minutes)


class NeedsReason(Refused):
    """Rules would be broken; given a reason, it may be done."""

    def __init__(self, breaches: Sequence[Breach]) -> None:
        super().__init__(" ".join(breach.sentence for breach in breaches), "reason")
        self.breaches = list(breaches)


def rules_of(stored: dict[str, Any]) -> Rules:
    """Return the rules of a booth: what was set and can be read, else the default."""
    kept = {one.name: stored[one.name] for one in fields(Rules) if one.name in stored}
    return Rules(**{name: value for name, value in kept.items() if can_be(name, value)})


def as_stored(rules: Rules) -> dict[str, Any]:
    """Return what differs from the defaults."""
    standard = asdict(Rules())
    return {name: value for name, value in asdict(rules).items() if value != standard[name]}


def in_force(rules: Rules, knows_experience: bool) -> Rules:
    """Return the rules as they hold: nobody waits for experience that nobody has."""
    return rules if knows_experience else replace(rules, needs_experience=False)


def is_kept(rules: Rules, most: int, held: int, has_experience: bool) -> bool:
    """Tell whether a shift's last place is kept for somebody who has stood at a booth before.

    Where it has one place, nobody is left among newcomers: whoever comes first has it.
    """
    is_last = most > 1 and held == most - 1
    return rules.needs_experience and is_last and not has_experience


def breaches_of(
    slot: Slot,
    commitments: Iterable[Commitment],
    rules: Rules,
    zone: ZoneInfo,
    *,
    helper: Helper | None = None,
    company: Sequence[Helper] | None = None,
    name: str = "",
) -> list[Breach]:
    """Return what taking the slot would break, double bookings first.

    `company` is who holds the slot besides; without it first-timers are left to the figures of
    the slot. The sentences speak of somebody by their `name`, else to them. The slot itself
    counts once.
    """
    others = [other for other in commitments if other.shift_id != slot.id]
    when = say_span(slot.starts, slot.ends, zone)
    one = _Asked(slot, others, rules, zone, when, name)
    found = one.doubles() + one.travel() + one.talks() + one.row() + one.day() + one.lunch()
    if helper is not None and company is not None:
        found += _newcomers(slot, helper, company, rules, when)
    return found


def is_double_booked(slot: Slot, commitments: Iterable[Commitment], rules: Rules) -> bool:
    """Tell whether the person would be in two places at once."""
    others = (other for other in commitments if other.shift_id != slot.id)
    return any(is_double(slot, other, rules.handover) for other in others)


def handovers_of(
    slot: Slot, commitments: Iterable[Commitment], rules: Rules, zone: ZoneInfo
) -> list[str]:
    """Name the shifts that overlap the slot by no more than a hand-over, which is fine."""
    return [
        _(
            "It overlaps your shift %(start)s; the hand-over of %(minutes)s minutes is fine.",
            start=say_start(other.starts, zone),
            minutes=whole_minutes(shared_time(slot, other)),
        )
        for other in commitments
        if other.kind == "shift" and other.shift_id != slot.id
        if shared_time(slot, other) and not is_double(slot, other, rules.handover)
    ]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One slot beside what a person does already."""

    slot: Slot
    others: list[Commitment]
    rules: Rules
    zone: ZoneInfo
    when: str
    name: str
    """Whom the sentences speak of; empty where they speak to them."""

    def _say(self, to_them: SaidLater, of_them: SaidLater, **named: Any) -> str:
        return str((of_them if self.name else to_them) % {"name": self.name, **named})

    def doubles(self) -> list[Breach]:
        return [
            Breach(
                "double",
                _("%(time)s overlaps %(what)s.", time=self.when, what=self._name(other)),
                is_double=True,
            )
            for other in self.others
            if is_double(self.slot, other, self.rules.handover)
        ]

    def travel(self) -> list[Breach]:
        """No shift at two events whose travel overlaps."""
        far = {
            other.event_id: self._say(
                N_("%(time)s leaves no time for your way from or to %(event)s."),
                N_("%(time)s leaves no time for %(name)s's way from or to %(event)s."),
                time=self.when,
                event=other.label,
            )
            for other in self.others
            if travel_overlaps(self.slot, other)
            if not is_double(self.slot, other, self.rules.handover)
        }
        return [Breach("travel", sentence) for sentence in far.values()]

    def talks(self) -> list[Breach]:
        """Some minutes stay free before and after one's own talk."""
        gap = timedelta(minutes=self.rules.talk_gap_minutes)
        return [
            Breach("talk", self._say_near_talk(other))
            for other in self.others
            if is_near_talk(self.slot, other, gap)
            if not is_double(self.slot, other, self.rules.handover)
        ]

    def _say_near_talk(self, talk: Commitment) -> str:
        named = {"time": self.when, "minutes": self.rules.talk_gap_minutes,
                 "talk": self._name(talk)}  # fmt: skip
        if shared_time(self.slot, talk):
            return _("%(time)s overlaps %(talk)s, whose time may still move.", **named)
        if self.slot.starts < talk.starts:
            return _("%(time)s leaves less than %(minutes)s minutes before %(talk)s.", **named)
        return _("%(time)s leaves less than %(minutes)s minutes after %(talk)s.", **named)

    def row(self) -> list[Breach]:
        """Only so many slots in a row; what a hand-over's length parts is no rest."""
        if (count := self._in_a_row()) <= self.rules.most_in_a_row:
            return []
        sentence = self._say(
            N_("%(time)s would be your %(ordinal)s slot in a row."),
            N_("%(time)s would be %(name)s's %(ordinal)s slot in a row."),
            time=self.when,
            ordinal=say_ordinal(count),
        )
        return [Breach("row", sentence)]

    def day(self) -> list[Breach]:
        """Only so many minutes on a day by the venue's clock."""
        spans, most = self._shift_spans(), self.rules.most_minutes_a_day
        found = []
        for day in days_of(self.slot.starts, self.slot.ends, self.zone):
            minutes = whole_minutes(covered_time(spans, day_span(day, self.zone)))
            if minutes > most:
                told = {"hours": _length(minutes), "day": say_day(day), "most": _length(most)}
                sentence = _(
                    "%(time)s would make %(hours)s on %(day)s; %(most)s a day is the most.",
                    time=self.when,
                    **told,
                )
                found.append(Breach("day", sentence))
        return found

    def lunch(self) -> list[Breach]:
        """A free stretch must touch the time of lunch, as long as a lunch takes."""
        days = days_of(self.slot.starts, self.slot.ends, self.zone)
        if all(self._can_eat(day) for day in days):
            return []
        sentence = self._say(
            N_("%(time)s would leave no %(lunch_minutes)s minutes free around your lunch "
               "(%(window)s)."),
            N_("%(time)s would leave no %(lunch_minutes)s minutes free around %(name)s's lunch "
               "(%(window)s)."),
            time=self.when, lunch_minutes=self.rules.lunch_minutes,
            window=f"{self.rules.lunch_from}–{self.rules.lunch_until}",
        )  # fmt: skip
        return [Breach("lunch", sentence)]

    def _can_eat(self, day: date) -> bool:
        rules = self.rules
        first = at(day, time.fromisoformat(rules.lunch_from), self.zone)
        last = at(day, time.fromisoformat(rules.lunch_until), self.zone)
        meal = timedelta(minutes=rules.lunch_minutes)
        if not (self.slot.starts < last and first < self.slot.ends):
            return True
        talks = [(other.starts, other.ends) for other in self.others if other.kind == "talk"]
        free_from = first - meal
        for starts, ends in sorted([*self._shift_spans(), *talks]):
            if ends <= free_from:
                continue
            if starts - free_from >= meal:
                break
            free_from = max(free_from, ends)
        return free_from <= last

    def _in_a_row(self) -> int:
        pause = self.rules.handover
        run: list[Span] = []
        for span in sorted(self._shift_spans()):
            if run and span[0] - max(ends for _, ends in run) > pause:
                if (self.slot.starts, self.slot.ends) in run:
                    break
                run = []
            run.append(span)
        return len(run)

    def _shift_spans(self) -> list[Span]:
        shifts = [(other.starts, other.ends) for other in self.others if other.kind == "shift"]
        return [*shifts, (self.slot.starts, self.slot.ends)]

    def _name(self, other: Commitment) -> str:
        """Name a shift or talk inside a sentence: "Sol's talk Wed 13:00 at SIGGRAPH"."""
        is_far = other.event_id != self.slot.event_id
        when = say_start(other.starts, self.zone)
        return self._say(*_NAMED[other.kind == "talk", is_far], start=when, event=other.label)


_NAMED = {
    (False, False): (N_("your shift %(start)s"), N_("%(name)s's shift %(start)s")),
    (False, True): (
        N_("your shift %(start)s at %(event)s"), N_("%(name)s's shift %(start)s at %(event)s")
    ),
    (True, False): (N_("your talk %(start)s"), N_("%(name)s's talk %(start)s")),
    (True, True): (
        N_("your talk %(start)s at %(event)s"), N_("%(name)s's talk %(start)s at %(event)s")
    ),
}  # fmt: skip
"""How a doing is named, to whoever does it and of them, by whether it is a talk, and elsewhere."""


def _newcomers(
    slot: Slot, helper: Helper, company: Sequence[Helper], rules: Rules, when: str
) -> list[Breach]:
    """At least one experienced person: felt by whom only newcomers would be left with."""
    others = [one for one in company if one.id != helper.id]
    has_experience = any(one.is_experienced for one in (helper, *others))
    if not rules.needs_experience or has_experience or len(others) + 1 < slot.max_people:
        return []
    sentence = _("%(time)s would be full, with nobody who has stood at a booth before.", time=when)
    return [Breach("newcomers", sentence)]


def _length(minutes: int) -> str:
    return say_length(timedelta(minutes=minutes))


def shared_time(slot: Slot, other: Commitment) -> timedelta:
    """Return for how long both go on."""
    return max(timedelta(), min(slot.ends, other.ends) - max(slot.starts, other.starts))


def is_double(slot: Slot, other: Commitment, handover: timedelta) -> bool:
    """Tell whether doing both is impossible.

    Two shifts at one booth, one after the other, may share a hand-over. To go to an event is
    no place at an hour; `travel_overlaps` judges it.
    """
    shared = shared_time(slot, other)
    if not shared or other.kind == "event" or other.is_provisional:
        return False
    slot_is_first = slot.starts < other.starts and slot.ends < other.ends
    slot_is_last = other.starts < slot.starts and other.ends < slot.ends
    at_one_booth = other.kind == "shift" and other.event_id == slot.event_id
    return not (at_one_booth and (slot_is_first or slot_is_last) and shared <= handover)


def is_near_talk(slot: Slot, other: Commitment, gap: timedelta) -> bool:
    """Tell whether a talk lies so near to the slot, or within it, that the gap is not kept."""
    near = slot.starts < other.ends + gap and other.starts - gap < slot.ends
    return near and other.kind == "talk"


def travel_overlaps(slot: Slot, other: Commitment) -> bool:
    """Tell whether there is no time to travel between the slot and something elsewhere.

    Where a place is unknown only the times themselves are compared.
    """
    if other.event_id == slot.event_id:
        return False
    way = timedelta()
    if slot.place and other.place:
        distance = distance_km(*slot.place, *other.place)
        if distance < SAME_PLACE_KM:
            return False
        way = DOOR_TO_DOOR + timedelta(hours=distance / KM_AN_HOUR)
    return slot.starts < other.ends + way and other.starts - way < slot.ends
