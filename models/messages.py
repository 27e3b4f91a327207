"""The outbox: mail written in the transaction of the act that causes it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of

MESSAGE_STATES = ("waiting", "sent", "dropped")


class Message(Base):
    """One mail to one person. `fact_key` names what it tells, so it is told once."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("fact_key"),
        CheckConstraint(one_of("state", MESSAGE_STATES), name="state_known"),
        Index("ix_message_foundation_id_created_at", "foundation_id", "created_at"),
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
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
