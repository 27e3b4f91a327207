"""The half-event rule: who stands at the booth for half of its open time has earned the journey."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from models import Event, Person
from outreach.calendars.clock import say_hours
from outreach.language import gettext as _
from outreach.staffing.booth.booths import find_booth
from outreach.staffing.roster.coverage import hours_of, length_of
from outreach.staffing.roster.load import load_roster

HALF = 2


def say_less_than_half(session: Session, person: Person, events: Sequence[Event]) -> list[str]:
    """Say where somebody stands at a booth for less than half of the hours that it has."""
    said = []
    for event in events:
        booth = find_booth(session, event.id)
        roster = load_roster(session, booth, event) if booth else None
        whole = length_of(roster.open_spans) if roster else timedelta()
        if roster and whole:
            there = hours_of(roster.staffed, roster.open_spans).get(person.id, timedelta())
            if there * HALF < whole:
                said.append(
                    _(
                        "%(name)s stands there for %(hours)s of %(whole)s open hours at %(event)s,"
                        " less than half.",
                        name=person.name,
                        hours=say_hours(there),
                        whole=say_hours(whole),
                        event=event.name,
                    )
                )
    return said
