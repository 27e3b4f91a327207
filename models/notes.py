"""What people note about an event for each other, and whom they name there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation
from models.events import Event
from models.people import Person


class EventNote(OfFoundation, Base):
    """What somebody of staff or a lead notes about an event for the others."""

    __tablename__ = "event_note"
    __table_args__ = (
        CheckConstraint("length(text) > 0", name="text_given"),
        # The history finds a note by its number: no other may ever get it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    text: Mapped[str]
    written_at: Mapped[datetime]
    """By the planning clock."""
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="raise")
    author: Mapped[Person | None] = relationship(lazy="raise")
    mentions: Mapped[list["NoteMention"]] = relationship(lazy="raise", passive_deletes=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class NoteMention(Base):
    """Somebody whom a note names with an @: they are told of it."""

    __tablename__ = "note_mention"

    note_id: Mapped[int] = mapped_column(
        ForeignKey("event_note.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
