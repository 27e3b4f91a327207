"""People of a foundation: added, changed, placed where they live, with what they know."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import Foundation, Person, PersonSegment, Segment
from outreach.accounts import history
from outreach.accounts.addresses import fold
from outreach.accounts.putting_back import TakingBack, put_back
from outreach.catalog.places.lookup import settle_place
from outreach.locking import wait_for_others
from outreach.refusal import Refused

SPOT = ("latitude", "longitude", "timezone")
FELT = frozenset({"name", "city", "latitude", "longitude"})
"""What matches with any event may say or count of a person."""


def add_person(
    session: Session, foundation: Foundation, facts: dict[str, Any], by: Person, real: datetime
) -> Person:
    """Add a person with these columns; one mail address belongs to one person.

    `facts` may hold `segments`, the ids of the segments that the person knows well.
    """
    wait_for_others(session, foundation.id)
    key = _free_key(session, foundation, facts.get("email"))
    person = Person(foundation_id=foundation.id, email_key=key, created_at=real, accepted_at=real)
    home = _home(facts.get("city"), facts.get("country"))
    with history.act(session, real, by, foundation, "added", person) as act:
        act.detail["role"] = facts.get("role")
        session.add(person)
        _write(session, foundation, person, {"segments": [], **facts, **home})
    return person


def edit_person(
    session: Session,
    foundation: Foundation,
    person: Person,
    facts: dict[str, Any],
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change a person's columns; the last staff person of a foundation stays staff.

    With a latitude among them the home is taken as given (one of the `offered_places` was
    chosen), else a new city or country is settled again.
    """
    with history.edit(session, foundation, person, version, by, real) as act:
        wanted = dict(facts)
        home = (facts.get("city"), facts.get("country"))
        if facts.get("latitude") is None and home != (person.city, person.country):
            wanted |= _home(*home)
        session.refresh(person, ["segments"])
        if "email" in wanted and wanted["email"] != person.email:
            person.bounces = 0
            wanted |= {"accepted_at": real, "shares_address_at": None}
            wanted["email_key"] = _free_key(session, foundation, wanted["email"], person.id)
        if person.role == "staff" and wanted.get("role", "staff") != "staff":
            refuse_last_staff(session, foundation, person)
        _write(session, foundation, person, wanted)
    return act.changed


def _put_back(taking: TakingBack) -> None:
    """Put a person back as they were; somebody must stay staff."""
    put_back(taking)
    staff = select(Person.id).where(Person.foundation_id == taking.foundation.id)
    if taking.session.scalar(staff.where(Person.role == "staff").limit(1)) is None:
        raise Refused("Somebody must stay staff; make another person staff first.")


history.teach(history.Way(_put_back), "person")


def refuse_last_staff(session: Session, foundation: Foundation, person: Person) -> None:
    """Refuse what would leave a foundation without staff."""
    others = select(Person.id).where(
        Person.foundation_id == foundation.id, Person.role == "staff", Person.id != person.id
    )
    if session.scalar(others.limit(1)) is None:
        raise Refused("Somebody must stay staff; make another person staff first.", "role")


def _write(session: Session, foundation: Foundation, person: Person, facts: dict[str, Any]) -> None:
    for column, value in facts.items():
        if column != "segments":
            setattr(person, column, value)
    session.flush()
    if "segments" in facts:
        ours = select(Segment.id).where(Segment.foundation_id == foundation.id)
        known = set(session.scalars(ours.where(Segment.id.in_(facts["segments"]))))
        mine = PersonSegment.person_id == person.id
        stood = set(session.scalars(select(PersonSegment.segment_id).where(mine)))
        if lost := stood - known:
            session.execute(delete(PersonSegment).where(mine, PersonSegment.segment_id.in_(lost)))
        session.add_all(PersonSegment(person_id=person.id, segment_id=one) for one in known - stood)
        session.flush()
        session.refresh(person, ["segments"])


def _home(city: str | None, country: str | None) -> dict[str, Any]:
    place = settle_place(city, country) if city else None
    return {column: getattr(place, column, None) for column in SPOT}


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
