"""Books kits for events: none at two places at once; what was sent, came and was counted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from models import Event, Foundation, Kit, KitBooking, KitCount, Person
from outreach.accounts import history
from outreach.catalog.facts import clean
from outreach.catalog.reading.named_events import EventNamed
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.kits.hand_over import HandOver
from outreach.planning.kits.load import KitStop, clashes_with, open_kit, stops_of
from outreach.planning.money.loading import is_called_off
from outreach.refusal import Refused

BOOKED, CHANGED, REMOVED = "booked kit", "changed booking", "removed booking"
MOST_DAYS, LONGEST_REASON = 120, 300
FARTHEST = timedelta(days=180)
Counts = Mapping[int, tuple[int | None, int | None]]
"""How many came and went back, by line of the kit."""


@dataclass(frozen=True, slots=True)
class TypedBooking:
    """A booking as somebody typed it."""

    days_before: int = 0
    days_after: int = 0
    reason: str = ""
    sent_on: date | None = None
    arrived_on: date | None = None
    counts: Counts = field(default_factory=dict)


def book(
    session: Session,
    foundation: Foundation,
    kit: Kit,
    event: Event,
    typed: TypedBooking,
    by: Person,
    real: datetime,
) -> tuple[list[str], history.Entry]:
    """Book a kit for an event; return what stands against it all the same.

    Days shared with another event are refused without a reason.
    """
    wait_for_others(session, foundation.id)
    if is_called_off(session, [event]):
        raise Refused(_("We do not go there, so no kit can be booked."))
    if any(one.event_id == event.id for one in open_kit(session, kit).bookings):
        raise Refused(_("%(kit)s is booked for it already.", kit=kit.name), "kit")
    booking = KitBooking(foundation_id=foundation.id, kit_id=kit.id, event_id=event.id)
    with history.act(session, real, by, foundation, BOOKED, booking) as act:
        act.detail["name"] = kit.name
        session.add(booking)
        amiss = write_booking(session, kit, booking, typed, event)
    return amiss, act.entry


def change_booking(
    session: Session,
    foundation: Foundation,
    booking: KitBooking,
    typed: TypedBooking,
    version: int,
    by: Person,
    real: datetime,
) -> tuple[list[str], history.Entry | None]:
    """Change a booking: its days, what was sent and came, what was counted.

    Return what stands against it, and the line of the history if anything changed.
    """
    with history.edit(session, foundation, booking, version, by, real, CHANGED) as act:
        kit, event = session.get_one(Kit, booking.kit_id), session.get_one(Event, booking.event_id)
        act.detail["name"] = kit.name
        amiss = write_booking(session, kit, booking, typed, event)
    return amiss, act.changed


def drop_booking(
    session: Session, foundation: Foundation, booking: KitBooking, by: Person, real: datetime
) -> history.Entry:
    """Take a booking away; the history keeps all of it."""
    kit = session.get_one(Kit, booking.kit_id)
    return history.remove(session, foundation, booking, by, real, REMOVED, kit.name)


def find_stop(session: Session, booking: KitBooking) -> KitStop:
    """Return a booking with its place on the kit's way."""
    kit = open_kit(session, session.get_one(Kit, booking.kit_id))
    return next(stop for stop in stops_of(kit) if stop.booking.id == booking.id)


def refuse_days(typed: TypedBooking, event: Event | EventNamed) -> None:
    """Refuse days that cannot be, or that are far from the event."""
    for name in ("sent_on", "arrived_on"):
        day = getattr(typed, name)
        if day and not event.starts_on - FARTHEST <= day <= event.ends_on + FARTHEST:
            raise Refused(_("That is too far from the days of the event."), name)
    if typed.sent_on and typed.arrived_on and typed.arrived_on < typed.sent_on:
        raise Refused(_("It would arrive before it was sent."), "arrived_on")


def write_booking(
    session: Session, kit: Kit, booking: KitBooking, typed: TypedBooking, event: Event
) -> list[str]:
    """Write a booking; return what stands against it all the same."""
    refuse_days(typed, event)
    booking.days_before, booking.days_after = typed.days_before, typed.days_after
    booking.sent_on, booking.arrived_on = typed.sent_on, typed.arrived_on
    booking.reason = clean(typed.reason)
    session.flush()
    for line_id, (before, after) in typed.counts.items():
        _count(session, booking, line_id, before, after)
    session.flush()
    return _refuse_clashes(session, kit, booking)


def _count(
    session: Session, booking: KitBooking, line_id: int, before: int | None, after: int | None
) -> None:
    count = session.get(KitCount, (booking.id, line_id))
    if (before, after) == ((count.before, count.after) if count else (None, None)):
        return
    if before is None and after is None:
        session.delete(count)
    elif count is None:
        session.add(KitCount(booking_id=booking.id, line_id=line_id, before=before, after=after))
    else:
        count.before, count.after = before, after
    flag_modified(booking, "reason")  # a count that changed moves the version on too


def say_shared(clash: HandOver, kit: str) -> str:
    """Say why a kit cannot be at two events at once, and what helps."""
    return _("%(clash)s Say how that can be, or book another kit.", clash=clash.say(kit))


def _refuse_clashes(session: Session, kit: Kit, booking: KitBooking) -> list[str]:
    """Refuse days shared with another event, unless a reason is given; say what else is amiss."""
    kit = open_kit(session, kit)
    clashes = clashes_with(kit, booking)
    for one in clashes:
        if one.is_shared:
            raise Refused(say_shared(one, kit.name), "reason")
    stop = next(stop for stop in stops_of(kit) if stop.booking.id == booking.id)
    return list(dict.fromkeys([*stop.warnings, *(one.say(kit.name) for one in clashes)]))
