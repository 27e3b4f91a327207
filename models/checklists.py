"""Checklists: what is to be done for an event, by which day, and that it was; who is told of it."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, case, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, days_after, one_of
from models.events import Event
from models.people import Person

ITEM_KINDS = ("task", "forms", "hotel", "print", "shipping")
HOW_TOLD = ("mail", "daily", "none")
NOTICE_KINDS = ("checklist", "call", "talk", "weekly")


class ChecklistItem(OfFoundation, Base):
    """One thing to do for an event: by a day of its own, or by one that moves with the event."""

    __tablename__ = "checklist_item"
    __table_args__ = (
        UniqueConstraint("event_id", "code"),
        CheckConstraint(one_of("kind", ITEM_KINDS), name="kind_known"),
        CheckConstraint("length(what) > 0", name="what_given"),
        CheckConstraint("(days IS NULL) <> (fixed_on IS NULL)", name="one_day"),
        CheckConstraint("opens_before > 0", name="opens_before_end"),
        CheckConstraint("done_by_id IS NULL OR done_on IS NOT NULL", name="done_has_day"),
        Index("ix_checklist_item_foundation_id_done_on", "foundation_id", "done_on"),
        # The history finds an item by its number: no other may ever get it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    code: Mapped[str | None] = mapped_column(String(40))
    """Which item of a template it is; None where somebody wrote it."""
    kind: Mapped[str] = mapped_column(String(20), default="task")
    what: Mapped[str] = mapped_column(String(200))
    days: Mapped[int | None]
    """Days from the event's first day, fewer than 0 before it; above 0 from its last."""
    fixed_on: Mapped[date | None]
    """The day that somebody set; it stays where the event moves."""
    opens_before: Mapped[int | None]
    """So many days before the last one it can begin: a warehouse takes nothing earlier."""
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    evidence: Mapped[str | None] = mapped_column(String(500))
    """Where it shows that it was done."""
    done_on: Mapped[date | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="raise")
    owner: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[owner_id])
    done_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[done_by_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


DUE_ON = func.coalesce(
    ChecklistItem.fixed_on,
    days_after(
        case((ChecklistItem.days > 0, Event.ends_on), else_=Event.starts_on), ChecklistItem.days
    ),
    type_=ChecklistItem.fixed_on.type,
)
"""The day by which an item of a joined event is to be done."""


class NoticeChoice(Base):
    """How somebody wants to be told of deadlines, and what opens their calendar of them."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        CheckConstraint(one_of("how", HOW_TOLD), name="how_known"),
        UniqueConstraint("feed_hash"),
    )

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    how: Mapped[str] = mapped_column(String(10), default="mail")
    kinds: Mapped[list[str]] = mapped_column(default=list)
    seed: Mapped[str | None] = mapped_column(String(64))
    """With the installation's secret it makes the address of the calendar."""
    feed_hash: Mapped[str | None] = mapped_column(String(64))
