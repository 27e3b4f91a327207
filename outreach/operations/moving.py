"""Moves what a SQLite file holds into an empty PostgreSQL database, and counts it on both sides."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from models import Base
from outreach.refusal import Refused

BATCH = 1000


def move(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every row and the numbers that come next; return how many of each table.

    Both are at the same migration, and both wait for nobody: `source` reads one moment, `target`
    is one transaction, which its caller commits.
    """
    filled = [name for name, count in count_rows(target).items() if count]
    if filled:
        raise Refused(f"The database to move to holds rows already, in {', '.join(filled)}.")
    for table in Base.metadata.sorted_tables:
        for rows in _batches(source, table):
            target.execute(insert(table), rows)
        _go_on_counting(target, table)
    here, there = count_rows(source), count_rows(target)
    if here != there:
        wrong = [
            f"{name}: {here[name]} and {there[name]}" for name in here if here[name] != there[name]
        ]
        raise Refused(f"The numbers of rows differ, so nothing is moved: {', '.join(wrong)}.")
    return there


def count_rows(connection: Connection) -> dict[str, int]:
    """Count the rows of every table."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in Base.metadata.sorted_tables
    }


def _batches(source: Connection, table: Table) -> Iterator[Sequence[dict[str, Any]]]:
    found = source.execute(select(table).order_by(*table.primary_key))
    for rows in found.mappings().partitions(BATCH):
        yield [dict(row) for row in rows]


def _go_on_counting(target: Connection, table: Table) -> None:
    """Let new rows have the numbers after the moved ones."""
    if target.dialect.name != "postgresql" or "id" not in table.c:
        return
    sequence = func.pg_get_serial_sequence(table.name, "id")
    newest = select(func.max(table.c.id)).scalar_subquery()
    target.execute(select(func.setval(sequence, func.coalesce(newest, 1), newest.is_not(None))))
