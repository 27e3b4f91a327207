"""Who owns an event, and the day on which it is decided or looked at again."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from models import Event, EventPlan, Foundation, Person, TeamMember
from outreach.accounts import history
from outreach.calendars.clock import say_day
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused

OWNED = "owned"


def may_own(session: Session, event: Event) -> list[Person]:
    """Return who may own an event: staff, and who goes there."""
    team = select(TeamMember.person_id).where(TeamMember.event_id == event.id)
    found = select(Person).where(
        Person.foundation_id == event.foundation_id,
        or_(Person.role == "staff", Person.id.in_(team)),
    )
    return list(session.scalars(found.order_by(Person.name, Person.id)))


def find_plan(session: Session, event: Event) -> EventPlan | None:
    """Return what is settled about an event, with its owner."""
    mine = select(EventPlan).where(EventPlan.event_id == event.id)
    return session.scalar(mine.options(joinedload(EventPlan.owner)))


def _read(session: Session, event: Event) -> EventPlan | None:
    """Return it as it stands now, whatever the session knows of it."""
    return session.get(EventPlan, event.id, populate_existing=True)


def give_owner(session: Session, events: Iterable[Event], person: Person) -> None:
    """Let each of these events that nobody owns be this person's."""
    for event in events:
        plan = _read(session, event)
        if plan is None:
            session.add(EventPlan(event_id=event.id, owner_id=person.id))
        elif plan.owner_id is None:
            plan.owner_id = person.id


def plan_event(
    session: Session,
    foundation: Foundation,
    event: Event,
    owner_id: int | None,
    next_on: date | None,
    by: Person,
    today: date,
    real: datetime,
) -> history.Entry | None:
    """Set who owns an event, and by when it is decided or looked at again.

    Return the line of the history; None where it stood so already.
    """
    wait_for_others(session, foundation.id)
    owner = next((one for one in may_own(session, event) if one.id == owner_id), None)
    if owner_id and owner is None:
        raise Refused(_("Choose somebody of staff, or who goes there."), "owner")
    plan = _read(session, event) or EventPlan(event_id=event.id)
    if next_on and next_on < today and next_on != plan.next_on:
        raise Refused(_("That day is over. Give one that is still to come."), "next_on")
    before = _say(session, plan)
    with history.act(session, real, by, foundation, OWNED, event, if_changed=True) as act:
        plan.owner_id, plan.next_on = owner.id if owner else None, next_on
        session.add(plan)
        act.detail["change"] = [before, _say(session, plan)]
    return act.changed


def _say(session: Session, plan: EventPlan) -> str:
    owner = session.get(Person, plan.owner_id) if plan.owner_id else None
    parts = (owner.name if owner else "", say_day(plan.next_on) if plan.next_on else "")
    return ", ".join(filter(None, parts))
