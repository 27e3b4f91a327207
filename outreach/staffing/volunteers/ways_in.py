"""The way back in for who lost their link: mailed to an address that reads its mail, or never."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import addresses, limits
from outreach.accounts.limits import Limit
from outreach.language import N_
from outreach.staffing import notices
from outreach.staffing.signups.sign_up import CONTACT_MAILS, ask_to_confirm

ASKED = N_("The link was asked for often.")
OF_ADDRESS = Limit("own link to address", 3, CONTACT_MAILS.window, ASKED)
MOST_ROWS = 10
"""So many people have one address at most; the first of more are mailed."""


def links_from_place(most: int) -> Limit:
    """Return the limit on links asked for from one network."""
    return Limit("own link from place", most, CONTACT_MAILS.window, ASKED)


def send_link(session: Session, person: Person, now: datetime) -> bool:
    """Mail somebody their link; tell whether the mail goes out, or went a moment ago.

    Who has not shown that the address is theirs gets the letter that asks: behind its button are
    their pages.
    """
    if not person.email:
        return False
    with suppress(limits.TooMany):
        if not person.has_shown_address:
            ask_to_confirm(session, person, now)
            return True
        limits.count(session, now, CONTACT_MAILS, addresses.bucket(addresses.fold(person.email)))
        notices.tell(session, now, "own_link", person, f"asked for at {now.isoformat()}")
    return True


def send_links(session: Session, address: str, now: datetime) -> None:
    """Mail their link to everybody who has this address; the caller learns nothing.

    The same is done for an address that nobody has, but for the rows of the mails.
    """
    key = addresses.fold(address)
    limits.count(session, now, OF_ADDRESS, addresses.bucket(key))
    for person in _of_address(session, key):
        send_link(session, person, now)


def _of_address(session: Session, key: str) -> Sequence[Person]:
    return session.scalars(
        select(Person)
        .join(Foundation, Foundation.id == Person.foundation_id)
        .where(Person.address_key == key, Foundation.removed_at.is_(None))
        .order_by(Person.email_key.is_(None), Person.id)
        .limit(MOST_ROWS)
    ).all()
