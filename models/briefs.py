"""The brief's own words: what people at the booth say, hear and whom they call."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
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
