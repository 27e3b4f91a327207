"""The booths of one trip: whoever helps at one of its events can help at the others."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from models import Booth, Event, Shift, TripStop
from models.events import NOT_CALLED_OFF

_HERE, _THERE = aliased(TripStop), aliased(TripStop)
_OTHERS = (
    select(Booth.event_id, Booth.code, Event.name)
    .select_from(_HERE)
    .join(_THERE, _THERE.trip_id == _HERE.trip_id)
    .join(Event, Event.id == _THERE.event_id)
    .join(Booth, Booth.event_id == Event.id)
    .outerjoin(Event.decision)
    .where(
        _HERE.event_id == bindparam("event"),
        _THERE.event_id != bindparam("event"),
        Event.ends_on >= bindparam("today"),
        NOT_CALLED_OFF,
        select(Shift.id).where(Shift.booth_id == Booth.id, Shift.cancelled_at.is_(None)).exists(),
    )
    .order_by(Event.starts_on, Event.name, Event.id)
)


class BoothElsewhere(NamedTuple):
    """A booth at another event of the same trip."""

    event_id: int
    code: str
    event: str


def find_others_of_trip(session: Session, event_id: int, today: date) -> list[BoothElsewhere]:
    """Return the booths with shifts at the other events of the trip that stands.

    None of what is over or called off.
    """
    rows = session.execute(_OTHERS, {"event": event_id, "today": today})
    return [BoothElsewhere(*row) for row in rows]
