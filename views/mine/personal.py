"""The person behind a personal link: who holds it is that person on the pages below it.

The link of a volunteer who has just signed up is also kept in a cookie, so that the next shift
is one tap. Only a button of one's own page puts it there, never a mere visit: else somebody could
send a link of theirs to make others sign up in their name.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from flask import abort, current_app, g, make_response, render_template, request, session
from werkzeug.wrappers import Response

from models import Foundation, Person
from outreach.accounts.history import Entry, find_fresh, way_of
from outreach.accounts.tokens import sign
from outreach.messages.written import only_reads
from outreach.staffing.signups.states import Origin
from outreach.staffing.volunteers import personal_links
from views.booth.need_names import look_at
from views.web.cookies import cookie_name, is_https, keep_cookie
from views.web.request import db, find_me, real_now
from views.web.security import network

OWN = "own"
"""Stands for the token in the addresses of somebody whom the browser itself knows."""
COOKIE = "whereabouts-mine"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Whom the browser knows, and what stands for the token in the addresses of their pages."""

    person: Person
    token: str


def personal(token: str) -> Person:
    """Return whose pages these are, else answer 404; looking writes nothing, an act renews a link.

    The audit line about what is not theirs names this person, see `not_theirs`.
    """
    if token == OWN:
        known = find_known()
        person = known.person if known else None
    else:
        person = personal_links.find_owner(db(), token, real_now())
    if person is None:
        abort(make_response(render_template("my_shifts/no_link.html"), 404))
    if token != OWN and not only_reads(db()):
        personal_links.keep_up(db(), token, real_now())
    g.personal, g.person_id = person, person.id
    return person


def find_known(foundation: Foundation | None = None) -> KnownPerson | None:
    """Return whom this browser knows: by the kept link, else by its sign-in.

    Where a foundation is given, only somebody of that foundation.
    """
    kept = kept_token()
    owner = personal_links.find_owner(db(), kept, real_now()) if kept else None
    for person, token in ((owner, kept), (find_me(), OWN)):
        if person and token and foundation in (None, foundation_of(person)):
            g.personal, g.person_id = person, person.id
            return KnownPerson(person, token)
    return None


def own_act(person: Person) -> Entry | None:
    """Return what was just done, where the browser knows who did it and may take it back."""
    known, entry = find_known(), find_fresh(db())
    is_theirs = known is not None and known.person.id == person.id
    return entry if entry and is_theirs and way_of(entry).is_own else None


def kept_token() -> str | None:
    """Return the personal link's token that the browser sent."""
    return request.cookies.get(cookie_name(COOKIE))


def keep_token(response: Response, token: str) -> None:
    """Let the browser know its person from now on."""
    keep_cookie(response, COOKIE, token)


def drop_token(response: Response) -> None:
    """Let the browser forget who it knew."""
    response.delete_cookie(cookie_name(COOKIE), secure=is_https(), httponly=True, samesite="Lax")


def origin() -> Origin:
    """Return where a sign-up comes from, as nobody can read it: two hashes with our secret."""
    key, browser = current_app.config["SECRET_KEY"], session.get("csrf_token")
    where = sign(key, f"{network()}:network")
    return Origin(sign(key, f"{browser}:browser") if browser else None, where)


def foundation_of(person: Person) -> Foundation:
    """Return the person's foundation; it is read once in a request."""
    foundation = db().get_one(Foundation, person.foundation_id)
    look_at(foundation)
    return foundation


def now_of(foundation: Foundation) -> datetime:
    """Return the instant that this foundation plans by, signed in or not."""
    return foundation.now(real_now())


def not_theirs(what: str, number: int) -> NoReturn:
    """Answer 404 to somebody who asks for what is another's, and leave an audit line."""
    g.foreign = (what, number)
    abort(404)
