"""How a volunteer is reached, corrected by themselves: a new address has still to be shown."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person, TeamMember
from models.contacts import fold_address
from outreach.accounts import history, limits
from outreach.accounts.addresses import read_contact
from outreach.accounts.limits import Limit
from outreach.language import N_
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.messages.outbox import AS_ADDRESSED
from outreach.refusal import Refused
from outreach.staffing import notices
from outreach.staffing.signups import locks
from outreach.staffing.signups.sign_up import ask_to_confirm

CHANGED = "changed contact"
CHANGES = Limit("own contact", 5, timedelta(days=1), N_("Your contact was changed often today."))


def change_contact(
    session: Session, person: Person, contact: str, now: datetime, real: datetime
) -> history.Entry | None:
    """Let a volunteer be reached otherwise; a number is kept beside an address.

    A new address is unproven until its button is pressed; one that was proven is told at once.
    Who was known stays known. Return None where nothing is new.
    """
    wait_for_others(session, person.foundation_id)
    locks.read_again(session, person)
    _refuse_account(session, person)
    email, phone = read_contact(contact)
    limits.count(session, real, CHANGES, str(person.id))
    foundation = session.get_one(Foundation, person.foundation_id)
    with history.act(session, real, person, foundation, CHANGED, person, if_changed=True) as act:
        if email:
            _change_address(session, person, email, now, real)
        else:
            person.phone = phone
        session.flush()
    return act.changed


def _change_address(
    session: Session, person: Person, email: str, now: datetime, real: datetime
) -> None:
    is_same = fold_address(email) == person.address_key
    if person.has_shown_address and not is_same:
        fact = f"at {real.isoformat()}"
        notices.tell(session, now, "address_changed", person, fact, **{AS_ADDRESSED: True})
        person.accepted_at = person.accepted_at or real
    person.email = email
    if is_same:
        return  # only spelt otherwise
    person.email_key = person.shares_address_at = None
    person.bounces = 0
    session.flush()
    ask_to_confirm(session, person, real)


def _refuse_account(session: Session, person: Person) -> None:
    """Refuse who signs in with the address: a link that leaked must not lead to an account."""
    leads = select(TeamMember.event_id).where(TeamMember.person_id == person.id, TeamMember.is_lead)
    if person.role == "staff" or person.password_hash or session.scalar(leads.limit(1)):
        raise Refused(_("You sign in with this address, so staff change it for you."), "contact")
