"""Other sites and old forms sign nobody in, and nobody is led to another site afterwards."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Person, SignInSession
from tests.conftest import Stored
from tests.sign_ins import (
    COOKIE,
    SENTENCE,
    ask_in,
    count_rows,
    csrf_token,
    is_in,
    make_link,
    sign_in,
)
from views.web.security import safe_path

MakeApp = Callable[..., Flask]


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https://evil.example",
    "http:///evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "javascript://%0aalert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/ /evil.example",
    "\x00//evil.example",
    "/\x00/evil.example",
    "/\x0b/evil.example",
    "\x01https://evil.example",
    "/\u2028/evil.example",
    "/\uff0f/evil.example",
    "\uff0f\uff0fevil.example",
    "/\u3002/evil.example",
    "//evil.example/%2e%2e",
    "//localhost@evil.example",
    "//evil.example:80",
    "//[::1]",
    "//0x7f.1",
    "/.//evil.example",
    "/..//evil.example",
    "/./\\evil.example",
    "/%5cevil.example\\",
    "evil.example",
    "./evil.example",
    "../evil.example",
    "?next=//evil.example",
    "#//evil.example",
    "@evil.example",
    ":evil.example",
    ";//evil.example",
    "http:evil.example",
    "http:\\\\evil.example",
    "https:\\evil.example",
    "https:///evil.example",
    "ftp://evil.example",
    "file:///etc/passwd",
    "blob:https://evil.example",
    "/sign-in?next=//evil.example",
    "/sign-out",
    "/x" * 600,
    "",
    "*",
    "/season//evil.example",
]
HERE = ["/", "/outbox", "/season?year=2024&q=http://x.example", "/events/7?page=2#row"]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_next_leads_nowhere_else(target: str) -> None:
    assert safe_path(target) == "/"


@pytest.mark.parametrize("target", HERE)
def test_next_leads_back_to_where_one_was(target: str) -> None:
    assert safe_path(target) == target


@pytest.mark.parametrize(
    ("target", "location"),
    [("//evil.example", "/"), ("/outbox", "/outbox"), ("/\t/e.example", "/")],
)
def test_both_ways_through_sign_in_watch_next(
    client: FlaskClient, ada: Person, target: str, location: str
) -> None:
    assert ask_in(client, "ada@example.org", SENTENCE, next=target).location == location
    assert client.get("/sign-in", query_string={"next": target}).location == location


EVIL = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "null"},
    {"Origin": "nonsense"},
]
OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
]


def test_another_site_signs_nobody_in_and_our_own_form_does(make_app: MakeApp, ada: Person) -> None:
    app = make_app()
    for headers in [*EVIL, *OWN]:
        client = app.test_client()
        data = {"email": ada.email, "password": SENTENCE, "csrf_token": csrf_token(client)}
        answer = client.post("/sign-in", data=data, headers=headers)
        assert answer.status_code == (403 if headers in EVIL else 303), headers
        assert (client.get_cookie(COOKIE) is None) is (headers in EVIL)


def test_the_link_page_sends_no_origin_and_still_works(
    make_app: MakeApp, stored: Stored, ada: Person
) -> None:
    client, path = make_app().test_client(), f"/sign-in/{make_link(stored, ada)}"
    data = {"csrf_token": csrf_token(client, path)}
    assert client.post(path, data=data, headers={"Origin": "null"}).status_code == 303


def test_without_the_forms_secret_nothing_happens(
    make_app: MakeApp, stored: Stored, ada: Person
) -> None:
    client, path = make_app().test_client(), f"/sign-in/{make_link(stored, ada)}"
    for given in ({}, {"csrf_token": ""}, {"csrf_token": "guess"}):
        data = {"email": ada.email, "password": SENTENCE, **given}
        answer = client.post("/sign-in", data=data)
        assert answer.status_code == 400
        assert "Reload the page" in answer.text
        assert client.post(path, data=given).status_code == 400
    assert count_rows(stored, SignInSession) == 0


def test_another_browsers_secret_is_worth_nothing(make_app: MakeApp, ada: Person) -> None:
    app = make_app()
    eve, victim = app.test_client(), app.test_client()
    csrf_token(victim)
    data = {"email": ada.email, "password": SENTENCE, "csrf_token": csrf_token(eve)}
    assert victim.post("/sign-in", data=data).status_code == 400


def test_signed_in_posts_need_the_secret_too(
    make_app: MakeApp, stored: Stored, ada: Person
) -> None:
    client = make_app().test_client()
    with stored() as session:
        sign_in(client, session, ada)
    data = {"new": SENTENCE, "again": SENTENCE}
    for path in ("/sign-out", "/sign-out-everywhere", "/account/password"):
        assert client.post(path, data=data).status_code == 400
    assert is_in(client)


def test_the_secret_changes_with_the_person(make_app: MakeApp, ada: Person) -> None:
    client = make_app().test_client()
    before = csrf_token(client)
    data = {"email": ada.email, "password": SENTENCE, "csrf_token": before}
    assert client.post("/sign-in", data=data).status_code == 303
    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 400


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out-everywhere"])
def test_acts_are_no_pages(client: FlaskClient, stored: Stored, ada: Person, path: str) -> None:
    with stored() as session:
        sign_in(client, session, ada)
    assert client.get(path).status_code == 405
    assert client.put("/sign-in").status_code == 405
    method = {"X-HTTP-Method-Override": "POST"}
    assert client.get(path, headers=method).status_code == 405
    assert is_in(client)
