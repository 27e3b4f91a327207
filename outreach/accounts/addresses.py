"""Names and contacts as people give them: which are well-formed, the same, share a limit."""

from dataclasses import dataclass
from datetime import datetime

from models import Foundation, Person
from models.contacts import fold_address, plain
from outreach import language
from outreach.language import gettext as _
from outreach.refusal import Refused

LONGEST_NAME, LONGEST_PHONE, FEWEST_DIGITS = 200, 40, 6
BESIDE_DIGITS = "+-/(). "


def fold(address: str) -> str:
    """Return the form in which addresses are compared, or refuse what is none."""
    folded = fold_address(address)
    if folded is None:
        raise Refused(_("That is not a mail address. It looks like name@example.org."), "email")
    return folded


def bucket(key: str) -> str:
    """Return what a folded address is counted under when tries are limited.

    Tags and dots are dropped, so that one mailbox has one limit under all its spellings.
    """
    local, _at, domain = key.rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whom the browser does not know: a name and one contact, as typed."""

    name: str
    contact: str


def new_person(foundation: Foundation, name: str, contact: str, now: datetime) -> Person:
    """Return a volunteer who is not added yet. An address is theirs when they have shown it.

    Whether somebody else has it makes no difference here, so nobody becomes anybody. They are
    written to in the language of the page that they filled in.
    """
    person = Person(foundation_id=foundation.id, name=_name(name), role="volunteer", created_at=now)
    if language.current() != language.SOURCE:
        person.letters_language = language.current()
    person.email, person.phone = read_contact(contact)
    return person


def read_contact(text: str) -> tuple[str | None, str | None]:
    """Return a contact as a mail address or as a telephone number; refuse what is neither."""
    return (_email(text), None) if "@" in text else (None, _phone(text))


def _name(text: str) -> str:
    name = " ".join(plain(text).split())
    if not name:
        raise Refused(_("Tell us your name, the first one is enough."), "name")
    if len(name) > LONGEST_NAME:
        raise Refused(
            _("Keep the name under %(longest_name)s characters.", longest_name=LONGEST_NAME), "name"
        )
    return name


def _email(text: str) -> str:
    try:
        fold(text)
    except Refused as refused:
        raise Refused(refused.sentence, "contact") from refused
    return text.strip()


def _phone(text: str) -> str:
    phone = " ".join(text.split())
    digits = sum(letter.isdecimal() for letter in phone)
    odd = [letter for letter in phone if not (letter.isdecimal() or letter in BESIDE_DIGITS)]
    if digits < FEWEST_DIGITS or odd or len(phone) > LONGEST_PHONE:
        raise Refused(_("Give a mail address or a phone number."), "contact")
    return phone
