"""Roles: who may use a page."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Person, TeamMember


class Guard(StrEnum):
    """Who may use a page, from everybody to the fewest."""

    PUBLIC = "public"
    VOLUNTEER = "volunteer"
    """Everybody who is signed in."""
    LEAD = "lead"
    """Staff, and whoever leads the event that the page is about."""
    STAFF = "staff"


def may(session: Session, guard: Guard, person: Person | None, event_id: int | None) -> bool:
    """Tell whether the person may use a page with this guard, as things are now."""
    if guard is Guard.PUBLIC:
        return True
    if person is None:
        return False
    if guard is Guard.VOLUNTEER or person.role == "staff":
        return True
    return guard is Guard.LEAD and event_id is not None and leads(session, person, event_id)


def leads(session: Session, person: Person, event_id: int) -> bool:
    """Tell whether the person leads this event of their own foundation."""
    found = (
        select(TeamMember.event_id)
        .join(Event, Event.id == TeamMember.event_id)
        .where(
            TeamMember.event_id == event_id,
            TeamMember.person_id == person.id,
            TeamMember.is_lead,
            Event.foundation_id == person.foundation_id,
        )
    )
    return session.scalar(found) is not None


def may_look_at(person: Person, foundation: Foundation) -> bool:
    """Tell whether a foundation may be looked at: one's own, and by staff the example."""
    own = foundation.id == person.foundation_id
    return own or (foundation.is_example and person.role == "staff")
