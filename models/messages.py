"""The outbox: mail written in the transaction of the act that causes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of

MESSAGE_STATES = ("waiting", "sent", "dropped", "bounced")


class Message(Base):
    """One mail to one person. `fact_key` names what it tells, so it is told once."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("fact_key"),
        CheckConstraint(one_of("state", MESSAGE_STATES), name="state_known"),
        Index("ix_message_foundation_id_created_at", "foundation_id", "created_at"),
        Index("ix_message_state", "state", "due_at"),
        Index("ix_message_person_id", "person_id"),
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
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When it may leave: at once, or after a failed try some time later."""
    claimed_until: Mapped[datetime | None]
    """Until when a worker has it; a worker that died gives it free by this."""
    attempts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str] = mapped_column(String(300), default="")
    """What the mail server said to the last try that failed."""
    sent_at: Mapped[datetime | None]
