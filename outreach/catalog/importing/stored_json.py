"""Keeps values of columns in the audit's JSON and brings them back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Table

from models.base import UtcDateTime


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


def row_to_json(row: dict[str, Any]) -> dict[str, Any]:
    """Write a whole row as JSON."""
    return {name: to_json(value) for name, value in row.items()}


def row_from_json(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Read a whole row back; a column that is gone since then is left out."""
    return {name: from_json(table.c[name], value) for name, value in row.items() if name in table.c}
