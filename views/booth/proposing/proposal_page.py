"""What the page of a proposed roster shows: what it adds, before and after, what stays open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from models import RosterProposal
from outreach.calendars.clock import say_count, say_hours, say_start, say_times
from outreach.calendars.spans import Span
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.staffing.proposed_rosters.choice import RowChoice, read_choice, write_pair
from outreach.staffing.proposed_rosters.explanation import say_merits
from outreach.staffing.proposed_rosters.problem import EXPERIENCE, Problem, ProposedPlace
from outreach.staffing.roster.coverage import (
    Coverage,
    RosterPerson,
    Staffed,
    coverage,
    hours_of,
    join,
    length_of,
    say_busiest,
    who_reaches,
)
from outreach.staffing.roster.days import Roster, RosterShift, Seat

STAGES = {
    "first": N_("The first roster. A search for a better one begins soon."),
    "search": N_("Searching for a better one"),
    "proof": N_("Proving how good it is"),
    "done": "",
}
LEVELS = {
    "coverage": N_("the minimum of every slot"),
    "needs": N_("roles and experience"),
    "target": N_("full slots"),
    "fairness": N_("even hours"),
    "visits and wishes": N_("whole blocks, few journeys and wishes"),
    "fairness and wishes": N_("even hours and wishes"),
}
NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Added:
    """Somebody whom the proposal puts on a slot, and what speaks for it."""

    person: RosterPerson
    is_lead: bool
    merits: str
    key: str
    """Shift and person, as the boxes of the form name them."""
    is_kept: bool
    is_out: bool


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A slot that changes or still lacks somebody."""

    row: RosterShift
    added: tuple[Added, ...]

    @property
    def there(self) -> Sequence[Seat]:
        """Return who has a place on it, or is asked to take one."""
        return (*self.row.expected, *self.row.offered)

    @property
    def missing(self) -> int:
        """Return how many people it lacks with the proposal."""
        return replace(self.row.places, taken=self.row.places.taken + len(self.added)).missing


@dataclass(frozen=True, slots=True)
class Load:
    """Somebody's hours now and with the proposal, and on which days."""

    person: RosterPerson
    before: str
    after: str
    days: tuple[tuple[str, str], ...]
    """For each day the hours with it and from when to when; both "" where there are none."""
    reaches: bool
    """Whether it comes to the share of the open time from which travel is paid."""


