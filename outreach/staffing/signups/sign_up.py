"""Sign-up: a volunteer, known or new, takes a place on a shift or joins its waiting list.

Whoever presses the button of the public page, and however often: it counts once.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from models import BlockedAddress, Booth, Event, Foundation, Person, Shift, SignUp
from models.people import IS_KNOWN
from models.staffing import HOLDS_PLACE, IS_LIVING
from outreach.accounts import addresses, limits
from outreach.accounts.tokens import token_hash
from outreach.calendars.clock import say_ordinal
from outreach.language import N_
from outreach.language import gettext as _
from outreach.messages.outbox import one_line
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.booth.booths import coordinators_of
from outreach.staffing.rules import rules_of
from outreach.staffing.signups import locks, states, waiting_list
from outreach.staffing.signups.locks import (
    Crowd,
    LockedShift,
    check_belongs,
    check_open,
    check_person,
)
from outreach.staffing.signups.states import KNOWN, Origin
from outreach.staffing.signups.waiting_list import queue_place

GONE = ("left", "removed", "passed")
REPEATED_WITHIN = timedelta(hours=1)
"""So long a newcomer's form, sent once more, leads to their pages; later it is no key to them."""
KEY_LENGTH = 43
LONGEST_NAME = 200
LONGEST_PHONE = 40
FEWEST_DIGITS = 6

CONTACT_MAILS = limits.Limit(
    "contact of address", 3, timedelta(hours=6), N_("This address was given often.")
)
"""Caps the mails that strangers can have sent to an address by giving it as theirs."""

MOST_OF_BROWSER = 6
"""So many shifts of a booth one browser holds or waits for while nobody knows whose it is."""
SHARE_OF_NETWORK, LEAST_OF_NETWORK = 3, 2
"""One network holds this part of the open places at most; a couple finds room at any booth."""
BURST, BURST_MARGIN, BURST_WITHIN = 20, 5, timedelta(minutes=10)
"""So many newcomers' places in so short a time are told at once; a few counts, as two may meet."""

_PLACES = (
    select(func.coalesce(func.sum(Shift.max_people), 0))
    .where(Shift.booth_id == bindparam("booth"), Shift.cancelled_at.is_(None))
    .where(Shift.ends_at > bindparam("now"))
    .scalar_subquery()
)
_BLOCKED = (
    select(BlockedAddress.booth_id)
    .where(BlockedAddress.booth_id == bindparam("booth"))
    .where(BlockedAddress.address_hash == bindparam("address"))
    .exists()
)
_OWN = or_(SignUp.browser == bindparam("browser"), SignUp.person_id == bindparam("person"))


def _count(*wanted: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((and_(*wanted), 1), else_=0)), 0)


_HELD = (
    select(
        _PLACES.label("places"),
        _BLOCKED.label("is_blocked"),
        _count(HOLDS_PLACE).label("all"),
        _count(~IS_KNOWN, _OWN).label("by_browser"),
        _count(~IS_KNOWN, HOLDS_PLACE, SignUp.network == bindparam("network")).label(
            "from_network"
        ),
        _count(~IS_KNOWN, SignUp.created_at > bindparam("since")).label("recent"),
    )
    .select_from(SignUp)
    .join(Shift, Shift.id == SignUp.shift_id)
    .join(Person, Person.id == SignUp.person_id)
    .where(Shift.booth_id == bindparam("booth"), Shift.cancelled_at.is_(None))
    .where(Shift.ends_at > bindparam("now"), IS_LIVING)
)


class Full(Refused):
    """No place is free; `queue_place` is the place in the queue that the person has or would."""

    status = 409

    def __init__(self, label: str, place: int, is_waiting: bool) -> None:
        named = {"shift": label, "place": say_ordinal(place)}
        super().__init__(
            _("%(shift)s is full; you are %(place)s on the waiting list.", **named)
            if is_waiting
            else _("%(shift)s is full; you would be %(place)s on the waiting list.", **named)
        )
        self.queue_place = place
        self.is_waiting = is_waiting


