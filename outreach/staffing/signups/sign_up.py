"""Sign-up: a volunteer, known or new, takes a place on a shift or joins its waiting list.

Whoever presses the button of the public page, and however often: it counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models import Foundation, Person, Shift, SignUp
from models.staffing import LIVING
from outreach.accounts import addresses, limits
from outreach.accounts.addresses import Newcomer, new_person
from outreach.accounts.tokens import token_hash
from outreach.language import N_
from outreach.language import gettext as _
from outreach.messages import outbox
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.last_place import say_full
from outreach.staffing.rules import is_kept
from outreach.staffing.signups import caps, locks, states, waiting_list
from outreach.staffing.signups.caps import Unknown
from outreach.staffing.signups.locks import (
    Crowd,
    LockedShift,
    check_belongs,
    check_open,
    check_person,
    is_added,
)
from outreach.staffing.signups.states import KNOWN, Origin
from outreach.staffing.signups.waiting_list import queue_place

GONE = ("left", "removed", "passed")
REPEATED_WITHIN = timedelta(hours=1)
"""So long a newcomer's form, sent once more, leads to their pages; later it is no key to them."""
KEY_LENGTH = 43

CONTACT_MAILS = limits.Limit(
    "contact of address", 3, timedelta(hours=6), N_("This address was given often.")
)
"""Caps the mails that strangers can have sent to an address by giving it as theirs."""


class Full(Refused):
    """No place is free; `queue_place` is the place in the queue that the person has or would."""

    status = 409

    def __init__(self, label: str, place: int, is_waiting: bool, is_kept: bool) -> None:
        super().__init__(say_full(label, place, is_waiting=is_waiting, is_kept=is_kept))
        self.queue_place = place
        self.is_waiting = is_waiting


class UsedBefore(Refused):
    """The form is no key to the pages that it opened."""

    def __init__(self) -> None:
        super().__init__(_("This form was used before. Open the page again."))


class ShiftMoved(Refused):
    """The shift is not what the reader saw any more."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This shift was changed since you opened the page. Look at it again."))


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
    is_elsewhere: bool = False
    """Whether the place was theirs before, taken in another browser: nothing was changed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for a shift: made once, and looked at before the locks."""

    person: Person
    form_key: str
    """Kept as a hash: a form opens its newcomer's pages, and a copy of the database opens none."""
    unknown: Unknown | None
    ground: LockedShift | None = None
    seen: dict[str, Any] = field(default_factory=dict)
    """What must be so still where nothing stands in the way of the place; else empty."""


def _ask(
    session: Session, ours: Foundation, booth: int,
    who: Person | Newcomer, wish: Wish, now: datetime,
) -> Asking:  # fmt: skip
    if isinstance(who, Newcomer):
        who = new_person(ours, who.name, who.contact, now)
    unknown = caps.look_at(session, booth, who, wish.origin, now)
    return Asking(who, token_hash(wish.form_key)[:KEY_LENGTH], unknown)


def foresee(
    session: Session, ground: LockedShift, who: Person | Newcomer, wish: Wish, now: datetime
) -> Asking:
    """Refuse what would be refused behind the locks, with a shift that is not locked yet.

    `join` looks at all of it again, in one statement where nothing stands in the way.
    """
    asking = _ask(session, ground.foundation, ground.booth.id, who, wish, now)
    person, unknown = asking.person, asking.unknown
    crowd = locks.crowd(session, ground.shift, person.id, asking.form_key)
    mine = crowd.mine
    if wish.waits or (mine and mine.state in LIVING) or crowd.same_form:
        return asking
    of_contact = locks.find_of_contact(session, person)
    twins = [one for one in of_contact if one.is_named_like(person)]
    if locks.places_on(session, ground.shift, twins):
        return asking
    check_open(ground, now)
    is_settled = not crowd.is_unsettled(ground.shift, now)
    beside = twins if unknown else ()
    breaks = is_settled and _check_place(session, ground, crowd, person, wish.reason, beside)
    tells = unknown and caps.check_caps(session, ground, person, unknown, now, holds_place=True)
    is_as_seen = wish.seen in {None, ground.shift.sequence}
    if not is_settled or breaks or tells or mine or of_contact or not is_as_seen:
        return asking
    check_belongs(ground, person)
    seen = states.as_seen(ground, crowd, person) | {"form_key": asking.form_key, "now": now}
    seen |= caps.as_counted(ground, unknown) if unknown else KNOWN._asdict()
    return replace(asking, ground=ground, seen=seen)


