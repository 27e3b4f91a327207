"""Events: series and their editions, where a row came from, what was decided, who goes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, among, one_of
from models.people import Person

PLANNED, CALLED_OFF = ("proposed", "go"), ("no_go", "cancelled")
"""Decisions by which we may go, and those by which we do not."""
DECISION_STATES = (*PLANNED, *CALLED_OFF)
ATTENDANCE_STATES = ("attended", "planned")
RECAP_WORDS = ("again", "smaller", "bigger", "skip")


class Series(OfFoundation, Base):
    """SIGGRAPH is a series; SIGGRAPH 2024 is an event, one edition of it."""

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("foundation_id", "name_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))

    aliases: Mapped[list["SeriesAlias"]] = relationship(
        back_populates="series", lazy="raise", passive_deletes=True
    )


class SeriesAlias(OfFoundation, Base):
    """Another spelling under which editions of a series appear."""

    __tablename__ = "series_alias"
    __table_args__ = (UniqueConstraint("foundation_id", "alias_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    alias: Mapped[str] = mapped_column(String(200))
    alias_key: Mapped[str] = mapped_column(String(200))

    series: Mapped[Series] = relationship(back_populates="aliases", lazy="raise")


class Event(OfFoundation, Base):
    """One edition of a series, or an event of its own. Absent facts are unknown, never "no"."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name_given"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        CheckConstraint("booth_cost >= 0", name="booth_cost_positive"),
        CheckConstraint("expected_conversations > 0", name="conversations_positive"),
        # In the order of lists, with the day that lists leave events out by.
        Index("ix_event_in_order", "foundation_id", "starts_on", "name", "id", "ends_on"),
        Index("ix_event_foundation_id_ends_on", "foundation_id", "ends_on"),
        Index("ix_event_foundation_id_best_rank", "foundation_id", "best_rank"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("series.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200), index=True)
    url: Mapped[str | None] = mapped_column(String(500))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    city: Mapped[str | None] = mapped_column(String(120))
    admin1: Mapped[str | None] = mapped_column(String(80))
    country: Mapped[str | None] = mapped_column(String(80))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    timezone: Mapped[str | None] = mapped_column(String(64))
    is_online: Mapped[bool | None]
    topics: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[str | None] = mapped_column(String(60))
    coc_url: Mapped[str | None] = mapped_column(String(500))
    organiser: Mapped[str | None] = mapped_column(String(120))
    """Whom we turn to there, and below how: a mail address, a telephone."""
    organiser_contact: Mapped[str | None] = mapped_column(String(200))
    manual_url: Mapped[str | None] = mapped_column(String(500))
    """The exhibitor's manual."""
    programme: Mapped[str] = mapped_column(default="")
    """Titles and abstracts of the event's talks, where somebody imported them."""
    goal: Mapped[str] = mapped_column(default="")
    booth_cost: Mapped[int | None]
    """In whole units of the foundation's currency."""
    expected_conversations: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    edited_fields: Mapped[list[str]] = mapped_column(default=list)
    """Columns changed here by hand; a re-import leaves them alone."""
    best_rank: Mapped[float] = mapped_column(default=0)
    """The rank of its best match, kept with the matches; 0 where nothing speaks for it."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    series: Mapped[Series | None] = relationship(lazy="raise")
    team: Mapped[list["TeamMember"]] = relationship(
        back_populates="event", lazy="raise", passive_deletes=True
    )

    decision: Mapped["Decision | None"] = relationship(
        primaryjoin="and_(Decision.event_id == Event.id, Decision.is_current)",
        viewonly=True,
        lazy="raise",
    )
    """The one that stands."""

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class EventSource(OfFoundation, Base):
    """Where an event's facts came from, one row for each record of a source.

    After a merge both records point to the event that stayed, so importing them again
    brings nothing back.
    """

    __tablename__ = "event_source"
    __table_args__ = (UniqueConstraint("foundation_id", "source", "source_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    source: Mapped[str] = mapped_column(String(80))
    source_key: Mapped[str] = mapped_column(String(300))
    record: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The row as it was read, so that the next import can tell what changed at the source."""
    read_at: Mapped[datetime]


class DuplicateOffer(OfFoundation, Base):
    """Two events that look like one; a person merges them or keeps both."""

    __tablename__ = "duplicate_offer"
    __table_args__ = (
        UniqueConstraint("kept_id", "other_id"),
        CheckConstraint("kept_id <> other_id", name="two_events"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    sentence: Mapped[str]
    """Why they look alike, for the person who decides."""
    offered_at: Mapped[datetime]
    dismissed_at: Mapped[datetime | None]


class Decision(Base):
    """What a person decided about an event; older ones stay as history."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(one_of("state", DECISION_STATES), name="state_known"),
        CheckConstraint("state <> 'no_go' OR length(reason) > 0", name="no_go_has_reason"),
        Index(
            "uq_decision_current",
            "event_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        # The history finds a decision by its number: no other may ever get it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(default="")
    told_why: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """What those are told who had a shift, besides that we do not go."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    decided_on: Mapped[date]
    """The day on the planning clock."""
    recorded_at: Mapped[datetime]
    """The real instant."""
    is_current: Mapped[bool] = mapped_column(default=True)

    event: Mapped[Event] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")


NOT_CALLED_OFF = or_(Decision.id.is_(None), ~among(Decision.state, CALLED_OFF))
"""Of an event joined to the decision that stands, where there is one."""


def starts_in(year: int) -> ColumnElement[bool]:
    """Return the condition of events that belong to a season."""
    return Event.starts_on.between(date(year, 1, 1), date(year, 12, 31))


class Attendance(Base):
    """What we did at an event that is over, and how the recap judged it."""

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("event_id"),
        CheckConstraint(one_of("status", ATTENDANCE_STATES), name="status_known"),
        CheckConstraint(f"judged IS NULL OR {one_of('judged', RECAP_WORDS)}", name="judged_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    activities: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(String(20))
    judged: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(String(200), default="")

    event: Mapped[Event] = relationship(lazy="raise")


class TeamMember(Base):
    """A person who goes to an event; leads may edit it."""

    __tablename__ = "team_member"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_lead: Mapped[bool] = mapped_column(default=False)

    event: Mapped[Event] = relationship(back_populates="team", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
