"""A worker's hold on a row that somebody asked it to work on: claimed, renewed, given back, lost.

Every look at the database is a short transaction of its own, so that others write meanwhile.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, sessionmaker

from models.searches import Claimed

LEASE = timedelta(seconds=60)
"""How long what is claimed is a worker's own; every sign of life renews it."""

Columns = dict[str, Any]
Sessions = sessionmaker[Session]
Clock = Callable[[], datetime]
"""Tells real time."""
Claims = type[Claimed]


class Lost(Exception):
    """Somebody ended it, or another worker has it."""


def has_waiting(session: Session, rows: Claims, now: datetime) -> bool:
    """Tell whether something waits for a worker, or lost its own; `now` is real time."""
    return session.scalar(select(rows.id).where(_is_due(rows, now)).limit(1)) is not None


def _is_due(rows: Claims, now: datetime) -> ColumnElement[bool]:
    is_free = or_(rows.claimed_until.is_(None), rows.claimed_until < now)
    return and_(rows.state.in_(rows.worked_on), is_free)


@dataclass
class Hold:
    """A worker's hold on one row, as long as nobody else claims or ends it."""

    rows: Claims
    number: int
    until: datetime
    writing: Sessions
    now: Clock

    def write(self, columns: Columns) -> None:
        """Write to the row and renew the lease. Raises Lost."""
        with self.turn(columns):
            pass

    @contextmanager
    def turn(self, columns: Columns | None = None) -> Iterator[Session]:
        """Write something short in the transaction that renews the lease. Raises Lost."""
        rows, until = self.rows, self.now() + LEASE
        new = {"claimed_until": until} | (columns or {})
        ours = update(rows).where(rows.id == self.number, rows.claimed_until == self.until)
        with self.writing() as session:
            if session.scalar(ours.values(new).returning(rows.id)) is None:
                raise Lost
            yield session
            session.commit()
        self.until = until


def claim(
    rows: Claims, writing: Sessions, now: Clock, *first: InstrumentedAttribute[Any]
) -> Hold | None:
    """Take the oldest row that is due, so that no other worker does; `first` says what is old."""
    at = now()
    due = (
        select(rows.id)
        .where(_is_due(rows, at))
        .order_by(*first, rows.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    begun = case((rows.state == "waiting", "running"), else_=rows.state)
    taken = (
        update(rows)
        .where(rows.id.in_(due.scalar_subquery()), _is_due(rows, at))
        .values(state=begun, claimed_until=at + LEASE)
        .returning(rows.id)
    )
    with writing() as session:
        found = session.scalar(taken)
        session.commit()
    return None if found is None else Hold(rows, found, at + LEASE, writing, now)
