"""Error pages say what to do and give a number; the log has one line and no secrets."""

import logging
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models import Event, Foundation
from outreach.accounts.limits import SIGN_INS_FROM_PLACE, TooMany
from outreach.refusal import Refused
from tests.cast import add_event
from tests.sign_ins import add_foundation, add_person, sign_in
from views.web import errors
from views.web.guards import PUBLIC, allow
from views.web.request import db

Stored = Callable[[], AbstractContextManager[Session]]
MakeApp = Callable[..., Flask]
CANARY = "canary@example.org"


def _crash() -> str:
    raise RuntimeError(f"with {CANARY}")


def _crash_in_database() -> str:
    db().execute(text("SELECT * FROM nothing WHERE x = :x"), {"x": CANARY})
    return ""


def _repeat() -> str:
    for _ in range(2):
        db().add(Foundation(slug="twice", name="Twice", created_at=datetime.now(UTC)))
        db().flush()
    return ""


def _come_late() -> str:
    event = db().scalars(select(Event)).one()
    db().execute(text("UPDATE event SET version = version + 1"))
    event.note = "late"
    db().flush()
    return ""


def _be_busy() -> str:
    raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))


def _refuse() -> str:
    raise Refused("Wed 15:00 is full; you would be <b>second</b> on the waiting list.")


def _limit() -> str:
    raise TooMany(SIGN_INS_FROM_PLACE, SIGN_INS_FROM_PLACE.window)


def _abort_plainly() -> str:
    abort(403)


def add_troubles(app: Flask) -> None:
    views = (
        *(_crash, _crash_in_database, _be_busy, _refuse, _limit, _abort_plainly),
        *(_repeat, _come_late),
    )
    for view in views:
        name = view.__name__.strip("_")
        allow(PUBLIC)(view)
        app.add_url_rule(f"/{name}", view_func=view, endpoint=name, methods=["GET", "POST"])
    numbered = allow(PUBLIC)(lambda row_id: str(row_id))
    app.add_url_rule("/row/<int:row_id>", view_func=numbered, endpoint="row")


@pytest.fixture
def client(make_app: MakeApp) -> FlaskClient:
    settings = {"WTF_CSRF_ENABLED": False, "PROPAGATE_EXCEPTIONS": False}
    return make_app(add_troubles, **settings).test_client()


