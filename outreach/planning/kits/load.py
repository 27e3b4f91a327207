"""Reads kits with their contents and bookings, and tells their way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Event, Foundation, Kit, KitBooking
from models.events import CALLED_OFF
from outreach.calendars.clock import say_count, say_list
from outreach.language import N_
from outreach.language import gettext as _
from outreach.planning.kits.hand_over import Booked, HandOver, KitStep, find_clashes, find_way

WHOLE = (
    selectinload(Kit.lines),
    selectinload(Kit.bookings).options(
        joinedload(KitBooking.event).joinedload(Event.decision),
        selectinload(KitBooking.counts),
    ),
)
"""All that is said of a kit, in four statements for any number of them."""
STATE_SAID = {
    "ready": N_("ready"),
    "incomplete": N_("incomplete"),
    "needs_repair": N_("needs repair"),
    "lost": N_("lost"),
}
NO_GOOD = ("needs_repair", "lost")


@dataclass(frozen=True, slots=True)
class CountedLine:
    """A thing of a kit as it was counted at an event."""

    line_id: int
    what: str
    how_many: int
    before: int | None
    after: int | None

    @property
    def lacks(self) -> int:
        """Return how many of those that came did not go back."""
        known = self.before is not None and self.after is not None
        return max(0, (self.before or 0) - (self.after or 0)) if known else 0


@dataclass(frozen=True, slots=True)
class KitStop:
    """A booking as pages show it: its place on the way, what stands against it."""

    kit: Kit
    booking: KitBooking
    step: KitStep | None
    """None where we do not go there after all."""
    clashes: tuple[HandOver, ...]

    @property
    def say_way(self) -> str:
        """Say how it comes and where it goes on to."""
        if self.step is None:
            return _("we do not go there")
        came, goes = (say(self.kit.place) for say in (self.step.say_coming, self.step.say_going))
        return _("%(came)s; %(goes)s", came=came, goes=goes)

    @property
    def warnings(self) -> list[str]:
        """Say what cannot be, unless a reason was given, and that a kit is no good."""
        said = [one.say(self.kit.name) for one in self.clashes]
        if self.kit.state in NO_GOOD and not self.booking.sent_on:
            state = str(STATE_SAID[self.kit.state])
            said.append(_("%(kit)s is marked: %(state)s.", kit=self.kit.name, state=state))
        return said

    @property
    def counted(self) -> list[CountedLine]:
        """Return the things of the kit with how many came and went back."""
        counts = {one.line_id: one for one in self.booking.counts}
        return [
            CountedLine(line.id, line.what, line.how_many,
                        counts[line.id].before if line.id in counts else None,
                        counts[line.id].after if line.id in counts else None)
            for line in self.kit.lines
        ]  # fmt: skip

    @property
    def say_missing(self) -> str:
        """Say what came and did not go back: "2 × table cloth did not come back"."""
        lost = [f"{one.lacks} × {one.what}" for one in self.counted if one.lacks]
        return _("%(things)s did not go back", things=say_list(lost)) if lost else ""


def load_kits(session: Session, *conditions: ColumnElement[bool]) -> list[Kit]:
    """Return the kits that meet these conditions, by name."""
    query = select(Kit).where(*conditions).options(*WHOLE)
    return list(session.scalars(query.order_by(Kit.name, Kit.id)))


def open_kit(session: Session, kit: Kit) -> Kit:
    """Read all that is said of a kit, as it is now."""
    session.flush()
    for row in [one for one in session if isinstance(one, KitBooking) and one.kit_id == kit.id]:
        session.expire(row)
    session.expire(kit)
    return load_kits(session, Kit.id == kit.id)[0]


def kits_at(session: Session, event: Event) -> list[Kit]:
    """Return the kits that are booked for an event, with all their bookings."""
    here = select(KitBooking.kit_id).where(KitBooking.event_id == event.id)
    return load_kits(session, Kit.id.in_(here))


def stops_of(kit: Kit) -> list[KitStop]:
    """Return the stops of a kit by time, with what stands against each."""
    booked = [booked_of(one) for one in kit.bookings if not is_off(one)]
    steps = {step.booked.id: step for step in find_way(booked)}
    clashes = _clashes_of(kit, booked)
    stops = [
        KitStop(
            kit,
            one,
            steps.get(one.id),
            tuple(clash for clash in clashes if clash.then.id == one.id),
        )
        for one in kit.bookings
    ]
    return sorted(stops, key=lambda stop: (stop.booking.event.starts_on, stop.booking.id))


def clashes_with(kit: Kit, booking: KitBooking) -> list[HandOver]:
    """Return what stands against a booking, or against another one because of it."""
    booked = [booked_of(one) for one in kit.bookings if not is_off(one)]
    found = _clashes_of(kit, booked)
    return [one for one in found if booking.id in (one.first.id, one.then.id)]


def _clashes_of(kit: Kit, booked: Sequence[Booked]) -> list[HandOver]:
    """Return what cannot be; for shared days the reason of either booking is enough."""
    reasoned = {one.id for one in kit.bookings if one.reason}
    return [
        one
        for one in find_clashes(booked)
        if not (one.is_shared and reasoned & {one.first.id, one.then.id})
    ]


def is_off(booking: KitBooking) -> bool:
    """Tell whether we do not go there after all."""
    decision = booking.event.decision
    return decision is not None and decision.state in CALLED_OFF


def booked_of(booking: KitBooking) -> Booked:
    """Return a booking as arithmetic takes it."""
    event = booking.event
    place = event.city or event.name
    days = (booking.days_before, booking.days_after)
    return Booked(booking.id, event.name, place, event.starts_on, event.ends_on, *days)


def all_stops(session: Session, foundation: Foundation) -> tuple[list[Kit], list[KitStop]]:
    """Return a foundation's kits, and all their stops by time."""
    kits = load_kits(session, Kit.foundation_id == foundation.id)
    stops = [stop for kit in kits for stop in stops_of(kit)]
    return kits, sorted(stops, key=lambda stop: (stop.booking.event.starts_on, stop.booking.id))


def stops_ahead(stops: Sequence[KitStop], today: date) -> list[KitStop]:
    """Return the stops whose event is not over."""
    return [stop for stop in stops if stop.booking.event.ends_on >= today]


def say_kits(kits: Sequence[Kit], ahead: Sequence[KitStop]) -> str:
    """Say above all kits what is wrong with their plans, else how many there are."""
    wrong = [stop for stop in ahead if stop.warnings]
    if wrong:
        return wrong[0].warnings[0]
    if not kits:
        return _("No kit is kept here yet.")
    count = say_count("%(Number)s kit", "%(Number)s kits", len(kits))
    if not ahead:
        return _("%(kits)s, none on the way.", kits=count)
    first = ahead[0]
    return _("%(kits)s; the next goes to %(event)s.", kits=count, event=first.booking.event.name)
