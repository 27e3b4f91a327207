"""What one person did at booths: shifts, event by event, and hours as planned and as stood."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from models import Booth, Event, Person, Shift, SignUp
from models.events import NOT_CALLED_OFF
from models.staffing import HAS_LEFT, IS_LIVING
from outreach.calendars.clock import (
    say_count,
    say_day,
    say_full_date,
    say_hours,
    say_list,
    say_time,
)
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.booths import zone_of
from outreach.staffing.roster.coverage import join, length_of
from outreach.staffing.roster.stood import Stand, carried_over, spans_stood, time_stood

ADDED_UP_FROM = 2
"""From so many booths on their hours are added up."""


@dataclass(frozen=True, slots=True)
class ServedShift:
    """A shift that somebody has, waits for, had or gave up."""

    stand: Stand
    state: str
    zone: ZoneInfo

    def say_when(self) -> str:
        """Say the day and the times: "Wed 31 Jul, 13:00–15:00"."""
        starts, ends = (one.astimezone(self.zone) for one in (self.stand.starts, self.stand.ends))
        times = _("%(start)s–%(end)s", start=say_time(starts), end=say_time(ends))
        return _("%(day)s, %(times)s", day=say_day(starts.date()), times=times)

    def say_what(self, now: datetime) -> str:
        """Say what came of it: "stood 2 h", "did not come", "gave it up"."""
        match self.state:
            case "left":
                return _("gave it up")
            case "waiting":
                return _("waits for it")
            case "offered":
                return _("is asked")
            case _ if self.stand.was_missed:
                return _("did not come")
            case _ if span := self.stand.span(now):
                return _("stood %(hours)s h", hours=say_hours(span[1] - span[0]))
            case _ if self.stand.ends <= now:
                return _("not noted whether they came")
            case _:
                return _("to come")

    @property
    def was_expected(self) -> bool:
        """Tell whether they had it, and were not missed there."""
        return self.state == "taken" and not self.stand.was_missed

    def say_own(self, now: datetime) -> str:
        """Say it to whom it is about: "Wed 31 Jul, 13:00–15:00, 2 h"."""
        span = self.stand.span(now)
        if span is None:
            return _("%(when)s: not noted", when=self.say_when())
        hours = say_hours(span[1] - span[0])
        return _("%(when)s: %(hours)s h", when=self.say_when(), hours=hours)


@dataclass(frozen=True, slots=True)
class Served:
    """What somebody has to do with the booth of one event."""

    event_id: int
    event_name: str
    city: str | None
    zone: ZoneInfo
    shifts: tuple[ServedShift, ...]
    now: datetime

    @property
    def _taken(self) -> list[Stand]:
        return [one.stand for one in self.shifts if one.state == "taken"]

    @property
    def goes(self) -> bool:
        """Tell whether they have a shift there that they came or are to come to."""
        return any(not one.was_missed for one in self._taken)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing of it is to come."""
        return all(one.ends <= self.now for one in self._taken)

    @property
    def is_certain(self) -> bool:
        """Tell whether a certificate can be given: hours were noted, and none are to come."""
        return self.is_over and bool(self.stood)

    @property
    def planned(self) -> timedelta:
        """Return how long their shifts are; who did not come had none."""
        spans = ((one.starts, one.ends) for one in self._taken if not one.was_missed)
        return length_of(join(spans))

    @property
    def stood(self) -> timedelta:
        """Return how long they stood there, as far as it was noted."""
        return time_stood(self._taken, self.now)

    @property
    def days(self) -> list[date]:
        """Return the venue's days on which they stood there."""
        starts = (span[0] for span in spans_stood(self._taken, self.now) if span[0] < span[1])
        return sorted({one.astimezone(self.zone).date() for one in starts})

    @property
    def say_days(self) -> str:
        """Say on which days they stood there."""
        return say_list(say_full_date(day) for day in self.days)

    def say_certificate(self, foundation: str) -> str:
        """Say what is certified, in a sentence below the name."""
        named = {"foundation": foundation, "event": self.event_name,
                 "hours": say_hours(self.stood), "days": self.say_days}  # fmt: skip
        return ngettext(
            "stood at the booth of %(foundation)s at %(event)s for %(hours)s hour, on %(days)s.",
            "stood at the booth of %(foundation)s at %(event)s for %(hours)s hours, on %(days)s.",
            1 if self.stood == timedelta(hours=1) else 2,
            **named,
        )

    @property
    def say_hours(self) -> str:
        """Say how long: "4 h planned, 3.5 h stood"."""
        return _("%(planned)s h planned, %(stood)s h stood", planned=say_hours(self.planned),
                 stood=say_hours(self.stood))  # fmt: skip


