"""People for tests of pages: added to the database, and signed in without the sign-in pages."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import Foundation, Person
from outreach.accounts.addresses import fold
from outreach.accounts.sign_in import issue_link, open_session

COOKIE = "whereabouts"
SENTENCE = "seven llamas plan a booth"
"""The password of who has one."""

Stored = Callable[[], AbstractContextManager[Session]]


def add_foundation(session: Session, slug: str = "ours", **columns: Any) -> Foundation:
    """Add a foundation, or return the one with that slug."""
    found = session.scalar(select(Foundation).where(Foundation.slug == slug))
    if found is None:
        standard = {"name": slug.title(), "created_at": datetime.now(UTC)}
        found = Foundation(slug=slug, **(standard | columns))
        session.add(found)
        session.flush()
    return found


def add_person(
    session: Session,
    name: str = "Ada Example",
    role: str = "staff",
    foundation: Foundation | None = None,
    **columns: Any,
) -> Person:
    """Add a person with an address made from the name."""
    email = f"{name.split()[0].lower()}@example.org"
    standard = {"email": email, "email_key": fold(email), "created_at": datetime.now(UTC)}
    owner = foundation or add_foundation(session)
    person = Person(name=name, role=role, foundation_id=owner.id, **(standard | columns))
    session.add(person)
    session.flush()
    return person


def sign_in(client: FlaskClient, session: Session, person: Person) -> str:
    """Sign the person in on this client and return the session's token."""
    _, token = open_session(session, person, datetime.now(UTC), "test")
    client.set_cookie(COOKIE, token)
    return token


def csrf_token(client: FlaskClient, path: str = "/sign-in") -> str:
    """Return the secret that this client's forms carry, read from a page with a form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    if found is None:
        raise AssertionError(f"{path} has no form")
    return found[1]


def make_link(stored: Stored, person: Person, age: timedelta = timedelta(0)) -> str:
    """Return the token of a personal link that is this old."""
    with stored() as session:
        return issue_link(session, session.get_one(Person, person.id), datetime.now(UTC) - age)


def count_rows(stored: Stored, model: Any, *where: Any) -> int:
    """Return how many rows there are."""
    with stored() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def is_in(client: FlaskClient) -> bool:
    """Tell whether somebody is signed in on this client."""
    return client.get("/account/password").status_code == 200


def ask_in(client: FlaskClient, email: str, password: str = "", **more: str) -> TestResponse:
    """Send the form of the sign-in page."""
    return client.post("/sign-in", data={"email": email, "password": password, **more})
