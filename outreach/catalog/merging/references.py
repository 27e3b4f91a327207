"""Finds the row that stands in the way of one that is to point to another event."""

from typing import Any

from sqlalchemy import Table, UniqueConstraint, and_, select
from sqlalchemy.orm import Session

from models import Base, Event
from outreach.accounts.rows import Reference


def event_table() -> Table:
    return Base.metadata.tables[Event.__tablename__]


def find_counterpart(
    session: Session, reference: Reference, row: dict[str, Any], target: int
) -> dict[str, Any] | None:
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


def where_key(table: Table, key: dict[str, Any]) -> Any:
    """Return the condition that finds the row with this key."""
    return and_(*(table.c[name] == value for name, value in key.items()))


def _unique_columns(table: Table) -> list[list[str]]:
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    unique = [[column.name for column in one.columns] for one in constraints]
    return [[column.name for column in table.primary_key], *unique]
