"""Caps on what an unknown visitor may hold of a booth: by browser and by network."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, false, func, or_, select
from sqlalchemy.orm import Session

from models import Availability, BlockedAddress, Booth, Event, Person, Shift, SignUp
from models.people import IS_KNOWN
from models.staffing import HOLDS_PLACE, IS_LIVING
from outreach.accounts import addresses
from outreach.accounts.tokens import token_hash
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.booth.booths import coordinators_of
from outreach.staffing.rules import rules_of
from outreach.staffing.signups import locks
from outreach.staffing.signups.locks import LockedShift
from outreach.staffing.signups.states import STILL_COMES, STILL_FREE, Origin, taking_if

MOST_OF_BROWSER = 6
"""So many shifts of a booth one browser holds or waits for while nobody knows whose it is."""
SHARE_OF_NETWORK, LEAST_OF_NETWORK = 3, 2
"""One network holds this part of the open places at most; a couple finds room at any booth."""
BURST, BURST_MARGIN, BURST_WITHIN = 20, 5, timedelta(minutes=10)
"""So many newcomers' places in so short a time are told at once; a few counts, as two may meet."""

_TO_COME = (
    Shift.booth_id == bindparam("booth"),
    Shift.cancelled_at.is_(None),
    Shift.ends_at > bindparam("now"),
)

_FROM_THERE = SignUp.network == bindparam("network")


def _count(wanted: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((wanted, 1), else_=0)), 0)


_PLACES = select(func.coalesce(func.sum(Shift.max_people), 0)).where(*_TO_COME).scalar_subquery()
_OF_BOOTH = (
    select(
        _PLACES.label("places"),
        _count(HOLDS_PLACE & ~func.coalesce(~IS_KNOWN & _FROM_THERE, false())).label("elsewhere"),
        _count(~IS_KNOWN & (SignUp.created_at > bindparam("since"))).label("recent"),
    )
    .select_from(SignUp)
    .join(Shift, Shift.id == SignUp.shift_id)
    .join(Person, Person.id == SignUp.person_id)
    .where(*_TO_COME, IS_LIVING)
)
_IS_BLOCKED = (
    select(BlockedAddress.booth_id)
    .where(BlockedAddress.booth_id == bindparam("booth"))
    .where(BlockedAddress.address_hash == bindparam("address"))
    .exists()
)
_OWN = or_(SignUp.browser == bindparam("browser"), SignUp.person_id == bindparam("person"))
_OF_ORIGIN = (
    select(
        _IS_BLOCKED.label("is_blocked"),
        _count(_OWN).label("by_browser"),
        _count(HOLDS_PLACE & _FROM_THERE).label("from_network"),
    )
    .select_from(SignUp)
    .join(Shift, Shift.id == SignUp.shift_id)
    .join(Person, Person.id == SignUp.person_id)
    .where(*_TO_COME, IS_LIVING, ~IS_KNOWN, _OWN | _FROM_THERE)
    .where(or_(SignUp.shift_id != bindparam("shift"), SignUp.person_id != bindparam("person")))
)
_FROM_ORIGIN = _OF_ORIGIN.subquery()
_STILL_WITHIN = (
    ~_FROM_ORIGIN.c.is_blocked,
    _FROM_ORIGIN.c.by_browser < MOST_OF_BROWSER,
    or_(bindparam("is_unheld"), _FROM_ORIGIN.c.from_network < bindparam("share")),
)
"""Conditions under which one more place is within the caps, and nobody is told of it."""
TAKING = {
    (False, True): taking_if(*STILL_FREE, *_STILL_WITHIN, beside=_FROM_ORIGIN),
    (True, True): taking_if(*STILL_FREE, *STILL_COMES, *_STILL_WITHIN, beside=_FROM_ORIGIN),
    (True, False): taking_if(*STILL_FREE, *STILL_COMES),
}
"""How a place is taken, by whether the person is added and whether they are unknown."""


