"""What a worker searches for: told of while it goes on, given back, ended."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from models import Foundation
from models.searches import STILL_ON, Searched
from outreach.claims import Clock, Columns, Hold, Lost, Sessions, claim

EVERY = 1.0
"""Seconds between two signs of life."""

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


@dataclass
class Work(ABC):
    """A worker's way through one search."""

    rows: ClassVar[Rows]
    make_session: Sessions
    now: Clock
    """Tells real time."""
    should_stop: Callable[[], bool]
    hold: Hold
    is_lost: bool = False
    """Somebody cancelled or used it, or another worker has it."""
    told_at: float = 0.0

    @property
    def number(self) -> int:
        """Return the number of its row."""
        return self.hold.number

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
        self.write(columns)

    def give_back(self, columns: Columns) -> None:
        """Leave it to the next worker, with what was found so far."""
        self.write({**columns, "state": "waiting", "claimed_until": None})

    def finish(self, columns: Columns, state: str = "done") -> None:
        ended = {"state": state, "claimed_until": None, "finished_at": self.planning_now()}
        self.write({**columns, **ended})

    def write(self, columns: Columns) -> None:
        """Write to the row, as long as it is this worker's."""
        try:
            self.hold.write(columns)
        except Lost:
            self.is_lost = True

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
    hold = claim(kind.rows, make_session, now)
    if hold is None:
        return False
    work = kind(make_session, now, should_stop, hold)
    try:
        work.run()
    except Exception:
        work.finish({}, "failed")
        raise
    return True
