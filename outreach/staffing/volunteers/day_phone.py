"""A telephone number for the day: told once a shift is taken, and never needed to take one."""

from datetime import datetime

from sqlalchemy.orm import Session

from models import Foundation, Person
from outreach.accounts import history
from outreach.accounts.addresses import read_contact
from outreach.language import gettext as _
from outreach.refusal import Refused

TOLD_NUMBER = "told number"


def tell_number(
    session: Session, foundation: Foundation, person: Person, text: str, real: datetime
) -> history.Entry | None:
    """Keep the number at which somebody can be called; without one, an address must be known."""
    number = _read(text) if text.strip() else None
    if number is None and not person.email:
        raise Refused(_("Give a telephone number: nothing else is known to reach you."), "phone")
    with history.act(
        session, real, person, foundation, TOLD_NUMBER, person, if_changed=True
    ) as act:
        person.phone = number
    return act.changed


def _read(text: str) -> str:
    wrong = Refused(_("Write a telephone number, with + before a country's."), "phone")
    if "@" in text:
        raise wrong
    try:
        return read_contact(text)[1] or ""
    except Refused:
        raise wrong from None