def load_served(
    session: Session, person: Person, now: datetime, *conditions: ColumnElement[bool]
) -> list[Served]:
    """Return what the person has to do with booths, the latest event first; in one statement."""
    rows: Any = session.execute(
        select(SignUp, Shift.starts_at, Shift.ends_at, Event)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Event, Event.id == Booth.event_id)
        .outerjoin(Event.decision)
        .where(SignUp.person_id == person.id, or_(IS_LIVING, HAS_LEFT))
        .where(Shift.cancelled_at.is_(None), NOT_CALLED_OFF, *conditions)
        .order_by(Event.starts_on.desc(), Event.id, Shift.starts_at, Shift.id)
    ).all()
    stands = carried_over((_stand(*row) for row in rows), now)
    carried = {one.id: one for one in stands}
    by_event: dict[Event, list[SignUp]] = {}
    for sign_up, _starts, _ends, event in rows:
        by_event.setdefault(event, []).append(sign_up)
    return [_served(event, own, carried, now) for event, own in by_event.items()]


def _stand(sign_up: SignUp, starts: datetime, ends: datetime, event: Event) -> Stand:
    return Stand(
        sign_up.id, sign_up.person_id, event.id, starts, ends, sign_up.arrived_at,
        sign_up.left_at, sign_up.was_missed, sign_up.stays_on_at is not None,
    )  # fmt: skip


def _served(
    event: Event, sign_ups: Iterable[SignUp], carried: Mapping[int, Stand], now: datetime
) -> Served:
    zone = zone_of(event)
    shifts = tuple(ServedShift(carried[one.id], one.state, zone) for one in sign_ups)
    return Served(event.id, event.name, event.city, zone, shifts, now)


def say_served(served: Iterable[Served]) -> str:
    """Say it for all booths: "6 h planned, 4 h stood at two booths"; "" where there is one."""
    there = [one for one in served if one.goes]
    if len(there) < ADDED_UP_FROM:
        return ""
    planned = sum((one.planned for one in there), timedelta())
    stood = sum((one.stood for one in there), timedelta())
    return say_count("%(planned)s h planned, %(stood)s h stood at %(number)s booth",
                     "%(planned)s h planned, %(stood)s h stood at %(number)s booths", len(there),
                     planned=say_hours(planned), stood=say_hours(stood))  # fmt: skip


def find_arrivals(served: Iterable[Served]) -> dict[int, datetime | None]:
    """Return when somebody came to each shift, by the sign-up's number; see `stood.py`."""
    return {shift.stand.id: shift.stand.arrived for one in served for shift in one.shifts}


def list_past(served: Iterable[Served]) -> list[Served]:
    """Return the booths at which somebody was, the latest first: nothing of them is to come."""
    return [one for one in served if one.goes and one.is_over]


def say_thanks(one: Served) -> str:
    """Thank somebody for what they did at a booth that is over for them."""
    named = {"event": one.event_name}
    if one.stood:
        count = 1 if one.stood == timedelta(hours=1) else 2
        return ngettext("Thank you. You stood %(hours)s hour at the booth at %(event)s.",
                        "Thank you. You stood %(hours)s hours at the booth at %(event)s.", count,
                        hours=say_hours(one.stood), **named)  # fmt: skip
    return _("Thank you for being with us at %(event)s.", **named)
