"""Booths, shifts and sign-ups: a time with a need, and the people on it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of
from models.people import Person

SHIFT_KINDS = ("booth", "set_up", "tear_down")


class Booth(Base):
    """Our table or stand at an event."""

    __tablename__ = "booth"
    __table_args__ = (UniqueConstraint("event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    label: Mapped[str] = mapped_column(String(120), default="")

    shifts: Mapped[list["Shift"]] = relationship(
        lazy="raise", passive_deletes=True, order_by="Shift.starts_at"
    )


class Shift(Base):
    """A half-open time at the booth with the fewest and the most people it takes."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("min_people >= 0 AND max_people >= min_people", name="min_max"),
        CheckConstraint(one_of("kind", SHIFT_KINDS), name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="booth")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    min_people: Mapped[int] = mapped_column(default=2)
    max_people: Mapped[int] = mapped_column(default=3)
    note: Mapped[str] = mapped_column(String(300), default="")

    sign_ups: Mapped[list["SignUp"]] = relationship(lazy="raise", passive_deletes=True)


class SignUp(Base):
    """A person on a shift."""

    __tablename__ = "sign_up"
    __table_args__ = (UniqueConstraint("shift_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    is_lead: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="raise")
