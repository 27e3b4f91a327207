"""Calls: what an event asks for until a day, as it says so."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of
from models.events import Event

CALL_KINDS = ("talks", "stand", "sponsors", "travel", "volunteers")
ENDING_WORDS = ("tba", "open", "closed", "cancelled")
"""What stands in the place of a closing day."""


class Call(OfFoundation, Base):
    """One call of an event. Its ending is kept as given, beside what was read out of it."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("event_id", "kind", "name"),
        CheckConstraint(one_of("kind", CALL_KINDS), name="kind_known"),
        CheckConstraint(f"word IS NULL OR {one_of('word', ENDING_WORDS)}", name="word_known"),
        CheckConstraint("word IS NULL OR last_day IS NULL", name="word_or_day"),
        CheckConstraint("closes_at IS NULL OR last_day IS NOT NULL", name="instant_has_day"),
        CheckConstraint("last_day >= opens_on", name="closes_after_opening"),
        Index("ix_call_foundation_id_last_day", "foundation_id", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120), default="")
    """Which of several of its kind: "Swift devroom"; mostly empty."""
    takes: Mapped[str] = mapped_column(default="")
    url: Mapped[str | None] = mapped_column(String(500))
    opens_on: Mapped[date | None]
    closes: Mapped[str] = mapped_column(String(200), default="")
    """The ending in the organiser's words; empty where it is not known."""
    zone: Mapped[str] = mapped_column(String(64), default="")
    word: Mapped[str | None] = mapped_column(String(10))
    last_day: Mapped[date | None]
    """The day of the ending as it is written there, by the clock of its zone."""
    closes_at: Mapped[datetime | None]
    """The instant, where the words tell one; else it is open through `last_day`, or longer."""
    marks: Mapped[list[str]] = mapped_column(default=list)
    extended_from: Mapped[str] = mapped_column(String(200), default="")
    told_by: Mapped[date | None]
    """The day by which the organiser answers."""
    answer_by: Mapped[date | None]
    """The day by which they wait for our answer to theirs."""
    source: Mapped[str] = mapped_column(String(80), default="")
    """Where it was read; empty once a person wrote it, so that no import writes over it."""
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
