"""Talks: what we say on stage, accepted or not yet."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of
from models.people import Person

TALK_STATES = ("submitted", "accepted", "confirmed", "rejected", "withdrawn")


class Talk(OfFoundation, Base):
    """A talk of ours at an event; accepted is not yet confirmed."""

    __tablename__ = "talk"
    __table_args__ = (
        CheckConstraint(one_of("state", TALK_STATES), name="state_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(20))
    answered_on: Mapped[date | None]
    """The day on which the present state was told to us."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    room: Mapped[str] = mapped_column(String(80), default="")

    speaker: Mapped[Person | None] = relationship(lazy="raise")
