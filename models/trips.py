"""Trips: the events that one team serves, who stays which nights, and what they share."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfFoundation
from models.events import Event
from models.people import Person


class Trip(OfFoundation, Base):
    """A journey of some of us to one event or to several that are near each other."""

    __tablename__ = "trip"
    __table_args__ = (CheckConstraint("length(name) > 0", name="name_given"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    """Where it leads: "Denver"."""
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    events: Mapped[list[Event]] = relationship(
        lazy="raise",
        secondary="trip_stop",
        viewonly=True,
        order_by=(Event.starts_on, Event.name, Event.id),
    )
    people: Mapped[list["TripPerson"]] = relationship(
        back_populates="trip", lazy="raise", passive_deletes="all"
    )
    costs: Mapped[list["TripCost"]] = relationship(
        lazy="raise", passive_deletes="all", order_by="TripCost.id"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by SQLAlchemy


class TripStop(Base):
    """An event of a trip; it belongs to one trip at most."""

    __tablename__ = "trip_stop"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"), index=True)


class TripPerson(Base):
    """Somebody on a trip, from the day they arrive to the day they leave."""

    __tablename__ = "trip_person"
    __table_args__ = (CheckConstraint("leaves_on >= arrives_on", name="leaves_after_arriving"),)

    trip_id: Mapped[int] = mapped_column(
        ForeignKey("trip.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    arrives_on: Mapped[date]
    leaves_on: Mapped[date]
    is_at_home: Mapped[bool] = mapped_column(default=False)
    """Sleeps at home: there every day, and needs no bed."""
    note: Mapped[str] = mapped_column(String(120), default="")

    trip: Mapped[Trip] = relationship(back_populates="people", lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")

    @property
    def nights(self) -> int:
        """Return the nights in a bed that somebody pays."""
        return 0 if self.is_at_home else (self.leaves_on - self.arrives_on).days


class TripCost(Base):
    """What the events of a trip bear together; amounts are in the smallest unit of `currency`."""

    __tablename__ = "trip_cost"
    __table_args__ = (
        CheckConstraint("length(what) > 0", name="what_given"),
        CheckConstraint("estimated >= 0", name="estimated_positive"),
        CheckConstraint("spent >= 0", name="spent_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trip_id: Mapped[int] = mapped_column(ForeignKey("trip.id", ondelete="CASCADE"), index=True)
    what: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    estimated: Mapped[int | None] = mapped_column(BigInteger)
    spent: Mapped[int | None] = mapped_column(BigInteger)

    shares: Mapped[list["TripShare"]] = relationship(lazy="raise", passive_deletes="all")


class TripShare(Base):
    """How many parts of a cost an event bears; where no event has any, all bear the same."""

    __tablename__ = "trip_share"
    __table_args__ = (CheckConstraint("parts > 0", name="parts_positive"),)

    cost_id: Mapped[int] = mapped_column(
        ForeignKey("trip_cost.id", ondelete="CASCADE"), primary_key=True
    )
    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    parts: Mapped[int]
