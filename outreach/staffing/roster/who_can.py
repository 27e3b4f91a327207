"""Who could take a slot that lacks somebody: for each person why, or why not, in a few words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from outreach.calendars.clock import opening, say_hours, say_some, say_time
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.staffing.booth.needs import say_doing
from outreach.staffing.roster.coverage import RosterPerson
from outreach.staffing.roster.days import Roster, RosterShift, Seat
from outreach.staffing.roster.stated.availability import Said
from outreach.staffing.rules import Breach, Commitment, Helper, Rules, Slot, breaches_of, is_double

YES, IF_NEED_BE, NO, FREE = "yes", "if need be", "no", "free"
"""What a person could do; FREE is somebody whom the rules were not asked about."""
MOST_JUDGED = 12
"""People of the fewest hours whom the rules judge for a slot; of others it is said who is free."""
ORDER = {code: n for n, code in enumerate(("travel", "talk", "day", "row", "lunch", "newcomers"))}
TOLD = frozenset({"talk", "travel", "row", "lunch"})
"""Rules of which a place that breaks them is named."""
AGAINST = {
    "double": N_("two places at once"),
    "travel": N_("on the way"),
    "row": N_("no rest"),
    "lunch": N_("no lunch"),
}
"""What stands against a place, in a few words."""
MOST_NAMED = 4
LAST = (True, True, 99)
"""The rank of whom nobody would ask first."""
NONE = timedelta()


@dataclass(frozen=True, slots=True)
class WhoCan:
    """Whether a person could take a slot, and why or why not."""

    person: RosterPerson
    says: str
    words: str
    breaches: tuple[Breach, ...] = ()
    rank: tuple[bool, bool, int] = (False, False, 0)
    """See `Verdict.rank`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody could take a slot, by the rules and by what they said: roster and cover."""

    says: str
    breaches: tuple[Breach, ...]
    says_no: bool
    """They named other times."""

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether they would be in two places at once, or on the way."""
        return any(one.is_double or one.code == "travel" for one in self.breaches)

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Return by what people are put in order; who comes first is asked first."""
        return self.is_elsewhere, self.says_no, len(self.breaches)


def judge(
    slot: Slot,
    theirs: Sequence[Commitment],
    rules: Rules,
    zone: ZoneInfo,
    helper: Helper,
    company: Sequence[Helper],
    said: Said | None,
) -> Verdict:
    """Return whether somebody could take a slot beside what they do already."""
    breaches = tuple(
        breaches_of(
            slot, theirs, rules, zone,
            helper=helper, company=company, name=helper.first_name,
        )
    )  # fmt: skip
    says_no = said is not None and not said.allows(slot.starts, slot.ends)
    double = any(one.is_double for one in breaches)
    says = NO if double or says_no else IF_NEED_BE if breaches else YES
    return Verdict(says, breaches, says_no)


def answers_for(
    roster: Roster, row: RosterShift, people: Sequence[RosterPerson]
) -> dict[int, WhoCan]:
    """Return what speaks for or against each of these people who is not on the slot."""
    hours = roster.hours_on(roster.day_of_shift(row.slot))
    asked = [person for person in people if row.seat_of(person.id) is None]
    asked.sort(key=lambda person: hours.get(person.id, NONE))
    found = [answer_of(roster, row, person) for person in asked[:MOST_JUDGED]]
    found.sort(key=lambda one: one.rank)
    judged = {one.person.id: one for one in found}
    return judged | {person.id: _glance(roster, row, person) for person in asked[MOST_JUDGED:]}


def _glance(roster: Roster, row: RosterShift, person: RosterPerson) -> WhoCan:
    """Return whether the person is free, without asking the rules."""
    if gone := _say_gone(roster, row, person):
        return WhoCan(person, NO, gone)
    theirs = roster.commitments.get(person.id, ())
    if any(is_double(row.slot, other, roster.rules.handover) for other in theirs):
        return WhoCan(person, NO, _what_overlaps(roster, row, theirs))
    if not _said_free(roster, row, person):
        return WhoCan(person, NO, _("said: not then"))
    return WhoCan(person, FREE, _("free then"))


def answer_of(roster: Roster, row: RosterShift, person: RosterPerson) -> WhoCan:
    """Return whether the person could take the slot: by the rules, and by what they said."""
    if gone := _say_gone(roster, row, person):
        return WhoCan(person, NO, gone, rank=LAST)
    theirs = roster.commitments.get(person.id, ())
    if not theirs and person.is_experienced and _said_free(roster, row, person):
        return WhoCan(person, YES, _why(roster, row, person))
    company = [seat.person for seat in (*row.expected, *row.offered)]
    said = roster.said.get(person.id)
    found = judge(row.slot, theirs, roster.rules, roster.zone, person, company, said)
    words = _say_verdict(roster, row, person, found)
    return WhoCan(person, found.says, words, found.breaches, found.rank)


def _say_gone(roster: Roster, row: RosterShift, person: RosterPerson) -> str:
    """Say that somebody gave this slot up, or did not come to one of the booth; as Cover does."""
    if (row.id, person.id) in roster.gave_up:
        return _("gave it up")
    missed = roster.missed.get(person.id)
    return _("did not come %(time)s", time=say_time(missed, roster.zone)) if missed else ""


def _say_verdict(roster: Roster, row: RosterShift, person: RosterPerson, found: Verdict) -> str:
    if any(breach.is_double for breach in found.breaches):
        return _what_overlaps(roster, row, roster.commitments.get(person.id, ()))
    if found.says_no:
        return _("said: not then")
    if found.breaches:
        return _say_breach(roster, row, person, found.breaches)
    return _why(roster, row, person)


def say_who_can(answers: Sequence[WhoCan]) -> str:
    """Say it for the whole slot: "Noor can, and Sol if need be."."""
    can = _few([one.person.first_name for one in answers if one.says == YES])
    may = _few([one.person.first_name for one in answers if one.says == IF_NEED_BE])
    free = sum(one.says == FREE for one in answers)
    said = []
    if can and may:
        said.append(_("%(names)s can, and %(others)s if need be.", names=can, others=may))
    elif can:
        said.append(_("%(names)s can.", names=can))
    elif may:
        said.append(_("%(names)s could if need be.", names=may))
    if free:
        said.append(ngettext("%(num)s more is free then.", "%(num)s more are free then.", free))
    return " ".join(said) or _("Nobody here can.")


def _few(names: list[str]) -> str:
    """Name some and count the others; of one too many the last two are counted."""
    return say_some(names, MOST_NAMED if len(names) <= MOST_NAMED else MOST_NAMED - 1)


def _what_overlaps(roster: Roster, row: RosterShift, theirs: Sequence[Commitment]) -> str:
    other = next(one for one in theirs if is_double(row.slot, one, roster.rules.handover))
    when = say_time(other.starts, roster.zone)
    if other.kind == "talk":
        return _("talk %(time)s", time=when)
    if other.event_id == roster.event_id:
        return _("on duty %(time)s", time=when)
    return _("on duty %(time)s at %(event)s", time=when, event=other.label)


def _said_free(roster: Roster, row: RosterShift, person: RosterPerson) -> bool:
    """Tell whether they could then; who said nothing is taken to be free."""
    said = roster.said.get(person.id)
    return said is None or said.allows(row.starts, row.ends)


def _say_breach(
    roster: Roster, row: RosterShift, person: RosterPerson, breaches: Sequence[Breach]
) -> str:
    """Say the weightiest of the rules that speak against it."""
    breach = min(breaches, key=lambda one: ORDER.get(one.code, len(ORDER)))
    match breach.code:
        case "day":
            with_it = _hours_on_day(roster, row, person) + (row.ends - row.starts)
            return _("free, would reach %(hours)s h", hours=say_hours(with_it))
        case "talk":
            return _("free, but close to a talk")
        case "row":
            return _("free, but no rest between")
        case "lunch":
            return _("free, but without lunch")
        case "travel":
            return _("on the way from or to another event")
        case "newcomers":
            return _("free, but new like the others")
        case _:
            return breach.sentence


def _why(roster: Roster, row: RosterShift, person: RosterPerson) -> str:
    known = [need for need in row.staffed.unmet if need in person.words]
    if known:
        return _("free, %(does)s", does=say_doing(known[0]))
    so_far = _hours_on_day(roster, row, person)
    if so_far:
        return _("free, %(hours)s h that day", hours=say_hours(so_far))
    return _("free all day")


def _hours_on_day(roster: Roster, row: RosterShift, person: RosterPerson) -> timedelta:
    return roster.hours_on(roster.day_of_shift(row.slot)).get(person.id, timedelta())


@dataclass(frozen=True, slots=True)
class Clash:
    """A place that stands against a rule, told by what stands against it."""

    seat: Seat
    row: RosterShift
    title: str
    text: str
    code: str
    """The rule."""
    is_double: bool


@dataclass(frozen=True, slots=True)
class ClashLine:
    """The clashes of one rule that a day's page tells in one line; the first one leads to them."""

    clashes: tuple[Clash, ...]

    @property
    def first(self) -> Clash:
        return self.clashes[0]

    @property
    def title(self) -> str:
        """Say what it is about: of many with how many places: "No rest: 48 places"."""
        if self.is_one:
            return self.first.title
        return ngettext(
            "%(what)s: %(num)s place",
            "%(what)s: %(num)s places",
            len(self.clashes),
            what=opening(str(AGAINST.get(self.first.code, ""))),
        )

    @property
    def is_one(self) -> bool:
        """Tell whether it is told in full."""
        return len(self.clashes) == 1

    @property
    def people(self) -> list[tuple[Clash, str]]:
        """Return for each their first place of it, and "Ada (8)" for one of eight, most first."""
        counts = Counter(one.seat.person.id for one in self.clashes)
        firsts = {one.seat.person.id: one for one in reversed(self.clashes)}
        return [(firsts[one], _say_times(firsts[one], n)) for one, n in counts.most_common()]


