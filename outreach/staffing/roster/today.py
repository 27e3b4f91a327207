"""Who is on, who comes, who goes: the day of a booth as its lead needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Booth, Shift
from outreach.calendars.clock import say_list, say_number
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.roster.days import EARLY, RosterShift, Seat
from outreach.staffing.roster.load import load_shifts
from outreach.staffing.roster.stood import ADJOINS, as_carried_over

BEHIND, AHEAD = timedelta(hours=24), timedelta(hours=20)
"""How far from now the day's shifts are looked for."""


@dataclass(frozen=True, slots=True)
class Duty:
    """The shifts around now: those that are over, those that go on, those to come."""

    now: datetime
    over: Sequence[RosterShift]
    on: Sequence[RosterShift]
    coming: Sequence[RosterShift]

    @property
    def _shifts(self) -> list[RosterShift]:
        return [*self.over, *self.on, *self.coming]

    @property
    def there(self) -> list[Seat]:
        """Return who stands at the booth now, each once."""
        there = (one for row in self._shifts for one in row.there(self.now))
        return list({one.person.id: one for one in there}.values())

    @property
    def awaited(self) -> list[Seat]:
        """Return whose shift goes on and who has not come."""
        there = {one.person.id for one in self.there}
        return [
            one
            for row in self.on
            for one in row.expected
            if one.arrived is None and one.person.id not in there
        ]

    @property
    def next(self) -> RosterShift | None:
        return next(iter(self.coming), None)

    def arriving(self, row: RosterShift) -> list[Seat]:
        """Return who comes with a shift and is not on the one before it."""
        before = {one.person.id for other in self._ending_at(row) for one in other.expected}
        return [one for one in row.expected if one.person.id not in before]

    def leaving(self, row: RosterShift) -> list[tuple[Seat, datetime | None]]:
        """Return whose shift ends when this one begins, and when they are back that day."""
        stay = {one.person.id for one in row.expected}
        return [
            (one, self._back(one, row.starts))
            for other in self._ending_at(row)
            for one in other.expected
            if one.person.id not in stay
        ]

    def can_stay(self, row: RosterShift) -> list[Seat]:
        """Return who of those before it said that they can stay on if nobody comes."""
        return [one for one, _ in self.leaving(row) if one.stays_on]

    @property
    def headline(self) -> str:
        """Return the answer: who is there now."""
        names = [one.first_name for one in self.there]
        if names:
            return self._say_there(names, len(self.awaited))
        if self.on:
            return _("Nobody is checked in.")
        return _("Nobody is on now.") if self.coming or self.over else _("Nothing is on today.")

    def _say_there(self, names: Sequence[str], late: int) -> str:
        named = {"names": say_list(names), "late": say_number(late)}
        if late:
            return ngettext("%(names)s is at the booth, %(late)s awaited.",
                            "%(names)s are at the booth, %(late)s awaited.", len(names),
                            **named)  # fmt: skip
        return ngettext("%(names)s is at the booth.", "%(names)s are at the booth.", len(names),
                        **named)  # fmt: skip

    @property
    def say_over(self) -> str:
        return ngettext("%(num)s shift is over", "%(num)s shifts are over", len(self.over))

    def _ending_at(self, row: RosterShift) -> list[RosterShift]:
        return [
            one
            for one in self._shifts
            if one.id != row.id
            and one.starts < row.starts
            and abs(one.ends - row.starts) <= ADJOINS
        ]

    def _back(self, one: Seat, after: datetime) -> datetime | None:
        later = (
            row.starts
            for row in self.coming
            if row.starts > after and any(two.person.id == one.person.id for two in row.expected)
        )
        return min(later, default=None)


def find_next_start(session: Session, booth: Booth, now: datetime) -> datetime | None:
    return session.scalar(
        select(func.min(Shift.starts_at)).where(
            Shift.booth_id == booth.id, Shift.cancelled_at.is_(None), Shift.starts_at > now
        )
    )


def load_duty(session: Session, booth: Booth, now: datetime) -> Duty:
    """Return the shifts around now with their people."""
    shifts = load_shifts(
        session,
        Shift.booth_id == booth.id,
        Shift.ends_at > now - BEHIND,
        Shift.starts_at < now + AHEAD,
    )
    shifts = as_carried_over(shifts, now)
    return Duty(
        now=now,
        over=[row for row in shifts if row.ends <= now],
        on=[row for row in shifts if row.starts <= now < row.ends],
        coming=[row for row in shifts if row.starts > now],
    )


def own_shifts(duty: Duty, person_id: int) -> list[tuple[RosterShift, Seat]]:
    """Return the shifts that somebody can check in for or out of now, the running ones first."""
    soon = [row for row in duty.coming if row.starts - EARLY <= duty.now]
    found = [(row, one) for row in (*duty.on, *soon, *duty.over) for one in row.taken]
    return [
        (row, one)
        for row, one in found
        if one.person.id == person_id
        if row.ends > duty.now or (one.arrived is not None and one.left is None)
    ]
