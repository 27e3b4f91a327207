"""Who answers a letter reaches a person: whose address it names, and whom it says to call."""

from datetime import datetime
from email.headerregistry import Address

from sqlalchemy.orm import Session

from models import Event, Person
from outreach.accounts import addresses
from outreach.language import gettext as _
from outreach.messages.outbox import LONGEST_SUBJECT, compose, one_line
from outreach.refusal import Refused
from outreach.staffing.booth.booths import coordinators_of
from outreach.staffing.roster.mine import LAST_DAY


def find_lead(session: Session, event: Event, reader: Person) -> Person | None:
    """Return who reads what is answered to a letter about an event: its first lead.

    Where it has none, somebody of staff; of those with an address, and where there is another
    one not the reader.
    """
    found = [one for one in coordinators_of(session, event) if address_of(one)]
    return next((one for one in found if one.id != reader.id), next(iter(found), None))


def address_of(person: Person | None) -> Address | None:
    """Return somebody's address as a header takes it; every mail program can answer to it."""
    if person is None or not person.email or not person.email.isascii():
        return None
    try:
        addresses.fold(person.email)
        return Address(one_line(person.name, LONGEST_SUBJECT), addr_spec=person.email)
    except (Refused, ValueError):
        return None


def say_whom_to_ask(lead: Person | None, reader: Person, starts: datetime, now: datetime) -> str:
    """Say who reads an answer, and whom to call: to whom it is known who they are, or on the day.

    Everybody else may have typed a stranger's address to get a number.
    """
    if lead is None or lead.id == reader.id:
        return ""
    asks = compose(
        _("If you have a question, answer this mail: it goes to $name."), name=lead.first_name
    )
    if not lead.phone or not (reader.is_known or starts - now <= LAST_DAY):
        return asks
    calls = compose(_("You can also call $phone."), phone=lead.phone)
    return f"{asks} {calls}"
