"""Rows that many tests begin with: written by the rules once in a run, then put as they were.

A season that is planned by rules costs many times what its rows cost. What is put is what the
rules wrote where the tables stood at the same numbers; where they stand elsewhere, the rules write.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from models import Base

Given = ParamSpec("Given")
Result = TypeVar("Result")
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(frozen=True)
class _Written:
    """The rows that a function added, by table, and what it returned."""

    rows: Rows
    result: Any


_KEPT: dict[object, _Written | None] = {}
"""By what was called with what and where the tables stood; None where it changed other rows too."""


def written_once(
    write: Callable[Concatenate[Session, Given], Result],
) -> Callable[Concatenate[Session, Given], Result]:
    """Let a function that adds rows and returns plain values do its work once in a run."""

    @wraps(write)
    def written(session: Session, *given: Given.args, **named: Given.kwargs) -> Result:
        session.flush()
        connection = session.connection()
        if connection.dialect.name != "sqlite":
            return write(session, *given, **named)
        key = (write, repr((given, named)), _stand(connection))
        if key not in _KEPT:
            before = _all_rows(connection)
            result = write(session, *given, **named)
            session.flush()
            _KEPT[key] = _told_apart(before, _all_rows(connection), result)
            return result
        kept = _KEPT[key]
        if kept is None:
            return write(session, *given, **named)
        for table, rows in kept.rows.items():
            places = ", ".join("?" * len(rows[0]))
            connection.exec_driver_sql(f"INSERT INTO {table} VALUES ({places})", rows)
        return kept.result  # type: ignore[no-any-return]

    return written


@cache
def _tables() -> tuple[str, ...]:
    return tuple(f'"{table.name}"' for table in Base.metadata.sorted_tables)


@cache
def _numbered() -> str:
    """Return what asks how far all tables are numbered."""
    tables = [table for table in Base.metadata.sorted_tables if "id" in table.primary_key.columns]
    return "SELECT " + ", ".join(f'(SELECT max(id) FROM "{table.name}")' for table in tables)


def _stand(connection: Connection) -> Sequence[Any]:
    return tuple(connection.exec_driver_sql(_numbered()).one())


def _all_rows(connection: Connection) -> Rows:
    """Return all rows of all tables as the database holds them, a table after those it rests on."""
    return {
        name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
        for name in _tables()
    }


def _told_apart(before: Rows, after: Rows, result: Any) -> _Written | None:
    """Return what is there after and was not before; None where something before is different."""
    added = {}
    for name, rows in after.items():
        there = set(before[name])
        if not there <= set(rows):
            return None
        if new := [row for row in rows if row not in there]:
            added[name] = new
    return _Written(added, result)