def _say_times(clash: Clash, count: int) -> str:
    name = clash.seat.first_name
    return name if count == 1 else _("%(name)s (%(count)s)", name=name, count=count)


def gather_clashes(clashes: Iterable[Clash]) -> list[ClashLine]:
    """Give each rule one line; who is in two places at once has one of their own."""
    lines: dict[object, list[Clash]] = {}
    for one in clashes:
        key = (one.code, one.seat.id) if one.is_double or one.code == "talk" else one.code
        lines.setdefault(key, []).append(one)
    return [ClashLine(tuple(found)) for found in lines.values()]


def clashes_in(roster: Roster, rows: Sequence[RosterShift]) -> Iterator[Clash]:
    """Find the places that somebody cannot keep, or that a rule speaks against.

    Hours, lunch and company are remarks of their own; a rule broken with a reason is settled.
    """
    for row in rows:
        for seat in (*row.expected, *row.offered):
            theirs = roster.commitments.get(seat.person.id, ())
            name = seat.first_name
            for breach in breaches_of(row.slot, theirs, roster.rules, roster.zone, name=name):
                if breach.is_double or (breach.code in TOLD and not seat.reason):
                    said = _("%(name)s: %(what)s", name=seat.first_name,
                             what=_about(roster, row, seat, breach))  # fmt: skip
                    yield Clash(seat, row, said, breach.sentence, breach.code, breach.is_double)


def _about(roster: Roster, row: RosterShift, seat: Seat, breach: Breach) -> str:
    if breach.code in {"double", "talk"}:
        for one in roster.speeches:
            near = timedelta(minutes=roster.rules.talk_gap_minutes)
            meets = row.slot.starts - near < one.ends and one.starts < row.slot.ends + near
            if one.person_id == seat.person.id and meets:
                return one.say(roster.zone)
    return str(AGAINST.get(breach.code, ""))
