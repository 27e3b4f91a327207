"""Sign-in: personal links that work once, passwords, and sessions that can be ended."""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Select,
    Update,
    bindparam,
    delete,
    select,
    update,
)
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from models import Foundation, Person, SignInLink, SignInSession
from outreach.accounts import addresses, passwords
from outreach.accounts.audit import record
from outreach.accounts.roles import may_look_at
from outreach.accounts.tokens import has_token_shape, new_token, token_hash
from outreach.language import gettext as _
from outreach.refusal import Refused

LINK_LIFETIME = timedelta(minutes=60)
SESSION_LIFETIME = timedelta(days=30)
FRESH = timedelta(minutes=60)
"""How long after a sign-in a password may be changed without giving the old one."""
CLOCK_SKEW = timedelta(minutes=2)
"""How far two servers' clocks may differ; what was made later than that is not trusted."""


class LinkEnded(Refused):
    """The link was used, is too old, or was replaced."""

    def __init__(self) -> None:
        super().__init__(_("This link no longer works: a link signs in once, within 60 minutes."))


class PasswordWrong(Refused):
    """Address and password do not belong together; which of them is wrong is not said."""

    def __init__(self) -> None:
        super().__init__(_("Address and password do not belong together."), "password")


def issue_link(session: Session, person: Person, now: datetime) -> str:
    """Make a personal link's token, good once and for 60 minutes.

    Older links live on until a newer one is used: whoever asks for another ends nobody's.
    """
    ended = delete(SignInLink).where(
        SignInLink.person_id == person.id, SignInLink.expires_at < now - SESSION_LIFETIME
    )
    session.execute(ended)
    token = new_token()
    link = SignInLink(
        token_hash=token_hash(token),
        person_id=person.id,
        email_key=person.email_key,
        created_at=now,
        expires_at=now + LINK_LIFETIME,
    )
    session.add(link)
    session.flush()
    return token


def knows_link(session: Session, token: str) -> bool:
    """Tell whether a link with this token was ever made, living or ended."""
    if not has_token_shape(token):
        return False
    return session.get(SignInLink, token_hash(token)) is not None


def find_link_owner(session: Session, token: str, now: datetime) -> Person | None:
    """Return whom a living link signs in; the link stays as it is."""
    if not has_token_shape(token):
        return None
    owner = (
        select(Person)
        .join(SignInLink, SignInLink.person_id == Person.id)
        .where(SignInLink.token_hash == token_hash(token), *_is_living(now))
        .where(SignInLink.email_key.is_not_distinct_from(Person.email_key))
    )
    return session.scalar(owner)


def open_session_by_link(session: Session, token: str, now: datetime) -> tuple[SignInSession, str]:
    """Use up a link and sign its owner in, ending older links; return the session and its token.

    Of several requests at once exactly one finds the link living.
    """
    person = find_link_owner(session, token, now)
    used = (
        update(SignInLink)
        .where(SignInLink.token_hash == token_hash(token), *_is_living(now))
        .values(ended_at=now)
        .returning(SignInLink.created_at)
    )
    made_at = session.scalar(used) if person else None
    if person is None or made_at is None:
        raise LinkEnded
    session.execute(_end_links(person, now).where(SignInLink.created_at <= made_at))
    return open_session(session, person, now, "link")


def find_by_password(session: Session, address: str, password: str) -> Person | None:
    """Return whose address and password these are; unknown addresses cost the same work.

    It only reads, and is slow on purpose: call it while no write is begun.
    """
    people = list(session.scalars(_with_address(address).where(Person.password_hash.is_not(None))))
    for person in people:
        if passwords.is_password(person.password_hash, password):
            return person
    if not people:
        passwords.is_password(None, password)
    return None


def open_session_by_password(
    session: Session, proven: Person, password: str, now: datetime
) -> tuple[SignInSession, str]:
    """Sign in whom `find_by_password` found; renew a hash of older parameters."""
    person = session.get_one(Person, proven.id)
    if person.password_hash is None or person.password_hash != proven.password_hash:
        raise PasswordWrong
    if passwords.needs_rehash(person.password_hash):
        person.password_hash = passwords.hash_password(password)
    return open_session(session, person, now, "password")


