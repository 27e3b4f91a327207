"""Proposed rosters: what was asked of the optimiser, how far it is, and what it found."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of
from models.searches import SEARCH_STATES, Searched
from models.staffing import Booth

PROPOSAL_STATES = (*SEARCH_STATES, "used")


class RosterProposal(Searched, Base):
    """A roster that the optimiser works on or has finished; nothing of it counts until used."""

    __tablename__ = "roster_proposal"
    __table_args__ = (
        CheckConstraint(one_of("state", PROPOSAL_STATES), name="state_known"),
        Index("ix_roster_proposal_state", "state", "claimed_until"),
    )

    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id", ondelete="CASCADE"), index=True)
    places: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The best found: shift, person, lead; what stood before is not repeated."""
    unfilled: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Places that cannot be filled: shift, how many, why in words, what would fix it."""
    kept: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Places of an earlier proposal that staff keep, as `places` has them."""
    left_out: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Shift and person that staff do not want together."""

    booth: Mapped[Booth] = relationship(lazy="raise")
