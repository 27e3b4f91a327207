"""Trackers, the issues copied from them, the segments they concern, and what we ask."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of
from models.events import Event
from models.people import Person
from models.segments import Segment

TRACKER_KINDS = ("github", "gitlab", "bugzilla", "mantisbt", "forgejo", "jira")
ISSUE_STATES = ("open", "closed")
VISIBILITIES = ("public", "moved", "converted", "private", "gone")
LINK_STATES = ("suggested", "accepted", "rejected")
ASK_KINDS = ("test", "reproduce", "review", "tell", "good_news")


class Tracker(OfFoundation, Base):
    """A place where issues live (a GitHub organisation, a Bugzilla, a Jira)."""

    __tablename__ = "tracker"
    __table_args__ = (
        UniqueConstraint("foundation_id", "url"),
        CheckConstraint(one_of("kind", TRACKER_KINDS), name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(String(500))
    projects: Mapped[list[str]] = mapped_column(default=list)
    """What is watched there, in the tracker's own spelling; nothing is read without one."""
    synced_at: Mapped[datetime | None]
    """When its issues were last read, on the planning clock."""
    cursors: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By project, where the next sync reads on; written and read by the tracker's client."""
    due_segments: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Segments whose issues changed and whose matches were not computed again since."""
    due_issues: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Its issues that wait to be judged again, because words of a segment changed."""
    tried_at: Mapped[datetime | None]
    """When it was asked last, whatever came of it, in real time."""
    failing_since: Mapped[datetime | None]
    """Since when something of it cannot be read, in real time; the copies stay as they were."""
    trouble: Mapped[str] = mapped_column(String(500), default="")
    """Why, in a sentence; never in the tracker's own words."""
    not_before: Mapped[datetime | None]
    """No request to its host before this instant, in real time: it asked for a pause."""


class Issue(OfFoundation, Base):
    """Our copy of an issue; the tracker owns every field of it."""

    __tablename__ = "issue"
    __table_args__ = (
        UniqueConstraint("tracker_id", "key"),
        CheckConstraint(one_of("state", ISSUE_STATES), name="state_known"),
        CheckConstraint(one_of("visibility", VISIBILITIES), name="visibility_known"),
        Index("ix_issue_foundation_id_state_opened_on", "foundation_id", "state", "opened_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tracker_id: Mapped[int] = mapped_column(ForeignKey("tracker.id", ondelete="CASCADE"))
    project: Mapped[str] = mapped_column(String(300), default="")
    """Which of the tracker's projects it was read from."""
    key: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(String(500))
    url: Mapped[str] = mapped_column(String(500))
    body: Mapped[str] = mapped_column(default="")
    labels: Mapped[list[str]] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(20))
    state_note: Mapped[str] = mapped_column(String(200), default="")
    opened_on: Mapped[date | None]
    visibility: Mapped[str] = mapped_column(String(20), default="public")
    """Of a private or gone one nothing is kept but its key, and it counts as closed."""
    remote_updated_at: Mapped[datetime | None]
    """The tracker's own time of its newest change; what is older is not copied again."""
    looked_at: Mapped[datetime | None]
    """When the tracker showed it last, in real time."""

    tracker: Mapped[Tracker] = relationship(lazy="raise")
    links: Mapped[list["IssueSegment"]] = relationship(
        back_populates="issue", lazy="raise", passive_deletes=True
    )


class IssueSegment(Base):
    """An issue concerns a segment, because of these words; a rejected link stays rejected."""

    __tablename__ = "issue_segment"
    __table_args__ = (
        CheckConstraint(one_of("state", LINK_STATES), name="state_known"),
        Index("ix_issue_segment_segment_id_matched_at", "segment_id", "matched_at"),
    )

    issue_id: Mapped[int] = mapped_column(
        ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True
    )
    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True
    )
    phrases: Mapped[list[str]] = mapped_column(default=list)
    """As the issue spells them, the weightiest first; none where a person made the link."""
    places: Mapped[list[str]] = mapped_column(default=list)
    """Where each phrase stands in the issue: title, repository, label or body."""
    score: Mapped[float] = mapped_column(default=1.0)
    """How much the issue concerns the segment, 0 to 1, as it was judged last."""
    state: Mapped[str] = mapped_column(String(20), default="suggested")
    matched_at: Mapped[datetime]
    """When it was matched first, on the planning clock."""

    issue: Mapped[Issue] = relationship(back_populates="links", lazy="raise")
    segment: Mapped[Segment] = relationship(lazy="raise")


class Ask(OfFoundation, Base):
    """What we ask an audience about an issue, kept apart from the tracker's copy."""

    __tablename__ = "ask"
    __table_args__ = (
        UniqueConstraint("issue_id", "event_id"),
        Index(
            "uq_ask_issue_id_segment_id",
            "issue_id",
            "segment_id",
            unique=True,
            sqlite_where=text("event_id IS NULL"),
            postgresql_where=text("event_id IS NULL"),
        ),
        CheckConstraint(one_of("kind", ASK_KINDS), name="kind_known"),
        CheckConstraint("length(question) > 0", name="question_given"),
        Index("ix_ask_issue_id_segment_id", "issue_id", "segment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("issue.id", ondelete="CASCADE"))
    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), index=True
    )
    """Only at this event; None means wherever the segment gathers."""
    kind: Mapped[str] = mapped_column(String(20))
    question: Mapped[str] = mapped_column(String(300))
    """In the audience's words."""
    audience: Mapped[str] = mapped_column(default="")
    symptom: Mapped[str] = mapped_column(default="")
    since: Mapped[str] = mapped_column(String(120), default="")
    steps: Mapped[list[str]] = mapped_column(default=list)
    """Commands to try, one a line."""
    then: Mapped[str] = mapped_column(default="")
    way_back: Mapped[list[str]] = mapped_column(default=list)
    answer_url: Mapped[str | None] = mapped_column(String(500))
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    ends_on: Mapped[date | None]
    """The last day on which to ask; no brief prints it afterwards."""
    good_until: Mapped[str] = mapped_column(String(200), default="")
    """What ends it, in words: "until the package is stable"."""

    issue: Mapped[Issue] = relationship(lazy="raise")
    segment: Mapped[Segment] = relationship(lazy="raise")
    event: Mapped[Event | None] = relationship(lazy="raise")
    helper: Mapped[Person | None] = relationship(lazy="raise")


class BriefIssue(Base):
    """An issue that somebody put on an event's brief."""

    __tablename__ = "brief_issue"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    issue_id: Mapped[int] = mapped_column(
        ForeignKey("issue.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    added_at: Mapped[datetime]

    issue: Mapped[Issue] = relationship(lazy="raise")
