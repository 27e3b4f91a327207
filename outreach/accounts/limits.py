"""Limits on guessing and on mail: tries are counted in the database, across processes."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Float, Table, bindparam, delete, func, literal, select, tuple_, update
from sqlalchemy.orm import Session

from models import RateWindow
from models.database import INSERTS
from outreach.accounts import addresses
from outreach.language import N_, SaidLater, ngettext
from outreach.refusal import Refused


@dataclass(frozen=True)
class Limit:
    """At most `most` tries per `window` under one name."""

    name: str
    most: int
    window: timedelta
    sentence: SaidLater
    """What the person is told; the time to wait is added."""


SIGN_INS_HERE = Limit(
    "sign-in of address from place", 10, timedelta(minutes=5), N_("That was tried too often.")
)
SIGN_INS_FROM_PLACE = Limit(
    "sign-in from place", 30, timedelta(minutes=5), N_("Too many sign-ins were tried from here.")
)
SIGN_INS_OF_ADDRESS = Limit(
    "sign-in of address", 100, timedelta(minutes=5), N_("That was tried too often.")
)
"""From everywhere together: who guesses from many places shuts nobody's own browser out."""
LINKS_TO_ADDRESS = Limit(
    "link to address", 3, timedelta(hours=6), N_("Three links were asked for already.")
)
WRONG_TOKENS_FROM_PLACE = Limit(
    "wrong token from place", 20, timedelta(minutes=5), N_("Too many wrong links came from here.")
)
PASSWORDS_OF_PERSON = Limit(
    "password of person", 10, timedelta(minutes=5), N_("That was tried too often.")
)
REFUSED_LOOKS = Limit("refused looks", 60, timedelta(hours=1), N_("Too many refused pages."))
"""Caps the audit lines that one person can cause by asking for what is not theirs."""

# Made once: each sign-up counts.
_WINDOWS: Table = RateWindow.__table__  # type: ignore[assignment]
_EARLIER = (
    select(_WINDOWS.c.count)
    .where(_WINDOWS.c.key == bindparam("key"), _WINDOWS.c.starts_at == bindparam("earlier"))
    .scalar_subquery()
)
_WITHIN_REACH = func.coalesce(_EARLIER, 0) * bindparam("weight", type_=Float)
_IS_ALLOWED = bindparam("most") >= _WITHIN_REACH + 1
_COUNT_ONE = {
    dialect: insert(_WINDOWS)
    .from_select(
        ["key", "starts_at", "ends_at", "count"],
        select(
            bindparam("key", type_=_WINDOWS.c.key.type),
            bindparam("starts_at", type_=_WINDOWS.c.starts_at.type),
            bindparam("ends_at", type_=_WINDOWS.c.ends_at.type),
            literal(1),
        ).where(_IS_ALLOWED),
    )
    .on_conflict_do_update(
        index_elements=[_WINDOWS.c.key, _WINDOWS.c.starts_at],
        set_={"count": _WINDOWS.c.count + 1},
        where=_WITHIN_REACH + _WINDOWS.c.count + 1 <= bindparam("most"),
    )
    .returning(_WINDOWS.c.count)
    for dialect, insert in INSERTS.items()
}


def sign_ups_from_place(most: int) -> Limit:
    """Return the limit on new volunteers from one place; a hall full of people is one place."""
    sentence = N_("Very many people signed up from this network just now.")
    return Limit("sign-up from place", most, timedelta(minutes=10), sentence)


class TooMany(Refused):
    """A limit is reached; `wait` says for how long."""

    status = 429

    def __init__(self, limit: Limit, wait: timedelta) -> None:
        minutes = ceil(wait.total_seconds() / 60)
        hours = ceil(minutes / 60)
        again = (
            ngettext("Try again in %(num)s hour.", "Try again in %(num)s hours.", hours)
            if minutes > 90
            else ngettext("Try again in a minute.", "Try again in %(num)s minutes.", minutes)
        )
        super().__init__(f"{limit.sentence} {again}")
        self.wait = wait


