"""The Go beside an event: one that makes a trip with it, or one that needs the team elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event
from outreach.calendars.clock import say_number
from outreach.language import gettext as _
from outreach.matching.engine.terms import ExplainedMatch, OtherDecision


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An event that is a Go, and the points that it gives or takes in the order."""

    event_id: int
    name: str
    city: str | None
    starts: date
    gain: float

    @property
    def say_effect(self) -> str:
        """Say why it moves the event in the order."""
        if self.gain > 0:
            return _("Near in place and time: one team can serve both.")
        return _("The team is needed there on the same days.")

    @property
    def say_gain(self) -> str:
        """Say how far it moves the event: "gains 5"."""
        points = f"{abs(self.gain):g}"
        if self.gain > 0:
            return _("gains %(points)s", points=points)
        return _("loses %(points)s", points=points)


def list_neighbours(session: Session, match: ExplainedMatch) -> list[Neighbour]:
    """Return the decided events beside the event of a match, in order of their days."""
    gains = {
        int(row.event): aside.gain
        for aside in match.asides
        for row in aside.evidence
        if isinstance(row, OtherDecision)
    }
    if not gains:
        return []
    rows = session.execute(
        select(Event.id, Event.name, Event.city, Event.starts_on)
        .where(Event.id.in_(gains))
        .order_by(Event.starts_on, Event.id)
    )
    return [Neighbour(*row, gain=gains[row.id]) for row in rows]


def say_neighbours(neighbours: Sequence[Neighbour]) -> str:
    """Say in one line what the decided events beside an event do to it."""
    gains = sum(neighbour.gain > 0 for neighbour in neighbours)
    losses = len(neighbours) - gains
    parts = [f"makes one trip with {say_number(gains)} Go"] if gains else []
    parts += [f"clashes with {say_number(losses)} Go"] if losses else []
    return f"It {' and '.join(parts)}" if parts else ""
