"""Staff change the rules of one booth; each change can be undone."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import AuditEntry, Event, Foundation, Person
from outreach.accounts.audit import record
from outreach.refusal import Refused
from outreach.staffing.booth.booths import open_booth
from outreach.staffing.rules.breaches import Rules, as_stored

CHANGED_RULES = "changed rules"


def change_rules(
    session: Session, event: Event, rules: Rules, by: Person, now: datetime, real: datetime
) -> AuditEntry:
    """Set the rules of our booth at the event; only what differs from the defaults is kept."""
    booth = open_booth(session, event, now)
    detail = {"before": booth.rules, "after": as_stored(rules)}
    booth.rules = detail["after"]
    session.flush()
    foundation = session.get_one(Foundation, event.foundation_id)
    return record(session, real, by, foundation, CHANGED_RULES, "booth", booth.id, detail)


def undo_rules(
    session: Session, event: Event, entry: AuditEntry, by: Person, now: datetime, real: datetime
) -> None:
    """Set the rules back as they were before a change, unless they were changed again."""
    booth = open_booth(session, event, now)
    if booth.rules != entry.detail["after"]:
        raise Refused("The rules were changed again since; they stay as they are.")
    detail = {"before": booth.rules, "after": entry.detail["before"], "undo": entry.id}
    booth.rules = entry.detail["before"]
    session.flush()
    foundation = session.get_one(Foundation, event.foundation_id)
    record(session, real, by, foundation, CHANGED_RULES, "booth", booth.id, detail)
