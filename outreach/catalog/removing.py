"""Removes an event, after saying what goes with it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, Shift, SignUp
from models.staffing import HOLDS_PLACE
from outreach.accounts import history
from outreach.accounts.rows import references_to, table_of
from outreach.language import ngettext
from outreach.locking import wait_for_others
from outreach.refusal import Refused

SPOKEN = {
    "approval": "approval",
    "ask": "ask card",
    "attendance": "note of a past visit",
    "booth": "booth with its shifts",
    "booth_letter": "letter to the people of the booth",
    "brief": "brief",
    "call": "call",
    "checklist_item": "item of its checklist",
    "brief_issue": "issue on its brief",
    "decision": "decision",
    "money_stop": "request for money",
    "event_note": "note",
    "gathering": "piece of evidence",
    "kit_booking": "booking of a kit",
    "proposal": "talk",
    "swag": "thing to give away",
    "team_member": "person on its team",
    "trip_stop": "stop of a trip",
}
"""What a person would miss, by table; what follows from the rest is not told."""


def count_losses(session: Session, event: Event) -> dict[str, int]:
    """Return how much of each kind goes with an event, only what there is."""
    found = {}
    for table, column in references_to(table_of("event")):
        if table.name in SPOKEN:
            query = select(func.count()).select_from(table).where(column == event.id)
            found[SPOKEN[table.name]] = session.scalar(query) or 0
    return {words: count for words, count in found.items() if count}


def say_losses(losses: Mapping[str, int]) -> str:
    """Say what goes with an event: "With it go 2 × talk, 1 × brief."; "" where nothing does."""
    parts = ", ".join(f"{count} × {word}" for word, count in losses.items())
    return (
        ngettext("With it goes %(losses)s.", "With it go %(losses)s.", len(losses), losses=parts)
        if losses
        else ""
    )


def remove_event(
    session: Session,
    foundation: Foundation,
    event: Event,
    by: Person,
    now: datetime,
    real: datetime,
) -> history.Entry:
    """Remove an event with all that hangs on it; the history keeps it.

    Refused while people count on a shift that is still to come: cancelled, they are told.
    """
    wait_for_others(session, foundation.id)
    counted_on = (
        select(func.count(SignUp.id))
        .join(Shift, Shift.id == SignUp.shift_id)
        .join(Booth, Booth.id == Shift.booth_id)
        .where(Booth.event_id == event.id, HOLDS_PLACE, Shift.ends_at > now)
    )
    if session.scalar(counted_on):
        raise Refused(
            f"People have signed up for shifts at {event.name}. Cancel the shifts first: then you"
            " see who is mailed and whom to call."
        )
    with history.act(session, real, by, foundation, "removed", event) as act:
        act.detail["name"] = event.name
        session.execute(delete(Event).where(Event.id == event.id))
    return act.entry
