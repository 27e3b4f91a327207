"""Who is on, who comes, who goes: the day of a booth as its lead needs it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models import Booth, Person, Shift, SignUp
from outreach.calendars.words import say_list, say_number
from outreach.staffing.roster.attended import EARLY, is_there, time_there

BEHIND, AHEAD = timedelta(hours=24), timedelta(hours=20)
"""How far from now the day's shifts are looked for."""


@dataclass(frozen=True, slots=True)
class Helping:
    """A person on a shift of the day."""

    sign_up_id: int
    person_id: int
    name: str
    phone: str | None
    is_lead: bool
    is_experienced: bool
    is_confirmed: bool
    arrived: datetime | None
    left: datetime | None
    was_missed: bool
    stays_on: bool

    @property
    def first_name(self) -> str:
        """Return what they are called at the booth."""
        return self.name.split()[0]


@dataclass(frozen=True, slots=True)
class DutyShift:
    """A shift of the day with the people on it."""

    id: int
    kind: str
    starts: datetime
    ends: datetime
    least: int
    most: int
    note: str
    people: Sequence[Helping]

    @property
    def missing(self) -> int:
        """Return how many people it lacks, not counting those who did not come."""
        return max(0, self.least - sum(not one.was_missed for one in self.people))

    def there(self, now: datetime) -> list[Helping]:
        """Return who of them stands at the booth now."""
        span = self.starts, self.ends
        return [
            one for one in self.people if is_there(span, one.arrived, one.left, one.stays_on, now)
        ]

    def time_of(self, one: Helping, now: datetime) -> timedelta:
        """Return how long one of them stood there on this shift."""
        return time_there((self.starts, self.ends), one.arrived, one.left, now)


@dataclass(frozen=True, slots=True)
class Duty:
    """The shifts around now: those that are over, those that go on, those to come."""

    now: datetime
    over: Sequence[DutyShift]
    on: Sequence[DutyShift]
    coming: Sequence[DutyShift]

    @property
    def there(self) -> list[Helping]:
        """Return who stands at the booth now, each once."""
        shifts = [*self.over, *self.on, *self.coming]
        return list({one.person_id: one for row in shifts for one in row.there(self.now)}.values())

    @property
    def awaited(self) -> list[Helping]:
        """Return whose shift goes on and who has not come."""
        there = {one.person_id for one in self.there}
        return [
            one
            for row in self.on
            for one in row.people
            if one.arrived is None and not one.was_missed and one.person_id not in there
        ]

    @property
    def next(self) -> DutyShift | None:
        """Return the next shift to come."""
        return next(iter(self.coming), None)

    def arriving(self, row: DutyShift) -> list[Helping]:
        """Return who comes with a shift and is not on the one before it."""
        before = {one.person_id for other in self._ending_at(row) for one in other.people}
        return [one for one in row.people if one.person_id not in before]

    def leaving(self, row: DutyShift) -> list[tuple[Helping, datetime | None]]:
        """Return whose shift ends when this one begins, and when they are back that day."""
        stay = {one.person_id for one in row.people}
        return [
            (one, self._back(one, row.starts))
            for other in self._ending_at(row)
            for one in other.people
            if one.person_id not in stay and not one.was_missed
        ]

    def can_stay(self, row: DutyShift) -> list[Helping]:
        """Return who of those before it said that they can stay on if nobody comes."""
        return [one for one, _ in self.leaving(row) if one.stays_on]

    @property
    def headline(self) -> str:
        """Return the answer: who is there now."""
        names = [one.first_name for one in self.there]
        if names:
            late = len(self.awaited)
            more = f", {say_number(late)} awaited" if late else ""
            return f"{say_list(names)} {'is' if len(names) == 1 else 'are'} at the booth{more}."
        if self.on:
            return "Nobody is checked in."
        return "Nobody is on now." if self.coming or self.over else "Nothing is on today."

    def _ending_at(self, row: DutyShift) -> list[DutyShift]:
        shifts = [*self.over, *self.on, *self.coming]
        near = timedelta(minutes=15)
        return [
            one
            for one in shifts
            if one.id != row.id and one.starts < row.starts and abs(one.ends - row.starts) <= near
        ]

    def _back(self, one: Helping, after: datetime) -> datetime | None:
        later = (
            row.starts
            for row in self.coming
            if row.starts > after and any(two.person_id == one.person_id for two in row.people)
        )
        return min(later, default=None)


def find_next_start(session: Session, booth: Booth, now: datetime) -> datetime | None:
    """Return when the next shift of the booth begins."""
    return session.scalar(
        select(func.min(Shift.starts_at)).where(
            Shift.booth_id == booth.id, Shift.cancelled_at.is_(None), Shift.starts_at > now
        )
    )


_DAY = (
    select(
        Shift.id,
        Shift.kind,
        Shift.starts_at,
        Shift.ends_at,
        Shift.min_people,
        Shift.max_people,
        Shift.note,
    )
    .where(Shift.booth_id == bindparam("booth"), Shift.cancelled_at.is_(None))
    .where(Shift.ends_at > bindparam("since"), Shift.starts_at < bindparam("until"))
    .order_by(Shift.starts_at, Shift.id)
)
_PEOPLE = (
    select(
        SignUp.shift_id,
        SignUp.id,
        Person.id,
        Person.name,
        Person.phone,
        SignUp.is_lead,
        Person.is_experienced,
        SignUp.confirmed_at,
        SignUp.arrived_at,
        SignUp.left_at,
        SignUp.was_missed,
        SignUp.stays_on_at,
    )
    .join(Shift, Shift.id == SignUp.shift_id)
    .join(Person, Person.id == SignUp.person_id)
    .where(Shift.booth_id == bindparam("booth"), SignUp.state == "taken")
    .where(Shift.ends_at > bindparam("since"), Shift.starts_at < bindparam("until"))
    .order_by(SignUp.is_lead.desc(), SignUp.id)
)


def load_duty(session: Session, booth: Booth, now: datetime) -> Duty:
    """Return the shifts around now with their people, in two statements."""
    wanted = {"booth": booth.id, "since": now - BEHIND, "until": now + AHEAD}
    people: dict[int, list[Helping]] = defaultdict(list)
    for shift_id, *facts in session.execute(_PEOPLE, wanted):
        people[shift_id].append(_helping(facts))
    shifts = [DutyShift(*row, people[row[0]]) for row in session.execute(_DAY, wanted)]
    return Duty(
        now=now,
        over=[row for row in shifts if row.ends <= now],
        on=[row for row in shifts if row.starts <= now < row.ends],
        coming=[row for row in shifts if row.starts > now],
    )


def _helping(facts: Sequence[Any]) -> Helping:
    sign_up_id, person_id, name, phone, leads, experienced, confirmed, *presence = facts
    arrived, left, missed, stays = presence
    return Helping(
        sign_up_id=sign_up_id,
        person_id=person_id,
        name=name,
        phone=phone,
        is_lead=leads,
        is_experienced=experienced,
        is_confirmed=confirmed is not None,
        arrived=arrived,
        left=left,
        was_missed=missed,
        stays_on=stays is not None,
    )


def own_shifts(duty: Duty, person_id: int) -> list[tuple[DutyShift, Helping]]:
    """Return the shifts that somebody can check in for or out of now, the running ones first."""
    soon = [row for row in duty.coming if row.starts - EARLY <= duty.now]
    found = [(row, one) for row in (*duty.on, *soon, *duty.over) for one in row.people]
    return [
        (row, one)
        for row, one in found
        if one.person_id == person_id
        if row.ends > duty.now or (one.arrived is not None and one.left is None)
    ]
