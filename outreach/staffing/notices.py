"""What is told about staffing: its kinds and keys, posted in the transaction of the act.

What each kind says, and whether it is true still, is in `letters/`.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from models import Event, Message, Person, Shift, SignUp
from outreach.accounts import limits
from outreach.accounts.limits import Limit
from outreach.language import N_
from outreach.language import gettext as _
from outreach.messages import outbox
from outreach.messages.outbox import LONGEST_KEY
from outreach.refusal import Refused
from outreach.staffing.booth.booths import coordinators_of
from outreach.staffing.reach import hearers

TITLES = {
    "confirmed": "You have the shift",
    "placed": "You are put on a shift",
    "put_back": "You are on the shift again",
    "restored": "The shift takes place after all",
    "on_again": "We go there after all",
    "changed": "Your shift has a new time",
    "elsewhere": "Your shift is at another place",
    "cancelled": "Your shift is cancelled",
    "called_off": "We do not go there",
    "removed": "You are off the shift",
    "taken_over": "Somebody took over your shift",
    "lapsed": "Your place is free again",
    "left": "You gave up the shift",
    "waiting": "You are on the waiting list",
    "offered": "A place is free for you",
    "passed": "The place is passed on",
    "cover_asked": "Can you help out?",
    "cover_closed": "Nobody is missing any more",
    "swap_offered": "Swap shifts?",
    "swap_done": "Your shift after the swap",
    "swap_refused": "No swap",
    "reminder": "Reminder, a day before",
    "thanks": "Thank you",
    "booth_letter": "From whoever runs the booth",
    "dropped_out": "Somebody dropped out",
    "short_of_people": "Short of people",
    "newcomers": "Many newcomers signed up",
    "disowned": "Somebody gave a stranger's address",
    "mentioned": "A note names you",
    "contact": "Is this your address?",
    "own_link": "The link to your shifts",
    "times_asked": "When could you come?",
    "address_changed": "Your address was changed",
}
"""Every kind, and what the outbox calls a letter that is not written out yet."""
KINDS = frozenset(TITLES)
TOGETHER = frozenset([
    "confirmed", "placed", "put_back", "restored", "on_again", "changed", "elsewhere", "cancelled",
    "called_off",
    "removed", "taken_over", "lapsed", "left", "waiting", "offered", "passed", "swap_done",
    "reminder",
])  # fmt: skip
"""Kinds about one's own places: those at one event are told in one letter."""
ASKING = TOGETHER | {"contact"}
"""Kinds whose letter asks whose an address is that nobody has shown to be theirs."""
OWN: dict[str, Any] = {"is_by_reader": True}
"""What a fact is given that tells somebody what they did themselves."""
ALARMS = frozenset({"dropped_out", "short_of_people", "newcomers", "disowned", "contact"})
"""Kinds that whoever runs the booth gets, or that ask about an address: no news of an act."""
LAST_DAYS = timedelta(days=2)
A_DAY = timedelta(days=1)
ASKS = (
    Limit("asks by person", 12, A_DAY, N_("")),
    Limit("asks to person", 6, A_DAY, N_("")),
)
DROP_OUTS = (
    Limit("drop-outs by person", 20, A_DAY, N_("")),
    Limit("drop-outs to person", 60, A_DAY, N_("")),
)
TIMES = (
    Limit("times asked by person", 200, A_DAY, N_("")),
    Limit("times asked to person", 3, A_DAY, N_("")),
)
MENTIONS = (
    Limit("mentions by person", 40, A_DAY, N_("")),
    Limit("mentions to person", 20, A_DAY, N_("")),
)
"""Caps on the letters that one person causes to others: by whom, and to whom."""


def tell(session: Session, now: datetime, kind: str, to: Person, fact: str, **facts: Any) -> bool:
    """Post a letter of this kind to one person; tell whether the fact was news to them.

    `fact` names what happened so that a second time is another fact ("sign-up 12 at
    2024-07-25T15:14"); kind and person are added to it. `facts` are the keys of the rows that
    the letter tells of (sign_up_id, shift_id, cover_id, swap_id, event_id) and the state told
    (sequence, starts_at as ISO text): plain values that JSON holds.
    """
    row = row_of(now, kind, to, fact, **facts)
    return _post(session, kind, to, row, is_own=OWN.items() <= facts.items())


