"""A booth with shifts and people, for tests of staffing."""

from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person, Shift
from outreach.accounts.addresses import new_person
from outreach.accounts.limits import TooMany
from outreach.staffing.signups.sign_up import ask_to_confirm
from tests import cast, sign_ins

WEDNESDAY = datetime(2024, 7, 31, 19, 0, tzinfo=UTC)
"""13:00 in Denver."""


class Crew:
    """A foundation that goes to SIGGRAPH in Denver, its booth, and whoever is asked for."""

    def __init__(
        self, session: Session, slug: str = "ours", decided: str | None = "go", **booth: Any
    ) -> None:
        self.session = session
        self.ours = cast.add_clocked(session, slug)
        self.lead = sign_ins.add_person(session, "Lea Lead", foundation=self.ours)
        self.event = cast.add_event(session, self.ours, ends=date(2024, 8, 1))
        if decided:
            cast.add_decision(session, self.event, decided)
        self.booth = cast.add_booth(session, self.event, **booth)
        self.numbers = count(1)

    def shift(self, starts: datetime = WEDNESDAY, hours: float = 2, **columns: Any) -> Shift:
        """Add a shift; the first is on Wednesday at one."""
        least = min(2, columns.get("max_people", 2))
        return cast.add_shift(
            self.session, self.booth, starts, hours, **({"min_people": least} | columns)
        )

    def person(self, name: str = "", **columns: Any) -> Person:
        """Add a volunteer who has stood at a booth before."""
        number = next(self.numbers)
        name = name or f"Vol{number} Unteer"
        standard = {
            "email": f"v{number}@example.org",
            "email_key": f"v{number}@example.org",
            "is_experienced": True,
        }
        return sign_ins.add_person(
            self.session, name, "volunteer", **({"foundation": self.ours} | standard | columns)
        )

    def newcomer(self, name: str, contact: str, now: datetime = cast.NOW) -> Person:
        """Add somebody whom nobody knows yet, asked about the address as after a first sign-up."""
        person = new_person(self.ours, name, contact, now)
        self.session.add(person)
        self.session.flush()
        if person.email:
            with suppress(TooMany):
                ask_to_confirm(self.session, person, now)
        return person

    @staticmethod
    def foundation_of(session: Session, shift: Shift) -> Foundation:
        """Return whose booth the shift belongs to."""
        booth = session.get_one(Booth, shift.booth_id)
        event = session.get_one(Event, booth.event_id)
        return session.get_one(Foundation, event.foundation_id)
