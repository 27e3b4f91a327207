"""The mail with a personal sign-in link; the link itself is made when the mail leaves."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from models import Foundation, Message, Person
from outreach.accounts import addresses, limits
from outreach.accounts.audit import record
from outreach.accounts.sign_in import find_people, issue_link
from outreach.messages.outbox import compose, post
from outreach.refusal import Refused

LINK_PLACE = "[your personal link, made when this mail is sent]"
"""Stands in the stored mail: whoever reads the table or a copy of it can sign in as nobody."""

_KEY = "sign-in link of "
_SUBJECT = "Your sign-in link"
_BODY = f"""Hello $name,

somebody, probably you, asked to sign in to Whereabouts for $foundation.

This link signs you in. It works once, within 60 minutes, and only for you:

{LINK_PLACE}

If it was not you, do nothing: without the link nobody gets in.
"""


def request_link(session: Session, address: str, now: datetime) -> None:
    """Write a mail with a sign-in link to everybody who has this address.

    The caller learns nothing about whether somebody has. At most three mails go to an
    address in six hours, under all its spellings.
    """
    limits.count(session, now, limits.LINKS_TO_ADDRESS, addresses.bucket(addresses.fold(address)))
    for person in find_people(session, address):
        foundation = session.get_one(Foundation, person.foundation_id)
        body = compose(_BODY, name=person.name, foundation=foundation.name)
        post(session, now, person, _SUBJECT, body, f"{_KEY}{person.id} {now.isoformat()}")


def holds_link(message: Message) -> bool:
    """Tell whether a personal link goes into this mail when it is sent."""
    return message.fact_key.startswith(_KEY)


class WrittenOut(NamedTuple):
    """A mail as it leaves."""

    body: str
    link: str


def write_out(session: Session, message: Message, now: datetime, base_url: str) -> WrittenOut:
    """Make the personal link of a waiting mail, and return the mail with it; older links end."""
    if not holds_link(message) or message.person_id is None or message.state != "waiting":
        raise Refused("This mail holds no personal link.")
    person = session.get_one(Person, message.person_id)
    link = f"{base_url}/sign-in/{issue_link(session, person, now)}"
    return WrittenOut(message.body.replace(LINK_PLACE, link, 1), link)


def hand_over(
    session: Session, message: Message, now: datetime, base_url: str, by: Person
) -> WrittenOut:
    """Write a waiting mail out for staff who pass the link on by another way; audited."""
    written = write_out(session, message, now, base_url)
    message.state, message.sent_at = "sent", now
    foundation = session.get_one(Foundation, message.foundation_id)
    record(session, now, by, foundation, "handed over a link", "person", message.person_id)
    return written
