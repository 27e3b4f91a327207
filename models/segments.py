"""Segments: parts of the community with common work."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfFoundation


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
    stale: Mapped[str | None] = mapped_column(String(16))
    """Drawn anew with each change that its stored matches do not follow yet; else None."""

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy
