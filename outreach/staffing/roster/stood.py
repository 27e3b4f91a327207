"""How long people stood at a booth, as far as it was noted; who stays for the next has come."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models import Booth, Shift, SignUp
from models.staffing import IS_TAKEN
from outreach.calendars.spans import Span
from outreach.staffing.roster.coverage import join, length_of
from outreach.staffing.roster.days import RosterShift, Seat, time_there

ADJOINS = timedelta(minutes=15)
"""What lies between two shifts of a person that follow each other: nobody goes home for it."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A place on a shift and what was noted of it; `id` is the sign-up's."""

    id: int
    person_id: int
    event_id: int
    starts: datetime
    ends: datetime
    arrived: datetime | None = None
    left: datetime | None = None
    was_missed: bool = False
    stays_on: bool = False

    def span(self, now: datetime) -> Span | None:
        """Return when they stood there; a check-out that was forgotten ends with the shift."""
        if self.arrived is None:
            return None
        starts = max(self.arrived, self.starts)
        span = self.starts, self.ends
        return starts, starts + time_there(span, self.arrived, self.left, now)

    def leads_to(self, other: "Stand") -> bool:
        """Tell whether who is there on this one, and did not leave, is there on the other."""
        return self.starts < other.starts <= self.ends + ADJOINS and self.left is None


def carried_over(stands: Iterable[Stand], now: datetime) -> list[Stand]:
    """Return the same, where who was there on the shift before has come to the next as well.

    Until somebody notes that they left or did not come.
    """
    there: dict[tuple[int, int], list[Stand]] = defaultdict(list)
    found = []
    for one in sorted(stands, key=lambda one: (one.starts, one.ends)):
        before = there[one.event_id, one.person_id]
        waits = one.arrived is None and not one.was_missed and one.starts <= now
        if waits and any(other.leads_to(one) for other in before):
            one = replace(one, arrived=one.starts)
        if one.arrived is not None:
            before.append(one)
        found.append(one)
    return found


def spans_stood(stands: Iterable[Stand], now: datetime) -> list[Span]:
    """Return when they stood there, in order; a hand-over to oneself counts once."""
    return join(span for one in carried_over(stands, now) if (span := one.span(now)))


def time_stood(stands: Iterable[Stand], now: datetime) -> timedelta:
    """Return how long one person stood at booths, as far as it was noted."""
    by_event: dict[int, list[Stand]] = defaultdict(list)
    for one in stands:
        by_event[one.event_id].append(one)
    spans = (spans_stood(own, now) for own in by_event.values())
    return sum((length_of(own) for own in spans), timedelta())


def load_stands(session: Session, *conditions: ColumnElement[bool]) -> dict[int, list[Stand]]:
    """Return the places that meet these conditions (of SignUp, Shift, Booth), by person."""
    found: dict[int, list[Stand]] = defaultdict(list)
    rows: Any = session.execute(
        select(
            SignUp.id,
            SignUp.person_id,
            Booth.event_id,
            Shift.starts_at,
            Shift.ends_at,
            SignUp.arrived_at,
            SignUp.left_at,
            SignUp.was_missed,
            SignUp.stays_on_at.is_not(None),
        )
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(IS_TAKEN, Shift.cancelled_at.is_(None), *conditions)
        .order_by(Shift.starts_at, Shift.id)
    )
    for row in rows:
        found[row[1]].append(Stand(*row))
    return found


def stands_of(rows: Iterable[RosterShift]) -> list[Stand]:
    """Return who has a place on these shifts, with what was noted of it."""
    return [_stand(row, seat) for row in rows for seat in row.taken]


def _stand(row: RosterShift, seat: Seat) -> Stand:
    return Stand(
        seat.id, seat.person.id, row.slot.event_id, row.starts, row.ends,
        seat.arrived, seat.left, seat.was_missed, seat.stays_on,
    )  # fmt: skip


def as_carried_over(rows: Sequence[RosterShift], now: datetime) -> list[RosterShift]:
    """Return the shifts as they are now: who stayed from the one before has come."""
    arrived = {one.id: one.arrived for one in carried_over(stands_of(rows), now)}
    return [replace(row, taken=_arriving(row.taken, arrived)) for row in rows]


def _arriving(seats: Iterable[Seat], arrived: Mapping[int, datetime | None]) -> tuple[Seat, ...]:
    return tuple(
        seat
        if seat.arrived == arrived[seat.id]
        else replace(seat, arrived=arrived[seat.id], is_carried=True)
        for seat in seats
    )


def find_arrival(
    session: Session, sign_up: SignUp, booth_id: int, now: datetime
) -> datetime | None:
    """Return when somebody came to a shift: as noted, or with the shift before it."""
    if sign_up.arrived_at is not None:
        return sign_up.arrived_at
    theirs = load_stands(session, SignUp.person_id == sign_up.person_id, Shift.booth_id == booth_id)
    stands = carried_over(theirs[sign_up.person_id], now)
    return next((one.arrived for one in stands if one.id == sign_up.id), None)
