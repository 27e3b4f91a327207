"""Signing in by link and by password, signing out, and what must not sign anybody in."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import AuditEntry, Message, Person, SignInLink, SignInSession
from outreach.accounts import passwords
from outreach.accounts.sign_in import issue_link
from tests.sign_ins import COOKIE, add_foundation, add_person, csrf_token, sign_in
from views.security import safe_path

Stored = Callable[[], AbstractContextManager[Session]]
MakeApp = Callable[..., Flask]
SENTENCE = "seven llamas plan a booth"


@pytest.fixture
def ada(stored: Stored) -> Person:
    with stored() as session:
        return add_person(session, password_hash=passwords.hash_password(SENTENCE))


@pytest.fixture
def bob(stored: Stored) -> Person:
    with stored() as session:
        return add_person(session, "Bob Example", "volunteer")


def _link(stored: Stored, person: Person, age: timedelta = timedelta(0)) -> str:
    with stored() as session:
        return issue_link(session, session.get_one(Person, person.id), datetime.now(UTC) - age)


def _count(stored: Stored, model: Any, *where: Any) -> int:
    with stored() as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def _is_in(client: FlaskClient) -> bool:
    return client.get("/account/password").status_code == 200


def _ask(client: FlaskClient, email: str, password: str = "", **more: str) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password, **more})


# By link


def test_a_link_shows_a_button_and_the_button_signs_in(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    link = _link(stored, ada)
    page = client.get(f"/sign-in/{link}")
    assert page.status_code == 200
    assert "Sign in as Ada Example" in page.text
    assert not _is_in(client)
    answer = client.post(f"/sign-in/{link}")
    assert (answer.status_code, answer.location) == (303, "/")
    assert _is_in(client)


def test_looking_uses_nothing_up(client: FlaskClient, stored: Stored, ada: Person) -> None:
    link = _link(stored, ada)
    for _ in range(50):
        assert client.get(f"/sign-in/{link}").status_code == 200
        assert client.head(f"/sign-in/{link}").status_code == 200
    assert client.options(f"/sign-in/{link}").status_code == 200
    assert _count(stored, SignInSession) == 0
    assert _count(stored, SignInLink, SignInLink.ended_at.is_not(None)) == 0
    assert client.post(f"/sign-in/{link}").status_code == 303


def test_no_script_on_the_page_presses_the_button(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    page = client.get(f"/sign-in/{_link(stored, ada)}").text
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/sheet.js" defer>']
    assert "refresh" not in page


@pytest.mark.parametrize("ended", ["used", "old", "newer", "moved"])
def test_an_ended_link_offers_a_new_one(
    client: FlaskClient, stored: Stored, ada: Person, ended: str
) -> None:
    link = _link(stored, ada, timedelta(minutes=61 if ended == "old" else 0))
    if ended == "used":
        client.post(f"/sign-in/{link}")
        client.post("/sign-out")
    elif ended == "newer":
        _link(stored, ada)
    elif ended == "moved":
        with stored() as session:
            session.execute(update(Person).values(email_key="ada@elsewhere.example"))
    sessions = _count(stored, SignInSession)
    for answer in (client.get(f"/sign-in/{link}"), client.post(f"/sign-in/{link}")):
        assert answer.status_code == 410
        assert "Send a new one" in answer.text
        assert "Ada" not in answer.text
    assert not _is_in(client)
    assert _count(stored, SignInSession) == sessions


def test_twenty_posts_at_once_make_one_session(app: Flask, stored: Stored, ada: Person) -> None:
    link = _link(stored, ada)

    def press(_number: int) -> int:
        return app.test_client().post(f"/sign-in/{link}").status_code

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(press, range(20)))
    assert sorted(codes) == [303] + [410] * 19
    assert _count(stored, SignInSession) == 1


def test_somebody_elses_link_asks_first(
    client: FlaskClient, stored: Stored, ada: Person, bob: Person
) -> None:
    with stored() as session:
        sign_in(client, session, bob)
    link = _link(stored, ada)
    assert "You are signed in as <bdi>Bob Example</bdi>" in client.get(f"/sign-in/{link}").text
    asked = client.post(f"/sign-in/{link}")
    assert asked.status_code == 409
    assert "Sign in as <bdi>Ada Example</bdi> instead?" in asked.text
    assert _count(stored, SignInSession) == 1
    assert client.post(f"/sign-in/{link}", data={"switch": "yes"}).status_code == 303
    assert _count(stored, SignInSession, SignInSession.ended_at.is_(None)) == 1
    with stored() as session:
        living = select(SignInSession.person_id).where(SignInSession.ended_at.is_(None))
        assert session.scalar(living) == ada.id


def test_identity_in_the_form_is_ignored(
    client: FlaskClient, stored: Stored, ada: Person, bob: Person
) -> None:
    forged = {"person_id": ada.id, "user_id": ada.id, "email": ada.email, "role": "staff"}
    client.post(f"/sign-in/{_link(stored, bob)}", data=forged)
    with stored() as session:
        assert session.scalar(select(SignInSession.person_id)) == bob.id
        assert session.get_one(Person, bob.id).role == "volunteer"


def test_wrong_links_lock_their_sender_and_nobody_else(
    app: Flask, stored: Stored, ada: Person
) -> None:
    link, eve = _link(stored, ada), app.test_client()
    codes = [eve.get(f"/sign-in/{number:0>43}").status_code for number in range(25)]
    assert codes == [410] * 20 + [429] * 5
    locked = eve.post(f"/sign-in/{link}")
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 0
    other = app.test_client()
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert other.post(f"/sign-in/{link}", environ_overrides=elsewhere).status_code == 303


# By mail


def test_a_known_address_gets_a_mail_without_the_token(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    assert _ask(client, " ADA@Example.org").status_code == 200
    with stored() as session:
        message = session.scalars(select(Message)).one()
        assert (message.person_id, message.to_address) == (ada.id, "ada@example.org")
        assert "/sign-in/" not in message.body
        assert session.scalar(select(func.count()).select_from(SignInLink)) == 0


def test_known_and_unknown_addresses_look_alike(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    known, unknown = _ask(client, "ada@example.org"), _ask(client, "eve@example.org")
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    assert set(known.headers.keys()) == set(unknown.headers.keys())
    wrong = _ask(client, "ada@example.org", "a wrong sentence")
    nobody = _ask(client, "eve@example.org", "a wrong sentence")
    assert wrong.status_code == nobody.status_code == 422
    assert len(wrong.text) == len(nobody.text)
    secret = re.compile(r'name="csrf_token" value="[^"]+"')
    assert secret.sub("", wrong.text) == secret.sub("", nobody.text).replace("eve@", "ada@")
    assert _count(stored, Message) == 1


@pytest.mark.parametrize("known", [True, False])
def test_three_mails_in_six_hours_under_all_spellings(
    app: Flask, stored: Stored, ada: Person, known: bool
) -> None:
    client, name = app.test_client(), "ada" if known else "eve"
    for spelling in (name, f"{name}+1", name.upper()):
        assert _ask(client, f"{spelling}@example.org").status_code == 200
    answer = _ask(client, f"{name[0]}.{name[1:]}+2@example.org")
    assert answer.status_code == 429
    assert "Try again in" in answer.text
    assert int(answer.headers["Retry-After"]) > 3600


def test_a_wrong_address_is_said_beside_the_field(client: FlaskClient) -> None:
    for typed in ("", "ada", "ada@localhost", "a@b.c\r\nBcc: eve@example.org", "x" * 300):
        answer = _ask(client, typed)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert 'aria-describedby="email-wrong"' in answer.text
        assert 'id="email-wrong"' in answer.text


# By password


def test_a_password_signs_in_and_leads_on(client: FlaskClient, ada: Person) -> None:
    answer = _ask(client, "ada@example.org", SENTENCE, next="/account/password")
    assert (answer.status_code, answer.location) == (303, "/account/password")
    assert _is_in(client)


def test_the_eleventh_try_waits_whatever_the_proxy_header_says(
    client: FlaskClient, ada: Person
) -> None:
    codes = []
    for number in range(10):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        data = {"email": f"a.d.a+{number}@example.org", "password": "a wrong sentence"}
        codes.append(client.post("/sign-in", data=data, headers=headers).status_code)
    assert codes == [422] * 10
    assert _ask(client, "ada@example.org", SENTENCE).status_code == 429
    assert not _is_in(client)


def test_the_place_is_limited_too(client: FlaskClient, ada: Person) -> None:
    for number in range(10):
        _ask(client, f"somebody{number}@example.org", "a wrong sentence")
    limited = _ask(client, "ada@example.org", SENTENCE)
    assert limited.status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    data = {"email": "ada@example.org", "password": SENTENCE}
    assert client.post("/sign-in", data=data, environ_overrides=elsewhere).status_code == 303


def test_behind_a_proxy_its_word_counts(make_app: MakeApp, ada: Person) -> None:
    client = make_app(WTF_CSRF_ENABLED=False, PROXY_COUNT=1).test_client()
    for number in range(12):
        headers = {"X-Forwarded-For": f"6.6.6.6, 198.51.100.{number}"}
        data = {"email": f"somebody{number}@example.org", "password": "a wrong sentence"}
        assert client.post("/sign-in", data=data, headers=headers).status_code == 422


def test_limits_outlive_the_process(make_app: MakeApp, ada: Person) -> None:
    for number in range(10):
        client = make_app(WTF_CSRF_ENABLED=False).test_client()
        assert _ask(client, "ada@example.org", f"wrong sentence {number}").status_code == 422
    assert _ask(client, "ada@example.org", SENTENCE).status_code == 429


# Sessions


def test_the_token_changes_at_sign_in_and_the_old_one_ends(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    with stored() as session:
        before = sign_in(client, session, ada)
    client.post(f"/sign-in/{_link(stored, ada)}")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.value != before
    client.set_cookie(COOKIE, before)
    assert not _is_in(client)


def test_a_planted_token_is_never_taken_over(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    client.set_cookie(COOKIE, "A" * 43)
    client.post(f"/sign-in/{_link(stored, ada)}")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.value != "A" * 43


def test_signing_out_ends_this_browser(app: Flask, stored: Stored, ada: Person) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    with stored() as session:
        token = sign_in(here, session, ada)
        sign_in(elsewhere, session, ada)
    answer = here.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert here.get_cookie(COOKIE) is None
    here.set_cookie(COOKIE, token)
    assert not _is_in(here)
    assert _is_in(elsewhere)


def test_signing_out_everywhere_ends_all(
    app: Flask, stored: Stored, ada: Person, bob: Person
) -> None:
    here, elsewhere, other = app.test_client(), app.test_client(), app.test_client()
    with stored() as session:
        sign_in(here, session, ada)
        sign_in(elsewhere, session, ada)
        sign_in(other, session, bob)
    assert here.post("/sign-out-everywhere").status_code == 303
    assert [_is_in(client) for client in (here, elsewhere, other)] == [False, False, True]


def test_signed_in_people_are_led_on_from_the_sign_in_page(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    with stored() as session:
        sign_in(client, session, ada)
    answer = client.get("/sign-in?next=/outbox")
    assert (answer.status_code, answer.location) == (302, "/outbox")


# One's own password


def test_setting_a_password(app: Flask, stored: Stored, bob: Person) -> None:
    client, elsewhere = app.test_client(), app.test_client()
    with stored() as session:
        sign_in(client, session, bob)
        sign_in(elsewhere, session, bob)
    data = {"new": SENTENCE, "again": SENTENCE}
    assert client.post("/account/password", data=data).status_code == 303
    assert "Your password is set" in client.get("/account/password").text
    assert _is_in(client)
    assert not _is_in(elsewhere)
    assert _ask(app.test_client(), "bob@example.org", SENTENCE).status_code == 303


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "new"),
        ({"new": SENTENCE, "again": "another sentence"}, "again"),
        ({"new": "short", "again": "short"}, "new"),
        ({"new": "bob@example.org", "again": "bob@example.org"}, "new"),
    ],
)
def test_a_poor_password_is_refused_beside_the_field(
    client: FlaskClient, stored: Stored, bob: Person, data: dict[str, str], field: str
) -> None:
    with stored() as session:
        sign_in(client, session, bob)
    answer = client.post("/account/password", data=data)
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    with stored() as session:
        assert session.get_one(Person, bob.id).password_hash is None


def test_an_old_sign_in_must_give_the_current_password(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    with stored() as session:
        sign_in(client, session, ada)
        hours_ago = datetime.now(UTC) - timedelta(hours=2)
        session.execute(update(SignInSession).values(created_at=hours_ago))
    assert "Current password" in client.get("/account/password").text
    data = {"new": "another long sentence", "again": "another long sentence"}
    refused = client.post("/account/password", data=data)
    assert refused.status_code == 422
    assert 'id="current-wrong"' in refused.text
    codes = {client.post("/account/password", data=data).status_code for _ in range(11)}
    assert codes == {422, 429}


# Where to afterwards

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
    assert _ask(client, "ada@example.org", SENTENCE, next=target).location == location
    assert client.get("/sign-in", query_string={"next": target}).location == location


# CSRF and other sites

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
    client, path = make_app().test_client(), f"/sign-in/{_link(stored, ada)}"
    data = {"csrf_token": csrf_token(client, path)}
    assert client.post(path, data=data, headers={"Origin": "null"}).status_code == 303


def test_without_the_forms_secret_nothing_happens(
    make_app: MakeApp, stored: Stored, ada: Person
) -> None:
    client, path = make_app().test_client(), f"/sign-in/{_link(stored, ada)}"
    for given in ({}, {"csrf_token": ""}, {"csrf_token": "guess"}):
        data = {"email": ada.email, "password": SENTENCE, **given}
        answer = client.post("/sign-in", data=data)
        assert answer.status_code == 400
        assert "Reload the page" in answer.text
        assert client.post(path, data=given).status_code == 400
    assert _count(stored, SignInSession) == 0


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
    assert _is_in(client)


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
    assert _is_in(client)


def test_what_signing_in_leaves_in_the_audit(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    client.post(f"/sign-in/{_link(stored, ada)}")
    with stored() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.person_id, entry.act) == (ada.id, "signed in")
        assert entry.detail == {"by": "link"}


def test_one_address_in_two_foundations_gets_two_mails(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    with stored() as session:
        add_person(session, foundation=add_foundation(session, "theirs"))
    _ask(client, "ada@example.org")
    assert _count(stored, Message) == 2
