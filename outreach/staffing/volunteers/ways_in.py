"""The way back in for who lost their link: mailed to an address that reads its mail, or never."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import addresses, limits
from outreach.accounts.limits import Limit
from outreach.language import N_
from outreach.messages import outbox
from outreach.staffing import notices
from outreach.staffing.signups.sign_up import CONTACT_MAILS, question

ASKED = N_("The link was asked for often.")
OF_ADDRESS = Limit("own link to address", 3, CONTACT_MAILS.window, ASKED)
MOST_ROWS = 10
"""So many people have one address at most; the first of more are mailed."""


FROM_PLACE = Limit("own link from place", 20, timedelta(minutes=10), ASKED)


def send_link(session: Session, person: Person, now: datetime) -> bool:
    """Mail somebody their link; tell whether the mail goes out, or went a moment ago.

    Who has not shown that the address is theirs gets the letter that asks: behind its button are
    their pages.
    """
    if not person.email:
        return False
    if limits.allows(session, now, CONTACT_MAILS, addresses.bucket(person.address_key or "")):
        _post(session, [person], now)
    return True


def send_links(session: Session, address: str, place: str, now: datetime) -> None:
    """Mail their link to everybody who has this address; the caller learns nothing.

    What is counted is counted of an address that nobody has too. Refused where it is asked too
    often, for an address or from a network.
    """
    key = addresses.fold(address)
    mailbox = addresses.bucket(key)
    limits.count(session, now, FROM_PLACE, place)
    limits.count(session, now, OF_ADDRESS, mailbox)
    people = _of_address(session, key)
    if limits.allows(session, now, CONTACT_MAILS, mailbox):
        _post(session, people, now)


def _post(session: Session, people: Sequence[Person], now: datetime) -> None:
    letters = [
        notices.row_of(now, "own_link", one, f"asked for at {now.isoformat()}")
        if one.has_shown_address
        else question(one, now)
        for one in people
    ]
    if posted := [letter for letter in letters if letter]:
        outbox.post_rows(session, posted)


def _of_address(session: Session, key: str) -> Sequence[Person]:
    return session.scalars(
        select(Person)
        .join(Foundation, Foundation.id == Person.foundation_id)
        .where(Person.address_key == key, Foundation.removed_at.is_(None))
        .order_by(Person.email_key.is_(None), Person.id)
        .limit(MOST_ROWS)
    ).all()
