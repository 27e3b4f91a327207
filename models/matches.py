"""Stored scores of segment and event, for lists and rankings."""

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.events import Event
from models.segments import Segment


class Match(Base):
    """A stored score of segment and event, so that lists need not compute it.

    The reasons are not stored: the Fit page computes them from the evidence, so they can
    never be older than it.
    """

    __tablename__ = "match"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 100", name="score_range"),
        CheckConstraint("gathers BETWEEN 0 AND 1", name="gathers_range"),
        Index("ix_match_segment_id_rank", "segment_id", "rank"),
        Index("ix_match_segment_id_gathers", "segment_id", "gathers"),
    )

    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True
    )
    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Mapped[int | None]
    """0..100 over what is known; None when nothing is."""
    known: Mapped[int]
    """How many of the six reasons are known."""
    rank: Mapped[float]
    """The ordering value: the expected score with unknown reasons at their prior."""
    gathers: Mapped[float]
    """How surely the segment is there, 0..1, whatever else speaks for going."""
    sentence: Mapped[str]
    """Why it is taken to be there, for lists."""

    event: Mapped[Event] = relationship(lazy="raise")
    segment: Mapped[Segment] = relationship(lazy="raise")