@pytest.fixture
def log() -> Iterator[list[str]]:
    """Collect what the program logs, as it would be written."""
    lines: list[str] = []

    class Collecting(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    collecting, logger = Collecting(), logging.getLogger("app")
    logger.addHandler(collecting)
    yield lines
    logger.removeHandler(collecting)


@pytest.mark.parametrize("path", ["/crash", "/crash_in_database", "/be_busy"])
def test_a_bug_is_one_line_in_the_log_and_none_on_the_page(
    client: FlaskClient, log: list[str], path: str
) -> None:
    response = client.get(f"{path}?token=sesame")
    assert response.status_code in {500, 503}
    number = response.headers["X-Request-Id"]
    assert number in response.text
    for secret in (CANARY, "Traceback", "Error", ".py", "SELECT", "sesame", "Werkzeug", "Python"):
        assert secret not in response.text
    assert len(log) == 1
    assert "\n" not in log[0]
    assert number in log[0]
    assert "test_errors.py" in log[0]
    assert CANARY not in log[0]
    assert "sesame" not in log[0]


def test_a_busy_database_says_when_to_come_again(client: FlaskClient) -> None:
    response = client.post("/be_busy")
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "5"
    assert "Nothing was saved" in response.text


@pytest.mark.parametrize("path", ["/repeat", "/come_late"])
def test_who_comes_second_is_told_to_repeat(
    client: FlaskClient, stored: Stored, log: list[str], path: str
) -> None:
    with stored() as session:
        person = add_person(session)
        add_event(session, add_foundation(session))
        sign_in(client, session, person)
        number = person.id
    response = client.post(path)
    assert response.status_code == 409
    assert "Go back, reload and repeat." in response.text
    assert "Ada Example" in response.text, "the page has lost its frame"
    assert "Content-Security-Policy" in response.headers
    assert response.headers["X-Request-Id"] in response.text
    (line,) = log
    assert f"by {number}:" in line


def test_a_refused_rule_is_said_as_text(client: FlaskClient) -> None:
    response = client.post("/refuse")
    assert response.status_code == 422
    assert "Wed 15:00 is full; you would be &lt;b&gt;second&lt;/b&gt;" in response.text


def test_a_reached_limit_says_how_long(client: FlaskClient) -> None:
    response = client.post("/limit")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "301"
    assert "Try again in 5 minutes" in response.text


def test_wrong_methods_name_the_right_ones(client: FlaskClient) -> None:
    response = client.delete("/sign-in")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def addresses_of_forms(app: Flask) -> list[str]:
    """Return one address for each route that only takes a form."""
    posts = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    addresses = {re.sub(r"<[^>]+>", "7", rule) for rule in posts}
    routes = app.url_map.bind("")
    return sorted(one for one in addresses if not routes.test(one, "GET"))


def test_an_address_of_a_form_leads_a_browser_to_its_page(app: Flask) -> None:
    addresses = addresses_of_forms(app)
    assert {"/my/7/coming", "/s/7/forget"} <= set(addresses)
    client, pages = app.test_client(), app.url_map.bind("")
    for address in addresses:
        answer = client.get(address, headers=BROWSER)
        assert answer.status_code == 302, address
        assert address.startswith(answer.location), address
        pages.match(answer.location, "GET")
        assert client.get(address).status_code == 405, address  # a program is told the truth
        assert client.delete(address, headers=BROWSER).status_code == 405, address


def test_library_sentences_stay_away(client: FlaskClient) -> None:
    response = client.get("/abort_plainly")
    assert response.status_code == 403
    assert "Nothing was changed" in response.text
    assert "don't have the permission" not in response.text


ODD_ADDRESSES = {
    "/no/such/page": 404,
    "/no%00page": 400,
    "/sign-in?next=%00": 400,
    "/row/1": 200,
    "/row/2147483647": 200,
    "/row/2147483648": 404,
    "/row/99999999999999999999999999": 404,
    "/row/-1": 404,
    "/row/1.5": 404,
    "/row/\u0661": 404,
    "/sign-in?next=%ff%fe": 200,
    "/%c0%af": 404,
    f"/sign-in?next={'x' * 5000}": 414,
    "/<script>alert(1)</script>": 404,
}


def test_odd_addresses_get_an_answer(client: FlaskClient) -> None:
    for path, code in ODD_ADDRESSES.items():
        response = client.get(path)
        assert response.status_code == code, path
        assert "<script>alert" not in response.text


PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n%s\r\n'
FILE = b'--x\r\nContent-Disposition: form-data; name="a"; filename="a.csv"\r\n\r\n%s\r\n'


TOO_MUCH = [
    ("application/x-www-form-urlencoded", b"email=" + b"x" * (6 * 2**20)),
    ("application/x-www-form-urlencoded", b"&".join([b"x="] * 5001)),
    ("multipart/form-data; boundary=x", PART % (b"x" * (2 * 2**20 + 1)) + b"--x--"),
    ("multipart/form-data; boundary=x", PART % b"x" * 5001 + b"--x--"),
    ("multipart/form-data; boundary=x", FILE % (b"x" * (12 * 2**20)) + b"--x--"),
    ("application/json", b"x" * (12 * 2**20 + 1)),
]


def test_too_much_is_refused_before_it_is_kept(client: FlaskClient) -> None:
    for kind, body in TOO_MUCH:
        answer = client.post("/sign-in", data=body, content_type=kind)
        assert answer.status_code == 413, (kind, len(body))


def test_odd_forms_get_an_answer(client: FlaskClient) -> None:
    kinds = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "nonsense")
    for kind in kinds:
        for body in (b"email=a%00b", b"email=%ff", b"\x00", b"&&&==&", b"--x\r\n\r\n"):
            answer = client.post("/sign-in", data=body, content_type=kind)
            assert answer.status_code in {400, 422}, (kind, body)


def test_a_stranger_who_posts_is_asked_to_sign_in(client: FlaskClient) -> None:
    response = client.post("/sign-out")
    assert response.status_code == 401
    assert 'href="/sign-in"' in response.text


def test_an_error_page_needs_no_database(client: FlaskClient, stored: Stored) -> None:
    with stored() as session:
        sign_in(client, session, add_person(session))
    with stored() as session:
        session.execute(text("DROP TABLE sign_in_session"))
    response = client.get("/account/password")
    assert response.status_code == 500
    assert "Content-Security-Policy" in response.headers
    assert response.headers["X-Request-Id"] in response.text


def test_every_code_has_words_without_blame() -> None:
    for code, (title, advice) in errors.TITLES.items():
        assert 400 <= code < 600
        assert title
        assert str(advice).endswith(".")
