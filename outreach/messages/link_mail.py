"""The mail with a personal sign-in link; the link itself is made when the mail leaves."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from models import Foundation, Message, Person
from outreach.accounts import addresses, limits
from outreach.accounts.sign_in import find_people, issue_link
from outreach.language import gettext as _
from outreach.messages.outbox import compose, post
from outreach.messages.written import LINK_PLACE, Dropped, NeedsWriting, Written, only_reads

FRESH = timedelta(hours=6)
"""A link that was asked for longer ago is not sent any more: nobody waits for it."""
_KEY = "sign-in link of "


def request_link(session: Session, address: str, now: datetime, browser: str | None = None) -> None:
    """Write a mail with a sign-in link to everybody who has this address.

    The caller learns nothing about whether somebody has. At most three mails go to an
    address in six hours, under all its spellings; a `browser` that was signed in with it before
    has three of its own.
    """
    mailbox = addresses.bucket(addresses.fold(address))
    whose = f"{mailbox} in {browser}" if browser else mailbox
    limits.count(session, now, limits.LINKS_TO_ADDRESS, whose)
    for person in find_people(session, address):
        foundation = session.get_one(Foundation, person.foundation_id)
        body = compose(_body(), name=person.name, foundation=foundation.name)
        post(
            session,
            now,
            person,
            _("Your sign-in link"),
            body,
            f"{_KEY}{person.id} {now.isoformat()}",
        )


def _body() -> str:
    parts = (
        _("Hello $name,"),
        _("Somebody, probably you, asked to sign in to Whereabouts for $foundation."),
        _("This link signs you in. It works once, within 60 minutes, and only for you:"),
        LINK_PLACE,
        _("If it was not you, do nothing: without the link nobody gets in."),
    )
    return "\n\n".join(parts) + "\n"


def holds_link(message: Message) -> bool:
    """Tell whether a personal link goes into this mail when it is sent."""
    return message.fact_key.startswith(_KEY)


def write(session: Session, message: Message, now: datetime, base_url: str) -> Written | Dropped:
    """Return the mail with a personal link that is made now.

    It goes to the address that asked, or to nobody. The caller commits before it leaves.
    """
    person = session.get(Person, message.person_id) if message.person_id else None
    if person is None or person.email != message.to_address:
        return Dropped("The address was changed since.")
    if now - max(message.created_at, message.due_at) > FRESH:
        return Dropped("The link was asked for too long ago.")
    if only_reads(session):
        raise NeedsWriting
    link = f"{base_url}/sign-in/{issue_link(session, person, now)}"
    return Written(message.subject, message.body, link)
