"""Rows of any table as the audit keeps them: values as JSON, found by key, compared by digest."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, ColumnElement, Date, Table, bindparam, select, tuple_, update
from sqlalchemy.orm import Session

from models import Base
from models.base import UtcDateTime

Values = dict[str, Any]
Key = tuple[str, tuple[Any, ...]]
"""A row by its table's name and its primary key."""
Reference = tuple[Table, Column[Any]]

DERIVED = frozenset(["match"])
"""Tables that are computed from the others: thrown away, and computed again."""
UNTOLD = DERIVED | {
    *("audit_entry", "act_subject", "heartbeat", "message", "rate_window"),
    *("import_batch", "import_records"),
    *("sign_in_link", "sign_in_session", "personal_link", "feed"),
}
"""Tables of which the audit keeps nothing: its own, letters, secrets, what is computed."""
UNTOLD_COLUMNS = frozenset(
    [
        *("password_hash", "version", "best_rank", "stale", "browser", "network", "seed"),
        *("feed_hash", "minutes_stood", "has_stood_enough", "recount_at"),
        *("shirt", "food", "spoken", "ticket", "note_to_team"),
    ]
)
UNJUDGED = frozenset(["changed_at", "sequence"])
"""Columns that an act and its way back both move on."""
BATCH = 500


@cache
def models() -> dict[str, type[Base]]:
    """Return the class of each table."""
    return {one.class_.__tablename__: one.class_ for one in Base.registry.mappers}


def table_of(name: str) -> Table:
    """Return a table by its name."""
    return Base.metadata.tables[name]


def references_to(target: Table) -> list[Reference]:
    """Return the columns of all tables that point to a table's key."""
    return [
        (table, key.parent)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is target
    ]


def to_json(value: Any) -> Any:
    """Write a column's value as JSON; days and instants become ISO texts."""
    return value.isoformat() if isinstance(value, date) else value


def from_json(column: Column[Any], value: Any) -> Any:
    """Read back what `to_json` wrote for this column."""
    if not isinstance(value, str):
        return value
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def row_from_json(table: Table, row: Values) -> Values:
    """Read a row back; a column that is gone since then is left out."""
    return {name: from_json(table.c[name], value) for name, value in row.items() if name in table.c}


def key_of(table: Table, row: Values) -> Key:
    """Return where a row is found."""
    return table.name, tuple(row[column.name] for column in table.primary_key)


def is_key(table: Table, keys: Sequence[tuple[Any, ...]]) -> ColumnElement[bool]:
    """Return the condition that finds the rows with these keys."""
    columns = list(table.primary_key)
    if len(columns) == 1:
        return columns[0].in_([key[0] for key in keys])
    return tuple_(*columns).in_(keys)


def where_in(column: Column[Any], values: Collection[Any]) -> Iterator[ColumnElement[bool]]:
    """Return conditions that find these values, so many at a time that every database takes it."""
    some = list(values)
    for start in range(0, len(some), BATCH):
        yield column.in_(some[start : start + BATCH])


def select_rows(
    session: Session, table: Table, condition: ColumnElement[bool], given: Any = None
) -> dict[Key, Values]:
    """Read rows as the database has them now, past the session's own copies."""
    columns = [column for column in table.c if column.name not in UNTOLD_COLUMNS]
    found = session.connection().execute(select(*columns).where(condition), given or {})
    rows = ({name: to_json(value) for name, value in row._mapping.items()} for row in found)
    return {key_of(table, row): row for row in rows}


def read_rows(session: Session, keys: Iterable[Key]) -> dict[Key, Values]:
    """Read these rows, as far as they are there."""
    by_table: dict[str, list[tuple[Any, ...]]] = {}
    for name, key in keys:
        by_table.setdefault(name, []).append(key)
    found: dict[Key, Values] = {}
    for name, some in by_table.items():
        table = table_of(name)
        for start in range(0, len(some), BATCH):
            part = is_key(table, some[start : start + BATCH])
            found |= select_rows(session, table, part)
    return found


def overwrite(session: Session, name: str, changes: Iterable[Values], side: str) -> None:
    """Write the one or the other side of such changes to the rows of a table, many at once."""
    table = table_of(name)
    by_columns: dict[tuple[str, ...], list[Values]] = {}
    for change in changes:
        values = row_from_json(table, change[side])
        given = {f"new_{column}": value for column, value in values.items()}
        by_columns.setdefault(tuple(values), []).append({"number": change["key"][0], **given})
    for columns, rows in by_columns.items():
        new: Values = {column: bindparam(f"new_{column}") for column in columns}
        if "version" in table.c:  # so that an open form knows of it
            new["version"] = table.c.version + 1
        statement = update(table).where(table.c.id == bindparam("number")).values(new)
        session.connection().execute(statement, rows)
    for row in list(session) if by_columns else ():
        if isinstance(row, Base) and row.__tablename__ == name:
            session.expire(row)


def digest(row: Values, columns: Iterable[str]) -> str:
    """Return a short word for what these columns of a row hold."""
    judged = {name: row.get(name) for name in columns if name not in UNJUDGED}
    return sha256(json.dumps(judged, sort_keys=True).encode()).hexdigest()[:16]