def open_session(
    session: Session, person: Person, now: datetime, way: str
) -> tuple[SignInSession, str]:
    """Sign a person in, with a token never used before; return the session and its token."""
    old = SignInSession.expires_at < now
    session.execute(delete(SignInSession).where(SignInSession.person_id == person.id, old))
    token = new_token()
    sign_in = SignInSession(
        token_hash=token_hash(token),
        person_id=person.id,
        foundation_id=person.foundation_id,
        created_at=now,
        expires_at=now + SESSION_LIFETIME,
    )
    sign_in.person = person
    session.add(sign_in)
    foundation = session.get(Foundation, person.foundation_id)
    record(session, now, person, foundation, "signed in", "person", person.id, {"by": way})
    return sign_in, token


_LIVING = (
    select(SignInSession, Foundation)
    .options(joinedload(SignInSession.person))
    .outerjoin(Foundation, Foundation.id == SignInSession.foundation_id)
    .where(
        SignInSession.token_hash == bindparam("token"),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > bindparam("now"),
        SignInSession.created_at <= bindparam("newest"),
    )
)
"""Built once: every request asks it."""


def find_session(session: Session, token: str, now: datetime) -> SignInSession | None:
    """Return the living session of this token with its person, as things are now.

    Somebody who may no longer look at the example is back in their own foundation.
    """
    if not has_token_shape(token):
        return None
    values = {"token": token_hash(token), "now": now, "newest": now + CLOCK_SKEW}
    found = session.execute(_LIVING, values).one_or_none()
    if found is None:
        return None
    sign_in: SignInSession = found[0]
    foundation: Foundation | None = found[1]
    session.info["foundation"] = foundation  # held, so that the request need not read it again
    if foundation is None or not may_look_at(sign_in.person, foundation):
        # Only for this request: reading it must not write.
        set_committed_value(sign_in, "foundation_id", sign_in.person.foundation_id)
    return sign_in


def end_session(session: Session, sign_in: SignInSession, now: datetime) -> None:
    """Sign this browser out."""
    this = SignInSession.token_hash == sign_in.token_hash
    session.execute(update(SignInSession).where(this).values(ended_at=now))


def end_all_sessions(
    session: Session, person: Person, now: datetime, keep: SignInSession | None = None
) -> int:
    """Sign the person out everywhere (but for `keep`) and end their links.

    Return how many browsers that were.
    """
    living = (SignInSession.person_id == person.id, SignInSession.ended_at.is_(None))
    ended = update(SignInSession).where(*living).values(ended_at=now)
    if keep is not None:
        ended = ended.where(SignInSession.token_hash != keep.token_hash)
    session.execute(_end_links(person, now))
    return _rows(session, ended)


def set_password(
    session: Session, sign_in: SignInSession, current: str, new: str, now: datetime
) -> None:
    """Set one's own password; other browsers are signed out.

    The old one must be given unless there is none or the sign-in is fresh: a browser left
    open must not be enough to take an account over.
    """
    person = sign_in.person
    if needs_current_password(sign_in, now) and not passwords.is_password(
        person.password_hash, current
    ):
        raise Refused(_("That is not your current password."), "current")
    passwords.check_strength(new, person.name, person.email)
    person.password_hash = passwords.hash_password(new)
    end_all_sessions(session, person, now, keep=sign_in)
    foundation = session.get(Foundation, person.foundation_id)
    record(session, now, person, foundation, "set a password", "person", person.id)


def needs_current_password(sign_in: SignInSession, now: datetime) -> bool:
    """Tell whether changing the password asks for the old one."""
    return sign_in.person.password_hash is not None and now - sign_in.created_at > FRESH


def find_people(session: Session, address: str) -> list[Person]:
    """Return who has this address: at most one person in each foundation."""
    return list(session.scalars(_with_address(address)))


def _with_address(address: str) -> Select[Person]:
    return select(Person).where(Person.email_key == addresses.fold(address)).order_by(Person.id)


def _is_living(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SignInLink.ended_at.is_(None),
        SignInLink.expires_at > now,
        SignInLink.created_at <= now + CLOCK_SKEW,
    )


def _end_links(person: Person, now: datetime) -> Update:
    living = (SignInLink.person_id == person.id, SignInLink.ended_at.is_(None))
    return update(SignInLink).where(*living).values(ended_at=now)


def _rows(session: Session, statement: Update) -> int:
    return cast("CursorResult[object]", session.execute(statement)).rowcount
