"""Shifts, people and what they do already, as the arithmetic of the rules sees them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Point = tuple[float, float]
"""Degrees north and east."""


@dataclass(frozen=True, slots=True)
class Commitment:
    """Something that a person does already."""

    starts: datetime
    ends: datetime
    kind: Literal["shift", "talk", "event"]
    label: str
    """The event's name, or the talk's title."""
    event_id: int
    place: Point | None = None
    shift_id: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A shift as arithmetic sees it."""

    id: int
    starts: datetime
    ends: datetime
    event_id: int
    kind: str = "booth"
    label: str = ""
    needs: tuple[str, ...] = ()
    place: Point | None = None
    min_people: int = 2
    max_people: int = 3


@dataclass(frozen=True, slots=True)
class Helper:
    """A person as arithmetic sees them."""

    id: int
    first_name: str
    is_experienced: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a slot would break; a double booking is refused, the others want a reason."""

    code: str
    sentence: str
    is_double: bool = False
