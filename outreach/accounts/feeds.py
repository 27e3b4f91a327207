"""Addresses of calendars: made, found, renewed and ended; each opens its one calendar alone."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from models import Feed, Foundation, Person
from outreach.accounts.tokens import has_token_shape, new_token, sign, token_hash
from outreach.refusal import Refused

MOST = 200
"""Of one foundation, besides people's own."""


def make(
    session: Session,
    foundation: Foundation,
    what: str,
    key: str,
    now: datetime,
    *,
    event_id: int | None = None,
    segment_id: int | None = None,
    person_id: int | None = None,
) -> Feed:
    """Make an address for a calendar; there may be several, to end each by itself."""
    if person_id is None and len(list_feeds(session, foundation)) >= MOST:
        raise Refused(f"There are {MOST} addresses already. End one that nobody needs.", "what")
    feed = Feed(
        foundation_id=foundation.id,
        what=what,
        event_id=event_id,
        segment_id=segment_id,
        person_id=person_id,
        created_at=now,
    )
    renew(feed, key, now)
    session.add(feed)
    session.flush()
    return feed


def renew(feed: Feed, key: str, now: datetime) -> None:
    """Give a calendar a new address; the one before opens nothing any more."""
    feed.seed = new_token()
    feed.token_hash = token_hash(_token(key, feed.seed))
    feed.renewed_at = now


def renew_own(session: Session, person: Person, key: str, now: datetime) -> Feed:
    """Give somebody's own calendar a new address, which is its only one."""
    end_own(session, person, now)
    foundation = session.get_one(Foundation, person.foundation_id)
    return make(session, foundation, "own", key, now, person_id=person.id)


def end_own(session: Session, person: Person, now: datetime) -> list[str]:
    """End the addresses of somebody's own calendar; return which, for `revive`."""
    living = select(Feed).where(Feed.person_id == person.id, Feed.ended_at.is_(None))
    ending = session.scalars(living).all()
    for feed in ending:
        feed.ended_at = now
    session.flush()
    return [feed.token_hash for feed in ending]


def forget_own(session: Session, person: Person) -> None:
    """Forget the addresses of somebody's own calendar."""
    session.execute(delete(Feed).where(Feed.person_id == person.id))


def revive(session: Session, hashes: Collection[str]) -> None:
    """Let addresses live again that `end_own` ended."""
    session.execute(update(Feed).where(Feed.token_hash.in_(hashes)).values(ended_at=None))


def find_own(session: Session, person: Person) -> Feed | None:
    """Return the address that somebody's own calendar has, if it was given one."""
    living = select(Feed).where(Feed.person_id == person.id, Feed.ended_at.is_(None))
    return session.scalars(living.order_by(Feed.id.desc())).first()


def find_token(feed: Feed, key: str) -> str | None:
    """Return what opens it, as far as this installation's secret makes it."""
    token = _token(key, feed.seed)
    return token if token_hash(token) == feed.token_hash else None


_OPENED = (
    select(Feed)
    .join(Feed.foundation)
    .where(Feed.token_hash == bindparam("hash"))
    .where(Feed.ended_at.is_(None), Foundation.removed_at.is_(None))
    .options(contains_eager(Feed.foundation))
)


def find_feed(session: Session, token: str) -> Feed | None:
    """Return what a token opens, of a foundation that is."""
    if not has_token_shape(token):
        return None
    return session.scalars(_OPENED, {"hash": token_hash(token)}).first()


def list_feeds(session: Session, foundation: Foundation) -> Sequence[Feed]:
    """Return the foundation's addresses, without people's own."""
    return session.scalars(
        select(Feed)
        .where(Feed.foundation_id == foundation.id, Feed.person_id.is_(None))
        .where(Feed.ended_at.is_(None))
        .options(joinedload(Feed.event), joinedload(Feed.segment))
        .order_by(Feed.id)
    ).all()


def _token(key: str, seed: str) -> str:
    return sign(key, f"{seed}:calendar")
