"""Personal links: they lead volunteers back to their shifts and feed their calendars."""

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, Table, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from models import Foundation, Person, PersonalLink, Shift, SignUp
from models.staffing import IS_LIVING
from outreach.accounts import feeds
from outreach.accounts.tokens import has_token_shape, new_token, sign, token_hash

LASTS = timedelta(days=90)
"""How long a link lives after its person's last shift, and after its owner did something by it."""
USED_WITHIN = timedelta(days=1)
"""What is done by a link renews it so often at most."""
HANDED_WITHIN = timedelta(days=30)
PROOF_LASTS = timedelta(days=30)
NEVER = timedelta(seconds=1)
"""So long before it began a link ends that should never have opened anything."""

_HAS_SHIFT = (
    select(SignUp.id)
    .join(Shift, Shift.id == SignUp.shift_id)
    .where(SignUp.person_id == Person.id, IS_LIVING, Shift.ends_at > bindparam("since"))
    .exists()
)
_LIVING = (
    select(Person)
    .join(PersonalLink, PersonalLink.person_id == Person.id)
    .join(Foundation, Foundation.id == Person.foundation_id)
    .where(PersonalLink.ended_at.is_(None), Foundation.removed_at.is_(None))
    # Where the clock stands no time passes after a shift.
    .where(
        or_(
            Foundation.clock.is_not(None),
            PersonalLink.renewed_at > bindparam("since"),
            _HAS_SHIFT,
        )
    )
)
_OWNER = _LIVING.where(PersonalLink.token_hash == bindparam("hash"))
_FEED_OWNER = _LIVING.where(PersonalLink.feed_hash == bindparam("hash"))

_LINKS: Table = PersonalLink.__table__  # type: ignore[assignment]
_ISSUE = insert(_LINKS)


def issue(session: Session, person: Person, key: str, now: datetime) -> str:
    """Make a further link for the person and return its token of 43 characters."""
    seed = new_token()
    token = _page_token(key, seed)
    link = {
        "token_hash": token_hash(token),
        "feed_hash": token_hash(_feed_token(key, seed)),
        "seed": seed,
        "person_id": person.id,
        "created_at": now,
        "renewed_at": now,
    }
    session.connection().execute(_ISSUE, link)
    return token


def copy(session: Session, person: Person, key: str, now: datetime) -> str:
    """Return the token of the person's link once more; where none can be made again, a new one.

    What is handed out lives for two months at least.
    """
    link = _find_made_by(session, person, key)
    if link is None:
        return issue(session, person, key, now)
    if link.renewed_at <= now - HANDED_WITHIN:
        link.renewed_at = now
        session.flush()
    return _page_token(key, link.seed)


def is_at_hand(session: Session, person: Person, key: str, now: datetime) -> bool:
    """Tell whether `copy` would write nothing."""
    link = _find_made_by(session, person, key)
    return link is not None and link.renewed_at > now - HANDED_WITHIN


def keep_up(session: Session, token: str, now: datetime) -> None:
    """Let a link live on, for its owner did something by it."""
    old = (
        PersonalLink.token_hash == token_hash(token),
        PersonalLink.renewed_at < now - USED_WITHIN,
    )
    session.execute(update(PersonalLink).where(*old).values(renewed_at=now))


def find_feed_token(session: Session, person: Person, key: str) -> str | None:
    """Return the token of the person's calendar where there is one; nothing is made."""
    link = _find_made_by(session, person, key)
    token = _feed_token(key, link.seed) if link else None
    return token if token and link and token_hash(token) == link.feed_hash else None


def renew_calendar(session: Session, person: Person, key: str, now: datetime) -> None:
    """Give the person's calendar an address of its own; those of their links end, the links not."""
    feeds.renew_own(session, person, key, now)
    living = (PersonalLink.person_id == person.id, PersonalLink.ended_at.is_(None))
    for link in session.scalars(select(PersonalLink).where(*living)):
        link.feed_hash = token_hash(new_token())
    session.flush()


def renew(session: Session, person: Person, key: str, now: datetime) -> str:
    """End all links and calendars of the person and return the token of a new one."""
    end_all(session, person, now)
    return issue(session, person, key, now)


