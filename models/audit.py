"""The audit: who changed what, in real time, and what each act was about."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.people import Person


class AuditEntry(Base):
    """One act of one person; changed once at most, when it is taken back."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_foundation_id_at", "foundation_id", "at"),
        Index("ix_audit_entry_subject", "subject", "subject_id"),
        Index("ix_audit_entry_part_of", "part_of"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    foundation_id: Mapped[int | None] = mapped_column(
        ForeignKey("foundation.id", ondelete="CASCADE")
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    act: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    taken_back_at: Mapped[datetime | None]
    part_of: Mapped[int | None]
    """The number of the larger act that this one was done for; it is taken back with that."""

    person: Mapped[Person | None] = relationship(lazy="raise")


class ActSubject(Base):
    """One event, segment, person or booth that an act was about, for its own history."""

    __tablename__ = "act_subject"
    __table_args__ = (Index("ix_act_subject_entry_id", "entry_id"),)

    subject: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("audit_entry.id", ondelete="CASCADE"), primary_key=True
    )
