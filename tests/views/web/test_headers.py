"""Headers of safety are on every kind of answer, and cookies and hosts are what they must be."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import Person
from outreach.accounts.sign_in import issue_link
from tests.conftest import Stored
from tests.sign_ins import SENTENCE, csrf_token, sign_in
from views.web.guards import PUBLIC, allow
from views.web.security import place

MakeApp = Callable[..., Flask]
Answer = Callable[[FlaskClient], TestResponse]


def _post(client: FlaskClient, path: str) -> TestResponse:
    """Press a button of one's own page."""
    return client.post(path, data={"csrf_token": csrf_token(client, "/account/password")})


ANSWERS: dict[str, tuple[int, Answer]] = {
    "page": (200, lambda c: c.application.test_client().get("/sign-in")),
    "page of a person": (200, lambda c: c.get("/account/password")),
    "file": (200, lambda c: c.get("/static/sheet.css", buffered=True)),
    "no file": (404, lambda c: c.get("/static/none.css")),
    "redirect": (302, lambda c: c.get("/sign-in?next=/outbox")),
    "after a post": (303, lambda c: _post(c, "/sign-out")),
    "options": (200, lambda c: c.options("/sign-in")),
    "ended link": (410, lambda c: c.get(f"/sign-in/{'x' * 43}")),
    "400": (400, lambda c: c.post("/sign-out")),
    "400 host": (400, lambda c: c.get("/sign-in", headers={"Host": "evil.example"})),
    "401": (401, lambda c: c.application.test_client().post("/sign-out")),
    "403": (403, lambda c: c.post("/sign-in", headers={"Sec-Fetch-Site": "cross-site"})),
    "404": (404, lambda c: c.get("/no/such/page")),
    "405": (405, lambda c: c.get("/sign-out")),
    "405 trace": (405, lambda c: c.open("/sign-in", method="TRACE")),
    "413": (413, lambda c: c.post("/sign-in", data={"email": "x" * (7 * 2**20)})),
    "414": (414, lambda c: c.get(f"/{'x' * 9000}")),
    "422": (422, lambda c: _post(c, "/sign-in")),
    "500": (500, lambda c: c.get("/broken")),
}


def add_broken(app: Flask) -> None:
    @app.get("/broken")
    @allow(PUBLIC)
    def broken() -> str:
        raise RuntimeError("secret words")


@pytest.fixture
def signed_in(make_app: MakeApp, stored: Stored, ada: Person) -> FlaskClient:
    client = make_app(add_broken, PROPAGATE_EXCEPTIONS=False).test_client()
    with stored() as session:
        sign_in(client, session, ada)
    return client


@pytest.mark.parametrize("name", ANSWERS)
def test_every_answer_carries_the_headers(signed_in: FlaskClient, name: str) -> None:
    code, answer = ANSWERS[name]
    response = answer(signed_in)
    assert response.status_code == code
    headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    for directive in ("default-src", "base-uri", "frame-ancestors", "font-src"):
        assert policy[directive] == "'none'"
    for directive in ("script-src", "style-src", "form-action", "connect-src", "manifest-src"):
        assert policy[directive] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Referrer-Policy"] in {"same-origin", "no-referrer"}
    assert "camera=()" in headers["Permissions-Policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", headers["X-Request-Id"])
    assert not [header for header, _ in headers if header.startswith("Access-Control-")]
    assert "Strict-Transport-Security" not in headers
    if headers["Content-Type"].startswith("text/html"):
        _check_markup(response.text)
    if name != "file":
        _check_caching(name, response)


def _check_caching(name: str, response: TestResponse) -> None:
    """No shared cache may keep a page, and no cache at all a page of a person."""
    assert "Cookie" in response.headers["Vary"]
    assert response.headers["Cache-Control"] in {"no-store", "private, no-cache"}
    if name in {"page of a person", "after a post", "redirect", "404", "422", "ended link"}:
        assert response.headers["Cache-Control"] == "no-store"


def _check_markup(html: str) -> None:
    """The policy forbids what is inline; a page must not need it."""
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"<base|<iframe|<object|<embed", html)


def test_link_pages_tell_no_other_page_their_address(
    signed_in: FlaskClient, stored: Stored, ada: Person
) -> None:
    with stored() as session:
        link = issue_link(session, session.get_one(Person, ada.id), datetime.now(UTC))
    for path in (f"/sign-in/{link}", f"/sign-in/{'x' * 43}"):
        response = signed_in.get(path)
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Cache-Control"] == "no-store"
        assert not re.search(r"(src|href|action)=\"(https?:)?//", response.text)


