"""Acts of staff on shifts and the people on them: what they changed, and how full it was before."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from models import Person
from outreach.accounts import history
from outreach.staffing.signups import locks
from outreach.staffing.signups.locks import LockedShift


@contextmanager
def shift_act(
    session: Session, real: datetime, by: Person | None, verb: str, grounds: Iterable[LockedShift]
) -> Iterator[history.Act]:
    """Keep what is changed inside as one act on these locked shifts of one booth."""
    grounds = list(grounds)
    with history.act(session, real, by, grounds[0].foundation, verb, grounds[0].shift) as act:
        act.concerns(grounds[0].booth, grounds[0].event)
        act.detail["held"] = locks.count_held(session, [ground.shift.id for ground in grounds])
        yield act
