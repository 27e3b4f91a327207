"""What is free near a shift that is full: a few by time, however long the list is."""

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from models import Shift, SignUp
from models.staffing import HOLDING

NEAR = 5
"""So many before and so many after are looked at."""


def find_free_near(session: Session, booth_id: int, starts: datetime, now: datetime) -> list[int]:
    """Return the numbers of a booth's shifts with a free place, nearest in time to an instant."""
    later = _free(booth_id, now).where(Shift.starts_at >= starts).order_by(Shift.starts_at)
    sooner = _free(booth_id, now).where(Shift.starts_at < starts)
    found = [
        *session.execute(later.limit(NEAR)),
        *session.execute(sooner.order_by(Shift.starts_at.desc()).limit(NEAR)),
    ]
    found.sort(key=lambda row: (abs(row[1] - starts), row[0]))
    return [row[0] for row in found]


def _free(booth_id: int, now: datetime) -> Select[int, datetime]:
    held = (
        select(func.count())
        .where(SignUp.shift_id == Shift.id, SignUp.state.in_((*HOLDING, "waiting")))
        .scalar_subquery()
    )
    return select(Shift.id, Shift.starts_at).where(
        Shift.booth_id == booth_id,
        Shift.cancelled_at.is_(None),
        Shift.starts_at > now,
        held < Shift.max_people,
    )
