"""Portfolios: the best set of a season's events under limits, as the optimiser found it."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfFoundation, one_of
from models.searches import SEARCH_STATES, Searched


class Portfolio(OfFoundation, Searched, Base):
    """A set of events that the optimiser works on or has finished; nothing of it is decided."""

    __tablename__ = "portfolio"
    __table_args__ = (
        CheckConstraint(one_of("state", SEARCH_STATES), name="state_known"),
        Index("ix_portfolio_state", "state", "claimed_until"),
    )

    year: Mapped[int]
    planned_from: Mapped[date]
    """The planning day from which on events were looked at."""
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """As they were asked for, see `outreach.planning.portfolio.limits`."""
    found: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The plan with its sentences; empty as long as there is none."""
