"""Kits and swag: what travels with our booth, where it is booked, and what is given away there."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of
from models.events import Event

KIT_STATES = ("ready", "incomplete", "needs_repair", "lost")


class Kit(OfFoundation, Base):
    """A box of things that stands at one event after the other."""

    __tablename__ = "kit"
    __table_args__ = (
        UniqueConstraint("foundation_id", "name"),
        CheckConstraint("length(name) > 0", name="name_given"),
        CheckConstraint(one_of("state", KIT_STATES), name="state_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(120), default="")
    """Where it is kept between events, a town or words: "Raleigh, NC", "Noor's garage"."""
    state: Mapped[str] = mapped_column(String(20), default="ready")
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    lines: Mapped[list["KitLine"]] = relationship(
        lazy="raise", passive_deletes="all", order_by="KitLine.id"
    )
    bookings: Mapped[list["KitBooking"]] = relationship(
        back_populates="kit", lazy="raise", passive_deletes="all"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class KitLine(Base):
    """One thing in a kit, and how many of it."""

    __tablename__ = "kit_line"
    __table_args__ = (
        CheckConstraint("length(what) > 0", name="what_given"),
        CheckConstraint("how_many > 0", name="how_many_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kit_id: Mapped[int] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(120))
    how_many: Mapped[int]


class KitBooking(OfFoundation, Base):
    """A kit at an event, with its days on the road before and after."""

    __tablename__ = "kit_booking"
    __table_args__ = (
        CheckConstraint("days_before >= 0 AND days_after >= 0", name="days_positive"),
        CheckConstraint("arrived_on >= sent_on", name="arrives_after_sending"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kit_id: Mapped[int] = mapped_column(ForeignKey("kit.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    days_before: Mapped[int]
    days_after: Mapped[int]
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it can be at two events on one day."""
    sent_on: Mapped[date | None]
    arrived_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    kit: Mapped[Kit] = relationship(back_populates="bookings", lazy="raise")
    event: Mapped[Event] = relationship(lazy="raise")
    counts: Mapped[list["KitCount"]] = relationship(lazy="raise", passive_deletes="all")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class KitCount(Base):
    """How many of one thing came to an event, and how many went back."""

    __tablename__ = "kit_count"
    __table_args__ = (CheckConstraint("before >= 0", name="before_positive"),
                      CheckConstraint("after >= 0", name="after_positive"))  # fmt: skip

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("kit_booking.id", ondelete="CASCADE"), primary_key=True
    )
    line_id: Mapped[int] = mapped_column(
        ForeignKey("kit_line.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    before: Mapped[int | None]
    after: Mapped[int | None]


class Swag(OfFoundation, Base):
    """What is given away at an event: ordered, printed, counted before and after."""

    __tablename__ = "swag"
    __table_args__ = (
        CheckConstraint("length(item) > 0", name="item_given"),
        CheckConstraint("ordered > 0", name="ordered_positive"),
        CheckConstraint("before >= 0", name="before_positive"),
        CheckConstraint("after >= 0", name="after_positive"),
        CheckConstraint("arrives_by >= arrives_from", name="window_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    item: Mapped[str] = mapped_column(String(120))
    ordered: Mapped[int | None]
    ordered_on: Mapped[date | None]
    file_by: Mapped[date | None]
    """The day by which the printer wants the file."""
    filed_on: Mapped[date | None]
    arrives_from: Mapped[date | None]
    """With the next: the days within which the venue takes parcels."""
    arrives_by: Mapped[date | None]
    before: Mapped[int | None]
    """How many were counted before the event, and how many were left after it."""
    after: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