def join(
    session: Session,
    foundation: Foundation,
    shift: Shift,
    who: Person | Newcomer,
    wish: Wish,
    now: datetime,
    asking: Asking | None = None,
) -> Joined:
    """Take a place on the shift or join its queue; add the person where they are new.

    Raise what `take` and `wait` raise, and ShiftMoved where the shift is another by now. After a
    refusal the caller rolls back. `asking` is what `foresee` found.
    """
    asking = asking or _ask(session, foundation, shift.booth_id, who, wish, now)
    person, is_new = asking.person, isinstance(who, Newcomer)
    if asking.ground and (claimed := _claim(session, asking.ground, asking, now)):
        return Joined(claimed, person, is_new)
    sign_up = (wait if wish.waits else take)(
        session, shift, person, now,
        form_key=asking.form_key, reason=wish.reason, unknown=asking.unknown,
        origin=KNOWN if person.is_known else wish.origin,
    )  # fmt: skip
    if sign_up.person_id != person.id and sign_up.form_key != asking.form_key:
        twin = session.get_one(Person, sign_up.person_id)
        return Joined(sign_up, twin, is_elsewhere=True)
    if sign_up.person_id != person.id:
        if not is_new or now - sign_up.created_at > REPEATED_WITHIN:
            raise UsedBefore
        person, is_new = session.get_one(Person, sign_up.person_id), False
    # `act` has locked the shift and read it again.
    if wish.seen is not None and shift.sequence != wish.seen:
        raise ShiftMoved
    return Joined(sign_up, person, is_new)


def _claim(session: Session, ground: LockedShift, asking: Asking, now: datetime) -> SignUp | None:
    """Take the place that was free a moment ago; None where it must be looked at once more."""
    person, unknown = asking.person, asking.unknown
    is_new = not is_added(person)
    number = states.add_newcomer(session, person) if is_new else person.id
    locks.hold(session, ground, person, caps.origin_of(person, unknown) if unknown else ())
    taking = caps.TAKING[not is_new, unknown is not None]
    row = states.take_if(session, taking, asking.seen | {"person": number})
    if row is not None:
        if is_new:
            person.id = number
        _tell(session, ground, row, person, "confirmed", now)
    elif is_new:
        states.drop_newcomer(session, number)
    return row


def take(
    session: Session,
    shift: Shift,
    person: Person,
    now: datetime,
    *,
    form_key: str | None = None,
    reason: str = "",
    origin: Origin = KNOWN,
    unknown: Unknown | None = None,
) -> SignUp:
    """Take a place; who has one already keeps it, an offered one is accepted.

    Raise Full where no place is free or others wait for it, NeedsReason where rules would be
    broken without a reason. A form that comes again after its person withdrew is refused. A new
    person is added only now: a double click adds nobody twice. Where `unknown` is given, the caps
    on such a visitor hold. Where a twin of theirs has to do with the shift, return that sign-up.
    """
    ground = locks.lock(session, [shift.id])[shift.id]
    check_belongs(ground, person)
    crowd = locks.crowd(session, ground.shift, person.id, form_key)
    settled = find_settled(crowd)
    if settled is not None:
        return settled
    check_open(ground, now)
    caps.wait_in_line(session, ground, person, unknown)
    twins = locks.find_twins(session, person)
    crowd = _settle(session, ground, crowd, person, twins, now)
    return take_behind_locks(
        session, ground, crowd, person, twins, now,
        form_key=form_key, reason=reason, origin=origin, unknown=unknown,
    )  # fmt: skip


def take_behind_locks(
    session: Session,
    ground: LockedShift,
    crowd: Crowd,
    person: Person,
    twins: Sequence[Person],
    now: datetime,
    *,
    form_key: str | None,
    reason: str,
    origin: Origin,
    unknown: Unknown | None,
) -> SignUp:
    """Take a place of an open shift that is locked and settled, as are person and twins."""
    if crowd.mine is not None and crowd.mine.state == "offered":
        return waiting_list.answer_offer(session, crowd.mine, True, now, reason)
    for theirs in locks.places_on(session, ground.shift, twins):
        return theirs
    kept_reason = _check_place(session, ground, crowd, person, reason, twins if unknown else ())
    caps.keep_to(session, ground, person, unknown, now, holds_place=True)
    row = states.take(
        session, ground.shift, crowd.mine, person, now,
        reason=kept_reason, form_key=form_key, origin=origin,
    )  # fmt: skip
    _tell(session, ground, row, person, "confirmed", now)
    return row


