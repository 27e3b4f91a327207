"""What the roster's page shows of one day: its answer, its table, what to know, who is picked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from werkzeug.datastructures import MultiDict

from outreach.calendars.clock import say_count, say_day, say_hours, say_list, say_moment, say_time
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.roster.coverage import Coverage, RosterPerson, headline, hours_of
from outreach.staffing.roster.days import Roster, RosterShift, Seat, Speech, first_day, say_wanted
from outreach.staffing.roster.remarks import (
    Remark,
    remarks_on_booth,
    remarks_on_hours,
    remarks_on_slots,
    who_has_more,
)
from outreach.staffing.roster.who_can import (
    NO,
    YES,
    ClashLine,
    WhoCan,
    answer_of,
    answers_for,
    clashes_in,
    gather_clashes,
    say_who_can,
)
from views.booth.roster_sheet import Sheet, draw_sheet
from views.mine.venue_words import read_day

MOST_OFFERED = 3
"""People whom a search offers for each slot that it found."""
MOST_LANES = 8
"""People across: those who do something that day, filled up with those who could."""
MOST_BUSY = 100
"""No day shows more people across, nor names more clashes or remarks: it would be no page."""


@dataclass(frozen=True, slots=True)
class AskedOfPage:
    """What the address asks of the page, as far as it makes sense."""

    day: date | None = None
    person: int | None = None
    move: int | None = None
    over: float | None = None
    under: int | None = None
    as_list: bool = False


def read_asked(words: MultiDict[str, str]) -> AskedOfPage:
    """Read the address; what is no day or number is as if it were not there."""
    return AskedOfPage(
        day=read_day(words.get("day", "")),
        person=words.get("person", type=_number),
        move=words.get("move", type=_number),
        over=words.get("over", type=_hours),
        under=words.get("under", type=_number),
        as_list=words.get("as") == "list",
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError
    return int(text)


def _hours(text: str) -> float:
    if not (text.isascii() and text.replace(".", "", 1).isdigit() and len(text) < 6):
        raise ValueError
    return float(text)


class RosterPage:
    """One day of a roster, as the template reads it."""

    def __init__(self, roster: Roster, asked: AskedOfPage, now: datetime) -> None:
        self.roster = roster
        self.asked = asked
        self.now = now
        self.day = asked.day if asked.day in roster.days_to_show else first_day(roster, now.date())
        self.rows = roster.rows_on(self.day) if self.day else []
        self.picked = roster.people.get(asked.person or 0)
        self.moving = self._find_seat(asked.move)
        self.lanes = self._lanes()
        everybody = list(roster.people.values())
        self.answers = {row.id: answers_for(roster, row, everybody) for row in self.rows
                        if self.lacks(row)}  # fmt: skip

    def lacks(self, row: RosterShift) -> bool:
        """Tell whether somebody can still be found for a slot that lacks them."""
        return bool(row.missing) and row.ends > self.now

    @cached_property
    def tabs(self) -> list[tuple[date, Coverage]]:
        return [(day, self.roster.coverage_on(day)) for day in self.roster.days_to_show]

    @cached_property
    def headline(self) -> str:
        if self.day is None:
            return _("No shift is drawn yet.")
        if self.roster.is_called_off:
            return _("We do not go to %(event)s.", event=self.roster.label)
        covered = self.roster.coverage_on(self.day)
        gaps = self.roster.gaps_on(self.day) if self.rows else []
        whole, anybody = not covered.covered, any(row.expected for row in self.rows)
        return headline(self.day, bool(covered.open), gaps, self.roster.zone, whole, anybody)

    @cached_property
    def coverage(self) -> Coverage | None:
        return self.roster.coverage_on(self.day) if self.day else None

    @property
    def least(self) -> str:
        """Say how many people the day's shifts want."""
        return say_wanted(self.rows) or _("who they want")

    @property
    def say_always(self) -> str:
        """Say how many the booth wants at all times; "" where that differs."""
        wanted = say_wanted(self.rows)
        return wanted and _("%(people)s at all times", people=wanted)

    @property
    def fewer_than(self) -> int:
        """Return the number that the search for slots with too few begins with."""
        wanted = (row.slot.min_people for row in self.rows)
        return max(wanted, default=1) if self.asked.under is None else self.asked.under

    @property
    def sheet(self) -> Sheet | None:
        """Return the day as a table; None where it has no shift."""
        if not self.rows or self.day is None:
            return None
        speeches = self.roster.speeches_on(self.day)
        return draw_sheet(self.rows, self.lanes, speeches, self.answers, self.roster.zone)

    def person_hours(self) -> str:
        """Say all of the day's time of people on shifts."""
        return say_hours(sum(self._hours.values(), timedelta()))

    def hours(self, person: RosterPerson) -> str:
        """Say how long a person stands there that day."""
        return say_hours(self._hours.get(person.id, timedelta()))

    def whole_hours(self, person: RosterPerson) -> str:
        """Say how long a person stands at the booth on all its days: "9 h in all"."""
        hours = say_hours(self._whole_hours.get(person.id, timedelta()))
        return _("%(hours)s h in all", hours=hours)

    @cached_property
    def _whole_hours(self) -> Mapping[int, timedelta]:
        return hours_of(self.roster.staffed)

    def limit(self, person: RosterPerson) -> str:
        """Say how that stands to the most of a day: "at the limit", "½ h over"."""
        most = timedelta(minutes=self.roster.rules.most_minutes_a_day)
        has = self._hours.get(person.id, timedelta())
        if has == most:
            return _("at the limit")
        if has > most:
            return _("%(hours)s h over", hours=say_hours(has - most))
        return _("%(hours)s h to give", hours=say_hours(most - has))

    def is_over(self, person: RosterPerson) -> bool:
        """Tell whether it is more than the rule allows."""
        most = timedelta(minutes=self.roster.rules.most_minutes_a_day)
        return self._hours.get(person.id, timedelta()) > most

    def who_can(self, row: RosterShift) -> str:
        return say_who_can(list(self.answers.get(row.id, {}).values()))

    def answer(self, row: RosterShift) -> WhoCan | None:
        """Return what speaks for or against putting the picked person there."""
        if self.picked is None or row.seat_of(self.picked.id):
            return None
        return answer_of(self.roster, row, self.picked)

    @cached_property
    def clashes(self) -> list[ClashLine]:
        """Return the places of the day that a rule speaks against, a line for each rule."""
        return gather_clashes(clashes_in(self.roster, self.rows))[:MOST_BUSY]

    @cached_property
    def remarks(self) -> list[Remark]:
        """Return what to know of the day; gaps are in the headline and the table."""
        if self.day is None or self.roster.is_called_off:
            return []
        staffed = [row.staffed for row in self.rows]
        slots = remarks_on_slots(staffed, self.roster.rules, self.roster.zone)
        hours = remarks_on_hours(
            self.roster.staffed, [self.day], self.roster.rules, self.roster.zone
        )
        return [*slots, *hours][:MOST_BUSY]

    @cached_property
    def booth_remarks(self) -> list[Remark]:
        roster = self.roster
        if roster.is_called_off:
            return []
        return remarks_on_booth(roster.staffed, roster.open_spans, roster.rules, roster.zone)

    @cached_property
    def unconfirmed(self) -> list[Seat]:
        """Return who was put there and has not said yes."""
        if self.roster.is_called_off:
            return []
        return [seat for row in self.rows for seat in row.expected if not seat.is_confirmed]

    @property
    def say_agreed(self) -> str:
        """Say how many places have a yes of who has them: "5 of 8 places have a yes"."""
        taken = sum(len(row.taken) for row in self.rows)
        agreed = taken - len(self.unconfirmed)
        return ngettext(
            "%(agreed)s of %(num)s place has a yes",
            "%(agreed)s of %(num)s places have a yes",
            taken,
            agreed=agreed,
        )

    @property
    def say_unconfirmed(self) -> str:
        """Say who has not answered yet, each once, with of how many shifts."""
        shifts = Counter(seat.person.id for seat in self.unconfirmed)
        names = {seat.person.id: seat.person.first_name for seat in self.unconfirmed}
        said = [
            names[one] if count == 1 else _("%(name)s (%(count)s)", name=names[one], count=count)
            for one, count in shifts.most_common()
        ]
        return ngettext(
            "%(names)s was put there and did not answer yet.",
            "%(names)s were put there and did not answer yet.",
            len(said),
            names=say_list(said),
        )

    @cached_property
    def last_change(self) -> tuple[RosterShift, Seat] | None:
        """Return the place of the booth that changed last."""
        seats = ((row, seat) for row in self.roster.rows for seat in row.seats)
        return max(seats, key=lambda pair: pair[1].changed_at, default=None)

    @property
    def say_last_change(self) -> str:
        """Say who took, was given or asked for what, and when: "Last change: Ada took …"."""
        if self.last_change is None:
            return ""
        row, seat = self.last_change
        named = {
            "name": seat.first_name,
            "times": _("%(start)s–%(end)s", start=say_moment(row.starts, row.zone),
                       end=say_time(row.ends, row.zone)),
            "when": say_moment(seat.changed_at, row.zone),
        }  # fmt: skip
        match seat.state:
            case "waiting":
                return _("Last change: %(name)s waits for %(times)s, %(when)s.", **named)
            case "offered":
                return _("Last change: %(name)s is asked for %(times)s, %(when)s.", **named)
            case _ if seat.was_missed:
                return _("Last change: %(name)s did not come to %(times)s, %(when)s.", **named)
            case _ if seat.left:
                return _("Last change: %(name)s stood %(times)s and left, %(when)s.", **named)
            case _ if seat.arrived:
                return _("Last change: %(name)s came to %(times)s, %(when)s.", **named)
            case _ if seat.is_confirmed:
                return _("Last change: %(name)s took %(times)s, %(when)s.", **named)
            case _:
                return _("Last change: %(name)s was put on %(times)s, %(when)s.", **named)

    @property
    def over(self) -> list[tuple[RosterPerson, str]] | None:
        """Return who has more hours that day than the address asks for."""
        if self.asked.over is None or self.day is None:
            return None
        found = who_has_more([row.staffed for row in self.rows], self.asked.over)
        return [(person, say_hours(time)) for person, time in found]

    @property
    def under(self) -> list[RosterShift] | None:
        """Return the day's slots with fewer people than the address asks for."""
        if self.asked.under is None:
            return None
        return [row for row in self.rows if len(row.expected) < self.asked.under]

    @property
    def say_enough(self) -> str:
        """Say that no slot of the day has fewer people than the address asks for."""
        day = say_day(self.day) if self.day else ""
        return ngettext(
            "Every slot of %(day)s has %(num)s people or more.",
            "Every slot of %(day)s has %(num)s people or more.",
            self.asked.under or 0,
            day=day,
        )

    def able(self, row: RosterShift) -> list[WhoCan]:
        found = self.answers.get(row.id, {}).values()
        by_worth = sorted((one for one in found if one.says != NO), key=lambda one: one.says != YES)
        return by_worth[:MOST_OFFERED]

    @property
    def first_choice(self) -> int | None:
        """Return the first slot that lacks somebody whom the picked person could be."""
        if self.picked is None:
            return None
        short = (row for row in self.rows if row.missing and not row.seat_of(self.picked.id))
        return next((row.id for row in short), None)

    @property
    def over_words(self) -> str:
        """Say how many hours the search asks for: those of the address, else the rule's."""
        asked, most = self.asked.over, self.roster.rules.most_minutes_a_day
        return say_hours(timedelta(minutes=most) if asked is None else timedelta(hours=asked))

    @property
    def say_whole(self) -> str:
        """Say how the whole booth is covered: "The whole booth: 7.5 of 8.5 h, 88 %"."""
        covered = self.roster.coverage
        return _("The whole booth: %(covered)s, %(percent)s %%", covered=covered.words,
                 percent=covered.percent)  # fmt: skip

    def leads(self, person: RosterPerson) -> bool:
        return person.id in self._leads

    def is_expert(self, person: RosterPerson) -> bool:
        """Tell whether the person knows what a slot of the booth asks an expert for."""
        return not self._expertise.isdisjoint(person.words)

    @cached_property
    def _expertise(self) -> frozenset[str]:
        return frozenset().union(*(row.expertise for row in self.roster.rows))

    @cached_property
    def _leads(self) -> frozenset[int]:
        return frozenset(
            seat.person.id for row in self.rows for seat in row.expected if seat.is_lead
        )

    def speeches_of(self, person: RosterPerson) -> list[Speech]:
        talks = self.roster.speeches_on(self.day) if self.day else []
        return [one for one in talks if one.person_id == person.id]

    @property
    def others(self) -> list[RosterPerson]:
        """Return the people who stand in no lane."""
        shown = {person.id for person in self.lanes}
        return [person for person in self.roster.people.values() if person.id not in shown]

    @property
    def say_others(self) -> str:
        """Say how many stand in no lane."""
        count = len(self.others)
        return say_count(
            "%(Number)s more could be picked", "%(Number)s more could be picked", count
        )

    @property
    def say_covered(self) -> str:
        """Say how much of the open time has the people that it wants; "" where nothing is open."""
        covered = self.coverage
        if covered is None or not covered.open:
            return ""
        return _("%(covered)s of %(open)s open hours have %(people)s.", people=self.least,
                 covered=say_hours(covered.covered), open=say_hours(covered.open))  # fmt: skip

    @property
    def is_wide(self) -> bool:
        """Tell whether more people stand across than a screen shows at ease."""
        return len(self.lanes) > MOST_LANES

    @cached_property
    def _hours(self) -> Mapping[int, timedelta]:
        return self.roster.hours_on(self.day) if self.day else {}

    def _find_seat(self, sign_up_id: int | None) -> Seat | None:
        seats = (seat for row in self.roster.rows for seat in row.taken)
        found = next((seat for seat in seats if seat.id == sign_up_id), None)
        return found if found and self.picked and found.person.id == self.picked.id else None

    def _lanes(self) -> Sequence[RosterPerson]:
        """Choose who stands across: who does something that day, the picked, then others."""
        busy = [seat.person.id for row in self.rows for seat in (*row.taken, *row.offered)]
        talks = self.roster.speeches_on(self.day) if self.day else []
        picked = [self.picked.id] if self.picked else []
        everybody = dict.fromkeys([*busy, *(one.person_id for one in talks), *picked])
        first = list(everybody)[:MOST_BUSY]
        if picked and picked[0] not in first:
            first[-1:] = picked
        rest = [one for one in self.roster.people if one not in first]
        chosen = [*first, *rest[: max(0, MOST_LANES - len(first))]]
        return [self.roster.people[one] for one in chosen if one in self.roster.people]