class ShiftMoved(Refused):
    """The shift is not what the reader saw any more."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This shift was changed since you opened the page. Look at it again."))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whom the browser does not know: a name and one contact, as typed."""

    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form of the public page asks for."""

    form_key: str
    """Of the form: sent twice, it signs up once."""
    seen: int | None = None
    """The shift's sequence when the page was made; None where the page did not say."""
    reason: str = ""
    waits: bool = False
    origin: Origin = KNOWN


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of it; `is_new` tells that the person was made for it."""

    sign_up: SignUp
    person: Person
    is_new: bool = False


def join(
    session: Session,
    foundation: Foundation,
    shift: Shift,
    who: Person | Newcomer,
    wish: Wish,
    now: datetime,
) -> Joined:
    """Take a place on the shift or join its queue; make the person first where they are new.

    Raise what `take` and `wait` raise, and ShiftMoved where the shift is another by now. After a
    refusal the caller rolls back, so nobody is made for nothing.
    """
    is_new = isinstance(who, Newcomer)
    # Kept as a hash: a form opens its newcomer's pages, and a copy of the database opens nothing.
    form_key = token_hash(wish.form_key)[:KEY_LENGTH]
    if isinstance(who, Newcomer):
        made = find_same_form(session, shift, form_key)
        if made is not None:
            if now - made.created_at > REPEATED_WITHIN:
                raise Refused(_("This form was used before. Open the page again."))
            return Joined(made, session.get_one(Person, made.person_id))
        who = register(session, foundation, who.name, who.contact, now)
    act = wait if wish.waits else take
    origin = KNOWN if who.is_known else wish.origin
    sign_up = act(session, shift, who, now, form_key=form_key, reason=wish.reason, origin=origin)
    if sign_up.person_id != who.id:
        raise Refused(_("This form was used before. Open the page again."))
    # `act` has locked the shift and read it again.
    if wish.seen is not None and shift.sequence != wish.seen:
        raise ShiftMoved
    if not who.is_known:
        _keep_within_caps(session, shift, who, origin, now)
    return Joined(sign_up, who, is_new)


def take(
    session: Session,
    shift: Shift,
    person: Person,
    now: datetime,
    *,
    form_key: str | None = None,
    reason: str = "",
    origin: Origin = KNOWN,
) -> SignUp:
    """Take a place; who has one already keeps it, an offered one is accepted.

    Raise Full where no place is free or others wait for it, NeedsReason where rules would be
    broken without a reason. A form that comes again after its person withdrew is refused.
    """
    ground = locks.lock(session, [shift.id])[shift.id]
    check_belongs(ground, person)
    crowd = locks.crowd(session, ground.shift, person.id, form_key)
    settled = _find_settled(crowd)
    if settled is not None:
        return settled
    check_open(ground, now)
    crowd = _settle(session, ground, crowd, person, now)
    if crowd.mine is not None and crowd.mine.state == "offered":
        return waiting_list.answer_offer(session, crowd.mine, True, now, reason)
    if len(crowd.holding) >= ground.shift.max_people:
        raise _full(session, ground, crowd)
    kept_reason = check_person(session, ground, person, crowd, reason)
    row = states.take(
        session, ground.shift, crowd.mine, person, now,
        reason=kept_reason, form_key=form_key, origin=origin,
    )  # fmt: skip
    notices.tell_of_place(session, now, "confirmed", person, ground, row, **notices.OWN)
    return row


def wait(
    session: Session,
    shift: Shift,
    person: Person,
    now: datetime,
    form_key: str | None = None,
    *,
    reason: str = "",
    origin: Origin = KNOWN,
) -> SignUp:
    """Join the end of the waiting list; who waits or holds a place already stays there.

    A place that is free by now is offered at once, in the order of the queue.
    """
    ground = locks.lock(session, [shift.id], [person.id], with_queues=True)[shift.id]
    check_belongs(ground, person)
    crowd = locks.crowd(session, ground.shift, person.id, form_key)
    settled = _find_settled(crowd)
    if settled is not None:
        return settled
    if crowd.mine is not None and crowd.mine.state in {"offered", "waiting"}:
        return crowd.mine
    check_open(ground, now)
    if now >= ground.shift.starts_at:
        raise Refused(
            _("%(shift)s has begun; nobody is asked from its waiting list now.", shift=ground.label)
        )
    kept_reason = check_person(session, ground, person, None, reason)
    number = waiting_list.next_number(session, ground.shift)
    row = states.queue(
        session, ground.shift, crowd.mine, person, now, number,
        reason=kept_reason, form_key=form_key, origin=origin,
    )  # fmt: skip
    if row not in waiting_list.settle(session, ground, now):
        notices.tell_of_place(session, now, "waiting", person, ground, row, **notices.OWN)
    return row


def find_same_form(session: Session, shift: Shift, form_key: str) -> SignUp | None:
    """Return the sign-up that this very form made, with the shift locked.

    Somebody's first form makes the person too: it is asked for before, so that a double click
    makes neither twice.
    """
    locks.lock(session, [shift.id])
    made = select(SignUp).where(SignUp.shift_id == shift.id, SignUp.form_key == form_key)
    return session.scalar(made.execution_options(populate_existing=True))


def register(
    session: Session, foundation: Foundation, name: str, contact: str, now: datetime
) -> Person:
    """Add a volunteer. An address is only written down: it is theirs when they have shown it.

    Whether somebody else has it makes no difference here, so nobody learns that or becomes
    anybody. Call it after `find_same_form`, that a double click adds nobody twice.
    """
    person = Person(foundation_id=foundation.id, name=_name(name), role="volunteer", created_at=now)
    if "@" in contact:
        person.email = _email(contact)
    else:
        person.phone = _phone(contact)
    session.add(person)
    session.flush()
    if person.email:
        with suppress(limits.TooMany):
            ask_to_confirm(session, person, now)
    return person


def _keep_within_caps(
    session: Session, shift: Shift, who: Person, origin: Origin, now: datetime
) -> None:
    """Refuse what would let one unknown visitor fill the booth; tell the coordinators of a burst.

    It counts what is there with this place, behind a lock that others from there wait for.
    """
    booth = session.get_one(Booth, shift.booth_id)
    locks.wait_for_origin(session, booth.id, origin)
    address = token_hash(addresses.bucket(addresses.fold(who.email))) if who.email else ""
    wanted = {"booth": booth.id, "person": who.id, "address": address, **origin._asdict()}
    held = session.execute(_HELD, {**wanted, "now": now, "since": now - BURST_WITHIN}).one()
    if held.is_blocked:
        raise Refused(_("Its owner does not want this address to be used here."), "contact")
    if held.by_browser > MOST_OF_BROWSER:
        raise Refused(_say_too_many(who))
    most = max(LEAST_OF_NETWORK, (held.places - held.all + held.from_network) // SHARE_OF_NETWORK)
    is_held = rules_of(booth.rules).holds_networks
    if is_held and held.from_network > most:
        raise Refused(
            _("Your network holds all that it may until they are known. Ask who runs the booth.")
        )
    is_burst = BURST <= held.recent < BURST + BURST_MARGIN
    if is_burst or (is_held and held.from_network == most > MOST_OF_BROWSER):
        event = session.get_one(Event, booth.event_id)
        for lead in coordinators_of(session, event):
            fact = f"event {event.id} on {now.date()}"
            notices.tell(session, now, "newcomers", lead, fact, event_id=event.id)


def _say_too_many(who: Person) -> str:
    most = {"most": MOST_OF_BROWSER}
    if who.email:
        return _("%(most)s shifts are the most until you have confirmed your address.", **most)
    return _("%(most)s shifts are the most until whoever runs the booth accepts you.", **most)


def _find_settled(crowd: Crowd) -> SignUp | None:
    """Return the sign-up that stands already: of this person, or made by this very form."""
    for row in (crowd.mine, crowd.same_form):
        if row is not None and row.state == "taken":
            return row
    same = crowd.same_form
    if same is not None and same.state in GONE:
        raise Refused(
            _("This form was used before, and the place given up since. Open the shift again.")
        )
    return same if same is not crowd.mine else None


def _settle(
    session: Session, ground: LockedShift, crowd: Crowd, person: Person, now: datetime
) -> Crowd:
    """Lock the person, and first those whose turn it is where a place waits to be offered."""
    if not crowd.is_unsettled(ground.shift, now):
        locks.lock_people(session, [person.id])
        return crowd
    locks.lock(session, [ground.shift.id], [person.id], with_queues=True)
    waiting_list.settle(session, ground, now)
    return locks.crowd(session, ground.shift, person.id)


def _full(session: Session, ground: LockedShift, crowd: Crowd) -> Full:
    mine = crowd.mine
    if mine is not None and mine.state == "waiting":
        return Full(ground.label, queue_place(session, mine), is_waiting=True)
    return Full(ground.label, crowd.waiting + 1, is_waiting=False)


def ask_to_confirm(session: Session, person: Person, now: datetime) -> None:
    """Mail a link to the person's address that shows that it is theirs; TooMany where often."""
    key = addresses.bucket(addresses.fold(person.email or ""))
    limits.count(session, now, CONTACT_MAILS, key)
    notices.tell(session, now, "contact", person, f"address of {now.isoformat()}", **notices.OWN)


def _name(text: str) -> str:
    name = one_line(text, LONGEST_NAME + 1)
    if not name:
        raise Refused(_("Tell us your name, the first one is enough."), "name")
    if len(name) > LONGEST_NAME:
        raise Refused(
            _("Keep the name under %(longest_name)s characters.", longest_name=LONGEST_NAME), "name"
        )
    return name


def _email(text: str) -> str:
    try:
        addresses.fold(text)
    except Refused as refused:
        raise Refused(refused.sentence, "contact") from refused
    return text.strip()


def _phone(text: str) -> str:
    phone = one_line(text, LONGEST_PHONE + 1)
    digits = sum(letter.isdecimal() for letter in phone)
    odd = [letter for letter in phone if not (letter.isdecimal() or letter in "+-/(). ")]
    if digits < FEWEST_DIGITS or odd or len(phone) > LONGEST_PHONE:
        raise Refused(_("Give a mail address or a phone number."), "contact")
    return phone
