"""Whom an act tells: noted while it is done, so that its answer can say who is yet to be told."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models import Person

HEARERS = "hearers"
"""Where a session keeps whom the acts of its transaction told."""


@dataclass(slots=True)
class Hearers:
    """People whom an act tells something, and the letters that it posted to them."""

    names: dict[int, str] = field(default_factory=dict)
    """First names by number."""
    letters: list[int] = field(default_factory=list)


def note(session: Session, person: Person, posted: Sequence[int]) -> None:
    """Note that a person is to hear of what is done, and which letters tell it; none for some."""
    told = session.info.setdefault(HEARERS, Hearers())
    told.names[person.id] = person.first_name
    told.letters += posted


def forget(session: Session, person: Person) -> None:
    """Leave out somebody who told it themselves."""
    if HEARERS in session.info:
        session.info[HEARERS].names.pop(person.id, None)


def take(session: Session) -> Hearers:
    """Return whom the acts so far told, and begin anew."""
    told: Hearers = session.info.pop(HEARERS, Hearers())
    return told
