"""Money for a journey: one request for a person and a trip, its lines, its rates."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of
from models.events import Event
from models.people import Person

MONEY_STATES = ("wanted", "approved", "accepted", "spent", "settled", "withdrawn")
PAYERS = ("traveller", "foundation", "employer", "organiser")
"""Who pays a line first; what the traveller pays comes back to them."""
STEPS = ("estimated", "approved", "spent", "authorised")
"""What is known of a line, one after the other: each an amount in a currency of its own."""


class MoneyRequest(OfFoundation, Base):
    """What one person asks for to go to the events of one trip. No bank account, no passport."""

    __tablename__ = "money_request"
    __table_args__ = (
        CheckConstraint(one_of("state", MONEY_STATES), name="state_known"),
        CheckConstraint("returns_on >= leaves_on", name="returns_after_leaving"),
        CheckConstraint("travel_thirds BETWEEN 1 AND 3", name="travel_in_thirds"),
        CheckConstraint("advance >= 0", name="advance_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    """Who travels; None once they are erased, for the sums stay."""
    state: Mapped[str] = mapped_column(String(20), default="wanted")
    currency: Mapped[str] = mapped_column(String(3))
    """In which it is added up: the foundation's, when it was asked for."""
    leaves_on: Mapped[date | None]
    returns_on: Mapped[date | None]
    travel_thirds: Mapped[int | None]
    """How many thirds of a per-diem a day of travel counts; None where none is asked for."""
    note: Mapped[str] = mapped_column(default="")
    asked_on: Mapped[date]
    """Like the days below by the planning clock."""
    approved_on: Mapped[date | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    approval_link: Mapped[str | None] = mapped_column(String(500))
    advance: Mapped[int | None] = mapped_column(BigInteger)
    """What was paid ahead, in the smallest unit of `currency`."""
    accepted_on: Mapped[date | None]
    spent_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was withdrawn."""
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    approved_by: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[approved_by_id])
    lines: Mapped[list["MoneyLine"]] = relationship(
        lazy="raise", passive_deletes=True, order_by="MoneyLine.id"
    )
    rates: Mapped[list["MoneyRate"]] = relationship(
        lazy="raise", passive_deletes=True, order_by="MoneyRate.currency"
    )
    events: Mapped[list[Event]] = relationship(
        lazy="raise",
        secondary="money_stop",
        viewonly=True,
        order_by=(Event.starts_on, Event.name, Event.id),
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class MoneyStop(Base):
    """An event of the trip that a request is for; nobody asks twice for the same event."""

    __tablename__ = "money_stop"
    __table_args__ = (UniqueConstraint("person_id", "event_id"),)

    request_id: Mapped[int] = mapped_column(
        ForeignKey("money_request.id", ondelete="CASCADE"), primary_key=True
    )
    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


def _is_whole(step: str) -> CheckConstraint:
    """An amount has a currency, and is not below zero."""
    rule = f"({step} IS NULL) = ({step}_in IS NULL) AND ({step} IS NULL OR {step} >= 0)"
    return CheckConstraint(rule, name=f"{step}_whole")


class MoneyLine(Base):
    """One thing that costs money; amounts are in the smallest unit of the currency beside them."""

    __tablename__ = "money_line"
    __table_args__ = (
        CheckConstraint("length(what) > 0", name="what_given"),
        CheckConstraint(one_of("payer", PAYERS), name="payer_known"),
        *map(_is_whole, STEPS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("money_request.id", ondelete="CASCADE"), index=True
    )
    what: Mapped[str] = mapped_column(String(120))
    is_per_diem: Mapped[bool] = mapped_column(default=False)
    """Reckoned from the days of the journey, without receipts."""
    payer: Mapped[str] = mapped_column(String(20), default="traveller")
    estimated: Mapped[int | None] = mapped_column(BigInteger)
    estimated_in: Mapped[str | None] = mapped_column(String(3))
    approved: Mapped[int | None] = mapped_column(BigInteger)
    approved_in: Mapped[str | None] = mapped_column(String(3))
    spent: Mapped[int | None] = mapped_column(BigInteger)
    spent_in: Mapped[str | None] = mapped_column(String(3))
    authorised: Mapped[int | None] = mapped_column(BigInteger)
    authorised_in: Mapped[str | None] = mapped_column(String(3))
    has_receipt: Mapped[bool | None]
    """None where nobody said."""
    receipt_link: Mapped[str | None] = mapped_column(String(500))


class MoneyRate(Base):
    """What one unit of a currency is in the request's own, as somebody looked it up on a day."""

    __tablename__ = "money_rate"
    __table_args__ = (UniqueConstraint("request_id", "currency"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("money_request.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(String(3))
    value: Mapped[str] = mapped_column(String(20))
    """A decimal number as it was typed: no database rounds it."""
    dated: Mapped[date]
