"""The roster of a booth as staff read it: its days, every shift with who is on it, the talks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from outreach.calendars.clock import say_count, say_time
from outreach.calendars.nights import say_under
from outreach.calendars.spans import Span
from outreach.language import gettext as _
from outreach.staffing.booth.hours import BoothDays, by_day
from outreach.staffing.booth.shown_days import shown_under
from outreach.staffing.roster.coverage import (
    Coverage,
    Places,
    RosterPerson,
    Staffed,
    coverage_without,
    gaps_in,
    hours_of,
    open_time,
)
from outreach.staffing.roster.stated.availability import Said
from outreach.staffing.rules import Commitment, Rules, Slot

EARLY = timedelta(hours=2)
"""How long before a shift somebody can check in for it."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person and a shift: on it, offered a place, or waiting for one; `id` is the sign-up's."""

    person: RosterPerson
    id: int
    shift_id: int
    state: str
    queue_no: int | None
    offer_ends: datetime | None
    is_confirmed: bool
    is_lead: bool
    reason: str
    changed_at: datetime
    arrived: datetime | None
    left: datetime | None
    was_missed: bool
    stays_on: bool
    is_carried: bool = False
    """Whether `arrived` follows from the shift before, see `roster/stood.py`."""

    @property
    def first_name(self) -> str:
        return self.person.first_name


