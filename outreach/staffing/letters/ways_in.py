"""Letters about how somebody is reached: whose an address is, a link again, word to an old one."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Foundation, Message, Person
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import LINK_PLACE, Dropped, Written
from outreach.staffing.letters.own_place import NOT_NEWS
from outreach.staffing.letters.told_about import Desk, own_link, page
from outreach.staffing.volunteers.personal_links import contact_check

CONTACT_PATH = "/my/address/"
"""Below it is the page with the button, by the proof that only the mail carries."""


def own_link_again(
    session: Session, message: Message, person: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Send somebody the link to their shifts, because somebody asked for it with the address."""
    if not person.has_shown_address or person.email != message.to_address:
        return Dropped("The address was changed since.")
    foundation = session.get_one(Foundation, person.foundation_id)
    body = page(
        person,
        foundation,
        _("You, or somebody who knows your address, asked for the link to your shifts."),
        own_link(_("It opens them on any phone, without a password:")),
        _("If it was not you, do nothing: nobody else sees this link."),
    )
    subject = compose(_("The link to your shifts, $foundation"), foundation=foundation.name)
    return Written(subject, body)


def address_changed(
    session: Session, message: Message, person: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Tell the address that somebody had shown to be theirs that they are reached elsewhere now."""
    foundation = session.get_one(Foundation, person.foundation_id)
    body = page(
        person,
        foundation,
        _("Letters about your shifts go to another address now; this is the last one here."),
        _("If it was not you, somebody has your personal link: tell whoever runs the booth."),
    )
    subject = compose(_("Your address was changed, $foundation"), foundation=foundation.name)
    return Written(subject, body)


def contact(
    session: Session, message: Message, person: Person, real: datetime, desk: Desk
) -> Written | Dropped:
    """Ask whether the address of a sign-up is really its reader's."""
    if person.has_shown_address or person.email != message.to_address:
        return NOT_NEWS
    foundation = session.get_one(Foundation, person.foundation_id)
    line = _(
        "Somebody, probably you, signed up to help at a booth of $foundation and gave this address."
    )
    body = page(
        person,
        foundation,
        compose(line, foundation=foundation.name),
        _("If it is yours, open this page and press the button:") + f"\n{LINK_PLACE}",
        _("If it was not you, say so there: nobody signs up with your address any more."),
    )
    subject = compose(_("Is this your address? $foundation asks"), foundation=foundation.name)
    link = f"{desk.base_url}{CONTACT_PATH}{contact_check(session, desk.key, person, real)}"
    return Written(subject, body, link=link)


LETTERS = {"contact": contact, "own_link": own_link_again, "address_changed": address_changed}
