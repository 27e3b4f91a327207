"""Newcomers: people of whom nobody knows yet that they are who they say, and staff's word on it."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from models import Event, Foundation, Person
from outreach.accounts import history
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.signups import states

ACCEPTED = "accepted"


def know(session: Session, person_ids: Collection[int], real: datetime) -> None:
    """Note that these people are known, and forget where they signed up."""
    new = (Person.id.in_(person_ids), Person.accepted_at.is_(None), Person.email_key.is_(None))
    # By statement: it must not refuse who changes the person at the same moment.
    session.execute(update(Person).where(*new).values(accepted_at=real))
    states.forget_origin(session, person_ids)


def accept(
    session: Session,
    foundation: Foundation,
    people: Collection[Person],
    by: Person,
    real: datetime,
    event: Event | None = None,
) -> history.Entry:
    """Take staff's word that they know these people."""
    if not people:
        raise Refused(_("Everybody here is known already."))
    with history.act(session, real, by, foundation, ACCEPTED, next(iter(people))) as act:
        know(session, [person.id for person in people], real)
        act.concerns(*people, *([event] if event else []))
    return act.entry
