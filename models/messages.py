"""The outbox: mail written in the transaction of the act that causes it; letters to a booth."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of
from models.people import Person

MESSAGE_STATES = ("waiting", "sent", "dropped", "bounced")


class Message(Base):
    """One fact for one person, told by mail. `fact_key` names it, so that it is told once."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("fact_key"),
        CheckConstraint(one_of("state", MESSAGE_STATES), name="state_known"),
        Index("ix_message_foundation_id_created_at", "foundation_id", "created_at"),
        Index("ix_message_state", "state", "due_at"),
        Index("ix_message_person_id", "person_id"),
        Index("ix_message_told_in_id", "told_in_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    foundation_id: Mapped[int | None] = mapped_column(
        ForeignKey("foundation.id", ondelete="CASCADE")
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    fact_key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40), default="plain")
    """Which letter it is; a letter is written again when it leaves, from what is true then."""
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The keys of the rows that the letter tells of, and the state of them that it tells."""
    together: Mapped[str | None] = mapped_column(String(40))
    """Facts for one person with the same word here leave as one mail; None leaves alone."""
    is_by_reader: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether its reader caused it, who may be anybody while the address is unproven."""
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    told_in_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"))
    """The mail that told it, where it did not leave by itself."""
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When it may leave: at once, soon after what its reader did, or later after a failed try."""
    claimed_until: Mapped[datetime | None]
    """Until when a worker has it; a worker that died gives it free by this."""
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(300), default="")
    """What the mail server said to the last try that failed."""
    sent_at: Mapped[datetime | None]


class BoothLetter(OfFoundation, Base):
    """What whoever runs a booth wrote once to everybody there, on a day, or on a shift."""

    __tablename__ = "booth_letter"
    __table_args__ = (
        UniqueConstraint("event_id", "form_key"),
        CheckConstraint("length(subject) > 0 AND length(text) > 0", name="says_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    subject: Mapped[str] = mapped_column(String(120))
    text: Mapped[str]
    day: Mapped[date | None]
    """The day whose people it went to; None where it went to all, or to a shift's."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    """The time of the shift whose people it went to: kept after the shift is moved or gone."""
    count: Mapped[int]
    """To how many people it was written."""
    form_key: Mapped[str] = mapped_column(String(43))
    """Of the form that sent it: the same form sent twice writes once."""
    written_at: Mapped[datetime]
    """By the planning clock."""

    author: Mapped[Person | None] = relationship(lazy="raise")
