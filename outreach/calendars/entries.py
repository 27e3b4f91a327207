"""What goes into calendars, before it is written: entries of hours and of whole days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

Standing = Literal["confirmed", "tentative", "cancelled"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a calendar: an event, a shift, a talk, a deadline."""

    uid: str
    """Of what it is, never of when or where: a program finds by it what has moved."""
    title: str
    starts: datetime | date
    """An instant; or a day, which is the same day wherever somebody reads it."""
    ends: datetime | date
    """The end; of days the last one."""
    stamp: datetime
    """When what it says was last changed."""
    sequence: int = 0
    """Rises with every change that a calendar must hear of."""
    zone: str | None = None
    """Of the venue, as IANA names it. Where nobody knows it the hours are by the clock of whoever
    reads them: they were typed by the venue's clock, and there they are right."""
    place: str = ""
    note: str = ""
    url: str = ""
    """The page where somebody can do something about it."""
    standing: Standing = "confirmed"
    is_busy: bool = True
    """Whether it takes the time of whoever has it in their calendar."""
    alarm: timedelta | None = None
    """How long before its start a calendar reminds of it, where it does."""

    @property
    def is_cancelled(self) -> bool:
        """Tell whether it stays only to say that it is off."""
        return self.standing == "cancelled"

    @property
    def order(self) -> tuple[str, str, str]:
        """By what entries are sorted: their beginning, days before the hours of the day."""
        starts = self.starts
        instant = starts.astimezone(UTC) if isinstance(starts, datetime) else starts
        return instant.isoformat(), self.title, self.uid


@dataclass(frozen=True, slots=True)
class Sender:
    """Who publishes a calendar that travels by mail: the same in every mail about an entry."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Head:
    """What a calendar says of itself."""

    title: str
    uid: str
    method: str | None = None
    """Of a calendar that travels by mail: PUBLISH, or CANCEL where all of it is cancelled."""
    sender: Sender | None = None
    is_asked_for: bool = True
    """Whether programs ask for it again and again."""


def identity(*words: str | int) -> str:
    """Return the identity of something: the same for the same words, for ever.

    The first word is the foundation's own, so that entries of two of them are never one.
    """
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, words))))