def end_all(session: Session, person: Person, now: datetime) -> None:
    """End all links and calendars of the person, and what the forms of their sign-ups open."""
    living = (PersonalLink.person_id == person.id, PersonalLink.ended_at.is_(None))
    session.execute(update(PersonalLink).where(*living).values(ended_at=now))
    feeds.end_own(session, person, now)
    forget_forms(session, person)


def forget_others(session: Session, person: Person, kept: str | None) -> None:
    """Forget the person's links but the kept one, and what the forms of their sign-ups open.

    Proofs go on: who reads the mail may come to their shifts from another browser.
    """
    others = delete(PersonalLink).where(PersonalLink.person_id == person.id)
    session.execute(others.where(PersonalLink.token_hash != token_hash(kept or "")))
    feeds.forget_own(session, person)
    forget_forms(session, person)


def end_unproven(session: Session, kept: Person, other: Person, now: datetime) -> list[str]:
    """End what two rows that become one were given, as far as nobody knows whose it is.

    Return which links ended, for `revive`. They end before they began, so that no proof ends.
    """
    ending = other if not other.is_known else None if kept.is_known else kept
    if ending is None:
        return []
    forget_forms(session, ending)
    living = (PersonalLink.person_id == ending.id, PersonalLink.ended_at.is_(None))
    links = session.scalars(select(PersonalLink).where(*living)).all()
    for link in links:
        link.ended_at = link.created_at - NEVER
    session.flush()
    return [*(link.token_hash for link in links), *feeds.end_own(session, ending, now)]


def revive(session: Session, hashes: Collection[str]) -> None:
    """Let links live again that `end_unproven` ended, unless they were ended otherwise since."""
    feeds.revive(session, hashes)
    ended = (PersonalLink.token_hash.in_(hashes), PersonalLink.ended_at < PersonalLink.created_at)
    session.execute(update(PersonalLink).where(*ended).values(ended_at=None))


def forget_forms(session: Session, person: Person) -> None:
    """Let forms that were sent open nothing: one sent once more would lead to the new link."""
    forms = update(SignUp).where(SignUp.person_id == person.id, SignUp.form_key.is_not(None))
    session.execute(forms.values(form_key=None))


def find_owner(session: Session, token: str, now: datetime) -> Person | None:
    """Return whose living link this is; `now` is real time."""
    return _find(session, token, _OWNER, now)


def find_feed_owner(session: Session, token: str, now: datetime) -> Person | None:
    """Return whose living calendar this is; the token of a page opens none."""
    return _find(session, token, _FEED_OWNER, now)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose address a proof is about, and whether it is too old to prove anything."""

    person: Person
    is_old: bool


def contact_check(session: Session, key: str, person: Person, now: datetime) -> str:
    """Return what a mail carries to prove that its address is read by the person.

    It ends after 30 days, with the address, for another one gives another proof, and when staff
    renew the person's links: what was mailed before opens nothing afterwards.
    """
    return _proof(session, key, person, int(now.timestamp()))


def find_proof(session: Session, key: str, text: str, now: datetime) -> Proof | None:
    """Return whose address this proof from a mail is about."""
    number, _, rest = text.partition("-")
    made, _, signature = rest.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 12 for part in (number, made)):
        return None
    if not has_token_shape(signature) or len(number) >= 10:
        return None
    person = session.get(Person, int(number))
    if person is None or not person.email:
        return None
    if not hmac.compare_digest(_proof(session, key, person, int(made)), text):
        return None
    return Proof(person, now.timestamp() - int(made) > PROOF_LASTS.total_seconds())


def _proof(session: Session, key: str, person: Person, made: int) -> str:
    theirs = (PersonalLink.person_id == person.id, PersonalLink.ended_at >= PersonalLink.created_at)
    ended = session.scalar(select(func.max(PersonalLink.ended_at)).where(*theirs))
    signed = f"{person.id}:{made}:{person.email}:{ended.isoformat() if ended else ''}:contact"
    return f"{person.id}-{made}-{sign(key, signed)}"


def _find(session: Session, token: str, statement: Select[Person], now: datetime) -> Person | None:
    if not has_token_shape(token):
        return None
    return session.scalar(statement, {"hash": token_hash(token), "since": now - LASTS})


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
