"""People of a foundation: added, changed, placed where they live, with what they know."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person, Segment
from outreach.accounts.addresses import fold
from outreach.accounts.audit import record
from outreach.catalog.places import settle_place
from outreach.locking import wait_for_others
from outreach.refusal import Refused


def add_person(
    session: Session, foundation: Foundation, facts: dict[str, Any], by: Person, real: datetime
) -> Person:
    """Add a person with these columns; one mail address belongs to one person.

    `facts` may hold `segments`, the ids of the segments that the person knows well.
    """
    wait_for_others(session, foundation.id)
    key = _free_key(session, foundation, facts.get("email"))
    person = Person(foundation_id=foundation.id, email_key=key, created_at=real)
    _write(session, person, facts)
    session.add(person)
    session.flush()
    record(session, real, by, foundation, "added", "person", person.id, {"role": person.role})
    return person


def edit_person(
    session: Session,
    foundation: Foundation,
    person: Person,
    facts: dict[str, Any],
    by: Person,
    real: datetime,
) -> None:
    """Change a person's columns; the last staff person of a foundation stays staff."""
    wait_for_others(session, foundation.id)
    key = _free_key(session, foundation, facts.get("email"), person.id)
    if person.role == "staff" and facts["role"] != "staff":
        others = select(Person.id).where(
            Person.foundation_id == foundation.id, Person.role == "staff", Person.id != person.id
        )
        if session.scalar(others.limit(1)) is None:
            raise Refused("Somebody must stay staff; make another person staff first.", "role")
    session.refresh(person, ["segments"])
    _write(session, person, facts)
    person.email_key = key
    record(session, real, by, foundation, "changed", "person", person.id, {"role": person.role})


def _write(session: Session, person: Person, facts: dict[str, Any]) -> None:
    for column, value in facts.items():
        if column != "segments":
            setattr(person, column, value)
    place = settle_place(person.city, person.country) if person.city else None
    person.latitude = place.latitude if place else None
    person.longitude = place.longitude if place else None
    person.timezone = place.timezone if place else None
    wanted = facts.get("segments", [])
    person.segments = list(session.scalars(select(Segment).where(Segment.id.in_(wanted))))


def _free_key(
    session: Session, foundation: Foundation, address: str | None, own_id: int | None = None
) -> str | None:
    """Fold an address and refuse one that belongs to somebody else here."""
    if not address:
        return None
    key = fold(address)
    taken = select(Person.id).where(
        Person.foundation_id == foundation.id, Person.email_key == key, Person.id != (own_id or 0)
    )
    if session.scalar(taken) is not None:
        raise Refused("Somebody on the list has that address already.", "email")
    return key
