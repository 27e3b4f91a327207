"""Segments: parts of the community with common work, and the evidence of where they gather."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of

if TYPE_CHECKING:
    from models.events import Event, Series

GATHERING_KINDS = ("stated", "inferred", "member", "talk", "organiser", "user_group")


class Segment(OfFoundation, Base):
    """A part of the community with common work (visual effects, HPC, web hosting)."""

    __tablename__ = "segment"
    __table_args__ = (
        UniqueConstraint("foundation_id", "slug"),
        CheckConstraint("length(name) > 0", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(80))
    who: Mapped[str] = mapped_column(String(200), default="")
    """Half a sentence that names the people: "The studios that run on AlmaLinux"."""
    summary: Mapped[str] = mapped_column(default="")
    keywords: Mapped[list[str]] = mapped_column(default=list)
    projects: Mapped[list[str]] = mapped_column(default=list)
    software: Mapped[list[str]] = mapped_column(default=list)
    regions: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int] = mapped_column(default=1)

    gatherings: Mapped[list["Gathering"]] = relationship(
        back_populates="segment", lazy="raise", passive_deletes=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


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

    segment: Mapped[Segment] = relationship(back_populates="gatherings", lazy="raise")
    series: Mapped["Series | None"] = relationship(lazy="raise")
    event: Mapped["Event | None"] = relationship(lazy="raise")
