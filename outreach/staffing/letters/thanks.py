"""The letter of thanks, a day after somebody's last shift at an event, where a foundation sends it.

It tells only of hours that were noted; the thanks stand on My shifts in any case.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Booth, Foundation, Message, Person, Shift, SignUp
from models.staffing import IS_EXPECTED
from outreach.calendars.clock import say_hours
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.staffing.house_rules import house_rules_of
from outreach.staffing.letters.reminders import living_foundations
from outreach.staffing.letters.told_about import Desk, own_link, page
from outreach.staffing.notices import fact_key, row_of
from outreach.staffing.roster.served import Served, load_served

THANKS = "thanks"
AFTER, LATE = timedelta(hours=16), timedelta(days=3)
"""So long after the end of the last shift, the next day's morning; and until when it is of use."""


def find_thanks(session: Session, real: datetime) -> list[dict[str, Any]]:
    """Return the letters to post, of all foundations that send them; it only reads."""
    return [
        row
        for foundation in living_foundations(session)
        if house_rules_of(foundation).mails_thanks
        for row in _find_of(session, foundation, real)
    ]


def _find_of(session: Session, foundation: Foundation, real: datetime) -> list[dict[str, Any]]:
    now, last = foundation.now(real), func.max(Shift.ends_at)
    due = session.execute(
        select(SignUp.person_id, Booth.event_id)
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .join(Person, Person.id == SignUp.person_id)
        .where(Person.foundation_id == foundation.id, IS_EXPECTED, Shift.cancelled_at.is_(None))
        .where(Person.email.is_not(None), Person.letters_stopped_at.is_(None))
        .group_by(SignUp.person_id, Booth.event_id)
        .having(last <= now - AFTER, last > now - LATE, func.count(SignUp.arrived_at) > 0)
    ).all()
    facts = {(person, event): f"event {event} over" for person, event in due}
    keys = [fact_key(THANKS, person, fact) for (person, _event), fact in facts.items()]
    told = set(session.scalars(select(Message.fact_key).where(Message.fact_key.in_(keys))))
    rows = (
        row_of(real, THANKS, session.get_one(Person, person), fact, event_id=event)
        for (person, event), fact in facts.items()
        if fact_key(THANKS, person, fact) not in told
    )
    return [row for row in rows if row is not None]


def thanks(
    session: Session, message: Message, reader: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Thank somebody for the hours that they stood at an event."""
    if reader.letters_stopped_at is not None:
        return Dropped("The reader wants no letters about shifts.")
    foundation = session.get_one(Foundation, reader.foundation_id)
    here = Booth.event_id == message.facts.get("event_id", 0)
    served = load_served(session, reader, foundation.now(real), here)
    if not any(one.is_certain for one in served):
        return Dropped("No hours were noted, or more are to come.")
    one = served[0]
    body = page(
        reader,
        foundation,
        compose(_("Thank you for standing at our booth at $event."), event=one.event_name),
        _say_stood(one),
        own_link(_("Your hours, and a certificate to print:")),
    )
    return Written(compose(_("Thank you, from $event"), event=one.event_name), body)


def _say_stood(one: Served) -> str:
    return ngettext(
        "You stood %(hours)s hour there, on %(days)s.",
        "You stood %(hours)s hours there, on %(days)s.",
        1 if one.stood == timedelta(hours=1) else 2,
        hours=say_hours(one.stood),
        days=one.say_days,
    )


LETTERS = {THANKS: thanks}
