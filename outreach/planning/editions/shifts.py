"""The shifts of an edition on the days of the next one, and how its hours were cut."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from models import Booth, Event, Person, Shift
from outreach.calendars.clock import say_count
from outreach.calendars.spans import at
from outreach.language import gettext as _
from outreach.staffing.booth.booths import find_booth, list_kinds, zone_of
from outreach.staffing.booth.drawing import Drawn, Plan, plan_like
from outreach.staffing.booth.hours import BoothDays, from_stored
from outreach.staffing.signups.batches.draw import add_shifts

_STANDS = (Shift.booth_id == Booth.id, Shift.cancelled_at.is_(None))


def move_day(day: date, event: Event, other: Event) -> date | None:
    """Return the day of another event for a day of this one; None where it has no such day.

    Those before the end keep their distance from the first day, those after it from the last.
    """
    if day > event.ends_on:
        return other.ends_on + (day - event.ends_on)
    moved = other.starts_on + (day - event.starts_on)
    return moved if moved <= other.ends_on else None


def take_shifts(
    session: Session, event: Event, other: Event, by: Person, now: datetime, real: datetime
) -> str:
    """Draw the shifts of an edition on the days of the next, with nobody on them.

    Return what is left to do, "" where nothing is. Where the next has shifts, or is over, it
    stays as it is; where its clock is not known, hours would be wrong, so that none are drawn.
    """
    booth, theirs = find_booth(session, event.id), find_booth(session, other.id)
    shifts = _standing(session, booth) if booth else []
    if not booth or not shifts or (theirs and _standing(session, theirs)):
        return ""
    if other.timezone is None:
        return _("Its shifts are not drawn: its place, and with it the clock, is not known yet.")
    names = {one.id: one.name for one in list_kinds(session, booth)}
    moved = [one for one in _moved(booth, shifts, event, other, names) if one.ends > now]
    if moved:
        add_shifts(session, other, moved, by, now, real)
    lost = sum(move_day(day, event, other) is None for day, _shift in _by_day(booth, shifts, event))
    return (
        say_count(
            "%(Number)s shift is left out: the next edition has no such day.",
            "%(Number)s shifts are left out: the next edition has no such day.",
            lost,
        )
        if lost
        else ""
    )


def _standing(session: Session, booth: Booth) -> Sequence[Shift]:
    mine = select(Shift).where(Shift.booth_id == booth.id, Shift.cancelled_at.is_(None))
    return session.scalars(mine.order_by(Shift.starts_at, Shift.id)).all()


def _by_day(booth: Booth, shifts: Sequence[Shift], event: Event) -> Iterator[tuple[date, Shift]]:
    days = BoothDays(from_stored(booth.hours), zone_of(event))
    for shift in shifts:
        yield days.day_of(shift.starts_at, shift.kind), shift


def _moved(
    booth: Booth, shifts: Sequence[Shift], event: Event, other: Event, names: Mapping[int, str]
) -> Iterator[Drawn]:
    """Give the shifts at the same hours by the clock of the other venue."""
    for day, shift in _by_day(booth, shifts, event):
        to = move_day(day, event, other)
        if to is not None:
            zones = zone_of(event), zone_of(other)
            starts, ends = (
                _at_same(instant, to - day, *zones) for instant in (shift.starts_at, shift.ends_at)
            )
            yield Drawn(
                shift.kind, starts, ends, shift.min_people, shift.max_people,
                tuple(shift.needs), shift.note, to, names.get(shift.own_kind_id or 0, ""),
            )  # fmt: skip


def _at_same(instant: datetime, later: timedelta, was: ZoneInfo, zone: ZoneInfo) -> datetime:
    local = instant.astimezone(was)
    return at(local.date() + later, local.time(), zone)


def find_last_plan(session: Session, event: Event) -> Plan | None:
    """Return how the newest earlier edition that has shifts cut its hours, to begin with that."""
    if event.series_id is None:
        return None
    drawn = exists().where(*_STANDS)
    last = session.scalar(
        select(Booth)
        .join(Event, Event.id == Booth.event_id)
        .where(Event.series_id == event.series_id, Event.starts_on < event.starts_on, drawn)
        .order_by(Event.starts_on.desc())
        .limit(1)
    )
    if last is None:
        return None
    return plan_like(
        [
            Drawn(one.kind, one.starts_at, one.ends_at, one.min_people, one.max_people,
                  tuple(one.needs))
            for one in _standing(session, last)
        ]
    )  # fmt: skip
