"""Guards: every view says who may use it, and a view that says nothing is used by nobody."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from models import Foundation
from outreach.accounts import limits, roles
from outreach.accounts.audit import record
from outreach.accounts.sign_in import find_session
from views.web.cookies import given_token
from views.web.request import close_db, db, find_me, real_now
from worker.turns import READING

PUBLIC = roles.Guard.PUBLIC
VOLUNTEER = roles.Guard.VOLUNTEER
LEAD = roles.Guard.LEAD
STAFF = roles.Guard.STAFF

FILES = frozenset({"static"})
"""Endpoints that are not ours to mark; they serve what is in the repository anyway."""

View = TypeVar("View", bound=Callable[..., object])


def allow(guard: roles.Guard) -> Callable[[View], View]:
    """Mark a view function with who may use it. LEAD views take `event_id` from the URL."""

    def mark(view: View) -> View:
        view.guard = guard  # type: ignore[attr-defined]
        return view

    return mark


def find_guard(endpoint: str) -> roles.Guard | None:
    """Return who may use an endpoint; None where nobody said it."""
    if endpoint in FILES:
        return PUBLIC
    return getattr(current_app.view_functions[endpoint], "guard", None)


def refuse_strangers() -> AnyResponse | None:
    """Turn away who has no cookie, before anything is read from the request or the database."""
    guard = find_guard(str(request.endpoint))
    if guard is None:
        abort(404)
    if guard is PUBLIC or given_token():
        return None
    return _to_sign_in()


def refuse_others() -> AnyResponse | None:
    """Find out who asks, and turn away whom the view is not for."""
    endpoint = str(request.endpoint)
    guard = find_guard(endpoint)
    if endpoint in FILES or guard is None:
        return None
    recognise()
    if guard is PUBLIC:
        return None
    person = find_me()
    if person is None:
        return _to_sign_in()
    named = request.view_args or {}
    if not roles.may(db(), guard, person, named.get("event_id")):
        g.foreign = (endpoint, next(reversed(named.values()), None))
        abort(404)
    return None


def recognise() -> None:
    """Find out who asks, as things are now."""
    token = given_token()
    g.sign_in = find_session(db(), token, real_now()) if token else None
    g.person_id = g.sign_in.person_id if g.sign_in else None


def _to_sign_in() -> AnyResponse:
    """Ask a reader to sign in and come back here; refuse a writer."""
    if request.method not in READING:
        abort(401)
    path = request.full_path if request.query_string else request.path
    return redirect(url_for("accounts.sign_in", next=path if path != "/" else None))


def note_foreign(response: Response) -> Response:
    """Leave an audit line where somebody known asked for what is not theirs.

    Known is who holds a personal link (`g.personal`) or is signed in. `g.foreign` is (what, its
    number or None), set by whoever found out. The request has failed by now, so its
    transaction is closed first and the line written by itself.
    """
    foreign = g.pop("foreign", None)
    if foreign is None or response.status_code != 404:
        return response
    person = g.get("personal") or find_me()
    if person is None:
        return response
    close_db()
    now = real_now()
    what, number = foreign
    with current_app.extensions["WRITING_SESSIONS"]() as session:
        try:
            limits.count(session, now, limits.REFUSED_LOOKS, str(person.id))
        except limits.TooMany:
            return response
        foundation = session.get(Foundation, person.foundation_id)
        number = number if isinstance(number, int) else None
        record(session, now, person, foundation, "was refused", what[:40], number)
        session.commit()
    return response
