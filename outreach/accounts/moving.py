"""Moves what points to one row over to another, where two rows turn out to be one thing."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table, UniqueConstraint, and_, select, update
from sqlalchemy.orm import Session

from models import Base
from outreach.accounts.history import Act
from outreach.accounts.rows import DERIVED, UNTOLD, Reference, Values, references_to


class Moving:
    """Moves the rows that point to one row of a table over to another of it."""

    def __init__(self, act: Act, session: Session, target: int, gone: int) -> None:
        self.act, self.session = act, session
        self.target, self.gone = target, gone

    def move(
        self, reference: Reference, is_between: Callable[[Table, Values], bool] | None = None
    ) -> None:
        """Move the rows of one table; where the target has its own, that one stays.

        What a row `is_between` the two says goes with the one that goes.
        """
        self._move(reference, self.gone, self.target, is_between)

    def _move(
        self,
        reference: Reference,
        gone: int,
        target: int,
        is_between: Callable[[Table, Values], bool] | None = None,
    ) -> None:
        table, column = reference
        if table.name in DERIVED:
            return
        theirs = column == gone
        if not may_stand_in_the_way(reference):  # all at once: others wait for it meanwhile
            self.session.execute(update(table).where(theirs).values({column.name: target}))
            return
        rows = self.session.execute(select(table).where(theirs)).all()
        for row in (dict(one._mapping) for one in rows):
            stays = find_counterpart(self.session, reference, row, target)
            if stays is not None:
                self._hand_over(table, row, stays)
            elif is_between is None or not is_between(table, row):
                self._point(table, row, column.name, target)

    def _hand_over(self, table: Table, row: Values, stays: Values) -> None:
        """Move what hangs on a row that goes to the one that stays."""
        if "id" not in table.c:
            return
        for reference in references_to(table):
            self._move(reference, row["id"], stays["id"])

    def _point(self, table: Table, row: Values, column: str, target: int) -> None:
        """Let a row point elsewhere; where that changes its key, the act is told."""
        key = {one.name: row[one.name] for one in table.primary_key}
        if column in key:
            self.act.watch.expect(table, tuple((key | {column: target}).values()))
        self.session.execute(update(table).where(where_key(table, key)).values({column: target}))


def find_counterpart(
    session: Session, reference: Reference, row: Values, target: int
) -> Values | None:
    """Find the row that stands in the way if this row's reference changed to `target`."""
    table, column = reference
    for columns in _unique_columns(table):
        if column.name not in columns or any(row[name] is None for name in columns):
            continue
        same = (table.c[name] == row[name] for name in columns if name != column.name)
        found = session.execute(select(table).where(column == target, and_(True, *same))).first()
        if found:
            return dict(found._mapping)
    return None


def may_stand_in_the_way(reference: Reference) -> bool:
    """Tell whether a row can stand in the way of another at all: where the reference is a key."""
    table, column = reference
    return any(column.name in columns for columns in _unique_columns(table))


def where_key(table: Table, key: Values) -> Any:
    """Return the condition that finds the row with this key."""
    return and_(*(table.c[name] == value for name, value in key.items()))


def forget_loaded(session: Session, target: Table) -> None:
    """Let rows that point to a table be read again: they were moved behind the session's back.

    But for those that no act tells of: a request knows by one of them who is signed in.
    """
    moved = {table.name for table, _column in references_to(target)} - UNTOLD | {target.name}
    for row in list(session):
        if isinstance(row, Base) and row.__tablename__ in moved:
            session.expire(row)


def _unique_columns(table: Table) -> list[list[str]]:
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    unique = [[column.name for column in one.columns] for one in constraints]
    return [[column.name for column in table.primary_key], *unique]
