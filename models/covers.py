"""Help between volunteers: cover for somebody who cannot come, and two who swap."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of
from models.people import Person
from models.staffing import Shift, SignUp

ANSWERS = ("asked", "yes", "no", "closed")
SWAP_STATES = ("offered", "agreed", "refused", "withdrawn", "void")


class Cover(Base):
    """A call for somebody to take a place; the first yes closes it."""

    __tablename__ = "cover"

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="CASCADE"), index=True)
    leaving_id: Mapped[int | None] = mapped_column(ForeignKey("sign_up.id", ondelete="SET NULL"))
    """Whose place it is, while they keep it until somebody is found; None for an open gap."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    shift: Mapped[Shift] = relationship(lazy="raise")
    leaving: Mapped[SignUp | None] = relationship(lazy="raise")
    asked: Mapped[list["CoverAsk"]] = relationship(
        lazy="raise", passive_deletes=True, back_populates="cover"
    )


class CoverAsk(Base):
    """One person who was asked to cover, why, and what they said."""

    __tablename__ = "cover_ask"
    __table_args__ = (CheckConstraint(one_of("state", ANSWERS), name="state_known"),)

    cover_id: Mapped[int] = mapped_column(
        ForeignKey("cover.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    state: Mapped[str] = mapped_column(String(20), default="asked")
    reason: Mapped[str] = mapped_column(String(300), default="")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    cover: Mapped[Cover] = relationship(lazy="raise", back_populates="asked")
    person: Mapped[Person] = relationship(lazy="raise")


class Swap(Base):
    """One person offers another to exchange their places on two shifts."""

    __tablename__ = "swap"
    __table_args__ = (
        CheckConstraint(one_of("state", SWAP_STATES), name="state_known"),
        CheckConstraint("mine_id <> theirs_id", name="two_places"),
        Index(
            "uq_swap_open",
            "mine_id",
            "theirs_id",
            unique=True,
            sqlite_where=text("state = 'offered'"),
            postgresql_where=text("state = 'offered'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mine_id: Mapped[int] = mapped_column(ForeignKey("sign_up.id", ondelete="CASCADE"), index=True)
    theirs_id: Mapped[int] = mapped_column(ForeignKey("sign_up.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="offered")
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    mine: Mapped[SignUp] = relationship(lazy="raise", foreign_keys=[mine_id])
    theirs: Mapped[SignUp] = relationship(lazy="raise", foreign_keys=[theirs_id])
