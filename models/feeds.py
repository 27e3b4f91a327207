"""Calendars that programs subscribe to: what each address opens, and nothing besides."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of
from models.events import Event
from models.foundation import Foundation
from models.people import Person
from models.segments import Segment

FEEDS = ("season", "deadlines", "event", "segment", "own")


class Feed(OfFoundation, Base):
    """One address of a calendar.

    The address is made from `seed` with the installation's secret, so that it can be shown again
    and a copy of the database opens nothing; only its hash is stored.
    """

    __tablename__ = "feed"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        CheckConstraint(one_of("what", FEEDS), name="what_known"),
        CheckConstraint("(what = 'event') = (event_id IS NOT NULL)", name="event_named"),
        CheckConstraint("(what = 'segment') = (segment_id IS NOT NULL)", name="segment_named"),
        CheckConstraint("(what = 'own') = (person_id IS NOT NULL)", name="owner_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(20))
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), index=True
    )
    segment_id: Mapped[int | None] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), index=True
    )
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    """Whose own shifts and talks it is of."""
    token_hash: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(43))
    created_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    """When it got the address that it has."""
    ended_at: Mapped[datetime | None]

    foundation: Mapped[Foundation] = relationship(lazy="raise")
    event: Mapped[Event | None] = relationship(lazy="raise")
    segment: Mapped[Segment | None] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")
