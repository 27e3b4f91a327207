"""The outbox shows staff what would be sent, and hands links over with a line in the audit."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Message, Person, SignInLink
from outreach.accounts.limits import TooMany
from outreach.messages import link_mail, outbox
from outreach.messages.written import LINK_PLACE
from tests.sign_ins import add_foundation, add_person, sign_in
from views.web.paging import PER_PAGE

Stored = Callable[[], AbstractContextManager[Session]]
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def ada(client: FlaskClient, stored: Stored) -> Person:
    """Add a staff person who is signed in."""
    with stored() as session:
        person = add_person(session)
        sign_in(client, session, person)
        return person


def _ask_for_link(stored: Stored, person: str, slug: str = "ours") -> int:
    with stored() as session:
        foundation = add_foundation(session, slug)
        somebody = add_person(session, person, "volunteer", foundation)
        link_mail.request_link(session, str(somebody.email), datetime.now(UTC))
        return session.scalars(select(Message.id).order_by(Message.id.desc())).first() or 0


def test_shows_the_mail_of_this_foundation_only(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    assert "No mail yet" in client.get("/outbox").text
    number = _ask_for_link(stored, "Bob <b>Example</b>")
    _ask_for_link(stored, "Eve Example", "theirs")
    page = client.get("/outbox").text
    assert "bob@example.org" in page
    assert "eve@example.org" not in page
    letter = client.get(f"/outbox/{number}").text
    assert "Hello Bob &lt;b&gt;Example&lt;/b&gt;" in letter
    assert LINK_PLACE in letter
    assert "/sign-in/" not in letter


@pytest.mark.parametrize("rows", [1, 3])
def test_more_mail_costs_no_more_queries(
    client: FlaskClient, stored: Stored, ada: Person, count_queries: Any, rows: int
) -> None:
    for name in ("Bob", "Cy", "Dee")[:rows]:
        _ask_for_link(stored, name)
    with count_queries() as queries:
        page = client.get("/outbox").text
    assert page.count("Your sign-in link") == rows
    assert len(queries) <= 6


def test_long_outboxes_come_in_pages(client: FlaskClient, stored: Stored, ada: Person) -> None:
    with stored() as session:
        for number in range(PER_PAGE + 10):
            outbox.post(
                session, NOW, session.get_one(Person, ada.id), f"No. {number}", "", f"f{number}"
            )
    first, second = client.get("/outbox").text, client.get("/outbox?page=2").text
    assert (first.count("<tr data-row>"), second.count("<tr data-row>")) == (PER_PAGE, 10)
    assert f"No. {PER_PAGE + 9}" in first
    assert "No. 0" in second
    for page in ("0", "-1", "x", "99999999999999999999"):
        assert client.get(f"/outbox?page={page}").status_code == 200


def test_a_link_is_handed_over_once_and_noted(
    client: FlaskClient, app: Flask, stored: Stored, ada: Person
) -> None:
    message_id = _ask_for_link(stored, "Bob Example")
    page = client.post(f"/outbox/{message_id}/link")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    found = re.search(r"http://localhost(/sign-in/[\w-]{43})", page.text)
    assert found is not None
    assert "Hello Bob Example" in page.text
    again = client.post(f"/outbox/{message_id}/link")
    assert again.status_code == 422
    assert app.test_client().post(found[1]).status_code == 303
    with stored() as session:
        acts = session.execute(
            select(AuditEntry.person_id, AuditEntry.act, AuditEntry.subject_id).where(
                AuditEntry.act != "signed in"
            )
        ).all()
        bob = session.scalar(select(Person.id).where(Person.name == "Bob Example"))
        assert [tuple(act) for act in acts] == [(ada.id, "handed over a link", bob)]
        assert session.get_one(Message, message_id).state == "sent"
        assert found[1] not in session.get_one(Message, message_id).body


def test_no_link_of_other_foundations_is_handed_over(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    message_id = _ask_for_link(stored, "Eve Example", "theirs")
    assert client.post(f"/outbox/{message_id}/link").status_code == 404
    assert client.post("/outbox/99999/link").status_code == 404
    assert client.get(f"/outbox/{message_id}/link").status_code == 405
    with stored() as session:
        assert session.scalars(select(SignInLink)).all() == []


def test_other_mail_holds_no_link(client: FlaskClient, stored: Stored, ada: Person) -> None:
    with stored() as session:
        person = session.get_one(Person, ada.id)
        message = outbox.post(session, NOW, person, "Moved", f"See {LINK_PLACE}", "shift 12 moved")
        assert message is not None
    assert client.post(f"/outbox/{message.id}/link").status_code == 422


def test_volunteers_do_not_read_the_outbox(client: FlaskClient, stored: Stored) -> None:
    message_id = _ask_for_link(stored, "Bob Example")
    with stored() as session:
        sign_in(client, session, add_person(session, "Cy Example", "volunteer"))
    assert client.get("/outbox").status_code == 404
    assert client.post(f"/outbox/{message_id}/link").status_code == 404


def test_a_fact_is_told_once(session: Session) -> None:
    ada = add_person(session)
    assert outbox.post(session, NOW, ada, "Moved", "", "shift 12 moved") is not None
    assert outbox.post(session, NOW, ada, "Moved", "", "shift 12 moved") is None
    nobody = add_person(session, "Bob", email=None, email_key=None)
    assert outbox.post(session, NOW, nobody, "Moved", "", "shift 13 moved") is None
    assert len(session.scalars(select(Message)).all()) == 1


@pytest.mark.parametrize(
    ("written", "harmless"),
    [
        ("SIGGRAPH 2024", "SIGGRAPH 2024"),
        ("St. John", "St. John"),
        ("Ada\r\nBcc: eve@example.org", "Ada Bcc: eve@\u2060example.\u2060org"),
        ("http://evil.example/x", "http:\u2060//evil.\u2060example/x"),
        ("www.evil.example", "www.\u2060evil.\u2060example"),
        ("mailto:eve", "mailto:\u2060eve"),
        ("line\u2028break\x00 and\tspace", "line break and space"),
        ("{{7*7}} ${x} $name {0.__class__}", "{{7*7}} ${x} $name {0.\u2060__class__}"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_what_people_write_becomes_no_link(written: str, harmless: str) -> None:
    body = outbox.compose("Hello $name,\n$event_url", name=written, event_url="http://our.example")
    assert body == f"Hello {harmless},\nhttp://our.example"


def test_a_subject_is_one_line(session: Session) -> None:
    subject = "Moved\r\nBcc: eve@example.org\r\n\r\n<b>" + "x" * 300
    message = outbox.post(session, NOW, add_person(session), subject, "", "fact")
    assert message is not None
    assert "\n" not in message.subject
    assert "\r" not in message.subject
    assert len(message.subject) == 200


def test_the_fourth_link_waits_for_known_and_unknown_alike(session: Session) -> None:
    add_person(session)
    for email in ("ada@example.org", "eve@example.org"):
        for _ in range(3):
            link_mail.request_link(session, email, NOW)
        with pytest.raises(TooMany):
            link_mail.request_link(session, email, NOW)
