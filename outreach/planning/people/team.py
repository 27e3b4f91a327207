"""Who goes to an event."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Event, Foundation, Person, TeamMember
from outreach.accounts.audit import record
from outreach.locking import wait_for_others
from outreach.refusal import Refused


def join_team(
    session: Session,
    foundation: Foundation,
    event: Event,
    person: Person,
    is_lead: bool,
    by: Person,
    real: datetime,
) -> bool | None:
    """Name a person for an event, or change whether they lead it.

    Return, for Undo, whether they led it before; None where they did not go.
    """
    wait_for_others(session, foundation.id)
    if person.foundation_id != event.foundation_id:
        raise Refused("That person belongs to another foundation.")
    member = session.get(TeamMember, (event.id, person.id))
    before = None if member is None else member.is_lead
    if member is None:
        session.add(TeamMember(event_id=event.id, person_id=person.id, is_lead=is_lead))
    else:
        member.is_lead = is_lead
    detail = {"person": person.id, "lead": is_lead}
    record(session, real, by, foundation, "named", "event", event.id, detail)
    return before


def leave_team(
    session: Session,
    foundation: Foundation,
    event: Event,
    person: Person,
    by: Person,
    real: datetime,
) -> bool:
    """Take a person off an event; return whether they led it, for Undo."""
    wait_for_others(session, foundation.id)
    member = session.get(TeamMember, (event.id, person.id))
    if member is None:
        raise Refused(f"{person.name} is not named for {event.name}.")
    was_lead = member.is_lead
    session.delete(member)
    record(session, real, by, foundation, "took off", "event", event.id, {"person": person.id})
    return was_lead
