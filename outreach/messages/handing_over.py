"""Links that no mail brings: those of several letters, handed over by staff at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Foundation, Message, Person
from outreach.messages.by_staff import hand_over
from outreach.messages.written import Write
from outreach.refusal import Refused


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A letter of somebody whom no mail reaches, with the link to pass on."""

    name: str
    phone: str | None
    subject: str
    link: str


def count_readers(session: Session, letters: Sequence[int]) -> int:
    """Return to how many people those of the letters go that still wait."""
    waiting = select(func.count(Message.person_id.distinct())).where(
        Message.id.in_(letters), Message.state == "waiting"
    )
    return session.scalar(waiting) or 0


def hand_over_all(
    session: Session,
    foundation: Foundation,
    letters: Sequence[int],
    write: Write,
    now: datetime,
    by: Person,
) -> list[HandedOver]:
    """Write out those of these letters that wait and hold a link, one for each person; audited.

    What one of them tells besides stands behind the same link.
    """
    waiting = session.execute(
        select(Message, Person)
        .join(Person, Person.id == Message.person_id)
        .where(Message.foundation_id == foundation.id, Message.id.in_(letters))
        .where(Message.state == "waiting")
        .order_by(Person.name, Person.id, Message.id.desc())
    )
    found: dict[int, HandedOver] = {}
    for message, person in waiting.all():
        try:
            written = hand_over(session, message, write, now, by)
        except Refused:
            continue  # it is no news any more, or holds no link
        subject, link = written.subject, written.link or ""
        found.setdefault(person.id, HandedOver(person.name, person.phone, subject, link))
    return list(found.values())
