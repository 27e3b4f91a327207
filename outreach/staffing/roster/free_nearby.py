"""What is free near a shift that is full: a few by time, however long the list is."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models import Shift, SignUp
from models.staffing import IS_LIVING

NEAR = 5
"""So many before and so many after are looked at."""

_HELD = (
    select(func.count())
    .where(SignUp.shift_id == Shift.id, IS_LIVING)
    .correlate(Shift)
    .scalar_subquery()
)
_FREE = select(Shift.id, Shift.starts_at).where(
    Shift.booth_id == bindparam("booth"),
    Shift.cancelled_at.is_(None),
    Shift.starts_at > bindparam("now"),
    Shift.max_people > _HELD,
)
_STARTS = bindparam("starts", type_=Shift.starts_at.type)
_LATER = _FREE.where(Shift.starts_at >= _STARTS).order_by(Shift.starts_at).limit(NEAR)
_SOONER = _FREE.where(Shift.starts_at < _STARTS).order_by(Shift.starts_at.desc()).limit(NEAR)


def find_free_near(session: Session, booth_id: int, starts: datetime, now: datetime) -> list[int]:
    """Return the numbers of a booth's shifts with a free place, nearest in time to an instant."""
    wanted = {"booth": booth_id, "now": now, "starts": starts}
    found = [*session.execute(_LATER, wanted), *session.execute(_SOONER, wanted)]
    found.sort(key=lambda row: (abs(row[1] - starts), row[0]))
    return [row[0] for row in found]