def count(session: Session, now: datetime, limit: Limit, value: str) -> None:
    """Count one try; refuse it with TooMany when it is one too many.

    Windows are fixed, and the one before counts for the part that still lies within reach,
    so that a burst across the border is no way around. What is refused is not counted. Safe
    between processes: one statement looks and counts.
    """
    starts_at = _window_start(limit, now)
    row = {
        "key": _key(limit, value),
        "starts_at": starts_at,
        "ends_at": starts_at + 2 * limit.window,
        "earlier": starts_at - limit.window,
        "weight": 1 - (now - starts_at) / limit.window,
        "most": limit.most,
    }
    counted = session.connection().scalar(_COUNT_ONE[session.get_bind().dialect.name], row)
    if counted is None:
        raise TooMany(limit, _time_to_wait(session, limit, row))


def allows(session: Session, now: datetime, limit: Limit, value: str) -> bool:
    """Count one try unless it is one too many; tell whether it was counted."""
    try:
        count(session, now, limit, value)
    except TooMany:
        return False
    return True


def count_sign_in(
    session: Session, now: datetime, address: str, place: str, browser: str | None = None
) -> None:
    """Count one try to sign in, under its address with where it comes from, and under each.

    A `browser` that was signed in with this address before is counted by itself alone: nobody
    else's tries shut it out.
    """
    for limit, value in _of_sign_in(address, place, browser):
        count(session, now, limit, value)


def forgive_sign_in(
    session: Session, now: datetime, address: str, place: str, browser: str | None = None
) -> None:
    """Take a counted try back that was no failure."""
    for limit, value in _of_sign_in(address, place, browser):
        key, starts_at = _key(limit, value), _window_start(limit, now)
        this = (RateWindow.key == key, RateWindow.starts_at == starts_at, RateWindow.count > 0)
        session.execute(update(RateWindow).where(*this).values(count=RateWindow.count - 1))


def _of_sign_in(address: str, place: str, browser: str | None) -> list[tuple[Limit, str]]:
    mailbox = addresses.bucket(addresses.fold(address))
    if browser is not None:
        return [(SIGN_INS_HERE, f"{mailbox} in {browser}")]
    return [
        (SIGN_INS_HERE, f"{mailbox} from {place}"),
        (SIGN_INS_FROM_PLACE, place),
        (SIGN_INS_OF_ADDRESS, mailbox),
    ]


def forget_ended(session: Session, now: datetime) -> bool:
    """Delete some of the windows that no longer count; tell whether there may be more."""
    ended = select(RateWindow.key, RateWindow.starts_at).where(RateWindow.ends_at <= now)
    these = tuple_(_WINDOWS.c.key, _WINDOWS.c.starts_at).in_(ended.limit(1000))
    return session.connection().execute(delete(_WINDOWS).where(these)).rowcount > 0


def _key(limit: Limit, value: str) -> str:
    """Name the window; addresses are hashed, for they have no business in this table."""
    return f"{limit.name}:{hashlib.sha256(value.encode()).hexdigest()[:40]}"


def _window_start(limit: Limit, now: datetime) -> datetime:
    length = int(limit.window.total_seconds())
    return datetime.fromtimestamp(now.timestamp() // length * length, UTC)


def _time_to_wait(session: Session, limit: Limit, row: dict[str, Any]) -> timedelta:
    """Return until when one more is too many, by what both windows count."""
    of_key = select(_WINDOWS.c.starts_at, _WINDOWS.c.count).where(_WINDOWS.c.key == row["key"])
    counts: dict[datetime, int] = dict(session.execute(of_key).all())
    before, counted = counts.get(row["earlier"], 0), counts.get(row["starts_at"], 0) + 1
    wait: float
    if counted > limit.most:  # wait for the next window, and there until this one fades
        wait = row["weight"] + 1 - (limit.most - 1) / (counted - 1)
    else:
        wait = row["weight"] - (limit.most - counted) / max(before, 1)
    return max(wait * limit.window, timedelta(seconds=1))
