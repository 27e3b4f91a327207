"""Volunteers who sign up with a name and one contact; no password, no account."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import addresses, limits
from outreach.messages.outbox import one_line
from outreach.refusal import Refused
from outreach.staffing import letters

LONGEST_NAME = 200
LONGEST_PHONE = 40
FEWEST_DIGITS = 6

CONTACT_MAILS = limits.Limit(
    "contact of address", 3, timedelta(hours=6), "This address was given often."
)
"""Caps the mails that strangers can have sent to an address by giving it as theirs."""


def register(
    session: Session, foundation: Foundation, name: str, contact: str, now: datetime
) -> Person:
    """Add a volunteer. An address is only written down: it is theirs when they have shown it.

    Whether somebody else has it makes no difference here, so nobody learns that or becomes
    anybody. Call it after `taking.find_same_form`, that a double click adds nobody twice.
    """
    person = Person(foundation_id=foundation.id, name=_name(name), role="volunteer", created_at=now)
    if "@" in contact:
        person.email = _email(contact)
    else:
        person.phone = _phone(contact)
    session.add(person)
    session.flush()
    if person.email:
        ask_to_confirm(session, person, now)
    return person


def ask_to_confirm(session: Session, person: Person, now: datetime) -> None:
    """Mail a link to the person's address that shows that it is theirs; seldom to one address."""
    key = addresses.bucket(addresses.fold(person.email or ""))
    try:
        limits.check(session, now, CONTACT_MAILS, key)
    except limits.TooMany:
        return
    limits.count(session, now, CONTACT_MAILS, key)
    letters.tell(session, now, "contact", person, f"address of {now.isoformat()}")


def _name(text: str) -> str:
    name = one_line(text, LONGEST_NAME + 1)
    if not name:
        raise Refused("Tell us your name, the first one is enough.", "name")
    if len(name) > LONGEST_NAME:
        raise Refused(f"Keep the name under {LONGEST_NAME} characters.", "name")
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
        raise Refused("Give a mail address or a phone number.", "contact")
    return phone
