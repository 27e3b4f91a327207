"""Personal links, asked for by mail, sign their owner in once, and nobody else."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from models import AuditEntry, Message, Person, SignInLink, SignInSession
from tests.conftest import Stored
from tests.sign_ins import (
    add_foundation,
    add_person,
    ask_in,
    count_rows,
    is_in,
    make_link,
    sign_in,
)


def test_a_link_shows_a_button_and_the_button_signs_in(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    link = make_link(stored, ada)
    page = client.get(f"/sign-in/{link}")
    assert page.status_code == 200
    assert "Sign in as Ada Example" in page.text
    assert not is_in(client)
    answer = client.post(f"/sign-in/{link}")
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)


def test_looking_uses_nothing_up(client: FlaskClient, stored: Stored, ada: Person) -> None:
    link = make_link(stored, ada)
    for _ in range(50):
        assert client.get(f"/sign-in/{link}").status_code == 200
        assert client.head(f"/sign-in/{link}").status_code == 200
    assert client.options(f"/sign-in/{link}").status_code == 200
    assert count_rows(stored, SignInSession) == 0
    assert count_rows(stored, SignInLink, SignInLink.ended_at.is_not(None)) == 0
    assert client.post(f"/sign-in/{link}").status_code == 303


def test_no_script_on_the_page_presses_the_button(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    page = client.get(f"/sign-in/{make_link(stored, ada)}").text
    assert re.findall(r"<script[^>]*>", page) == ['<script src="/static/sheet.js" defer>']
    assert "refresh" not in page


@pytest.mark.parametrize("ended", ["used", "old", "newer", "moved"])
def test_an_ended_link_offers_a_new_one(
    client: FlaskClient, stored: Stored, ada: Person, ended: str
) -> None:
    link = make_link(stored, ada, timedelta(minutes=61 if ended == "old" else 0))
    if ended == "used":
        client.post(f"/sign-in/{link}")
        client.post("/sign-out")
    elif ended == "newer":
        client.post(f"/sign-in/{make_link(stored, ada)}")
        client.post("/sign-out")
    elif ended == "moved":
        with stored() as session:
            session.execute(update(Person).values(email_key="ada@elsewhere.example"))
    sessions = count_rows(stored, SignInSession)
    for answer in (client.get(f"/sign-in/{link}"), client.post(f"/sign-in/{link}")):
        assert answer.status_code == 410
        assert "Send a new one" in answer.text
        assert "Ada" not in answer.text
    assert not is_in(client)
    assert count_rows(stored, SignInSession) == sessions


def test_twenty_posts_at_once_make_one_session(app: Flask, stored: Stored, ada: Person) -> None:
    link = make_link(stored, ada)

    def press(_number: int) -> int:
        return app.test_client().post(f"/sign-in/{link}").status_code

    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(press, range(20)))
    assert sorted(codes) == [303] + [410] * 19
    assert count_rows(stored, SignInSession) == 1


def test_somebody_elses_link_asks_first(
    client: FlaskClient, stored: Stored, ada: Person, bob: Person
) -> None:
    with stored() as session:
        sign_in(client, session, bob)
    link = make_link(stored, ada)
    assert "You are signed in as <bdi>Bob Example</bdi>" in client.get(f"/sign-in/{link}").text
    asked = client.post(f"/sign-in/{link}")
    assert asked.status_code == 409
    assert "Sign in as <bdi>Ada Example</bdi> instead?" in asked.text
    assert count_rows(stored, SignInSession) == 1
    assert client.post(f"/sign-in/{link}", data={"switch": "yes"}).status_code == 303
    assert count_rows(stored, SignInSession, SignInSession.ended_at.is_(None)) == 1
    with stored() as session:
        living = select(SignInSession.person_id).where(SignInSession.ended_at.is_(None))
        assert session.scalar(living) == ada.id


def test_identity_in_the_form_is_ignored(
    client: FlaskClient, stored: Stored, ada: Person, bob: Person
) -> None:
    forged = {"person_id": ada.id, "user_id": ada.id, "email": ada.email, "role": "staff"}
    client.post(f"/sign-in/{make_link(stored, bob)}", data=forged)
    with stored() as session:
        assert session.scalar(select(SignInSession.person_id)) == bob.id
        assert session.get_one(Person, bob.id).role == "volunteer"


def test_wrong_links_lock_guesses_from_there_and_no_link(
    app: Flask, stored: Stored, ada: Person
) -> None:
    link, eve = make_link(stored, ada), app.test_client()
    used = make_link(stored, ada, timedelta(minutes=61))
    codes = [eve.get(f"/sign-in/{number:0>43}").status_code for number in range(25)]
    assert codes == [410] * 20 + [429] * 5
    locked = eve.post(f"/sign-in/{'x' * 43}")
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 0
    assert eve.get(f"/sign-in/{used}").status_code == 410
    assert eve.post(f"/sign-in/{link}").status_code == 303  # whoever holds one gets in from there


def test_what_signing_in_leaves_in_the_audit(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    client.post(f"/sign-in/{make_link(stored, ada)}")
    with stored() as session:
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.person_id, entry.act) == (ada.id, "signed in")
        assert entry.detail == {"by": "link"}


def test_a_known_address_gets_a_mail_without_the_token(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    assert ask_in(client, " ADA@Example.org").status_code == 200
    with stored() as session:
        message = session.scalars(select(Message)).one()
        assert (message.person_id, message.to_address) == (ada.id, "ada@example.org")
        assert "/sign-in/" not in message.body
        assert session.scalar(select(func.count()).select_from(SignInLink)) == 0


def test_known_and_unknown_addresses_look_alike(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    known, unknown = ask_in(client, "ada@example.org"), ask_in(client, "eve@example.org")
    assert known.status_code == unknown.status_code == 200
    assert known.text == unknown.text
    assert set(known.headers.keys()) == set(unknown.headers.keys())
    wrong = ask_in(client, "ada@example.org", "a wrong sentence")
    nobody = ask_in(client, "eve@example.org", "a wrong sentence")
    assert wrong.status_code == nobody.status_code == 422
    assert len(wrong.text) == len(nobody.text)
    secret = re.compile(r'name="csrf_token" value="[^"]+"')
    assert secret.sub("", wrong.text) == secret.sub("", nobody.text).replace("eve@", "ada@")
    assert count_rows(stored, Message) == 1


@pytest.mark.parametrize("known", [True, False])
def test_three_mails_in_six_hours_under_all_spellings(
    app: Flask, stored: Stored, ada: Person, known: bool
) -> None:
    client, name = app.test_client(), "ada" if known else "eve"
    for spelling in (name, f"{name}+1", name.upper()):
        assert ask_in(client, f"{spelling}@example.org").status_code == 200
    answer = ask_in(client, f"{name[0]}.{name[1:]}+2@example.org")
    assert answer.status_code == 429
    assert "Try again in" in answer.text
    assert int(answer.headers["Retry-After"]) > 3600


def test_a_wrong_address_is_said_beside_the_field(client: FlaskClient) -> None:
    for typed in ("", "ada", "ada@localhost", "a@b.c\r\nBcc: eve@example.org", "x" * 300):
        answer = ask_in(client, typed)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert 'aria-describedby="email-wrong"' in answer.text
        assert 'id="email-wrong"' in answer.text


def test_one_address_in_two_foundations_gets_two_mails(
    client: FlaskClient, stored: Stored, ada: Person
) -> None:
    with stored() as session:
        add_person(session, foundation=add_foundation(session, "theirs"))
    ask_in(client, "ada@example.org")
    assert count_rows(stored, Message) == 2


def test_strangers_who_ask_for_links_shut_no_browser_of_before_out(
    app: Flask, client: FlaskClient, stored: Stored, ada: Person
) -> None:
    client.post(f"/sign-in/{make_link(stored, ada)}")
    client.post("/sign-out")
    for _ in range(4):
        stranger = ask_in(app.test_client(), "ada@example.org")
    assert stranger.status_code == 429
    assert ask_in(client, "bob@example.org").status_code == 200
    codes = [ask_in(client, "ada@example.org").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