def _post(
    session: Session, kind: str, to: Person, row: dict[str, Any] | None, *, is_own: bool
) -> bool:
    """Post a letter, and note who is to hear of it; who has no address is to be told otherwise."""
    posted = outbox.post_rows(session, [row]) if row else []
    if not is_own and kind not in ALARMS and (posted or not row):
        hearers.note(session, to, posted)
    return bool(posted)


def row_of(
    now: datetime, kind: str, to: Person, fact: str, *, is_by_reader: bool = False, **facts: Any
) -> dict[str, Any] | None:
    """Return a letter as `outbox.post_rows` takes it, for many at once."""
    if kind not in KINDS:
        raise ValueError(f"there is no letter of the kind {kind}")
    together = f"places at event {facts['event_id']}" if kind in TOGETHER else None
    key = fact_key(kind, to.id, fact)
    return outbox.row_of(
        now, to, TITLES[kind], "", key, kind, facts, together, is_by_reader=is_by_reader
    )


def fact_key(kind: str, person_id: int, fact: str) -> str:
    """Name a fact in the width of its column; a long one ends in its hash."""
    key = f"{kind} to {person_id}: {fact}"
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"{key[: LONGEST_KEY - 33]} {digest}"


class PlaceOnShift(Protocol):
    """The shift that is spoken of, and its event."""

    @property
    def event(self) -> Event: ...

    @property
    def shift(self) -> Shift: ...


def tell_of_place(
    session: Session,
    now: datetime,
    kind: str,
    to: Person,
    place: PlaceOnShift,
    sign_up: SignUp,
    fact: str = "",
    **facts: Any,
) -> None:
    """Tell one person what became of a place."""
    row = row_of_place(now, kind, to, place, sign_up, fact, **facts)
    _post(session, kind, to, row, is_own=OWN.items() <= facts.items())


def row_of_place(
    now: datetime,
    kind: str,
    to: Person,
    place: PlaceOnShift,
    sign_up: SignUp,
    fact: str = "",
    **facts: Any,
) -> dict[str, Any] | None:
    """Return a letter about what became of a place, as `outbox.post_rows` takes it.

    Each act is a `fact` of its own, unless one is named: a standing clock must not make the second
    time the first.
    """
    shift = place.shift
    return row_of(
        now,
        kind,
        to,
        fact or f"sign-up {sign_up.id}, act {secrets.token_hex(6)}",
        event_id=place.event.id,
        shift_id=shift.id,
        sign_up_id=sign_up.id,
        starts_at=shift.starts_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
        sequence=shift.sequence,
        **facts,
    )


def alarm(session: Session, now: datetime, place: PlaceOnShift, sign_up: SignUp) -> None:
    """Tell the coordinators at once that somebody dropped out, once a day of one place.

    Of somebody whom nobody knows they hear in the last days only, when no later alarm would come.
    """
    actor = session.get_one(Person, sign_up.person_id)
    if not actor.is_known and place.shift.starts_at - now > LAST_DAYS:
        return
    for person in coordinators_of(session, place.event):
        if person.id != actor.id and may_mail(session, now, actor, person, DROP_OUTS):
            told = f"sign-up {sign_up.id} on {now.date()}"
            tell_of_place(session, now, "dropped_out", person, place, sign_up, told)


def refuse_unknown(actor: Person) -> None:
    """Refuse an act that mails others to somebody who has not shown who they are."""
    if actor.is_known:
        return
    if actor.email and _got_letter(actor):
        raise Refused(
            _("First confirm your address: press the button behind the link that you got from us.")
        )
    raise Refused(_("First ask whoever runs the booth to accept you, or read the code there."))


def _got_letter(person: Person) -> bool:
    """Tell whether any letter reached them, by mail or handed over."""
    sent = select(Message.id).where(Message.person_id == person.id, Message.state == "sent")
    session = object_session(person)
    return session is not None and session.scalar(sent.limit(1)) is not None


def may_mail(
    session: Session, now: datetime, actor: Person, to: Person, caps: tuple[Limit, Limit]
) -> bool:
    """Count a letter that one person causes to another; tell whether both caps let it go."""
    by_one, to_one = caps
    mine, theirs = str(actor.id), str(to.id)
    return limits.allows(session, now, by_one, mine) and limits.allows(session, now, to_one, theirs)