def test_by_https_cookies_belong_to_this_host_alone(make_app: MakeApp, ada: Person) -> None:
    app = make_app(BASE_URL="https://where.example", TRUSTED_HOSTS="where.example,127.0.0.1")
    client, base = app.test_client(), "https://where.example"
    page = client.get("/sign-in", base_url=base)
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    secret = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert secret is not None
    data = {"email": ada.email, "password": SENTENCE, "csrf_token": secret[1]}
    # No Referer and no Origin: some people's browsers send neither.
    answer = client.post("/sign-in", data=data, base_url=base)
    assert answer.status_code == 303
    given = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert {cookie.partition("=")[0] for cookie in given} == {
        "__Host-whereabouts",
        "__Host-whereabouts-before",
        "__Host-whereabouts-forms",
    }
    for cookie in given:
        parts = set(cookie.split("; "))
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert "Domain" not in cookie
    assert client.get("/account/password", base_url=base).status_code == 200


def test_a_proxy_that_ends_https_is_enough(make_app: MakeApp) -> None:
    """The proxy passes the Host on; BASE_URL says that people come by https."""
    app = make_app(BASE_URL="https://where.example")
    headers = client_headers(app, "http://where.example")
    assert "__Host-whereabouts-forms" in headers["Set-Cookie"]
    local = client_headers(app, "http://127.0.0.1:8000")
    assert "__Host-" not in local["Set-Cookie"]
    assert "Secure" not in local["Set-Cookie"]


def client_headers(app: Flask, base_url: str) -> dict[str, str]:
    """Return the headers of the sign-in page as asked for at that address."""
    response = app.test_client().get("/sign-in", base_url=base_url)
    assert response.status_code == 200
    return dict(response.headers)


def test_sessions_work_without_https(make_app: MakeApp, ada: Person) -> None:
    client, base = make_app(BASE_URL=None).test_client(), "http://127.0.0.1:8000"
    page = client.get("/sign-in", base_url=base)
    secret = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert secret is not None
    data = {"email": ada.email, "password": SENTENCE, "csrf_token": secret[1]}
    answer = client.post("/sign-in", data=data, base_url=base)
    assert answer.status_code == 303
    assert "Secure" not in answer.headers["Set-Cookie"]
    assert client.get("/account/password", base_url=base).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "[::1]"])
def test_answers_to_this_machine(make_app: MakeApp, host: str) -> None:
    client = make_app(BASE_URL=None).test_client()
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "evil.example:8000", "localhost@evil.example", ""],
)
def test_answers_to_no_other_host(make_app: MakeApp, host: str) -> None:
    client = make_app(BASE_URL=None).test_client()
    for path in ("/sign-in", "/no/such/page", "/static/sheet.css", "/season/"):
        response = client.get(path, headers={"Host": host}, buffered=True)
        assert response.status_code == 400
        assert "evil" not in response.text


def test_a_forwarded_host_changes_nothing(make_app: MakeApp) -> None:
    client = make_app(BASE_URL=None, PROXY_COUNT=1).test_client()
    forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    response = client.get("/outbox", headers=forged)
    assert response.status_code == 302
    assert response.location.startswith("/sign-in")


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ("1.2.3.4", "1.2.3.4"),
        ("1.2.3.4:5678", "1.2.3.4"),
        ("9.9.9.9, 1.2.3.4:5678", "1.2.3.4"),
        ("[2001:db8::1]:443", "2001:db8::/64"),
        ("[2001:db8::1]", "2001:db8::/64"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("unknown", "0.0.0.0"),
        ("_hidden", "0.0.0.0"),
        (":", "0.0.0.0"),
        ("9" * 5000, "0.0.0.0"),
    ],
)
def test_whatever_a_proxy_says_of_who_asks_is_counted(
    make_app: MakeApp, told: str, counted: str
) -> None:
    app = make_app(PROXY_COUNT=1, WTF_CSRF_ENABLED=False)
    forwarded = {"X-Forwarded-For": told}
    form = {"email": "ada@example.org"}
    answer = app.test_client().post("/sign-in", headers=forwarded, data=form)
    assert answer.status_code < 500
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": told.rpartition(", ")[2]}):
        assert place() == counted


def test_the_own_name_is_trusted_by_default(make_app: MakeApp) -> None:
    client = make_app(BASE_URL="http://where.example").test_client()
    assert client.get("/sign-in", headers={"Host": "where.example"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["//outbox", "/./outbox", "/%2e/outbox", "/outbox;x", "/OUTBOX", "/outbox/", "/outbox%00"],
)
def test_odd_spellings_reach_no_page(signed_in: FlaskClient, path: str) -> None:
    response = signed_in.get(path)
    assert response.status_code in {308, 400, 404}
    if response.status_code == 308:
        assert response.location in {"/outbox", "http://localhost/outbox"}
