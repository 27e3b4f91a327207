"""The audit: one line per act, kept beside what the act changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
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


def forget(session: Session, person: Person) -> None:
    """Drop the words of all lines about a person; that something was done stays."""
    about = (AuditEntry.subject == "person", AuditEntry.subject_id == person.id)
    session.execute(update(AuditEntry).where(*about).values(detail={}))
