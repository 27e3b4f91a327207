"""What people settle about an event: who owns it, until when, and who approved it."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.people import Person


class EventPlan(Base):
    """Who owns an event, and the day on which it is decided or looked at again."""

    __tablename__ = "event_plan"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    next_on: Mapped[date | None]

    owner: Mapped[Person | None] = relationship(lazy="raise")


class Approval(Base):
    """The yes of a body whose yes the foundation asks for; where there is none, none was given."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("event_id", "whose"),
        CheckConstraint("length(approved_by) > 0", name="approved_by_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    whose: Mapped[str] = mapped_column(String(60))
    """As the foundation names it: "board"."""
    approved_by: Mapped[str] = mapped_column(String(120))
    approved_on: Mapped[date]
    link: Mapped[str | None] = mapped_column(String(500))
    """Where it can be read."""
    noted_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