@dataclass(frozen=True, slots=True)
class OfBooth:
    """What others make of a booth's shifts to come while one visitor's form is answered.

    Nothing that the visitor's own network does changes it, so it is counted before the locks.
    """

    places: int
    elsewhere: int
    """How many places are held, but by unknown visitors from this network."""
    recent: int
    """How many shifts unknown visitors took or wait for since a while."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A visitor whom nobody knows, as caps count them."""

    origin: Origin
    mailbox: str
    """What mails to their address are counted under; empty without one."""
    booth: OfBooth

    @property
    def share(self) -> int:
        """So many places their network holds at most."""
        return max(LEAST_OF_NETWORK, (self.booth.places - self.booth.elsewhere) // SHARE_OF_NETWORK)


def look_at(
    session: Session, booth_id: int, who: Person, origin: Origin, now: datetime
) -> Unknown | None:
    """Return what caps go by, with what is held of the booth; None for who is known."""
    if who.is_known:
        return None
    wanted = {"booth": booth_id, "network": origin.network, "now": now}
    held = session.execute(_OF_BOOTH, {**wanted, "since": now - BURST_WITHIN}).one()
    mailbox = addresses.bucket(addresses.fold(who.email)) if who.email else ""
    return Unknown(origin, mailbox, OfBooth(*held))


def origin_of(person: Person, unknown: Unknown) -> tuple[str | None, ...]:
    """Return what one visitor signs up from at a time: browser, network and contact."""
    return (*unknown.origin, person.address_key or person.phone_key)


def as_counted(ground: LockedShift, unknown: Unknown) -> dict[str, Any]:
    """Return what `TAKING` compares of them: short of where the coordinators would be told."""
    share, origin = unknown.share, unknown.origin._asdict()
    return origin | {
        "address": _hashed(unknown),
        "share": share - (share > MOST_OF_BROWSER),
        "is_unheld": not ground.rules.holds_networks,
    }


def _hashed(unknown: Unknown) -> str:
    return token_hash(unknown.mailbox) if unknown.mailbox else ""


def check_caps(
    session: Session,
    ground: LockedShift,
    who: Person,
    unknown: Unknown,
    now: datetime,
    holds_place: bool,
) -> bool:
    """Refuse what would let one unknown visitor fill the booth, with the shift that they want.

    Tell whether the coordinators should hear of it: of a burst, or that a network holds its share.
    With the shift locked, behind `wait_in_line`, nobody from there passes meanwhile.
    """
    mine = {"shift": ground.shift.id, "person": who.id or 0, "address": _hashed(unknown)}
    wanted = {"booth": ground.booth.id, "now": now} | mine | unknown.origin._asdict()
    found = session.execute(_OF_ORIGIN, wanted).one()
    if found.is_blocked:
        raise Refused(_("Its owner does not want this address to be used here."), "contact")
    if found.by_browser + 1 > MOST_OF_BROWSER:
        raise Refused(_say_too_many(who))
    most = unknown.share
    holds = found.from_network + holds_place
    is_held = ground.rules.holds_networks
    if is_held and holds > most:
        raise Refused(
            _("Your network holds all that it may until they are known. Ask who runs the booth.")
        )
    is_burst = BURST <= unknown.booth.recent + 1 < BURST + BURST_MARGIN
    return is_burst or (is_held and holds == most > MOST_OF_BROWSER)


def _say_too_many(who: Person) -> str:
    most = {"most": MOST_OF_BROWSER}
    if who.email:
        return _("%(most)s shifts are the most until you have confirmed your address.", **most)
    return _("%(most)s shifts are the most until whoever runs the booth accepts you.", **most)


def wait_in_line(
    session: Session, ground: LockedShift, person: Person, unknown: Unknown | None
) -> None:
    """Let one unknown visitor from there sign up at a time: twins and caps are read after it."""
    if unknown is not None:
        locks.wait_for_origin(session, ground.booth.id, origin_of(person, unknown))


def keep_to(
    session: Session,
    ground: LockedShift,
    person: Person,
    unknown: Unknown | None,
    now: datetime,
    *,
    holds_place: bool,
) -> None:
    """Hold an unknown visitor, who waited in line, to the caps with the shift they ask for."""
    if unknown and check_caps(session, ground, person, unknown, now, holds_place):
        tell_of_newcomers(session, ground.event, now)


def tell_of_newcomers(session: Session, event: Event, now: datetime) -> None:
    """Tell the coordinators once a day that many newcomers sign up."""
    for lead in coordinators_of(session, event):
        fact = f"event {event.id} on {now.date()}"
        notices.tell(session, now, "newcomers", lead, fact, event_id=event.id)


def keep_times_to(
    session: Session, booth: Booth, event: Event, unknown: Unknown, now: datetime
) -> None:
    """Hold a newcomer who says when they can come to the caps on who signs up.

    Counted are the newcomers who said so before; the booth is locked.
    """
    wanted = {"booth": booth.id, "address": _hashed(unknown)}
    if session.scalar(select(_IS_BLOCKED), wanted):
        raise Refused(_("Its owner does not want this address to be used here."), "contact")
    said = select(func.count()).select_from(Availability).join(Availability.person)
    said = said.where(Availability.booth_id == booth.id, ~IS_KNOWN)
    browser, network = unknown.origin
    by_browser = session.scalar(said.where(Availability.browser == browser)) or 0
    from_network = session.scalar(said.where(Availability.network == network)) or 0
    if browser and by_browser >= MOST_OF_BROWSER:
        raise Refused(_("Very many people said so from this browser. Ask who runs the booth."))
    is_held = rules_of(booth.rules).holds_networks
    if is_held and network and from_network >= max(unknown.share, MOST_OF_BROWSER):
        raise Refused(
            _("Your network holds all that it may until they are known. Ask who runs the booth.")
        )
    recent = session.scalar(said.where(Availability.said_at > now - BURST_WITHIN)) or 0
    if BURST <= recent + 1 < BURST + BURST_MARGIN:
        tell_of_newcomers(session, event, now)
