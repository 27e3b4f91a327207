"""The last place on a shift of newcomers: kept for somebody who has stood at a booth before.

Where a shift has one place, nobody is left among newcomers: whoever comes first has it.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Booth, Event, Person
from outreach.calendars.clock import say_ordinal
from outreach.language import gettext as _
from outreach.staffing.rules import Rules, in_force, rules_of

KNOWS_EXPERIENCE = (
    select(Person.id)
    .where(Person.foundation_id == Event.foundation_id, Person.is_experienced)
    .correlate(Event)
    .exists()
)
"""Whether the foundation of an event knows anybody with experience."""


def rules_in_force(session: Session, booth: Booth, event: Event) -> Rules:
    """Return the rules of a booth as they hold now."""
    rules = rules_of(booth.rules)
    if not rules.needs_experience:
        return rules
    known = select(KNOWS_EXPERIENCE).select_from(Event).where(Event.id == event.id)
    return in_force(rules, bool(session.scalar(known)))


def say_full(label: str, place: int, *, is_waiting: bool, is_kept: bool) -> str:
    """Say to somebody that no place is free for them, and where they wait or would."""
    named = {"shift": label, "place": say_ordinal(place)}
    if is_kept and is_waiting:
        return _(
            "The last place on %(shift)s is kept for somebody who has stood at a booth before;"
            " you are %(place)s on the waiting list.",
            **named,
        )
    if is_kept:
        return _(
            "The last place on %(shift)s is kept for somebody who has stood at a booth before;"
            " you would be %(place)s on the waiting list.",
            **named,
        )
    if is_waiting:
        return _("%(shift)s is full; you are %(place)s on the waiting list.", **named)
    return _("%(shift)s is full; you would be %(place)s on the waiting list.", **named)