class ProposalPage:
    """A proposal beside the roster as it is."""

    def __init__(
        self,
        roster: Roster,
        problem: Problem,
        proposal: RosterProposal | None,
        typed: RowChoice | None = None,
    ) -> None:
        self.roster, self.problem, self.proposal = roster, problem, proposal
        stored = (proposal.kept, proposal.left_out) if proposal else ([], [])
        self.choice = typed or read_choice(*stored)
        self.progress: Mapping[str, Any] = proposal.progress if proposal else {}
        self.rows = {row.id: row for row in roster.rows}
        self.places = [one for one in self._stored() if self._holds(one)]
        self.changed = len(self._stored()) - len(self.places)

    def _stored(self) -> list[ProposedPlace]:
        stored = self.proposal.places if self.proposal else []
        return [ProposedPlace(one["shift"], one["person"], one["lead"]) for one in stored]

    def _holds(self, place: ProposedPlace) -> bool:
        """Tell whether a place could still be given: its shift is to come, its person free."""
        row = self.rows.get(place.slot_id)
        if place.slot_id not in self.problem.by_id or row is None:
            return False
        seat = row.seat_of(place.person_id)
        return place.person_id in self.problem.person_by_id and (
            seat is None or seat.state == "waiting"
        )

    @property
    def is_open(self) -> bool:
        """Tell whether a worker has it or will have it."""
        return self.proposal is not None and self.proposal.is_open

    @property
    def is_used(self) -> bool:
        """Tell whether its people are on their shifts."""
        return self.proposal is not None and self.proposal.state == "used"

    @cached_property
    def lines(self) -> list[ProposalLine]:
        """Return the slots that change, by time."""
        added = self._added()
        return [ProposalLine(row, added[row.id]) for row in self.roster.rows if row.id in added]

    def days(self) -> list[tuple[date, list[ProposalLine]]]:
        """Return the lines by the venue's day."""
        found: dict[date, list[ProposalLine]] = {}
        for line in self.lines:
            found.setdefault(self.roster.day_of_shift(line.row.slot), []).append(line)
        return list(found.items())

    def _added(self) -> dict[int, tuple[Added, ...]]:
        whole = hours_of(self.staffed)
        found: dict[int, list[Added]] = {}
        for place in self.places:
            company = [one for one in self.places if one.slot_id == place.slot_id and one != place]
            here = [seat.person.is_experienced for seat in self.rows[place.slot_id].expected]
            here += [self.roster.people[one.person_id].is_experienced for one in company]
            who, pair = place.person_id, (place.slot_id, place.person_id)
            until = self._hours_until(self.rows[place.slot_id].ends).get(who, NONE)
            merits = say_merits(self.problem, place, until, whole.get(who, NONE), not any(here))
            one = Added(
                self.roster.people[who], place.is_lead, merits, write_pair(pair),
                pair in self.choice.kept, pair in self.choice.left_out,
            )  # fmt: skip
            found.setdefault(place.slot_id, []).append(one)
        return {slot: tuple(sorted(people, key=_order)) for slot, people in found.items()}

    @cache  # noqa: B019 - a page lives for a request
    def _hours_until(self, ends: datetime) -> dict[int, timedelta]:
        """Return everybody's time with the proposal up to an instant."""
        first = min((one.slot.starts for one in self.staffed), default=ends)
        return hours_of(self.staffed, [(first, ends)])

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """Return what staff left out of this proposal: the name of its box, and in words."""
        shown = {(one.slot_id, one.person_id) for one in self.places}
        return [
            (
                write_pair(pair),
                _("%(name)s on %(shift)s", name=self.roster.people[pair[1]].first_name,
                  shift=say_start(self.rows[pair[0]].starts, self.roster.zone)),
            )
            for pair in sorted(self.choice.left_out - shown)
            if pair[0] in self.rows and pair[1] in self.roster.people
        ]  # fmt: skip

    @property
    def added(self) -> dict[int, str]:
        """Return whom it puts on a shift, number and first name."""
        numbers = dict.fromkeys(one.person_id for one in self.places)
        return {number: self.roster.people[number].first_name for number in numbers}

    @cached_property
    def staffed(self) -> list[Staffed]:
        """Return every shift with the proposal in use, as the figures count it."""
        added: dict[int, list[ProposedPlace]] = {}
        for place in self.places:
            added.setdefault(place.slot_id, []).append(place)
        return [self._staff(row.staffed, added.get(row.id, [])) for row in self.roster.rows]

    def _staff(self, one: Staffed, places: Sequence[ProposedPlace]) -> Staffed:
        people = (*one.people, *(self.roster.people[place.person_id] for place in places))
        leads = one.leads | {place.person_id for place in places if place.is_lead}
        return replace(one, people=people, leads=leads)

    @property
    def before(self) -> Coverage:
        """Return the coverage as it is."""
        return coverage(self.roster.open_spans, self.roster.staffed)

    @property
    def after(self) -> Coverage:
        """Return the coverage with the proposal."""
        return coverage(self.roster.open_spans, self.staffed)

    @property
    def say_covered(self) -> str:
        """Say how much of the open time is covered; "" where nothing is open."""
        if not self.after.open:
            return ""
        now = say_hours(self.before.covered)
        return _("Covered: %(now)s of %(open)s open hours now, %(then)s with it.", now=now,
                 open=say_hours(self.after.open), then=say_hours(self.after.covered))  # fmt: skip

    @property
    def say_changed(self) -> str:
        """Say how many of its places cannot be given any more."""
        return say_count(
            "%(Number)s of its places changed meanwhile and will be left out.",
            "%(Number)s of its places changed meanwhile and will be left out.",
            self.changed,
        )

    def say_fixes(self, fixes: Sequence[str]) -> str:
        """Say what would fill an empty place."""
        return ngettext("This would help: %(fixes)s.", "Any of these would help: %(fixes)s.",
                        len(fixes), fixes="; ".join(fixes))  # fmt: skip

    @property
    def busiest(self) -> str | None:
        return say_busiest(hours_of(self.staffed), self.roster.people)

    def loads(self) -> list[Load]:
        """Return everybody's hours now and then, who has most first."""
        now, then = hours_of(self.roster.staffed), hours_of(self.staffed)
        spans = self.roster.open_spans
        reach = who_reaches(hours_of(self.staffed, spans), length_of(spans), self.roster.rules)
        everybody = sorted(self.problem.person_by_id, key=lambda one: (-then.get(one, NONE), one))
        by_day = self._spans_by_day
        return [
            Load(
                self.roster.people[one],
                say_hours(now.get(one, NONE)),
                say_hours(then.get(one, NONE)),
                tuple(self._say_day(spans.get(one, [])) for spans in by_day.values()),
                one in reach,
            )
            for one in everybody
        ]

    @cached_property
    def _spans_by_day(self) -> dict[date, dict[int, list[Span]]]:
        """Return for each day of the booth when everybody stands there with the proposal."""
        found: dict[date, dict[int, list[Span]]] = {}
        for one in self.staffed:
            here = found.setdefault(self.roster.day_of_shift(one.slot), {})
            for person in one.people:
                here.setdefault(person.id, []).append(one.span)
        return found

    @property
    def grid_days(self) -> list[date]:
        return list(self._spans_by_day)

    def _say_day(self, spans: Sequence[Span]) -> tuple[str, str]:
        """Say how long somebody stands on a day, and from when to when."""
        joined = join(spans)
        zone = self.roster.zone
        times = [say_times(a.astimezone(zone), b.astimezone(zone)) for a, b in joined]
        return (say_hours(length_of(joined)), ", ".join(times)) if joined else ("", "")

    @property
    def unfilled(self) -> list[Mapping[str, Any]]:
        """Return what stays open: why, and what would fix it; what was removed is left out."""
        stored = self.proposal.unfilled if self.proposal else []
        return [one for one in stored if one["shift"] in self.problem.by_id]

    def say_seek(self, shift_id: int) -> str:
        """Name the button that looks for people for a shift."""
        return next(row for row in self.roster.rows if row.id == shift_id).places.say_seek

    @property
    def missing(self) -> int:
        """Return how many places below the minimum stay empty."""
        return sum(one["missing"] for one in self.unfilled)

    @property
    def headline(self) -> str:
        if self.proposal is None:
            return _("Who could stand where?")
        count = len(self.places)
        if self.is_used:
            return _("The proposed roster is in use.")
        if not count:
            return _("There is nobody to add.")
        taken = say_count("%(Number)s more place taken", "%(Number)s more places taken", count)
        if not self.missing:
            return _("%(taken)s, no slot is short of people.", taken=taken)
        return say_count(
            "%(taken)s, %(number)s place stays empty.",
            "%(taken)s, %(number)s places stay empty.",
            self.missing,
            taken=taken,
        )

    @property
    def stage(self) -> str:
        """Say how far the search is."""
        words = str(STAGES[self.progress.get("stage", "first")])
        if self.rounds and self.progress.get("stage") == "search":
            round_ = self.progress["round"]
            return _("%(stage)s, round %(round)s of %(rounds)s.", stage=words, round=round_,
                     rounds=self.rounds)  # fmt: skip
        if "level" in self.progress:
            level = LEVELS[self.progress["level"]]
            return _("%(stage)s: %(level)s.", stage=words, level=level)
        return words

    @property
    def rounds(self) -> int:
        """Return of how many rounds the search is; 0 where it is not searching."""
        return int(self.progress.get("rounds", 0))

    @property
    def proof(self) -> str:
        levels = self.progress.get("levels", [])
        open_levels = [one for one in levels if not one["is_proven"]]
        if levels and not open_levels:
            return _("No roster is better by these rules; that is proven.")
        if levels:
            within = [
                _("%(level)s within %(gap)s", level=LEVELS[one["name"]], gap=f"{one['gap']:.1%}")
                for one in open_levels
            ]
            return _(
                "Not proven best: %(levels)s of the best there can be.", levels=", ".join(within)
            )
        return " ".join(filter(None, (self._proof_of_places(), self._proof_of_needs())))

    def _proof_of_places(self) -> str:
        score, least = self.progress.get("score", {}), self.progress.get("least_missing", 0)
        if score.get("missing") == least:
            return _("No roster fills more places; that is proven.")
        if not least:
            return ""
        return say_count(
            "In any roster at least %(number)s of the empty places stay empty.",
            "In any roster at least %(number)s of the empty places stay empty.",
            least,
        )

    def _proof_of_needs(self) -> str:
        """Name the gap where needs are unmet and nobody knows whether they must be."""
        unmet = self.progress.get("score", {}).get("unmet")
        least = self.progress.get("least_unmet")
        if not unmet or least is None:
            return ""
        if unmet == least:
            return _("None meets more of what slots ask for; that is proven too.")
        said = say_count(
            "%(Number)s thing that shifts ask for is lacking; perhaps a better roster exists.",
            "%(Number)s things that shifts ask for lack; perhaps a better roster exists.",
            unmet,
        )
        if {one["need"] for one in self.unfilled if one["need"]} == {EXPERIENCE}:
            said = say_count(
                "%(Number)s shift lacks somebody experienced; perhaps a better roster exists.",
                "%(Number)s shifts lack somebody experienced; perhaps a better roster exists.",
                unmet,
            )
        return f"{said} {_say_certain(least)}" if least else said


def _say_certain(least: int) -> str:
    return say_count(
        "For %(number)s of them there is none for certain.",
        "For %(number)s of them there is none for certain.",
        least,
    )


def _order(one: Added) -> tuple[bool, str]:
    return not one.is_lead, one.person.name
