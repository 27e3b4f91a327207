"""Booths, shifts and sign-ups: a time with a need, the people on it, and who waits for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    case,
    func,
    select,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship, validates

from models.base import Base, one_of
from models.contacts import plain
from models.events import Event
from models.people import Person

SHIFT_KINDS = ("booth", "set_up", "tear_down")
QUESTIONS = ("shirt", "food", "spoken", "ticket", "note_to_team")
"""What a booth can ask at sign-up, in the order of the form; columns of `SignUpAnswer`."""
SHIRTS = ("XS", "S", "M", "L", "XL", "2XL", "3XL", "no_shirt")
TICKETS = ("has_ticket", "needs_ticket")
SIGN_UP_STATES = ("taken", "offered", "waiting", "left", "removed", "passed")
HOLDING = ("taken", "offered")
"""The states that hold a place; who is offered one keeps it until the offer ends, and who did not
come holds none."""
LIVING = (*HOLDING, "waiting")
"""The states of whoever counts on the shift."""


class Booth(Base):
    """Our table or stand at an event: when it is open, and by which rules it is staffed."""

    __tablename__ = "booth"
    __table_args__ = (UniqueConstraint("event_id"), UniqueConstraint("code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(8))
    """In the address of the sign-up page: short enough to be typed from paper."""
    label: Mapped[str] = mapped_column(String(120), default="")
    """Hall and number as the organiser writes them."""
    note: Mapped[str] = mapped_column(String(600), default="")
    """What every volunteer should know: the task, where to meet, what it earns."""
    chat_url: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """Where its people talk to each other; whoever is known and has a shift reads it."""
    hours: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The exhibitor's hours by the venue's clock, a stretch each: day, kind, from, until."""
    asked_at_sign_up: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Which of the QUESTIONS are asked of who signs up; staff alone read the answers."""
    rules: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Rules that staff changed for this event; the defaults stand for what is missing."""
    version: Mapped[int] = mapped_column(default=1)

    event: Mapped[Event] = relationship(lazy="raise")
    shifts: Mapped[list["Shift"]] = relationship(
        lazy="raise", passive_deletes=True, order_by="Shift.starts_at", back_populates="booth"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    def place_of(self, own: str | None) -> str:
        """Return where a shift is that has this place of its own; without one, at the booth."""
        return own or self.label


class ShiftKind(Base):
    """Some of the shifts of a booth: an install fest in a room of its own, say."""

    __tablename__ = "shift_kind"
    __table_args__ = (
        UniqueConstraint("booth_id", "name"),
        CheckConstraint("length(name) > 0", name="name_given"),
        # The history finds a kind by its number: no other may ever get it.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(80), default="")
    """Where they are, if not where the booth is."""
    note: Mapped[str] = mapped_column(String(160), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    """Where more is to be read."""

    words: Mapped[str] = column_property(
        name
        + case((place == "", ""), else_=", " + place)
        + case((note == "", ""), else_=": " + note),
        deferred=True,
    )
    """What lists say of it: "Install fest, room 2.14: bring a laptop"."""


class Shift(Base):
    """A half-open time at the booth with the fewest and the most people it takes."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("min_people >= 0 AND max_people >= min_people", name="min_max"),
        CheckConstraint(one_of("kind", SHIFT_KINDS), name="kind_known"),
        Index("ix_shift_booth_id_starts_at", "booth_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20), default="booth")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    min_people: Mapped[int] = mapped_column(default=2)
    max_people: Mapped[int] = mapped_column(default=3)
    needs: Mapped[list[str]] = mapped_column(default=list)
    """What somebody on it must be: "lead", "expert:vfx", "language:fr", "skill:forklift"."""
    note: Mapped[str] = mapped_column(String(300), default="")
    own_kind_id: Mapped[int | None] = mapped_column(
        ForeignKey("shift_kind.id", ondelete="SET NULL"), index=True
    )
    """Which of the kinds that the booth names itself; `kind` is what rules know."""
    batch: Mapped[str | None] = mapped_column(String(32), index=True)
    """Shifts drawn together share it and are undone together."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Raised by every change that a calendar must hear of."""
    changed_at: Mapped[datetime | None]
    """When calendars last had something to hear; None where nothing changed since it was made."""
    cancelled_at: Mapped[datetime | None]
    told_why: Mapped[str] = mapped_column(String(300), default="", server_default="")
    """What those are told who were on it when it was cancelled, besides that."""
    created_at: Mapped[datetime]

    own_words: Mapped[str | None] = column_property(
        select(ShiftKind.words)
        .where(ShiftKind.id == own_kind_id)
        .correlate_except(ShiftKind)
        .scalar_subquery(),
        deferred=True,
    )
    """What its kind says of it; None where it is of none."""
    own_place: Mapped[str | None] = column_property(
        select(func.nullif(ShiftKind.place, ""))
        .where(ShiftKind.id == own_kind_id)
        .correlate_except(ShiftKind)
        .scalar_subquery(),
        deferred=True,
    )
    """Where it is, if not where the booth is."""
    own_url: Mapped[str | None] = column_property(
        select(func.nullif(ShiftKind.url, ""))
        .where(ShiftKind.id == own_kind_id)
        .correlate_except(ShiftKind)
        .scalar_subquery(),
        deferred=True,
    )

    booth: Mapped[Booth] = relationship(lazy="raise", back_populates="shifts")
    sign_ups: Mapped[list["SignUp"]] = relationship(
        lazy="raise", passive_deletes=True, back_populates="shift"
    )

    def note_change(self, now: datetime) -> None:
        """Note that calendars have something to hear of it."""
        self.sequence += 1
        self.changed_at = now


class SignUp(Base):
    """A person and a shift: on it, offered a place, in its queue, or gone from it."""

    __tablename__ = "sign_up"
    __table_args__ = (
        UniqueConstraint("shift_id", "person_id"),
        UniqueConstraint("shift_id", "form_key"),
        CheckConstraint(one_of("state", SIGN_UP_STATES), name="state_known"),
        CheckConstraint("state <> 'offered' OR offer_ends_at IS NOT NULL", name="offer_ends"),
        CheckConstraint("state <> 'waiting' OR queue_no IS NOT NULL", name="queue_has_order"),
        CheckConstraint(
            "left_at IS NULL OR (arrived_at IS NOT NULL AND left_at >= arrived_at)",
            name="left_after_arrival",
        ),
        CheckConstraint("NOT (was_missed AND arrived_at IS NOT NULL)", name="missed_or_there"),
        Index("ix_sign_up_person_id_state", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(20), default="taken")
    queue_no: Mapped[int | None]
    """The order of the waiting list; whoever comes back to it goes to its end."""
    offer_ends_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    """When the person said yes; None where staff put them there and no answer came yet."""
    is_lead: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it stands against a rule; empty where it breaks none."""
    placed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    form_key: Mapped[str | None] = mapped_column(String(43))
    """Of the form that made it: the same form sent twice signs up once."""
    browser: Mapped[str | None] = mapped_column(String(43))
    network: Mapped[str | None] = mapped_column(String(43))
    """Where it was made, as hashes with the installation's secret; both go with the proof of
    who made it."""
    arrived_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    was_missed: Mapped[bool] = mapped_column(default=False)
    stays_on_at: Mapped[datetime | None]
    """When the person said that they can stay on if nobody comes."""
    sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    """Raised whenever the place is given up or had again: calendars hear of it."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    shift: Mapped[Shift] = relationship(lazy="raise", back_populates="sign_ups")
    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])

    @property
    def holds_place(self) -> bool:
        """Tell whether it takes one of the shift's places: not that of who did not come."""
        return self.state in HOLDING and not self.was_missed


IS_TAKEN = SignUp.state == "taken"
IS_EXPECTED = and_(IS_TAKEN, SignUp.was_missed.is_(False))
IS_OFFERED = SignUp.state == "offered"
IS_WAITING = SignUp.state == "waiting"
HOLDS_PLACE = and_(SignUp.state.in_(HOLDING), SignUp.was_missed.is_(False))
IS_LIVING = SignUp.state.in_(LIVING)
HAS_LEFT = SignUp.state == "left"
IS_LET_GO = SignUp.state.in_(("left", "removed"))
GAVE_UP = IS_LET_GO | SignUp.was_missed
"""Conditions on a sign-up, for every SELECT that asks what it is."""
SAID_OF_SHIFT = func.coalesce(
    Shift.own_words + case((Shift.note == "", ""), else_=" · " + Shift.note), Shift.note
)
"""What lists say of a shift: its kind's words, and its own note."""
PLACE_OF_SHIFT = func.coalesce(Shift.own_place, Booth.label)


class Availability(Base):
    """When a person could stand at a booth, what they would like, and how much at most."""

    __tablename__ = "availability"
    __table_args__ = (
        UniqueConstraint("booth_id", "person_id"),
        UniqueConstraint("booth_id", "form_key"),
        CheckConstraint("most_minutes IS NULL OR most_minutes > 0", name="most_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    times: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Stretches in UTC: from, until, and likes where it is a wish."""
    most_minutes: Mapped[int | None]
    said_at: Mapped[datetime]
    form_key: Mapped[str | None] = mapped_column(String(43))
    browser: Mapped[str | None] = mapped_column(String(43))
    network: Mapped[str | None] = mapped_column(String(43))
    """Of a newcomer's form and where it was sent from, as of a sign-up."""

    person: Mapped[Person] = relationship(lazy="raise")


class SignUpAnswer(Base):
    """What somebody told staff at sign-up, once for a booth; None where they said nothing.

    Food tells of health and faith: the history keeps none of the words, and they are forgotten
    with the contact.
    """

    __tablename__ = "sign_up_answer"
    __table_args__ = (
        UniqueConstraint("booth_id", "person_id"),
        CheckConstraint(one_of("shirt", SHIRTS), name="shirt_known"),
        CheckConstraint(one_of("ticket", TICKETS), name="ticket_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booth_id: Mapped[int] = mapped_column(ForeignKey("booth.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    shirt: Mapped[str | None] = mapped_column(String(10))
    food: Mapped[str | None] = mapped_column(String(200))
    spoken: Mapped[str | None] = mapped_column(String(200))
    """Languages that they speak at the booth, in their words."""
    ticket: Mapped[str | None] = mapped_column(String(20))
    note_to_team: Mapped[str | None] = mapped_column(String(500))
    said_at: Mapped[datetime]

    @validates("food", "spoken", "note_to_team")
    def _without_tricks(self, _column: str, words: str | None) -> str | None:
        """Let no answer turn or hide what stands around it."""
        return (plain(words) or None) if words else None


class PersonalLink(Base):
    """The link that leads a volunteer back to their shifts, and that of their calendar.

    Both are made from `seed` with the installation's secret, so that staff can copy them and a
    copy of the database opens nothing; only their hashes are stored.
    """

    __tablename__ = "personal_link"
    __table_args__ = (
        UniqueConstraint("feed_hash"),
        Index("ix_personal_link_person_id", "person_id"),
    )

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    feed_hash: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(43))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    """When it was made, or last used by its owner to do something."""
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class BlockedAddress(Base):
    """An address whose owner said that it was not them who signed up at this booth."""

    __tablename__ = "blocked_address"

    booth_id: Mapped[int] = mapped_column(
        ForeignKey("booth.id", ondelete="CASCADE"), primary_key=True
    )
    address_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    blocked_at: Mapped[datetime]
