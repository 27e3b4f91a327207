"""Walks over every route with the example's rows: every page comes, whatever its forms took."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from models import (
    Ask,
    Booth,
    Cover,
    CoverAsk,
    Event,
    Foundation,
    Person,
    Segment,
    Shift,
    SignUp,
)
from outreach.example.load import load_example
from outreach.staffing.volunteers import personal_links
from tests.conftest import Stored
from tests.sampling import some, times
from tests.sign_ins import sign_in

NOT_THERE = {
    "/sign-in/<token>",
    "/events/<int:event_id>/booth/batches/<batch>/remove",
    "/outbox/<int:message_id>",
}
"""Pages of what the example does not have."""
ENDS_THE_WALK = re.compile("sign-out|/foundation/|/account/|/my/.*/link$|/keep$|/people/.*remove")


@pytest.fixture
def parts(app: Flask, stored: Stored) -> dict[str, str]:
    """Load the example and return what stands for each part of an address."""
    with stored() as session:
        load_example(session, datetime.now(UTC))
    with stored() as session:
        return {name: str(value) for name, value in _found(session, app)}


def _found(session: Session, app: Flask) -> Iterator[tuple[str, object]]:
    booth = session.scalars(select(Booth).join(Shift, Shift.booth_id == Booth.id)).first()
    assert booth is not None
    of_booth = select(SignUp).join(Shift, Shift.id == SignUp.shift_id)
    place = session.scalars(
        of_booth.where(Shift.booth_id == booth.id, SignUp.state == "taken")
    ).first()
    assert place is not None
    foundation_id = session.get_one(Event, booth.event_id).foundation_id
    person = session.get_one(Person, place.person_id)
    cover = Cover(shift_id=place.shift_id, opened_at=datetime.now(UTC))
    session.add(cover)
    session.flush()
    session.add(CoverAsk(cover_id=cover.id, person_id=person.id, asked_at=datetime.now(UTC)))
    clock = session.get_one(Foundation, foundation_id).now(datetime.now(UTC))
    key = app.config["SECRET_KEY"]
    ask = session.scalars(select(Ask)).first()
    assert ask is not None
    yield from {
        "event_id": booth.event_id, "code": booth.code, "shift_id": place.shift_id,
        "sign_up_id": place.id, "person_id": person.id, "cover_id": cover.id,
        "issue_id": ask.issue_id, "ask_id": ask.id, "state": "go", "year": 2024,
        "filename": "sheet.css",
        "token": personal_links.copy(session, person, key, clock),
        "feed": personal_links.feed_token(session, person, key, clock),
        "proof": personal_links.contact_check(session, key, person),
    }.items()  # fmt: skip
    yield "slug", session.scalars(select(Segment.slug).order_by(Segment.id)).first()


@pytest.fixture
def staff(app: Flask, stored: Stored, parts: dict[str, str]) -> FlaskClient:
    client = app.test_client()
    with stored() as session:
        first = select(Person).where(Person.role == "staff").order_by(Person.id)
        person = session.scalars(first).first()
        assert person is not None
        sign_in(client, session, person)
    return client


def _path(rule: Rule, parts: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: parts.get(found[1], "1"), rule.rule)


def test_every_page_comes(app: Flask, staff: FlaskClient, parts: dict[str, str]) -> None:
    missing = set()
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()):
            answer = staff.get(_path(rule, parts), buffered=True)
            if answer.status_code >= 400:
                missing.add(rule.rule)
    assert missing == NOT_THERE


def test_no_form_breaks_a_page(app: Flask, staff: FlaskClient, parts: dict[str, str]) -> None:
    """Sent empty: what is refused is refused in a sentence, what is done is done."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and not ENDS_THE_WALK.search(rule.rule):
            answer = staff.post(_path(rule, parts))
            assert answer.status_code in {200, 303, 401, 404, 409, 410, 422}, rule.rule


LOSES_ROWS = re.compile("remove|drop|cancel|close|/leave|reset|/merge|take-back|printed|/import")
EDGES = [
    *("", " ", "\u200b", "\u202e<b>\U0001f600", "a and b, c; d: e", ",,,", "::", "%_{{7*7}}", "0"),
    *("-1", "1", "99", "365", "1440", "1000000000", "0.5", "nan", "inf", "1e9", "\u0661", "24:00"),
    *("00:00", "23:59", "23:60", "2\u0663:30", "0001-01-01", "1970-01-01", "2100-12-31"),
    *("9999-12-31", "2024-02-30", "Wed 00:00-24:00", "daily 0-24", "day 99 10-12", "Mon 9-9"),
    *("28 Jul 2024 23:59-00:00", "1 Jan 1970 10-12", "set-up\nTue 31 Dec 2100 23-24", "skill:lead"),
    *("knows nothing", "speaks xx", "http://foo..org/", "https://[::1]/", "javascript:x", "[::1"),
    *("x" * 80, "x" * 200, "\u00e9" * 300, "line\n" * 3, "Help:", "? ", ". ", "a: https://b.org?"),
]
"""Texts at the edge of what a field may take; most are refused, and what is taken is shown."""


UNSENT = frozenset({"checkbox", "radio", "file", "submit"})
"""Inputs that a browser sends only where somebody chose them."""


@dataclass
class Form:
    """A form of a page as a browser would send it."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads the forms of a page that post, with what stands in them."""

    def __init__(self, page: str, path: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.path, self._name = path, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            action = given.get("action", self.path) if given.get("method") == "post" else ""
            self.found.append(Form(action))
        elif tag in {"textarea", "select"}:
            self._name = given.get("name", "")
            self._put(self._name, "")
        elif tag == "option" and "selected" in given:
            self._put(self._name, given.get("value", ""))
        elif tag == "input" and ("checked" in given or given.get("type") not in UNSENT):
            self._put(given.get("name", ""), given.get("value", ""))

    def handle_data(self, text: str) -> None:
        if self.lasttag == "textarea" and self._name:
            self._put(self._name, text.removeprefix("\n"))
            self._name = ""

    def _put(self, name: str, value: str) -> None:
        if self.found and name and name != "csrf_token":
            self.found[-1].fields[name] = [value]


def _pages(app: Flask, parts: dict[str, str]) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [_path(rule, parts) for rule in rules if rule.endpoint != "static"]


@pytest.mark.sampled
def test_what_a_form_takes_every_page_can_show(
    app: Flask, staff: FlaskClient, parts: dict[str, str]
) -> None:
    """In each round every form is sent with one field at the edge; then all pages are opened."""
    pages = _pages(app, parts)
    for number in range(times(1, 400)):
        forms: dict[str, Form] = {}
        broken, sent = [], []
        for path in pages:
            answer = staff.get(path, buffered=True)
            if answer.status_code >= 500:
                broken.append(path)
            if answer.mimetype == "text/html":
                forms |= {one.action: one for one in Forms(answer.text, path).found if one.fields}
        for action, form in sorted(forms.items()):
            if not action or ENDS_THE_WALK.search(action) or LOSES_ROWS.search(action):
                continue
            ((name, text),) = some(
                [(name, text) for name in form.fields for text in EDGES], 1, f"{number} {action}"
            )
            answer = staff.post(action, data=form.fields | {name: [text]})
            sent.append((action, name, text, answer.status_code))
            if answer.status_code >= 500:
                broken.append(f"POST {action} {name}={text!r}")
        broken += [path for path in pages if staff.get(path, buffered=True).status_code >= 500]
        assert not broken, f"round {number}: {broken} after {sent}"
