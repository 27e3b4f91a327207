"""Finds the event that a pasted row names, by its name with or without the year."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol, TypeVar

from outreach.calendars.clock import say_date, say_either
from outreach.catalog.facts import event_key
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.table import WrongCell
from outreach.language import gettext as _

MOST_SAID = 3


class NamedEvent(Protocol):
    """An event that a row may be about."""

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def starts_on(self) -> date: ...


AnyNamed = TypeVar("AnyNamed", bound=NamedEvent)


def find_named(name: str, events: Sequence[AnyNamed], role: str = "event") -> AnyNamed:
    """Find the event that is meant: by its name, with the year where one stands there.

    Refuses what names none, or one of several.
    """
    same = [one for one in events if fold_name(one.name) == fold_name(name)]
    key = event_key(name) if name else ""
    found = same or [one for one in events if key and one.key == key]
    found = [one for one in found if str(one.starts_on.year) in name] or found
    if not found:
        raise WrongCell(role, _("No event to come is called “%(name)s”.", name=name[:40]))
    twins = [one for one in found if one.starts_on.year == found[0].starts_on.year]
    if len({one.name for one in twins}) > 1:
        said = say_either(f"{one.name}, {say_date(one.starts_on)}" for one in twins[:MOST_SAID])
        raise WrongCell(role, _("Say which: %(events)s.", events=said))
    return found[0]
