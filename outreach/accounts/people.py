"""Adding people to a foundation."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts.addresses import fold
from outreach.accounts.audit import record
from outreach.refusal import Refused


def add_person(
    session: Session, foundation: Foundation, facts: dict[str, Any], by: Person, real: datetime
) -> Person:
    """Add a person with these columns; one mail address belongs to one person."""
    key = fold(facts["email"]) if facts.get("email") else None
    if key and session.scalar(
        select(Person.id).where(Person.foundation_id == foundation.id, Person.email_key == key)
    ):
        raise Refused("Somebody on the list has that address already.", "email")
    person = Person(foundation_id=foundation.id, email_key=key, created_at=real, **facts)
    session.add(person)
    session.flush()
    record(session, real, by, foundation, "added", "person", person.id, {"role": person.role})
    return person
