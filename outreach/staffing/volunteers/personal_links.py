"""Personal links: they lead volunteers back to their shifts and feed their calendars."""

import hmac
from datetime import datetime

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from models import Foundation, Person, PersonalLink, SignUp
from outreach.accounts.tokens import has_token_shape, new_token, sign, token_hash

_LIVING = (
    select(Person)
    .join(PersonalLink, PersonalLink.person_id == Person.id)
    .join(Foundation, Foundation.id == Person.foundation_id)
    .where(PersonalLink.ended_at.is_(None), Foundation.removed_at.is_(None))
)
_OWNER = _LIVING.where(PersonalLink.token_hash == bindparam("hash"))
_FEED_OWNER = _LIVING.where(PersonalLink.feed_hash == bindparam("hash"))


def issue(session: Session, person: Person, key: str, now: datetime) -> str:
    """Make a further link for the person and return its token of 43 characters."""
    seed = new_token()
    token = _page_token(key, seed)
    link = PersonalLink(
        token_hash=token_hash(token),
        feed_hash=token_hash(_feed_token(key, seed)),
        seed=seed,
        person_id=person.id,
        created_at=now,
    )
    session.add(link)
    session.flush()
    return token


def copy(session: Session, person: Person, key: str, now: datetime) -> str:
    """Return the token of the person's link once more; where none can be made again, a new one."""
    link = _find_made_by(session, person, key)
    return _page_token(key, link.seed) if link else issue(session, person, key, now)


def find_feed_token(session: Session, person: Person, key: str) -> str | None:
    """Return the token of the person's calendar where there is one; nothing is made."""
    link = _find_made_by(session, person, key)
    return _feed_token(key, link.seed) if link else None


def renew(session: Session, person: Person, key: str, now: datetime) -> str:
    """End all links and calendars of the person and return the token of a new one."""
    end_all(session, person, now)
    return issue(session, person, key, now)


def end_all(session: Session, person: Person, now: datetime) -> None:
    """End all links and calendars of the person, and what the forms of their sign-ups open."""
    living = (PersonalLink.person_id == person.id, PersonalLink.ended_at.is_(None))
    session.execute(update(PersonalLink).where(*living).values(ended_at=now))
    # A form sent once more would lead to the new link.
    forms = update(SignUp).where(SignUp.person_id == person.id, SignUp.form_key.is_not(None))
    session.execute(forms.values(form_key=None))


def find_owner(session: Session, token: str) -> Person | None:
    """Return whose living link this is."""
    return _find(session, token, _OWNER)


def find_feed_owner(session: Session, token: str) -> Person | None:
    """Return whose living calendar this is; the token of a page opens none."""
    return _find(session, token, _FEED_OWNER)


def contact_check(session: Session, key: str, person: Person) -> str:
    """Return what a mail carries to prove that its address is read by the person.

    It ends with the address, for another one gives another proof, and with the person's links:
    what was mailed before they were renewed opens nothing afterwards.
    """
    newest_end = select(func.max(PersonalLink.ended_at)).where(PersonalLink.person_id == person.id)
    ended = session.scalar(newest_end)
    signed = f"{person.id}:{person.email}:{ended.isoformat() if ended else ''}:contact"
    return f"{person.id}-{sign(key, signed)}"


def find_contact_owner(session: Session, key: str, proof: str) -> Person | None:
    """Return whose address this proof from a mail is about."""
    number, _, signature = proof.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    if not has_token_shape(signature):
        return None
    person = session.get(Person, int(number))
    if person is None or not person.email:
        return None
    expected = contact_check(session, key, person)
    return person if hmac.compare_digest(expected, proof) else None


def _find(session: Session, token: str, statement: Select[Person]) -> Person | None:
    if not has_token_shape(token):
        return None
    return session.scalar(statement, {"hash": token_hash(token)})


def _find_made_by(session: Session, person: Person, key: str) -> PersonalLink | None:
    """Return the newest living link that this secret makes; another secret made the others."""
    links = session.scalars(
        select(PersonalLink)
        .where(PersonalLink.person_id == person.id, PersonalLink.ended_at.is_(None))
        .order_by(PersonalLink.created_at.desc(), PersonalLink.token_hash)
    )
    made = (link for link in links if token_hash(_page_token(key, link.seed)) == link.token_hash)
    return next(made, None)


def _page_token(key: str, seed: str) -> str:
    return sign(key, f"{seed}:page")


def _feed_token(key: str, seed: str) -> str:
    return sign(key, f"{seed}:feed")
