"""What kits and swag wait for, by event and day: files, parcels, and kits that must leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Event, Foundation, KitBooking, Swag
from models.events import NOT_CALLED_OFF
from outreach.language import gettext as _
from outreach.planning.kits.hand_over import Booked
from outreach.planning.kits.load import booked_of


@dataclass(frozen=True, slots=True)
class KitDue:
    """One thing about kits or swag that an event waits for, and the day by which."""

    event_id: int
    what: str
    by: date


def deadlines_of_swag(rows: Sequence[Swag]) -> list[KitDue]:
    """List what swag waits for: the printer's file by its day, the parcel within its window."""
    found = []
    for one in rows:
        if one.file_by and one.filed_on is None and one.before is None:
            what = _("Printer’s file of %(item)s", item=one.item)
            found.append(KitDue(one.event_id, what, one.file_by))
        if one.arrives_by and one.before is None:
            what = _("Parcel of %(item)s arrives", item=one.item)
            found.append(KitDue(one.event_id, what, one.arrives_by))
    return found


def deadlines_of_bookings(rows: Sequence[tuple[KitBooking, Booked, str]]) -> list[KitDue]:
    """List which kits must be on their way by when."""
    return [
        KitDue(booking.event_id, _("%(kit)s leaves", kit=name), booked.leaves)
        for booking, booked, name in rows
        if booking.sent_on is None and booking.arrived_on is None
    ]


def find_kit_deadlines(session: Session, foundation: Foundation, since: date) -> list[KitDue]:
    """Return what kits and swag wait for, at events that are not over and not called off."""
    coming = (Event.ends_on >= since, NOT_CALLED_OFF)
    swag = select(Swag).join(Swag.event).outerjoin(Event.decision)
    rows = session.scalars(swag.where(Swag.foundation_id == foundation.id, *coming)).all()
    bookings = session.scalars(
        select(KitBooking)
        .join(KitBooking.event)
        .outerjoin(Event.decision)
        .options(joinedload(KitBooking.event), joinedload(KitBooking.kit))
        .where(KitBooking.foundation_id == foundation.id, *coming)
    ).all()
    named = [(one, booked_of(one), one.kit.name) for one in bookings]
    found = [*deadlines_of_swag(rows), *deadlines_of_bookings(named)]
    return sorted(found, key=lambda due: (due.by, due.event_id, due.what))
