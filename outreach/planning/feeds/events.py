"""Events as entries of a calendar: whole days, on which nobody is busy because of them."""

from collections.abc import Mapping

from models import Event
from outreach.calendars.entries import Entry, Standing, identity

STANDINGS: Mapping[str, Standing] = {
    "go": "confirmed",
    "proposed": "tentative",
    "cancelled": "cancelled",
}
"""What a calendar is told of a decision; a no-go does not go into it at all."""


def event_entry(event: Event, state: str, scope: str) -> Entry:
    """Return the entry of an event that was decided so."""
    return Entry(
        uid=identity(scope, "event", event.id),
        title=event.name,
        starts=event.starts_on,
        ends=event.ends_on,
        stamp=event.created_at,
        sequence=event.version - 1,
        place=", ".join(part for part in (event.city, event.country) if part),
        url=event.url or "",
        standing=STANDINGS[state],
        is_busy=False,
    )
