"""Who could take a slot that lacks somebody: for each person why, or why not, in a few words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from outreach.calendars.clock import say_hours, say_list, say_time
from outreach.staffing.booth.needs import say_being
from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.roster.days import Roster, RosterShift, Seat
from outreach.staffing.rules import Breach, Commitment, breaches_of, is_double

YES, IF_NEED_BE, NO, FREE = "yes", "if need be", "no", "free"
"""What a person could do; FREE is somebody whom the rules were not asked about."""
MOST_JUDGED = 12
"""People of the fewest hours whom the rules judge for a slot; of others it is said who is free."""
ORDER = {code: n for n, code in enumerate(("travel", "talk", "day", "row", "lunch", "newcomers"))}
TOLD = frozenset({"talk", "travel", "row", "lunch"})
"""Rules of which a place that breaks them is named."""
MOST_NAMED = 4
NONE = timedelta()


@dataclass(frozen=True, slots=True)
class WhoCan:
    """Whether a person could take a slot, and why or why not."""

    person: RosterPerson
    says: str
    words: str
    breaches: tuple[Breach, ...] = ()


def answers_for(
    roster: Roster, row: RosterShift, people: Sequence[RosterPerson]
) -> dict[int, WhoCan]:
    """Return what speaks for or against each of these people who is not on the slot."""
    hours = roster.hours_on(roster.day_of_shift(row.slot))
    asked = [person for person in people if row.seat_of(person.id) is None]
    asked.sort(key=lambda person: hours.get(person.id, NONE))
    judged = {person.id: answer_of(roster, row, person) for person in asked[:MOST_JUDGED]}
    return judged | {person.id: _glance(roster, row, person) for person in asked[MOST_JUDGED:]}


def _glance(roster: Roster, row: RosterShift, person: RosterPerson) -> WhoCan:
    """Return whether the person is free, without asking the rules."""
    theirs = roster.commitments.get(person.id, ())
    if any(is_double(row.slot, other, roster.rules.handover) for other in theirs):
        return WhoCan(person, NO, _what_overlaps(roster, row, theirs))
    if not _said_free(roster, row, person):
        return WhoCan(person, NO, "said: not then")
    return WhoCan(person, FREE, "free then")


def answer_of(roster: Roster, row: RosterShift, person: RosterPerson) -> WhoCan:
    """Return whether the person could take the slot: by the rules, and by what they said."""
    theirs = roster.commitments.get(person.id, ())
    if not theirs and person.is_experienced and _said_free(roster, row, person):
        return WhoCan(person, YES, _why(roster, row, person))
    company = [seat.person for seat in (*row.taken, *row.offered)]
    breaches = tuple(
        breaches_of(
            row.slot, theirs, roster.rules, roster.zone,
            helper=person, company=company, whose=f"{person.first_name}'s",
        )
    )  # fmt: skip
    if any(breach.is_double for breach in breaches):
        return WhoCan(person, NO, _what_overlaps(roster, row, theirs), breaches)
    if not _said_free(roster, row, person):
        return WhoCan(person, NO, "said: not then", breaches)
    if breaches:
        return WhoCan(person, IF_NEED_BE, _say_breach(roster, row, person, breaches), breaches)
    return WhoCan(person, YES, _why(roster, row, person))


def say_who_can(answers: Sequence[WhoCan]) -> str:
    """Say it for the whole slot: "Noor can, and Sol if need be."."""
    can = _few([one.person.first_name for one in answers if one.says == YES])
    may = _few([one.person.first_name for one in answers if one.says == IF_NEED_BE])
    free = sum(one.says == FREE for one in answers)
    more = f" {free} more {'is' if free == 1 else 'are'} free then." if free else ""
    if can and may:
        return f"{say_list(can)} can, and {say_list(may)} if need be.{more}"
    if can:
        return f"{say_list(can)} can.{more}"
    if may:
        return f"{say_list(may)} could if need be.{more}"
    return more.strip() or "Nobody here can."


def _few(names: list[str]) -> list[str]:
    """Name some and count the others."""
    if len(names) <= MOST_NAMED:
        return names
    return [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more"]


def _what_overlaps(roster: Roster, row: RosterShift, theirs: Sequence[Commitment]) -> str:
    other = next(one for one in theirs if is_double(row.slot, one, roster.rules.handover))
    when = say_time(other.starts, roster.zone)
    if other.kind == "talk":
        return f"talk {when}"
    where = "" if other.event_id == roster.event_id else f" at {other.label}"
    return f"on duty {when}{where}"


def _said_free(roster: Roster, row: RosterShift, person: RosterPerson) -> bool:
    """Tell whether they could then; who said nothing is taken to be free."""
    said = roster.said.get(person.id)
    return said is None or said.covers(row.starts, row.ends)


def _say_breach(
    roster: Roster, row: RosterShift, person: RosterPerson, breaches: Sequence[Breach]
) -> str:
    """Say the weightiest of the rules that speak against it."""
    breach = min(breaches, key=lambda one: ORDER.get(one.code, len(ORDER)))
    match breach.code:
        case "day":
            with_it = _hours_on_day(roster, row, person) + (row.ends - row.starts)
            return f"free, would reach {say_hours(with_it)} h"
        case "talk":
            return "free, but close to a talk"
        case "row":
            return "free, but no rest between"
        case "lunch":
            return "free, but without lunch"
        case "travel":
            return "on the way from or to another event"
        case "newcomers":
            return "free, but new like the others"
        case _:
            return breach.sentence


def _why(roster: Roster, row: RosterShift, person: RosterPerson) -> str:
    known = [need for need in row.staffed.unmet if need in person.words]
    if known:
        return f"free, {say_being(known[0]).removeprefix('who ')}"
    so_far = _hours_on_day(roster, row, person)
    return f"free, {say_hours(so_far)} h that day" if so_far else "free all day"


def _hours_on_day(roster: Roster, row: RosterShift, person: RosterPerson) -> timedelta:
    return roster.hours_on(roster.day_of_shift(row.slot)).get(person.id, timedelta())


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that stands against a rule, told by what stands against it."""

    seat: Seat
    row: RosterShift
    title: str
    text: str
    is_double: bool


def clashes_in(roster: Roster, rows: Sequence[RosterShift]) -> Iterator[Clash]:
    """Find the places that somebody cannot keep, or that a rule speaks against.

    Hours, lunch and company are remarks of their own; a rule broken with a reason is settled.
    """
    for row in rows:
        for seat in (*row.taken, *row.offered):
            theirs = roster.commitments.get(seat.person.id, ())
            name = f"{seat.first_name}'s"
            for breach in breaches_of(row.slot, theirs, roster.rules, roster.zone, whose=name):
                if breach.is_double or (breach.code in TOLD and not seat.reason):
                    said = f"{seat.first_name}: {_about(roster, row, seat, breach)}"
                    yield Clash(seat, row, said, breach.sentence, breach.is_double)


def _about(roster: Roster, row: RosterShift, seat: Seat, breach: Breach) -> str:
    if breach.code in {"double", "talk"}:
        for one in roster.speeches:
            near = timedelta(minutes=roster.rules.talk_gap_minutes)
            meets = row.slot.starts - near < one.ends and one.starts < row.slot.ends + near
            if one.person_id == seat.person.id and meets:
                room = f" in room {one.room}" if one.room else ""
                return f"talk {say_time(one.starts, roster.zone)}{room}"
    if breach.code == "double":
        return "two places at once"
    return {"travel": "on the way", "row": "no rest", "lunch": "no lunch"}.get(breach.code, "")