@dataclass(frozen=True)
class RosterShift:
    """A shift of the roster with everybody who has to do with it."""

    slot: Slot
    zone: ZoneInfo
    """The venue's."""
    note: str
    """What its kind says of it, and its own note."""
    sequence: int
    taken: tuple[Seat, ...]
    offered: tuple[Seat, ...]
    waiting: tuple[Seat, ...]
    happens: bool = True
    """Whether we go to its event."""
    was_given_up: bool = False
    """Whether anybody had a place on it who does not come."""
    own_place: str = ""
    """Where it is, if not where the booth is."""
    own_kind_id: int | None = None
    """Of which kind it is that the booth names itself."""

    @property
    def id(self) -> int:
        return self.slot.id

    @property
    def starts(self) -> datetime:
        return self.slot.starts

    @property
    def ends(self) -> datetime:
        return self.slot.ends

    @cached_property
    def expected(self) -> tuple[Seat, ...]:
        """Return who said yes or was put there, without those who did not come."""
        return tuple(seat for seat in self.taken if not seat.was_missed)

    def there(self, now: datetime) -> list[Seat]:
        """Return who of them stands at the booth now."""
        span = self.starts, self.ends
        return [
            one for one in self.taken if is_there(span, one.arrived, one.left, one.stays_on, now)
        ]

    def time_of(self, seat: Seat, now: datetime) -> timedelta:
        """Return how long one of them stood there on this shift."""
        return time_there((self.starts, self.ends), seat.arrived, seat.left, now)

    @cached_property
    def staffed(self) -> Staffed:
        """Return it as the figures count it."""
        leads = frozenset(seat.person.id for seat in self.expected if seat.is_lead)
        people = tuple(seat.person for seat in self.expected)
        return Staffed(self.slot, people, leads, self.happens)

    @property
    def names(self) -> list[str]:
        """Return the first names of who is expected."""
        return [seat.first_name for seat in self.expected]

    @cached_property
    def places(self) -> Places:
        """Return how many people it needs, takes and has."""
        return Places(
            self.slot.min_people,
            self.slot.max_people,
            len(self.expected),
            len(self.offered),
            min((seat.offer_ends for seat in self.offered if seat.offer_ends), default=None),
            self.happens,
            self.was_given_up,
        )

    @property
    def missing(self) -> int:
        return self.places.missing

    def has_expert(self, person: RosterPerson) -> bool:
        """Tell whether the person knows what the slot asks an expert for."""
        return not self.expertise.isdisjoint(person.words)

    @cached_property
    def expertise(self) -> frozenset[str]:
        """Return what it asks an expert for."""
        return frozenset(need for need in self.slot.needs if need.startswith("expert:"))

    def seat_of(self, person_id: int) -> Seat | None:
        return self._seats.get(person_id)

    @cached_property
    def _seats(self) -> dict[int, Seat]:
        return {seat.person.id: seat for seat in self.seats}

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Return everybody who is on it, offered a place, or waits for one."""
        return (*self.taken, *self.offered, *self.waiting)


@dataclass(frozen=True, slots=True)
class Speech:
    """A talk of one of ours at the event, in the same ruler as the shifts."""

    person_id: int
    title: str
    starts: datetime
    ends: datetime
    room: str
    is_provisional: bool
    """Whether its time may still move."""

    def say(self, zone: ZoneInfo) -> str:
        """Say when and where: "talk 14:00 in room 4"."""
        time = say_time(self.starts, zone)
        if self.room:
            return _("talk %(time)s in room %(room)s", time=time, room=self.room)
        return _("talk %(time)s", time=time)


@dataclass(frozen=True)
class Roster:
    """All shifts of a booth, by time."""

    event_id: int
    label: str
    zone: ZoneInfo
    booth_days: BoothDays
    rules: Rules
    hours: tuple[Span, ...]
    rows: tuple[RosterShift, ...]
    people: Mapping[int, RosterPerson]
    """Who is on it, goes to the event or said when they could, by name."""
    speeches: tuple[Speech, ...]
    commitments: Mapping[int, Sequence[Commitment]]
    said: Mapping[int, Said]
    """When people said that they could; who said nothing is not in it."""
    gave_up: frozenset[tuple[int, int]] = frozenset()
    """Shifts with those who gave them up, by their numbers."""

    @cached_property
    def missed(self) -> Mapping[int, datetime]:
        """Return who did not come to a shift, and when the last such one began."""
        return {
            seat.person.id: row.starts for row in self.rows for seat in row.taken if seat.was_missed
        }

    @property
    def is_called_off(self) -> bool:
        """Tell whether we do not go there, so that nobody is missing."""
        return any(not row.happens for row in self.rows)

    @cached_property
    def staffed(self) -> list[Staffed]:
        """Return every shift as the figures count it."""
        return [row.staffed for row in self.rows]

    @cached_property
    def open_spans(self) -> list[Span]:
        """Return when the booth is open; a day that no hours were told of, while it has shifts.

        Never where we do not go.
        """
        if self.is_called_off:
            return []
        told: dict[date, list[Span]] = {}
        for span in self.hours:
            told.setdefault(self.day_of(span[0]), []).append(span)
        drawn = {day: [row.staffed for row in rows] for day, rows in self._rows.items()}
        days = sorted(told.keys() | drawn.keys())
        return [span for day in days for span in open_time(told.get(day, ()), drawn.get(day, ()))]

    @cached_property
    def days(self) -> list[date]:
        """Return the days on which it is open or has shifts."""
        opened = {self.day_of(starts) for starts, _ in self.open_spans}
        return sorted(opened | self._rows.keys())

    def day_of(self, instant: datetime) -> date:
        """Return the day of an instant: in a night's hours, that of the evening before."""
        return self.booth_days.day_of(instant)

    def day_of_shift(self, slot: Slot) -> date:
        """Return the day of whose hours the shift is."""
        return self.booth_days.day_of(slot.starts, slot.kind)

    def rows_on(self, day: date) -> list[RosterShift]:
        """Return the shifts of the day, those of its night among them."""
        return self._rows.get(day, [])

    @cached_property
    def _rows(self) -> dict[date, list[RosterShift]]:
        return dict(by_day((self.day_of_shift(row.slot), row) for row in self.rows))

    def carried_into(self, day: date) -> list[RosterShift]:
        """Return the shifts of another day, the evening before, that go on in this one."""
        return self._carried.get(day, [])

    @cached_property
    def _carried(self) -> dict[date, list[RosterShift]]:
        shown = ((row, shown_under(self.booth_days, row.starts, row.ends, row.slot.kind))
                 for row in self.rows)  # fmt: skip
        return dict(by_day((day, row) for row, days in shown for day in days[1:]))

    def carried_words(self, day: date) -> list[tuple[RosterShift, str]]:
        """Return them with their hours in words: "23:00–01:00 (from Friday)"."""
        return [
            (row, say_under(day, row.starts, row.ends, self.zone)) for row in self.carried_into(day)
        ]

    @cached_property
    def days_to_show(self) -> list[date]:
        """Return its days, and those into which a night goes on."""
        return sorted({*self.days, *self._carried})

    def open_on(self, day: date) -> list[Span]:
        """Return the open time of the day."""
        return [span for span in self.open_spans if self.day_of(span[0]) == day]

    def hours_on(self, day: date) -> Mapping[int, timedelta]:
        """Return each person's time on the shifts of the day."""
        if day not in self._hours:
            self._hours[day] = hours_of(row.staffed for row in self.rows_on(day))
        return self._hours[day]

    @cached_property
    def _hours(self) -> dict[date, dict[int, timedelta]]:
        return {}

    def gaps_on(self, day: date) -> list[Span]:
        """Return the open time of the day that has too few people."""
        if day not in self._gaps:
            self._gaps[day] = gaps_in(self.open_on(day), self.staffed)
        return self._gaps[day]

    @cached_property
    def _gaps(self) -> dict[date, list[Span]]:
        return {}

    def coverage_on(self, day: date) -> Coverage:
        """Return how much of the day's open time has enough people; asked for often."""
        return coverage_without(self.gaps_on(day), self.open_on(day))

    @cached_property
    def coverage(self) -> Coverage:
        """Return how much of all its open time has enough people."""
        days = [self.coverage_on(day) for day in self.days]
        covered = sum((one.covered for one in days), timedelta())
        return Coverage(covered, sum((one.open for one in days), timedelta()))

    def speeches_on(self, day: date) -> list[Speech]:
        """Return the talks of the day."""
        return [one for one in self.speeches if self.day_of(one.starts) == day]


