"""Gatherings: the evidence that a segment is at an event."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of
from models.events import Event, Series
from models.segments import Segment

GATHERING_KINDS = ("stated", "inferred", "member", "talk", "organiser", "user_group")


class Gathering(Base):
    """Evidence that a segment is at an event or at every edition of a series."""

    __tablename__ = "gathering"
    __table_args__ = (
        CheckConstraint("(event_id IS NULL) <> (series_id IS NULL)", name="event_or_series"),
        CheckConstraint(one_of("kind", GATHERING_KINDS), name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), index=True
    )
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(20))
    sentence: Mapped[str]
    source: Mapped[str] = mapped_column(String(200))
    source_url: Mapped[str | None] = mapped_column(String(500))
    dated: Mapped[date | None]
    """The day of the source; None when the source carries none."""
    created_at: Mapped[datetime]

    segment: Mapped[Segment] = relationship(lazy="raise")
    series: Mapped[Series | None] = relationship(lazy="raise")
    event: Mapped[Event | None] = relationship(lazy="raise")
