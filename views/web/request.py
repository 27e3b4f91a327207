"""What a view knows about the request it answers: session of the database, person, time."""

from datetime import UTC, datetime
from typing import TypeVar

from flask import abort, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from models import Foundation, Person, SignInSession
from worker.turns import READING

Row = TypeVar("Row")


def db() -> Session:
    """Return the request's database session, opened at its first use.

    A request that may write begins its transaction as a writer, so that what a rule has
    read is still true when it writes. Nothing is kept unless the view commits.
    """
    if "db" not in g:
        kind = "READING_SESSIONS" if request.method in READING else "WRITING_SESSIONS"
        g.db = current_app.extensions[kind]()
    session: Session = g.db
    return session


def close_db(_error: BaseException | None = None) -> None:
    """Roll back what was not committed and give the connection back."""
    session: Session | None = g.pop("db", None)
    if session is not None:
        session.close()


def read_on() -> None:
    """Drop what was begun and only read from here on, so that others may write meanwhile."""
    close_db()
    g.db = current_app.extensions["READING_SESSIONS"]()


def write_on() -> None:
    """Write from here on, with the rows that were read so far at hand.

    A page that reads much and writes little keeps others from writing for that little only. What
    its rule depends on the rule reads again, behind its locks.
    """
    rows = list(db())
    close_db()
    g.db = current_app.extensions["WRITING_SESSIONS"]()
    g.db.add_all(rows)


def real_now() -> datetime:
    """Return the real time: sign-in, limits, audit and logs live in it."""
    return datetime.now(UTC)


def find_sign_in() -> SignInSession | None:
    """Return the signed-in session that the guard found for this request."""
    sign_in: SignInSession | None = g.get("sign_in")
    return sign_in


def find_me() -> Person | None:
    """Return the signed-in person, if there is one."""
    sign_in = find_sign_in()
    return db().get(Person, sign_in.person_id) if sign_in else None  # an erasure forgets rows


def me() -> Person:
    """Return the signed-in person; the guard has made sure of it."""
    person = find_me()
    if person is None:
        abort(401)
    return person


def find_here() -> Foundation | None:
    """Return the foundation that is being looked at, unless there is none any more."""
    sign_in = find_sign_in()
    if sign_in is None or sign_in.foundation_id is None:
        return None
    foundation = db().get(Foundation, sign_in.foundation_id)
    return None if foundation is None or foundation.removed_at else foundation


def here() -> Foundation:
    """Return the foundation that is being looked at, else answer 404."""
    return find_here() or abort(404)


def planning_now() -> datetime:
    """Return the instant that planning goes by: the foundation's own clock, else real time."""
    foundation = find_here()
    return foundation.now(real_now()) if foundation else real_now()


def read_body(*, as_form: bool = False) -> bytes:
    """Return what the browser sent; 400 where it broke off, which each server says its own way."""
    try:
        return request.get_data(parse_form_data=as_form)
    except HTTPException:
        raise
    except Exception:
        abort(400, "This request broke off on its way here. Send it again.")


def site() -> str:
    """Return where this installation is reached, without a slash at the end."""
    return current_app.config["BASE_URL"] or request.host_url.rstrip("/")


def read_key(text: str | None) -> int:
    """Return the row's number that a form or an address holds; 0, which no row has, else."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def load(model: type[Row], key: object) -> Row:
    """Return the row of this foundation with that key, else answer 404."""
    row = db().get(model, key)
    if row is None:
        abort(404)
    if getattr(row, "foundation_id", None) != here().id:
        g.foreign = (model.__name__.lower(), key)  # the guard leaves an audit line
        abort(404)
    return row