def say_wanted(rows: Iterable[RosterShift]) -> str:
    """Say how many people these shifts of the open booth want each: "two people"; "" if mixed."""
    wanted = {row.slot.min_people for row in rows if row.slot.kind == "booth"}
    if len(wanted) != 1:
        return ""
    return say_count("%(number)s person", "%(number)s people", wanted.pop())


def first_day(roster: Roster, today: date) -> date | None:
    """Return the day to look at first: today, else the next with a gap, else the first."""
    days = roster.days
    if today in roster.days_to_show:
        return today
    coming = [day for day in days if day >= today]
    gap = next((day for day in coming if not roster.coverage_on(day).is_full), None)
    return gap or next(iter(coming or days), None)


def time_there(
    shift: Span, arrived: datetime | None, left: datetime | None, now: datetime
) -> timedelta:
    """Return how long somebody stood there; a check-out that was forgotten ends with the shift.

    Who came early is counted from the shift's start.
    """
    if arrived is None:
        return timedelta()
    until = left if left is not None else min(now, shift[1])
    return max(timedelta(), until - max(arrived, shift[0]))


def left_at(shift: Span, arrived: datetime, stays_on: bool, now: datetime) -> datetime:
    """Return when somebody has left who checks out now: with the shift's end, unless they stay."""
    return max(arrived, now if stays_on else min(now, shift[1]))


def is_there(
    shift: Span, arrived: datetime | None, left: datetime | None, stays: bool, now: datetime
) -> bool:
    """Tell whether somebody stands at the booth now, as far as it was noted."""
    return arrived is not None and left is None and (now < shift[1] or stays)