def _check_place(
    session: Session, ground: LockedShift, crowd: Crowd, person: Person, reason: str,
    twins: Sequence[Person],
) -> str:  # fmt: skip
    """Refuse a place on a full shift, or against its rules without a reason; return the reason."""
    if len(crowd.holding) >= ground.shift.max_people:
        raise _full(session, ground, crowd)
    if not person.is_experienced and _is_kept(ground, crowd):
        raise _full(session, ground, crowd, is_kept=True)
    return check_person(session, ground, person, None, reason, twins=twins)


def _is_kept(ground: LockedShift, crowd: Crowd) -> bool:
    has_experience = any(one.is_experienced for one in crowd.helpers)
    return is_kept(ground.rules, ground.shift.max_people, len(crowd.holding), has_experience)


def wait(
    session: Session,
    shift: Shift,
    person: Person,
    now: datetime,
    form_key: str | None = None,
    *,
    reason: str = "",
    origin: Origin = KNOWN,
    unknown: Unknown | None = None,
) -> SignUp:
    """Join the end of the waiting list; who waits or holds a place already stays there.

    A place that is free by now is offered at once, in the order of the queue.
    """
    ground = locks.lock(session, [shift.id])[shift.id]
    check_belongs(ground, person)
    caps.wait_in_line(session, ground, person, unknown)
    twins = locks.find_twins(session, person)
    locks.lock(session, [shift.id], numbers_of(person, twins), with_queues=True)
    crowd = locks.crowd(session, ground.shift, person.id, form_key)
    settled = find_settled(crowd)
    if settled is not None:
        return settled
    if crowd.mine is not None and crowd.mine.state in {"offered", "waiting"}:
        return crowd.mine
    check_open(ground, now)
    for theirs in locks.places_on(session, ground.shift, twins):
        return theirs
    if now >= ground.shift.starts_at:
        raise Refused(
            _("%(shift)s has begun; nobody is asked from its waiting list now.", shift=ground.label)
        )
    beside = twins if unknown else ()
    kept_reason = check_person(session, ground, person, None, reason, twins=beside)
    caps.keep_to(session, ground, person, unknown, now, holds_place=False)
    number = waiting_list.next_number(session, ground.shift)
    row = states.queue(
        session, ground.shift, crowd.mine, person, now, number,
        reason=kept_reason, form_key=form_key, origin=origin,
    )  # fmt: skip
    is_asked = row in waiting_list.settle(session, ground, now)
    if not is_asked:
        _tell(session, ground, row, person, "waiting", now)
    return row


def _tell(
    session: Session, ground: LockedShift, row: SignUp, person: Person, kind: str, now: datetime
) -> None:
    """Tell somebody of their place; to an address that is not shown yet the letter asks for it."""
    notices.tell_of_place(session, now, kind, person, ground, row, **notices.OWN)


def find_settled(crowd: Crowd) -> SignUp | None:
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


def numbers_of(person: Person, twins: Sequence[Person]) -> list[int]:
    """Return the numbers of those of them who are added."""
    return [*([person.id] if is_added(person) else []), *(one.id for one in twins)]


def _settle(
    session: Session, ground: LockedShift, crowd: Crowd, person: Person,
    twins: Sequence[Person], now: datetime,
) -> Crowd:  # fmt: skip
    """Lock person and twins, and first those whose turn it is where a place is to be offered."""
    people = numbers_of(person, twins)
    if not crowd.is_unsettled(ground.shift, now):
        if people:
            locks.lock_people(session, people)
        return crowd
    locks.lock(session, [ground.shift.id], people, with_queues=True)
    waiting_list.settle(session, ground, now)
    return locks.crowd(session, ground.shift, person.id)


def _full(session: Session, ground: LockedShift, crowd: Crowd, *, is_kept: bool = False) -> Full:
    mine = crowd.mine
    if mine is not None and mine.state == "waiting":
        return Full(ground.label, queue_place(session, mine), True, is_kept)
    return Full(ground.label, crowd.waiting + 1, False, is_kept)


def ask_to_confirm(session: Session, person: Person, now: datetime) -> None:
    """Mail a link to the person's address that shows that it is theirs; TooMany where often."""
    limits.count(session, now, CONTACT_MAILS, addresses.bucket(addresses.fold(person.email or "")))
    if letter := question(person, now):
        outbox.post_rows(session, [letter])


def question(person: Person, now: datetime) -> dict[str, Any] | None:
    """Return the letter that asks whether an address is theirs."""
    return notices.row_of(now, "contact", person, f"address of {now.isoformat()}", **notices.OWN)
