"""Finds the event that a pasted row names: by its name, its year, its first day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation
from models.events import CALLED_OFF
from outreach.calendars.clock import say_date, say_either
from outreach.catalog.facts import event_key
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.table import WrongCell
from outreach.language import gettext as _

MOST_SAID = 3
BEGINS = "first day,first day of the event,event begins"
"""Heads of the column that says when the event of a row begins."""


@dataclass(frozen=True, slots=True)
class EventNamed:
    """An event that a row may be about."""

    id: int
    name: str
    key: str
    starts_on: date
    ends_on: date
    city: str | None = None
    timezone: str | None = None
    is_off: bool = False
    """Whether it is decided not to go there."""


def find_events(session: Session, foundation: Foundation) -> list[EventNamed]:
    """Return the events that a row may be about, the latest first."""
    columns = (Event.id, Event.name, Event.name_key, Event.starts_on, Event.ends_on)
    rows = session.execute(
        select(*columns, Event.city, Event.timezone, Decision.state)
        .outerjoin(Event.decision)
        .where(Event.foundation_id == foundation.id)
        .order_by(Event.starts_on.desc(), Event.id)
    )
    return [EventNamed(*row[:-1], is_off=row[-1] in CALLED_OFF) for row in rows]


def find_named(
    name: str, events: Sequence[EventNamed], role: str = "event", begins: date | None = None
) -> EventNamed:
    """Find the event that is meant: by its name, with the year where one stands there.

    Of several the one that begins on that day or nearest to it, and one that we go to. Refuses
    what names none, or one of several.
    """
    same = [one for one in events if fold_name(one.name) == fold_name(name)]
    key = event_key(name) if name else ""
    found = same or [one for one in events if key and one.key == key]
    found = [one for one in found if str(one.starts_on.year) in name] or found
    found = [one for one in found if one.starts_on == begins] or found
    found = [one for one in found if not one.is_off] or found
    if begins:
        found.sort(key=lambda one: abs(one.starts_on - begins))
    if not found:
        raise WrongCell(role, _("No event of yours is called “%(name)s”.", name=name[:40]))
    twins = [one for one in found if one.starts_on.year == found[0].starts_on.year]
    if len({one.name for one in twins}) > 1:
        said = say_either(f"{one.name}, {say_date(one.starts_on)}" for one in twins[:MOST_SAID])
        raise WrongCell(role, _("Say which: %(events)s.", events=said))
    return found[0]


def refuse_off(event: EventNamed, role: str = "event") -> None:
    """Refuse an event that we do not go to."""
    if event.is_off:
        raise WrongCell(role, _("It is decided not to go to %(event)s.", event=event.name))


def refuse_over(event: EventNamed, today: date, role: str = "event") -> None:
    """Refuse an event that is over."""
    if event.ends_on < today:
        said = _("%(event)s was over on %(day)s.", event=event.name, day=say_date(event.ends_on))
        raise WrongCell(role, said)
