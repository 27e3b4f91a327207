"""The shifts of a booth day by day, as those who draw them read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import Booth, Shift
from outreach.accounts.history import list_acts
from outreach.calendars.clock import say_count, say_hours
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.drawing import Drawn
from outreach.staffing.booth.hours import BoothDays, by_day, from_stored
from outreach.staffing.roster.coverage import Places, join, length_of
from outreach.staffing.roster.load import CountedShift, count_shifts

CANCELLED = "cancelled"
"""What the audit calls it when staff cancel a shift."""


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One day of the booth with its shifts; those of its night are among them."""

    day: date
    rows: tuple[CountedShift, ...]

    @property
    def ends(self) -> datetime:
        return max(row.ends for row in self.rows)

    @property
    def hours(self) -> float:
        """Return for how many hours the booth is open by its shifts."""
        spans = [(row.starts, row.ends) for row in self.rows if row.kind == "booth"]
        return length_of(join(spans)) / timedelta(hours=1)

    @property
    def say_open(self) -> str:
        """Say how long it is open: "open 7.5 hours"."""
        if not self.hours:
            return _("not open")
        one = 1 if self.hours == 1 else 2
        length = say_hours(timedelta(hours=self.hours))
        return ngettext("open %(hours)s hour", "open %(hours)s hours", one, hours=length)


def standing_in(days: Iterable[DrawnDay]) -> list[CountedShift]:
    """Return the shifts that are not cancelled."""
    return [row for one in days for row in one.rows if not row.is_cancelled]


def say_standing(days: Iterable[DrawnDay]) -> str:
    """Say how the shifts that stand are staffed: "Two of 14 shifts need somebody more."."""
    standing = standing_in(days)
    short, count = sum(bool(row.missing) for row in standing), len(standing)
    if not standing:
        return _("No shifts are drawn yet.")
    if not any(row.places.taken for row in standing):
        return ngettext(
            "Nobody is on the shift yet.", "Nobody is on the %(num)s shifts yet.", count
        )
    if not short:
        return ngettext(
            "The shift has enough people.", "All %(num)s shifts have enough people.", count
        )
    return say_count(
        "%(Number)s of %(all)s shifts needs somebody more.",
        "%(Number)s of %(all)s shifts need somebody more.",
        short,
        all=count,
    )


def list_days(session: Session, booth: Booth, zone: ZoneInfo) -> list[DrawnDay]:
    """Return the days of a booth with their shifts, the cancelled ones among them."""
    days = BoothDays(from_stored(booth.hours), zone)
    rows = count_shifts(session, Shift.booth_id == booth.id, with_cancelled=True)
    return _days((days.day_of(row.starts, row.kind), row) for row in rows)


def days_of_drawn(drawn: Iterable[Drawn], zone: ZoneInfo) -> list[DrawnDay]:
    """Return shifts that are about to be drawn, by day."""
    ordered = sorted(drawn, key=lambda one: (one.starts, one.ends))
    return _days((one.day_in(zone), _as_counted(one, zone)) for one in ordered)


def _as_counted(one: Drawn, zone: ZoneInfo) -> CountedShift:
    return CountedShift(
        id=None,
        event_id=None,
        zone=zone,
        kind=one.kind,
        starts=one.starts,
        ends=one.ends,
        needs=one.needs,
        note=one.note,
        is_cancelled=False,
        places=Places(one.min_people, one.max_people),
    )


def find_cancellings(session: Session, booth: Booth) -> dict[int, int]:
    """Return the line of the history that tells of each cancelled shift, to take it back."""
    found: dict[int, int] = {}
    for entry in reversed(list_acts(session, booth, CANCELLED)):
        changed = (change for change in entry.detail["rows"] if change["table"] == "shift")
        found |= {change["key"][0]: entry.id for change in changed}
    return found


def _days(rows: Iterable[tuple[date, CountedShift]]) -> list[DrawnDay]:
    return [DrawnDay(day, tuple(group)) for day, group in by_day(rows)]
