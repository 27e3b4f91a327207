"""People of a foundation, how they sign in, and the tables that limit guessing."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    false,
    func,
    or_,
    text,
)
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from models.base import Base, OfFoundation, one_of
from models.contacts import (
    COMPARED_DIGITS,
    fold_address,
    fold_name,
    is_same_number,
    number_key,
    plain,
)
from models.segments import Segment

HIDDEN = "…"
_WEB_ADDRESS = re.compile(r"://|^www\.|\w[\w-]*\.[a-z]{2,}(?:[/:?#]|$)", re.IGNORECASE)
ROLES = ("staff", "volunteer")


class Person(OfFoundation, Base):
    """Somebody of the foundation: staff plan, volunteers stand at the booth."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("foundation_id", "email_key"),
        Index("ix_person_foundation_id_name", "foundation_id", "name", "id"),
        Index("ix_person_address_key", "foundation_id", "address_key"),
        Index("ix_person_phone_key", "foundation_id", "phone_key"),
        Index("ix_person_homes", "foundation_id", "latitude", "longitude"),
        CheckConstraint(one_of("role", ROLES), name="role_known"),
        CheckConstraint("length(name) > 0", name="name_given"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    email_key: Mapped[str | None] = mapped_column(String(254))
    """The address folded for comparison, see `outreach.accounts.addresses`.

    None where the address was typed at a sign-up and nobody has proven yet that it is theirs.
    """
    address_key: Mapped[str | None] = mapped_column(String(254))
    """The same of every address, proven or not: it shows whose rows may be one human's."""
    phone: Mapped[str | None] = mapped_column(String(40))
    phone_key: Mapped[str | None] = mapped_column(String(COMPARED_DIGITS))
    """The end of the number, see `models.contacts`."""
    accepted_at: Mapped[datetime | None]
    """When staff said that they know them, or the code at the booth was read."""
    shares_address_at: Mapped[datetime | None]
    """When they showed that they read the mail of an address that is another's key."""
    role: Mapped[str] = mapped_column(String(20), default="volunteer")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(80))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    timezone: Mapped[str | None] = mapped_column(String(64))
    languages: Mapped[list[str]] = mapped_column(default=list)
    skills: Mapped[list[str]] = mapped_column(default=list)
    """Any other words that a shift may ask for: "forklift", "first aid"."""
    experience_set: Mapped[bool | None]
    """What staff say of it, whatever was counted; None: it follows the hours stood."""
    minutes_stood: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    has_stood_enough: Mapped[bool] = mapped_column(default=False, server_default=false())
    recount_at: Mapped[datetime | None] = mapped_column(index=True)
    """Counted by `staffing/signups/attendance/experience.py` alone; when it is to count again."""
    note: Mapped[str] = mapped_column(default="")
    bounces: Mapped[int] = mapped_column(default=0)
    """Refusals of the address in a row; after the second it gets no more mail."""
    letters_stopped_at: Mapped[datetime | None]
    """Since when the person wants no letters about shifts; links to sign in are still sent."""
    letters_language: Mapped[str | None] = mapped_column(String(10))
    """In which language they are written to; None: in the one of the sentences, English."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    segments: Mapped[list[Segment]] = relationship(secondary="person_segment", lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy

    @validates("name")
    def _without_tricks(self, _column: str, name: str) -> str:
        """Let no name turn or hide what stands around it, whoever writes it."""
        return plain(name) or HIDDEN

    @validates("email", "phone")
    def _with_key(self, column: str, contact: str | None) -> str | None:
        """Let the keys follow what somebody is reached by."""
        if column == "email":
            self.address_key = fold_address(contact) if contact else None
        else:
            self.phone_key = number_key(contact) if contact else None
        return contact

    @property
    def contact_keys(self) -> dict[str, Any]:
        """Return what `HAS_CONTACT` compares."""
        return {
            "foundation": self.foundation_id,
            "address_key": self.address_key,
            "phone_key": self.phone_key,
            "person": self.id or 0,
        }

    def has_contact_of(self, other: "Person") -> bool:
        """Tell whether both are reached by the same address or number."""
        if self.address_key and self.address_key == other.address_key:
            return True
        return bool(self.phone and other.phone and is_same_number(self.phone, other.phone))

    def is_named_like(self, other: "Person") -> bool:
        """Tell whether both have the same first name."""
        return fold_name(self.name) == fold_name(other.name)

    @hybrid_property
    def is_experienced(self) -> bool:
        """Tell whether they have stood at a booth of ours before."""
        said = self.experience_set
        return bool(self.has_stood_enough if said is None else said)

    @is_experienced.inplace.setter
    def _set_experience(self, value: bool) -> None:
        self.experience_set = value

    @is_experienced.inplace.expression
    @classmethod
    def _is_experienced(cls) -> ColumnElement[bool]:
        return func.coalesce(cls.experience_set, cls.has_stood_enough)

    @property
    def has_shown_address(self) -> bool:
        """Tell whether they read the mail of their address."""
        return self.email_key is not None or self.shares_address_at is not None

    @property
    def is_known(self) -> bool:
        """Tell whether it is known who they are: by their address, or by staff's word."""
        return self.has_shown_address or self.accepted_at is not None

    @property
    def first_name(self) -> str:
        """What other volunteers may see of the name."""
        return first_name_of(self.name)


IS_KNOWN = or_(
    Person.email_key.is_not(None),
    Person.shares_address_at.is_not(None),
    Person.accepted_at.is_not(None),
)
"""Condition on a person, for every SELECT that asks whether it is known who they are."""


HAS_CONTACT = (
    Person.foundation_id == bindparam("foundation"),
    or_(
        Person.address_key == bindparam("address_key"),
        Person.phone_key == bindparam("phone_key"),
    ),
    Person.id != bindparam("person"),
)
"""Conditions on another row that may have a person's contact, see `Person.contact_keys`."""


def first_name_of(name: str) -> str:
    """Return what others may see of a name; one that is a web address is not shown to them."""
    first = name.split()[0]
    return HIDDEN if _WEB_ADDRESS.search(first) else first


class PersonSegment(Base):
    """A person who knows a segment well."""

    __tablename__ = "person_segment"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    segment_id: Mapped[int] = mapped_column(
        ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class SignInLink(Base):
    """A personal link, single use; only the hash of its token is stored."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("ix_sign_in_link_person_id", "person_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    email_key: Mapped[str | None] = mapped_column(String(254))
    """The address at the time: the link dies when the address changes."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was used, or replaced by a newer one."""


class SignInSession(Base):
    """A signed-in browser; only the hash of its token is stored, and staff can revoke it."""

    __tablename__ = "sign_in_session"
    __table_args__ = (Index("ix_sign_in_session_person_id", "person_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    foundation_id: Mapped[int | None] = mapped_column(
        ForeignKey("foundation.id", ondelete="SET NULL")
    )
    """Which foundation is being looked at: the person's own, or the example."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="raise")


class RateWindow(Base):
    """How often one key tried something in one fixed window of time."""

    __tablename__ = "rate_window"
    __table_args__ = (Index("ix_rate_window_ends_at", "ends_at"),)

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]
    count: Mapped[int]
