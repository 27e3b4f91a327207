"""Somebody presses a button of the public page: whoever they are, it counts once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Foundation, Person, Shift, SignUp
from outreach.accounts.tokens import token_hash
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.signups.sign_up import find_same_form, take, wait
from outreach.staffing.volunteers.register import register

REPEATED_WITHIN = timedelta(hours=1)
"""So long a newcomer's form, sent once more, leads to their pages; later it is no key to them."""
KEY_LENGTH = 43


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


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of it; `is_new` tells that the person was made for it."""

    sign_up: SignUp
    person: Person
    is_new: bool = False


class ShiftMoved(Refused):
    """The shift is not what the reader saw any more."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This shift was changed since you opened the page. Look at it again."))


def join(
    session: Session,
    foundation: Foundation,
    shift: Shift,
    who: Person | Newcomer,
    wish: Wish,
    now: datetime,
) -> Joined:
    """Take a place on the shift or join its queue; make the person first where they are new.

    Raise what `taking.take` and `taking.wait` raise, and Moved where the shift is another by
    now. After a refusal the caller rolls back, so nobody is made for nothing.
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
    sign_up = act(session, shift, who, now, form_key=form_key, reason=wish.reason)
    if sign_up.person_id != who.id:
        raise Refused(_("This form was used before. Open the page again."))
    # `act` has locked the shift and read it again.
    if wish.seen is not None and shift.sequence != wish.seen:
        raise ShiftMoved
    return Joined(sign_up, who, is_new)
