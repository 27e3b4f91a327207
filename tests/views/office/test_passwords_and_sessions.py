"""Signing in by password, its limits, signing out, and setting one's own password."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Person, SignInSession
from tests.conftest import Stored
from tests.sign_ins import COOKIE, SENTENCE, ask_in, is_in, make_link, sign_in

MakeApp = Callable[..., Flask]


def test_a_password_signs_in_and_leads_on(client: FlaskClient, ada: Person) -> None:
    answer = ask_in(client, "ada@example.org", SENTENCE, next="/account/password")
    assert (answer.status_code, answer.location) == (303, "/account/password")
    assert is_in(client)


def test_the_eleventh_try_waits_whatever_the_proxy_header_says(
    client: FlaskClient, ada: Person
) -> None:
    codes = []
    for number in range(10):
        headers = {"X-Forwarded-For": f"198.51.100.{number}"}
        data = {"email": f"a.d.a+{number}@example.org", "password": "a wrong sentence"}
        codes.append(client.post("/sign-in", data=data, headers=headers).status_code)
    assert codes == [422] * 10
    assert ask_in(client, "ada@example.org", SENTENCE).status_code == 429
    assert not is_in(client)


def test_the_place_is_limited_too(client: FlaskClient, ada: Person) -> None:
    for number in range(30):
        ask_in(client, f"somebody{number}@example.org", "a wrong sentence")
    limited = ask_in(client, "ada@example.org", SENTENCE)
    assert limited.status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    data = {"email": "ada@example.org", "password": SENTENCE}
    assert client.post("/sign-in", data=data, environ_overrides=elsewhere).status_code == 303


def test_only_failures_count(app: Flask, ada: Person) -> None:
    codes = {ask_in(app.test_client(), "ada@example.org", SENTENCE).status_code for _ in range(15)}
    assert codes == {303}


def test_who_tries_an_address_shuts_out_neither_its_owner_elsewhere_nor_their_old_browser(
    app: Flask, client: FlaskClient, ada: Person
) -> None:
    ask_in(client, "ada@example.org", SENTENCE)
    client.post("/sign-out")
    stranger = app.test_client()
    for _ in range(11):
        tried = ask_in(stranger, "ada@example.org", "a wrong sentence")
    assert tried.status_code == 429
    elsewhere, data = {"REMOTE_ADDR": "192.0.2.9"}, {"email": ada.email, "password": SENTENCE}
    new = app.test_client().post("/sign-in", data=data, environ_overrides=elsewhere)
    assert new.status_code == 303
    kept = client.get_cookie("whereabouts-before")
    assert ask_in(client, "ada@example.org", SENTENCE).status_code == 303  # from the same place
    assert kept is not None
    forged = app.test_client()
    forged.set_cookie("whereabouts-before", f"x{kept.value}")
    assert ask_in(forged, "ada@example.org", SENTENCE).status_code == 429


def test_a_browser_of_before_is_limited_by_itself(client: FlaskClient, ada: Person) -> None:
    ask_in(client, "ada@example.org", SENTENCE)
    codes = [ask_in(client, "ada@example.org", "a wrong sentence").status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


def test_behind_a_proxy_its_word_counts(make_app: MakeApp, ada: Person) -> None:
    client = make_app(WTF_CSRF_ENABLED=False, PROXY_COUNT=1).test_client()
    for number in range(12):
        headers = {"X-Forwarded-For": f"6.6.6.6, 198.51.100.{number}"}
        data = {"email": f"somebody{number}@example.org", "password": "a wrong sentence"}
        assert client.post("/sign-in", data=data, headers=headers).status_code == 422


def test_limits_outlive_the_process(make_app: MakeApp, ada: Person) -> None:
    one, other = (make_app(WTF_CSRF_ENABLED=False).test_client() for _ in range(2))
    for number in range(10):
        client = one if number % 2 else other
        assert ask_in(client, "ada@example.org", f"wrong sentence {number}").status_code == 422
    assert ask_in(one, "ada@example.org", SENTENCE).status_code == 429


def test_the_token_changes_at_sign_in_and_the_old_one_ends(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    with stored() as session:
        before = sign_in(client, session, ada)
    client.post(f"/sign-in/{make_link(stored, ada)}")
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.value != before
    client.set_cookie(COOKIE, before)
    assert not is_in(client)


def test_a_planted_token_is_never_taken_over(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    client.set_cookie(COOKIE, "A" * 43)
    client.post(f"/sign-in/{make_link(stored, ada)}")
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
    assert not is_in(here)
    assert is_in(elsewhere)


def test_signing_out_everywhere_ends_all(
    app: Flask, stored: Stored, ada: Person, bob: Person
) -> None:
    here, elsewhere, other = app.test_client(), app.test_client(), app.test_client()
    with stored() as session:
        sign_in(here, session, ada)
        sign_in(elsewhere, session, ada)
        sign_in(other, session, bob)
    assert here.post("/sign-out-everywhere").status_code == 303
    assert [is_in(client) for client in (here, elsewhere, other)] == [False, False, True]


def test_signed_in_people_are_led_on_from_the_sign_in_page(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    with stored() as session:
        sign_in(client, session, ada)
    answer = client.get("/sign-in?next=/outbox")
    assert (answer.status_code, answer.location) == (302, "/outbox")


def test_setting_a_password(app: Flask, stored: Stored, bob: Person) -> None:
    client, elsewhere = app.test_client(), app.test_client()
    with stored() as session:
        sign_in(client, session, bob)
        sign_in(elsewhere, session, bob)
    data = {"new": SENTENCE, "again": SENTENCE}
    assert client.post("/account/password", data=data).status_code == 303
    assert "Your password is set" in client.get("/account/password").text
    assert is_in(client)
    assert not is_in(elsewhere)
    assert ask_in(app.test_client(), "bob@example.org", SENTENCE).status_code == 303


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
