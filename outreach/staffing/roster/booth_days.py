"""The shifts of a booth day by day, as those who draw them read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from models import Booth, Shift, SignUp
from models.staffing import HOLDING
from outreach.accounts.history import list_acts
from outreach.staffing.booth.drawing import Drawn

CANCELLED = "cancelled"
"""What the audit calls it when staff cancel a shift."""


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A shift of a booth, stored or about to be; `id` is None where it is not stored."""

    id: int | None
    kind: str
    starts: datetime
    ends: datetime
    least: int
    most: int
    needs: tuple[str, ...]
    note: str
    held: int = 0
    is_cancelled: bool = False

    @property
    def missing(self) -> int:
        """Return how many people it lacks."""
        return max(0, self.least - self.held)


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """One day of the venue with its shifts."""

    day: date
    rows: tuple[DrawnRow, ...]

    @property
    def ends(self) -> datetime:
        """Return when its last shift ends."""
        return max(row.ends for row in self.rows)

    @property
    def hours(self) -> float:
        """Return for how many hours the booth is open by its shifts."""
        spans = sorted((row.starts, row.ends) for row in self.rows if row.kind == "booth")
        total, reached = timedelta(), None
        for starts, ends in spans:
            first = max(starts, reached) if reached else starts
            total += max(ends - first, timedelta())
            reached = max(ends, reached) if reached else ends
        return total / timedelta(hours=1)


def list_days(session: Session, booth: Booth, zone: ZoneInfo) -> list[DrawnDay]:
    """Return the days of a booth with their shifts, the cancelled ones among them."""
    held = func.count(SignUp.id)
    rows = session.execute(
        select(
            Shift.id,
            Shift.kind,
            Shift.starts_at,
            Shift.ends_at,
            Shift.min_people,
            Shift.max_people,
            Shift.needs,
            Shift.note,
            Shift.cancelled_at,
            held,
        )
        .outerjoin(SignUp, and_(SignUp.shift_id == Shift.id, SignUp.state.in_(HOLDING)))
        .where(Shift.booth_id == booth.id)
        .group_by(Shift.id)
        .order_by(Shift.starts_at, Shift.id)
    )
    found = [
        DrawnRow(*row[:6], needs=tuple(row[6]), note=row[7], held=row[9], is_cancelled=bool(row[8]))
        for row in rows
    ]
    return _days(found, zone)


def days_of_drawn(drawn: Iterable[Drawn], zone: ZoneInfo) -> list[DrawnDay]:
    """Return shifts that are about to be drawn, by day."""
    rows = [
        DrawnRow(
            None,
            one.kind,
            one.starts,
            one.ends,
            one.min_people,
            one.max_people,
            one.needs,
            one.note,
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


def _days(rows: Iterable[DrawnRow], zone: ZoneInfo) -> list[DrawnDay]:
    grouped = groupby(rows, key=lambda row: row.starts.astimezone(zone).date())
    return [DrawnDay(day, tuple(group)) for day, group in grouped]
