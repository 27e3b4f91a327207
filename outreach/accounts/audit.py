"""The audit: one line per act, kept beside what the act changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, bindparam, func, select, update
from sqlalchemy.orm import Session

from models import ActSubject, AuditEntry, Foundation, Person
from outreach.accounts.redaction import CONTACTS, MADE_ONE
from outreach.accounts.rows import BATCH, Key, Values, row_from_json, table_of


def record(
    session: Session,
    now: datetime,
    person: Person | None,
    foundation: Foundation | None,
    act: str,
    subject: str,
    subject_id: int | None,
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Add a line about `act` (a verb in the past) on a `subject` (a table's name).

    `now` is real time: the example's clock does not rule the audit. `detail` holds what is
    needed to understand or undo the act, and no secrets.
    """
    entry = AuditEntry(
        at=now,
        person_id=person.id if person else None,
        foundation_id=foundation.id if foundation else None,
        act=act,
        subject=subject,
        subject_id=subject_id,
        detail=detail or {},
    )
    session.add(entry)
    session.flush()
    return entry


def forget(session: Session, person: Person) -> None:
    """Drop the words of all lines about a person; that something was done stays."""
    about = (AuditEntry.subject == "person", AuditEntry.subject_id == person.id)
    session.execute(update(AuditEntry).where(*about).values(detail={}))


def forget_rows(session: Session, person: Person, gone: Collection[Key] = ()) -> None:
    """Let the history forget a person's contact, and what it kept of rows that go with them.

    What is left of an act can be taken back still.
    """
    about = select(ActSubject.entry_id).where(
        ActSubject.subject == "person", ActSubject.subject_id == person.id
    )
    numbers = list(session.scalars(about))
    for start in range(0, len(numbers), BATCH):
        some = AuditEntry.id.in_(numbers[start : start + BATCH])
        for entry in session.scalars(select(AuditEntry).where(some)):
            _strip(entry, person, set(gone))


def _strip(entry: AuditEntry, person: Person, gone: set[Key]) -> None:
    if "rows" not in entry.detail:
        return
    kept = []
    is_one = entry.act == MADE_ONE and entry.subject_id == person.id
    if is_one and gone:
        entry.detail = {}
        return
    for change in entry.detail["rows"]:
        if (change["table"], tuple(change["key"])) in gone or _names(change, person, gone):
            continue
        if change["table"] == "person" and (change["key"] == [person.id] or is_one):
            change = {name: _without_contact(value) for name, value in change.items()}
        kept.append(change)
    detail = entry.detail | {"rows": kept}
    if not kept and entry.detail["rows"]:
        del detail["rows"]  # too old to be taken back
    entry.detail = detail


def _names(change: dict[str, Any], person: Person, gone: set[Key]) -> bool:
    """Tell whether a change is of a row that was the person's and is gone by now."""
    before = change["before"]
    return bool(gone) and isinstance(before, dict) and before.get("person_id") == person.id


def _without_contact(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: one for name, one in value.items() if name not in CONTACTS}


def changes_of(subject: str, foundation: Foundation) -> Subquery:
    """Select how often acts were about each thing of a kind, and when the last one was.

    Taking one back is an act too, so that the number only rises.
    """
    return (
        select(
            ActSubject.subject_id.label("number"),
            func.count().label("times"),
            func.max(AuditEntry.at).label("at"),
        )
        .join(AuditEntry, AuditEntry.id == ActSubject.entry_id)
        .where(ActSubject.subject == subject, AuditEntry.foundation_id == foundation.id)
        .group_by(ActSubject.subject_id)
        .subquery()
    )


_LAST = select(func.max(AuditEntry.at)).where(AuditEntry.foundation_id == bindparam("foundation"))


def find_last(session: Session, foundation: Foundation) -> datetime | None:
    """Return when something was last done in a foundation."""
    return session.scalar(_LAST, {"foundation": foundation.id})


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """A row that an act took away, as it was."""

    number: int
    row: Values
    at: datetime


def list_removed(
    session: Session, foundation: Foundation, table: str, about: tuple[str, int], since: datetime
) -> list[RemovedRow]:
    """Return the rows of a table that acts about something took away, each as it last was.

    Some may be there again: the caller knows.
    """
    lines = session.execute(
        select(AuditEntry.at, AuditEntry.detail)
        .join(ActSubject, ActSubject.entry_id == AuditEntry.id)
        .where(ActSubject.subject == about[0], ActSubject.subject_id == about[1])
        .where(AuditEntry.foundation_id == foundation.id, AuditEntry.at > since)
        .order_by(AuditEntry.id)
    )
    found = {}
    for at, detail in lines:
        for change in detail.get("rows", ()):
            if change["table"] == table and change["before"] and change["after"] is None:
                number = change["key"][0]
                row = row_from_json(table_of(table), change["before"])
                found[number] = RemovedRow(number, row, at)
    return list(found.values())
