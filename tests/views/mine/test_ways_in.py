"""The ways back to one's page: the link by mail, a phone that knows its owner, a new contact."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Message, Person, PersonalLink
from outreach.staffing.volunteers import personal_links
from tests import cast
from tests.cast import NOW
from tests.conftest import Stored
from tests.views.hall import CODE, SOL, Hall, press

NOW_ON = "2024-07-31T19:10:00+00:00"


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    app.config["MAIL_SERVER"] = object()
    return Hall(app, stored)


def letters(stored: Stored) -> list[tuple[str, str]]:
    with stored() as session:
        rows = session.scalars(select(Message).order_by(Message.id))
        return [(one.kind, one.to_address) for one in rows]


def ask(hall: Hall, contact: str) -> tuple[int, str]:
    phone = hall.phone()
    answer = press(phone, phone.get("/my"), {"contact": contact})
    return answer.status_code, answer.text.replace(contact or "?", "contact")


def secret(page: str) -> dict[str, str]:
    """Return what a form of the page carries against forgery."""
    rest = page.partition('name="csrf_token"')[2]
    return {"csrf_token": rest.partition('value="')[2].partition('"')[0]}


def test_a_link_goes_to_an_address_that_is_known_and_the_answer_tells_nothing(
    hall: Hall, stored: Stored
) -> None:
    hall.person("Ana Aguilar")
    hall.take(hall.phone(), hall.shift(), SOL)
    posted = len(letters(stored))
    answers = [ask(hall, one) for one in ("ana@example.org", "SOL@example.org", "no@example.org")]
    assert {status for status, _ in answers} == {200}
    assert len({page for _, page in answers}) == 1
    assert "Look into your mail." in answers[0][1]
    assert letters(stored)[posted:] == [
        ("own_link", "ana@example.org"), ("contact", "sol@example.org"),
    ]  # fmt: skip
    with stored() as session:
        assert session.scalars(select(PersonalLink.person_id).distinct()).all() == [3]


def test_both_who_share_an_address_get_their_own_link(hall: Hall, stored: Stored) -> None:
    hall.person("Eva Stein", email="s@example.org", email_key="s@example.org")
    hall.person("Max Stein", email="s@example.org", email_key=None, shares_address_at=NOW)
    ask(hall, "s@example.org")
    with stored() as session:
        told = session.scalars(select(Person.name).join(Message, Message.person_id == Person.id))
        assert sorted(told) == ["Eva Stein", "Max Stein"]


def test_links_are_asked_for_so_often_and_known_or_not_makes_no_difference(
    hall: Hall, stored: Stored
) -> None:
    hall.person("Ana Aguilar")
    for address in ("ana@example.org", "no@example.org"):
        assert [ask(hall, address)[0] for _ in range(4)] == [200, 200, 200, 429]
    assert len(letters(stored)) == 3
    others = [ask(hall, f"other{number}@example.org")[0] for number in range(16)]
    assert others == [200] * others.count(200) + [429] * others.count(429)
    assert 429 in others


@pytest.mark.parametrize(
    ("contact", "status", "said"),
    [
        ("+1 626 555 0100", 200, "they can show you your link"),
        ("nonsense", 422, "Give a mail address or a phone number."),
        ("", 422, "Give one way to reach you."),
    ],
)
def test_what_is_no_address_is_answered_in_words(
    hall: Hall, stored: Stored, contact: str, status: int, said: str
) -> None:
    answer = ask(hall, contact)
    assert answer[0] == status
    assert said in answer[1]
    assert letters(stored) == []


def test_without_a_mail_server_nothing_is_promised(hall: Hall, stored: Stored) -> None:
    hall.person("Ana Aguilar")
    phone = hall.phone()
    page = phone.get("/my")
    hall.app.config["MAIL_SERVER"] = None
    assert "No mail is sent from here." in press(phone, page, {"contact": "ana@example.org"}).text
    assert letters(stored) == []
    assert "Mail me my link" in page.text
    assert "Mail me my link" not in phone.get("/my").text


def test_a_link_opened_on_another_phone_checks_in_with_three_taps(
    hall: Hall, stored: Stored
) -> None:
    """The link in the mail, the button on it, and the button of the check-in."""
    ana = hall.person("Ana Aguilar")
    hall.puts(hall.shift(), ana)
    with stored() as session:
        ours = session.get_one(Foundation, hall.foundation)
        ours.clock = datetime.fromisoformat(NOW_ON)
    phone = hall.phone()
    page = phone.get(f"/my/{hall.link(ana)}")
    assert phone.get("/my").status_code == 404  # opening it makes nobody known
    kept = phone.post(f"/my/{hall.link(ana)}/keep", data=secret(page.text))
    assert kept.location == f"/s/{CODE}/here"
    here = press(phone, phone.get(kept.location), button="I am here")
    assert "You are checked in" in phone.get(here.location).text
    assert phone.get("/my").location == f"/my/{hall.link(ana)}"


def test_who_is_somebody_else_is_not_kept_and_keeps_nobody(hall: Hall) -> None:
    ana, max_ = hall.person("Ana Aguilar"), hall.person("Max Stein")
    phone = hall.phone(max_)
    page = phone.get(f"/my/{hall.link(ana)}")
    assert "I am not" in page.text
    left = phone.post(f"/my/{hall.link(ana)}/forget", data=secret(page.text))
    assert phone.get(left.location).location == f"/my/{hall.link(max_)}"
    own = phone.get(f"/my/{hall.link(max_)}")
    assert "This is my phone" not in own.text
    phone.post(f"/my/{hall.link(max_)}/forget", data=secret(own.text))
    assert phone.get("/my").status_code == 404


def change(hall: Hall, person: int, contact: str) -> tuple[int, str]:
    phone = hall.phone(person)
    answer = press(phone, phone.get(f"/my/{hall.link(person)}/contact"), {"contact": contact})
    text = phone.get(answer.location).text if answer.status_code == 303 else answer.text
    return answer.status_code, text


def test_an_address_is_corrected_by_its_owner_and_the_proven_one_is_told(
    hall: Hall, stored: Stored
) -> None:
    ana = hall.person("Ana Aguilar")
    link = hall.link(ana)
    assert change(hall, ana, "ana@elsewhere.org")[0] == 303
    with stored() as session:
        person = session.get_one(Person, ana)
        assert (person.email, person.email_key) == ("ana@elsewhere.org", None)
        assert (person.has_shown_address, person.is_known) == (False, True)
        assert personal_links.find_owner(session, link, person.created_at) is person
    assert letters(stored) == [
        ("address_changed", "ana@example.org"), ("contact", "ana@elsewhere.org"),
    ]  # fmt: skip


def test_a_number_is_kept_beside_the_address_and_nobody_is_told(hall: Hall, stored: Stored) -> None:
    ana = hall.person("Ana Aguilar")
    assert "+1 626 555 0100" in change(hall, ana, "+1 626 555 0100")[1]
    assert change(hall, ana, "ANA@example.org")[0] == 303  # spelt otherwise
    with stored() as session:
        person = session.get_one(Person, ana)
        assert (person.email, person.phone) == ("ANA@example.org", "+1 626 555 0100")
        assert person.has_shown_address
    assert letters(stored) == []


def test_an_unproven_address_is_corrected_without_a_word_to_it(hall: Hall, stored: Stored) -> None:
    hall.take(phone := hall.phone(), hall.shift(), SOL | {"contact": "slo@example.org"})
    posted = len(letters(stored))
    token = phone.get("/my").location.rpartition("/")[2]
    page = phone.get(f"/my/{token}/contact")
    assert press(phone, page, {"contact": "sol@example.org"}).status_code == 303
    assert letters(stored)[posted:] == [("contact", "sol@example.org")]


@pytest.mark.parametrize("account", ["staff", "lead", "password"])
def test_who_signs_in_with_an_address_has_it_changed_by_staff(
    hall: Hall, stored: Stored, account: str
) -> None:
    """A personal link that leaked must not lead to an account."""
    ana = hall.person("Ana Aguilar")
    with stored() as session:
        make_account(session, ana, hall.event, account)
    status, text = change(hall, ana, "ana@elsewhere.org")
    assert status == 422
    assert "staff change it for you" in text
    assert letters(stored) == []


def make_account(session: Session, number: int, event: int, account: str) -> None:
    person = session.get_one(Person, number)
    if account == "lead":
        cast.name_person(session, session.get_one(Event, event), person, is_lead=True)
    elif account == "staff":
        person.role = "staff"
    else:
        person.password_hash = "x"
    session.flush()


def test_contacts_are_changed_so_often_in_a_day(hall: Hall) -> None:
    ana = hall.person("Ana Aguilar")
    states = [change(hall, ana, f"+1 626 555 010{number}")[0] for number in range(6)]
    assert states == [303] * 5 + [429]


def test_what_is_kept_is_said_where_one_signs_up_and_on_ones_page(hall: Hall) -> None:
    ana = hall.person("Ana Aguilar")
    form = hall.phone().get(f"/s/{CODE}/shifts/{hall.shift()}").text
    assert "Your first name stands on the page of this booth." in form
    assert f"forgotten {personal_links.LASTS.days} days after your last shift" in form
    mine = hall.phone(ana).get(f"/my/{hall.link(ana)}").text
    assert f"forgotten {personal_links.LASTS.days} days after your last shift" in mine
    assert f"/my/{hall.link(ana)}/kept" in mine
