"""Who goes to an event."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Person, TeamMember
from models.goers import goers
from outreach.accounts import history
from outreach.calendars.clock import say_count
from outreach.language import gettext as _
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
) -> history.Entry | None:
    """Name a person for an event, or change whether they lead it.

    Return the line of the history; None where they go so already.
    """
    wait_for_others(session, foundation.id)
    if person.foundation_id != event.foundation_id:
        raise Refused("That person belongs to another foundation.")
    member = session.get(TeamMember, (event.id, person.id))
    with history.act(session, real, by, foundation, "named", event) as act:
        if member is None:
            session.add(TeamMember(event_id=event.id, person_id=person.id, is_lead=is_lead))
        else:
            member.is_lead = is_lead
    return act.changed


def leave_team(
    session: Session,
    foundation: Foundation,
    event: Event,
    person: Person,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Take a person off an event."""
    wait_for_others(session, foundation.id)
    member = session.get(TeamMember, (event.id, person.id))
    if member is None:
        raise Refused(f"{person.name} is not named for {event.name}.")
    return history.remove(session, foundation, member, by, real, "took off", subject=event)


@dataclass(frozen=True, slots=True)
class Going:
    """An event that somebody goes to, because they are named or have a shift."""

    id: int
    name: str
    starts_on: date
    is_named: bool
    is_lead: bool


def list_going(session: Session, person: Person) -> list[Going]:
    """Return where somebody goes, by day."""
    pairs = goers().subquery()
    named = (TeamMember.event_id == Event.id) & (TeamMember.person_id == person.id)
    rows = session.execute(
        select(Event.id, Event.name, Event.starts_on, TeamMember.is_lead)
        .join(pairs, pairs.c.event_id == Event.id)
        .outerjoin(TeamMember, named)
        .where(pairs.c.person_id == person.id)
        .order_by(Event.starts_on, Event.id)
    )
    return [Going(*row[:3], row[3] is not None, bool(row[3])) for row in rows]


def say_team(count: int, event: str) -> str:
    """Say how many go to an event."""
    return (
        say_count(
            "%(Number)s goes to %(event)s.", "%(Number)s go to %(event)s.", count, event=event
        )
        if count
        else _("Nobody goes to %(event)s yet.", event=event)
    )


def say_people(count: int) -> str:
    """Say how many can be asked."""
    return (
        say_count("%(Number)s person you can ask.", "%(Number)s people you can ask.", count)
        if count
        else _("Nobody is on the list yet.")
    )


def say_going(count: int) -> str:
    """Say to how many events somebody goes."""
    return (
        say_count("Goes to %(number)s event", "Goes to %(number)s events", count)
        if count
        else _("Goes nowhere yet")
    )
