"""The audit: one line per act, kept beside what the act changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Foundation, Person


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


def find_entry(
    session: Session, foundation: Foundation, entry_id: int, act: str, subject: str
) -> AuditEntry | None:
    """Return that line if it tells of such an act on such a subject of this foundation."""
    return session.scalar(
        select(AuditEntry).where(
            AuditEntry.id == entry_id,
            AuditEntry.foundation_id == foundation.id,
            AuditEntry.act == act,
            AuditEntry.subject == subject,
        )
    )
