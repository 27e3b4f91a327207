"""Letters about how somebody is reached: their link sent again, and word to an old address."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Foundation, Message, Person
from outreach.language import gettext as _
from outreach.messages.outbox import compose
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters.told_about import Desk, own_link, page


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


LETTERS = {"own_link": own_link_again, "address_changed": address_changed}
