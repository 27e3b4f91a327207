"""The brief's own words, and what stood on it whenever somebody printed it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Brief(Base):
    """The texts of one event's brief; everything else on it is gathered when it is shown."""

    __tablename__ = "brief"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    goal: Mapped[str] = mapped_column(default="")
    points: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Talking points: {"head", "text"}."""
    questions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """What visitors will ask: {"q", "a"}."""
    contacts: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """{"what", "who", "phone"}."""
    links: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """{"label", "url"}."""
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class BriefPrint(Base):
    """Somebody printed the brief; the newest row tells what lies at the booth."""

    __tablename__ = "brief_print"
    __table_args__ = (Index("ix_brief_print_event_id_printed_at", "event_id", "printed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    printed_at: Mapped[datetime]
    """On the planning clock, as the page says it."""
    words: Mapped[str]
    """A digest of the brief's own words."""
    issues: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """{"id", "key", "fate", "ask", "said"}: each issue on it, its card, a digest of the card."""
