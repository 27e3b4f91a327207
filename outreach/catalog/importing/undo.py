"""Undoes an import: what it created and nobody touched goes, what it changed is restored."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from models import AuditEntry, Event, EventSource, Foundation, Person, Series, SeriesAlias
from outreach.accounts.audit import record
from outreach.catalog.importing.import_rows import IMPORTED
from outreach.catalog.importing.stored_json import from_json, to_json
from outreach.catalog.merging.references import (
    DERIVED_TABLES,
    OFFER_TABLE,
    event_table,
    references_to,
    series_table,
)
from outreach.locking import wait_for_others
from outreach.refusal import Refused

UNDID = "undid"
_OWN_TABLES = DERIVED_TABLES | {OFFER_TABLE, EventSource.__tablename__}
"""What an import makes itself; rows elsewhere mean that somebody works with the event."""


@dataclass(frozen=True, slots=True)
class UndoneImport:
    """What an undo did; `kept` are the ids of events that somebody works with by now."""

    removed: int
    restored: list[int]
    kept: list[int]


def undo_import(
    session: Session, entry: AuditEntry, now: datetime, person: Person | None
) -> UndoneImport:
    """Take an import back, once, and flush."""
    refuse_second_undo(session, entry, IMPORTED)
    created = entry.detail["created"]
    free = _untouched(session, entry, created)
    session.execute(delete(Event).where(Event.id.in_(free)))
    restored = [change["id"] for change in entry.detail["changes"] if _restore(session, change)]
    _remove_empty_series(session, entry.detail["series"])
    record_undo(session, entry, now, person)
    there = set(session.scalars(select(Event.id).where(Event.id.in_(created))))
    return UndoneImport(len(free), restored, sorted(there))


def refuse_second_undo(session: Session, entry: AuditEntry, act: str) -> None:
    """Refuse what is not an act of this kind, or was undone before, by another click too."""
    wait_for_others(session, entry.foundation_id)
    if entry.act != act:
        raise Refused("There is nothing of that kind to undo.")
    undone = select(AuditEntry.id).where(
        AuditEntry.act == UNDID,
        AuditEntry.subject == AuditEntry.__tablename__,
        AuditEntry.subject_id == entry.id,
    )
    if session.scalar(undone) is not None:
        raise Refused("This has been undone already.")


def record_undo(session: Session, entry: AuditEntry, now: datetime, person: Person | None) -> None:
    """Write into the audit that an act was undone."""
    foundation = session.get(Foundation, entry.foundation_id)
    record(session, now, person, foundation, UNDID, AuditEntry.__tablename__, entry.id)


def _untouched(session: Session, entry: AuditEntry, ids: list[int]) -> list[int]:
    """Return the events that are still as this import made them.

    The instant is compared too: SQLite gives the id of a deleted row to a later one.
    """
    table = event_table()
    used = [
        exists().where(column == table.c.id)
        for other, column in references_to(table)
        if other.name not in _OWN_TABLES
    ]
    statement = select(Event.id).where(
        Event.id.in_(ids),
        Event.foundation_id == entry.foundation_id,
        Event.created_at == entry.at,
        Event.version == 1,
        ~or_(*used),
    )
    return list(session.scalars(statement))


def _restore(session: Session, change: dict[str, Any]) -> bool:
    """Put back the columns that still show what the import wrote, and the record it replaced."""
    event = session.get(Event, change["id"])
    source = session.get(EventSource, change["source"])
    if event is None or source is None or source.event_id != event.id:
        return False
    source.record = change["record"]
    columns = event_table().c
    for name, value in change["before"].items():
        if to_json(getattr(event, name)) == change["after"][name]:
            setattr(event, name, from_json(columns[name], value))
    return bool(change["before"])


def _remove_empty_series(session: Session, ids: list[int]) -> None:
    """Delete the series that the import created, as far as nothing hangs on them."""
    table = series_table()
    used = [
        exists().where(column == table.c.id)
        for other, column in references_to(table)
        if other.name != SeriesAlias.__tablename__
    ]
    session.execute(delete(Series).where(Series.id.in_(ids), ~or_(*used)))
