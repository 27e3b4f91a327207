"""Staff change the rules of one booth."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Event, Foundation, Person
from outreach.accounts import history
from outreach.staffing.booth.booths import open_booth
from outreach.staffing.rules import Rules, as_stored

CHANGED_RULES = "changed rules"


def change_rules(
    session: Session, event: Event, rules: Rules, by: Person, now: datetime, real: datetime
) -> history.Entry:
    """Set the rules of our booth at the event; only what differs from the defaults is kept."""
    booth = open_booth(session, event, now)
    foundation = session.get_one(Foundation, event.foundation_id)
    with history.act(session, real, by, foundation, CHANGED_RULES, booth) as act:
        act.concerns(event)
        booth.rules = as_stored(rules)
    return act.entry
