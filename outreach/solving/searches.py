"""A worker's hold on what it searches for: claimed for a while, told of, given back, ended.

Every look at the database is a short transaction of its own, so that others write meanwhile.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Update, and_, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from models import Foundation
from models.searches import STILL_ON, Searched

LEASE = timedelta(seconds=60)
"""How long what is claimed is a worker's own; every sign of life renews it."""
EVERY = 1.0
"""Seconds between two signs of life."""

Columns = dict[str, Any]
Sessions = sessionmaker[Session]
Clock = Callable[[], datetime]
Rows = type[Searched]


def end(rows: Rows, now: datetime) -> Update:
    """End every search among these rows that is still on; the caller says which are meant."""
    still_on = update(rows).where(rows.state.in_(STILL_ON))
    return still_on.values(state="cancelled", claimed_until=None, finished_at=now)


def cancel(session: Session, searched: Searched, now: datetime) -> bool:
    """End a search; the best found so far stays. Tell whether it was still on."""
    rows = type(searched)
    ended = session.scalar(end(rows, now).where(rows.id == searched.id).returning(rows.id))
    session.refresh(searched)
    return ended is not None


def has_waiting(session: Session, rows: Rows, now: datetime) -> bool:
    """Tell whether something waits for a worker, or lost its own; `now` is real time."""
    return session.scalar(select(rows.id).where(_is_due(rows, now)).limit(1)) is not None


def _is_due(rows: Rows, now: datetime) -> ColumnElement[bool]:
    lost = and_(rows.state == "running", rows.claimed_until < now)
    return or_(rows.state == "waiting", lost)


@dataclass
class Work(ABC):
    """A worker's way through one search."""

    rows: ClassVar[Rows]
    make_session: Sessions
    now: Clock
    """Tells real time."""
    should_stop: Callable[[], bool]
    number: int
    claimed_until: datetime
    is_lost: bool = False
    """Somebody cancelled or used it, or another worker has it."""
    told_at: float = 0.0

    @abstractmethod
    def run(self) -> None:
        """Search from beginning to end, and write what was found."""

    @abstractmethod
    def foundation(self, session: Session) -> Foundation:
        """Return whose it is."""

    def must_end(self) -> bool:
        return self.is_lost or self.should_stop()

    def is_time(self) -> bool:
        """Tell whether a sign of life is due."""
        return time.monotonic() - self.told_at >= EVERY

    def tell(self, columns: Columns) -> None:
        """Give a sign of life and renew the lease."""
        self.told_at = time.monotonic()
        until = self.now() + LEASE
        self.write({**columns, "claimed_until": until})
        self.claimed_until = until

    def give_back(self, columns: Columns) -> None:
        """Leave it to the next worker, with what was found so far."""
        self.write({**columns, "state": "waiting", "claimed_until": None})

    def finish(self, columns: Columns, state: str = "done") -> None:
        ended = {"state": state, "claimed_until": None, "finished_at": self.planning_now()}
        self.write({**columns, **ended})

    def write(self, columns: Columns) -> None:
        """Write to the row, as long as it is this worker's."""
        rows = self.rows
        ours = update(rows).where(
            rows.id == self.number,
            rows.state == "running",
            rows.claimed_until == self.claimed_until,
        )
        with self.make_session() as session:
            written = session.scalar(ours.values(**columns).returning(rows.id))
            session.commit()
        self.is_lost = self.is_lost or written is None

    def planning_now(self) -> datetime:
        """Return the foundation's own time."""
        with self.make_session() as session:
            return self.foundation(session).now(self.now())


def run_waiting(
    kind: type[Work], make_session: Sessions, now: Clock, should_stop: Callable[[], bool]
) -> bool:
    """Do one search that waits, from claim to end; tell whether there was one.

    A worker that is to end gives it back; one that is killed loses it when its lease runs out.
    """
    claimed = _claim(kind.rows, make_session, now())
    if claimed is None:
        return False
    work = kind(make_session, now, should_stop, *claimed)
    try:
        work.run()
    except Exception:
        work.finish({}, "failed")
        raise
    return True


def _claim(rows: Rows, make_session: Sessions, now: datetime) -> tuple[int, datetime] | None:
    """Take the oldest that waits, so that no other worker does."""
    due = (
        select(rows.id)
        .where(_is_due(rows, now))
        .order_by(rows.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    until = now + LEASE
    taken = (
        update(rows)
        .where(rows.id.in_(due.scalar_subquery()), _is_due(rows, now))
        .values(state="running", claimed_until=until)
        .returning(rows.id)
    )
    with make_session() as session:
        found = session.scalar(taken)
        session.commit()
    return None if found is None else (found, until)
