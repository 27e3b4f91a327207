"""The shifts of a booth day by day, as those who draw them read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from models import Booth, Shift
from outreach.accounts.history import list_acts
from outreach.calendars.clock import say_count, say_hours
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.staffing.booth.drawing import Drawn
from outreach.staffing.roster.coverage import Places, join, length_of
from outreach.staffing.roster.load import CountedShift, count_shifts

CANCELLED = "cancelled"
"""What the audit calls it when staff cancel a shift."""


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One day of the venue with its shifts."""

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
    return _days(count_shifts(session, Shift.booth_id == booth.id, with_cancelled=True), zone)


def days_of_drawn(drawn: Iterable[Drawn], zone: ZoneInfo) -> list[DrawnDay]:
    """Return shifts that are about to be drawn, by day."""
    rows = [
        CountedShift(
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
        for one in drawn
    ]
    return _days(sorted(rows, key=lambda row: (row.starts, row.ends)), zone)


def find_cancellings(session: Session, booth: Booth) -> dict[int, int]:
    """Return the line of the history that tells of each cancelled shift, to take it back."""
    found: dict[int, int] = {}
    for entry in reversed(list_acts(session, booth, CANCELLED)):
        changed = (change for change in entry.detail["rows"] if change["table"] == "shift")
        found |= {change["key"][0]: entry.id for change in changed}
    return found


def _days(rows: Iterable[CountedShift], zone: ZoneInfo) -> list[DrawnDay]:
    grouped = groupby(rows, key=lambda row: row.starts.astimezone(zone).date())
    return [DrawnDay(day, tuple(group)) for day, group in grouped]
