"""Proposed rosters: what was asked of the optimiser, how far it is, and what it found."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of
from models.staffing import Booth

PROPOSAL_STATES = ("waiting", "running", "done", "cancelled", "failed", "used")


class RosterProposal(Base):
    """A roster that the optimiser works on or has finished; nothing of it counts until used."""

    __tablename__ = "roster_proposal"
    __table_args__ = (
        CheckConstraint(one_of("state", PROPOSAL_STATES), name="state_known"),
        Index("ix_roster_proposal_state", "state", "claimed_until"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="waiting")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    """Until when a worker has it; a worker that died gives it free by this."""
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Stage, rounds, best objective and bound so far, for the page that watches."""
    places: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The best found: shift, person, lead; what stood before is not repeated."""
    unfilled: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Places that cannot be filled: shift, how many, why in words, what would fix it."""
    finished_at: Mapped[datetime | None]

    booth: Mapped[Booth] = relationship(lazy="raise")
