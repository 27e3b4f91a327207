"""Volunteers who sign up with a name and one contact; no password, no account."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import addresses, limits
from outreach.accounts.audit import record
from outreach.language import N_
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.messages.outbox import one_line
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.signups import locks
from outreach.staffing.volunteers.one_person import unite

LONGEST_NAME = 200
LONGEST_PHONE = 40
FEWEST_DIGITS = 6

CONTACT_MAILS = limits.Limit(
    "contact of address", 3, timedelta(hours=6), N_("This address was given often.")
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
    notices.tell(session, now, "contact", person, f"address of {now.isoformat()}")


def check_contact(
    session: Session, person: Person, now: datetime, real: datetime | None = None
) -> Person:
    """Note that the person reads the mail of their address; return who they are.

    Where somebody of the foundation has shown that before, the two are one from now on: the
    earlier row stays, with its name, its role and its links, and takes the sign-ups over. The
    later row's links end, for whoever typed an address may not open its owner's pages. `real`
    is for the audit.
    """
    wait_for_others(session, person.foundation_id)
    locks.read_again(session, person)
    if person.email_key is not None:
        return person
    key = addresses.fold(person.email or "")
    same = (Person.foundation_id == person.foundation_id, Person.email_key == key)
    owner = session.scalar(select(Person).where(*same))
    foundation = session.get_one(Foundation, person.foundation_id)
    at, number = real or now, person.id
    if owner is None:
        person.email_key = key
        session.flush()
        record(session, at, person, foundation, "showed an address", "person", number)
        return person
    became = unite(session, owner, person, now)
    shifts = {str(shift_id): word for shift_id, word in became.items()}
    detail = {"was": number, "shifts": shifts}
    record(session, at, owner, foundation, "became one", "person", owner.id, detail)
    return owner


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
