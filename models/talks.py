"""Talks: the library of texts, and proposals, which are a text as it was sent to an event."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation, one_of
from models.calls import Call
from models.events import Event
from models.people import Person
from models.segments import Segment

LEVELS = ("beginner", "intermediate", "advanced")
UNSENT = ("idea", "drafting")
"""States in which the event has seen no text yet: it follows the library."""
OWED = ("accepted", "informed")
"""States in which they said yes and wait for ours."""
ON_STAGE = ("confirmed", "scheduled", "given", "published")
"""States in which both sides said yes."""
SPEAKING = (*OWED, *ON_STAGE)
"""States in which a slot takes the speakers' time."""
TURNED_DOWN = ("rejected", "withdrawn", "cancelled")
PROPOSAL_STATES = (*UNSENT, "submitted", "waitlisted", *SPEAKING, *TURNED_DOWN)
LONGEST_TITLE = 1000
TEXT = ("title", "abstract", "minutes", "level", "language")
"""What an event reads of a talk: the columns that a proposal freezes."""


class TalkText:
    """What an event reads of a talk."""

    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    abstract: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int | None]
    level: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str | None] = mapped_column(String(35))
    """As in "en" or "pt-BR"."""
    co_speakers: Mapped[list[str]] = mapped_column(default=list)
    """Names of who speaks too and is not on our list of people."""


class Talk(TalkText, OfFoundation, Base):
    """A text of the library; who cares for it need not be who gives it."""

    __tablename__ = "talk"
    __table_args__ = (
        CheckConstraint("length(title) > 0", name="title_given"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint(one_of("level", LEVELS), name="level_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Person | None] = relationship(lazy="raise")
    speakers: Mapped[list[Person]] = relationship(
        secondary="talk_speaker", order_by=Person.name, lazy="raise", viewonly=True
    )
    segments: Mapped[list[Segment]] = relationship(
        secondary="talk_segment", order_by=Segment.short_name, lazy="raise", viewonly=True
    )
    proposals: Mapped[list["Proposal"]] = relationship(
        back_populates="talk", order_by="Proposal.id", lazy="raise", viewonly=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class TalkSpeaker(Base):
    """A person of ours who gives a talk."""

    __tablename__ = "talk_speaker"

    talk_id: Mapped[int] = mapped_column(
        ForeignKey("talk.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class TalkSegment(Base):
    """A segment that a talk is for."""

    __tablename__ = "talk_segment"

    talk_id: Mapped[int] = mapped_column(
        ForeignKey("talk.id", ondelete="CASCADE"), primary_key=True
    )
    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Proposal(TalkText, OfFoundation, Base):
    """A talk proposed to an event: its text follows the library until it is sent."""

    __tablename__ = "proposal"
    __table_args__ = (
        CheckConstraint("length(title) > 0", name="title_given"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
        CheckConstraint(one_of("level", LEVELS), name="level_known"),
        CheckConstraint(one_of("state", PROPOSAL_STATES), name="state_known"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(starts_at IS NULL) = (ends_at IS NULL)", name="slot_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    talk_id: Mapped[int] = mapped_column(ForeignKey("talk.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    call_id: Mapped[int | None] = mapped_column(
        ForeignKey("call.id", ondelete="SET NULL"), index=True
    )
    """The call of the event that it answers, where it is known."""
    state: Mapped[str] = mapped_column(String(20))
    """Set by `outreach.talks.states` alone."""
    state_on: Mapped[date | None]
    """The day on which the present state came about, or was told to us."""
    sent_on: Mapped[date | None]
    answer_by: Mapped[date | None]
    """Until when they wait for our yes, through that day."""
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    room: Mapped[str] = mapped_column(String(80), default="")
    is_provisional: Mapped[bool] = mapped_column(default=False)
    """The time may still move: it warns, and blocks nothing."""
    gives_ticket: Mapped[bool | None]
    gives_travel: Mapped[bool | None]
    gives_hotel: Mapped[bool | None]
    gives_fee: Mapped[bool | None]
    """What the organiser gives; None where nobody has asked."""
    slides_url: Mapped[str | None] = mapped_column(String(500))
    video_url: Mapped[str | None] = mapped_column(String(500))
    feedback: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column(default=1)

    talk: Mapped[Talk] = relationship(back_populates="proposals", lazy="raise")
    event: Mapped[Event] = relationship(lazy="raise")
    call: Mapped[Call | None] = relationship(lazy="raise")
    speakers: Mapped[list[Person]] = relationship(
        secondary="proposal_speaker", order_by=Person.name, lazy="raise", viewonly=True
    )
    steps: Mapped[list["ProposalStep"]] = relationship(
        order_by="ProposalStep.id", lazy="raise", viewonly=True
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @property
    def is_sent(self) -> bool:
        """Tell whether the event has read the text, so that it stays as it is."""
        return self.state not in UNSENT

    @property
    def is_owed(self) -> bool:
        """Tell whether they said yes and wait for ours."""
        return self.state in OWED

    @property
    def names(self) -> list[str]:
        """Return who speaks, as staff read it."""
        return [*(one.name for one in self.speakers), *self.co_speakers]

    @property
    def first_names(self) -> list[str]:
        """Return who speaks, as others may read it."""
        return [*(one.first_name for one in self.speakers), *self.co_speakers]


class ProposalSpeaker(Base):
    """A person of ours who speaks there, if it comes to that."""

    __tablename__ = "proposal_speaker"

    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class ProposalStep(Base):
    """One state that a proposal came to, with the reason and who told us."""

    __tablename__ = "proposal_step"
    __table_args__ = (CheckConstraint(one_of("state", PROPOSAL_STATES), name="state_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(
        ForeignKey("proposal.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(20))
    dated: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    told_by: Mapped[str] = mapped_column(String(120), default="")
