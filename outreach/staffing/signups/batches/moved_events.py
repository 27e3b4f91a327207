"""An event gets other days or another clock: what that means for its shifts, and moving them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Person, Shift
from outreach.calendars.clock import first_of, say_count, say_days, say_number, say_stretch
from outreach.catalog.places.event_place import place_columns
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.booths import find_booth, is_called_off, zone_of
from outreach.staffing.booth.cautions import is_outside
from outreach.staffing.booth.hours import BoothDays, as_stored, from_stored
from outreach.staffing.booth.redrawing import StandingShift
from outreach.staffing.signups.batches.draw import list_standing
from outreach.staffing.signups.change_shift import change_shifts, same_hours

MOST_LINES = 12
"""Shifts that a preview names."""


@dataclass(frozen=True, slots=True)
class EventMove:
    """What becomes of the shifts to come of an event that gets other days or another clock."""

    shifts: tuple[StandingShift, ...]
    was: ZoneInfo
    zone: ZoneInfo
    days: int
    """How many days later it begins."""
    span: tuple[date, date]
    """Its days from then on."""
    is_whole: bool
    """Whether it ends as many days later."""
    strays: int
    """How many shifts lie outside its days where they stay."""

    @property
    def asks(self) -> bool:
        """Tell whether shifts may go along: the whole event moves, or they would lie outside."""
        return bool(self.days and self.shifts and (self.is_whole or self.strays))

    @property
    def goes_along(self) -> bool:
        """Tell whether that is what is meant, unless somebody says otherwise."""
        return self.asks and self.is_whole

    @property
    def changes_clock(self) -> bool:
        """Tell whether shifts are at another instant by the clock of the new place."""
        return any(self._moved(one, 0) != (one.starts, one.ends) for one in self.shifts)

    @property
    def is_felt(self) -> bool:
        return self.asks or self.changes_clock

    @property
    def people(self) -> dict[int, str]:
        """Return who is on a shift that moves, or waits for it: first names by number."""
        days = self.days if self.asks else 0
        moving = (one for one in self.shifts if self._moved(one, days) != (one.starts, one.ends))
        return {number: name for one in moving for number, name in one.people}

    @property
    def headline(self) -> str:
        """Say how many shifts it concerns: "This concerns 13 shifts."."""
        return say_count(
            "This concerns one shift.", "This concerns %(number)s shifts.", len(self.shifts)
        )

    @property
    def sentence(self) -> str:
        """Say what stays as it is: the hours by the clock at the venue."""
        if not self.changes_clock:
            return _("Hours stay as they are.")
        return _("Hours stay as they are by the clock there, which is another one.")

    @property
    def say_days(self) -> str:
        """Offer to move the shifts with the event: "They move with it, by 7 days"."""
        later, earlier = max(self.days, 0), max(-self.days, 0)
        if later:
            return ngettext(
                "They move with the event, %(num)s day later, and who is on them is told.",
                "They move with the event, %(num)s days later, and who is on them is told.",
                later,
            )
        return ngettext(
            "They move with the event, %(num)s day earlier, and who is on them is told.",
            "They move with the event, %(num)s days earlier, and who is on them is told.",
            earlier,
        )

    @property
    def say_stays(self) -> str:
        """Offer to leave them, and say what that means."""
        if not self.strays:
            return _("They stay on their days.")
        return ngettext(
            "They stay on their days: %(number)s is outside %(days)s then.",
            "They stay on their days: %(number)s are outside %(days)s then.",
            self.strays,
            number=say_number(self.strays),
            days=say_days(*self.span),
        )

    @property
    def lines(self) -> list[str]:
        """Say of each shift when it was and when it will be, of many the first ones."""
        shown, more = first_of(self.shifts, MOST_LINES)
        days = self.days if self.asks else 0
        said = [
            _("%(was)s becomes %(is)s", was=say_stretch(one.starts, one.ends, self.was),
              **{"is": say_stretch(*self._moved(one, days), self.zone)})
            for one in shown
        ]  # fmt: skip
        return [*said, more] if more else said

    def _moved(self, one: StandingShift, days: int) -> tuple[datetime, datetime]:
        return same_hours(one.starts, one.ends, self.was, self.zone, days)


def foresee_move(
    session: Session, event: Event, facts: Mapping[str, Any], now: datetime
) -> EventMove:
    """Tell what these days and this place would mean for shifts to come; nothing is written."""
    first, last = facts["starts_on"], facts["ends_on"]
    was, zone = zone_of(event), _zone_with(event, facts)
    booth = find_booth(session, event.id)
    coming = [one for one in list_standing(session, booth) if one.ends > now] if booth else []
    if is_called_off(session, event.id):
        coming = []
    of = BoothDays(from_stored(booth.hours) if booth else (), was)
    days = (first - event.starts_on).days
    return EventMove(
        tuple(coming), was, zone, days, (first, last),
        is_whole=days == (last - event.ends_on).days,
        strays=sum(
            is_outside(of.day_of(one.starts, one.kind), one.kind, first, last) for one in coming
        ),
    )  # fmt: skip


def move_shifts(
    session: Session, event: Event, days: int, by: Person, now: datetime, real: datetime
) -> None:
    """Let the shifts to come and the hours behind them be so many days later, by the same clock.

    Inside an act on the event, while its zone is the one that they are by. Who is on them is told.
    """
    booth, zone = find_booth(session, event.id), zone_of(event)
    if booth is None:
        return
    standing = [one.id for one in list_standing(session, booth) if one.ends > now]
    rows = session.scalars(select(Shift).where(Shift.id.in_(standing)).order_by(Shift.starts_at))
    wanted = []
    for shift in rows:
        starts, ends = same_hours(shift.starts_at, shift.ends_at, zone, zone, days)
        wanted.append((shift, {"starts_at": starts, "ends_at": ends}))
    if wanted:
        change_shifts(session, wanted, by, now, real)
    moved = (replace(one, day=one.day + timedelta(days=days)) for one in from_stored(booth.hours))
    booth.hours = as_stored(moved)


def _zone_with(event: Event, facts: Mapping[str, Any]) -> ZoneInfo:
    """Return the zone that an event would have with this city and country."""
    place = facts.get("city"), facts.get("country")
    if place == (event.city, event.country):
        return zone_of(event)
    return ZoneInfo(place_columns(*place)["timezone"] or "UTC")
