"""Who is called says yes or no: noted by who called, done as by themselves, with Undo."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import AuditEntry, Cover, CoverAsk, Event, Person, SignUp
from tests import cast
from tests.cast import NOW
from tests.conftest import Stored
from tests.sign_ins import sign_in
from tests.views.hall import Hall
from tests.views.planned import rows_of, text_of, undo_of

PHONE = {"email": None, "email_key": None, "phone": "+49 170 1"}


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


@pytest.fixture
def lead(hall: Hall, stored: Stored) -> FlaskClient:
    client = hall.app.test_client()
    with stored() as session:
        person = session.get_one(Person, hall.lead)
        person.role = "volunteer"
        cast.name_person(session, session.get_one(Event, hall.event), person, is_lead=True)
        sign_in(client, session, person)
    return client


def says(client: FlaskClient, hall: Hall, place: int, word: str) -> str:
    path = f"/events/{hall.event}/places/{place}/says/{word}"
    return text_of(client.post(path, follow_redirects=True))


def standing(stored: Stored, place: int) -> tuple[str, bool]:
    with stored() as session:
        row = session.get_one(SignUp, place)
        return row.state, row.confirmed_at is not None


PLACES = {
    "placed says yes": ("taken", None, "yes", ("taken", True)),
    "placed says no": ("taken", None, "no", ("left", False)),
    "has it, says no": ("taken", NOW, "no", ("left", True)),
    "offered says yes": ("offered", None, "yes", ("taken", True)),
    "offered says no": ("offered", None, "no", ("passed", False)),
}


@pytest.mark.parametrize(("state", "agreed", "word", "then"), PLACES.values(), ids=PLACES)
def test_what_was_heard_is_done_and_goes_back(
    hall: Hall, lead: FlaskClient, stored: Stored, state: str, agreed: object, word: str,
    then: tuple[str, bool],
) -> None:  # fmt: skip
    jonas, shift = hall.person("Jonas Sample", **PHONE), hall.shift()
    ends = NOW + timedelta(hours=4) if state == "offered" else None
    (place,) = hall.puts(shift, jonas, state=state, confirmed_at=agreed, offer_ends_at=ends)
    before = standing(stored, place)
    path = f"/events/{hall.event}/places/{place}/says/{word}"
    page = lead.post(path, follow_redirects=True)
    assert "Jonas comes." in text_of(page) or "Noted: Jonas can’t come." in text_of(page)
    assert "to call: Jonas" not in text_of(page)
    assert standing(stored, place) == then
    with stored() as session:
        line = session.scalars(
            select(AuditEntry).where(AuditEntry.act.like("heard%")).order_by(AuditEntry.id)
        ).one()
        assert line.person_id == hall.lead
    undone = lead.post(undo_of(page), follow_redirects=True)
    assert "Undone" in text_of(undone)
    assert standing(stored, place) == before


def test_buttons_and_number_stand_where_somebody_is_to_be_called(
    hall: Hall, lead: FlaskClient, stored: Stored
) -> None:
    jonas, shift = hall.person("Jonas Sample", **PHONE), hall.shift(NOW + timedelta(hours=1))
    (place,) = hall.puts(shift, jonas, confirmed_at=None)
    day = lead.get(f"/events/{hall.event}/today")
    assert f"/places/{place}/says/yes" in day.text
    assert f"/places/{place}/says/no" in day.text
    assert 'href="tel:+491701"' in day.text
    assert "call" in text_of(day)
    roster = lead.get(f"/events/{hall.event}/roster?person={jonas}")
    assert f"/places/{place}/says/yes" in roster.text
    assert 'href="tel:+491701"' in roster.text


@pytest.mark.parametrize(("word", "state"), [("yes", "yes"), ("no", "no")])
def test_who_was_asked_for_cover_answers_by_telephone(
    hall: Hall, lead: FlaskClient, stored: Stored, word: str, state: str
) -> None:
    jonas, shift = hall.person("Jonas Sample", **PHONE), hall.shift()
    hall.puts(hall.shift(hours=1), jonas, state="left")
    asked = lead.post(f"/events/{hall.event}/shifts/{shift}/cover", data={"person": [jonas]},
                      follow_redirects=True)  # fmt: skip
    assert "Asked Jonas." in text_of(asked)
    assert "1 to call: Jonas." in text_of(asked)
    assert 'href="tel:+491701"' in asked.text
    with stored() as session:
        cover = session.scalars(select(Cover.id)).one()
    path = f"/events/{hall.event}/covers/{cover}/people/{jonas}/says/{word}"
    assert path in asked.text
    page = lead.post(path, follow_redirects=True)
    with stored() as session:
        assert session.get_one(CoverAsk, (cover, jonas)).state == state
    assert hall.states(shift).get("Jonas") == ("taken" if word == "yes" else None)
    lead.post(undo_of(page))
    with stored() as session:
        assert session.get_one(CoverAsk, (cover, jonas)).state == "asked"


def test_what_is_no_answer_or_not_theirs_changes_nothing(
    hall: Hall, lead: FlaskClient, stored: Stored
) -> None:
    jonas, shift = hall.person("Jonas Sample", **PHONE), hall.shift()
    place, gone = *hall.puts(shift, jonas), *hall.puts(hall.shift(hours=1), jonas, state="left")
    theirs = Hall(hall.app, stored, "bbbbbbbb", slug="theirs")
    other = theirs.puts(theirs.shift(), theirs.person("Eva Sample"))[0]
    before = rows_of(stored)
    base = f"/events/{hall.event}/places"
    assert lead.post(f"{base}/{place}/says/maybe").status_code == 404
    assert lead.post(f"{base}/{other}/says/no").status_code == 404
    assert lead.get(f"{base}/{place}/says/no").status_code == 405
    assert hall.phone().post(f"{base}/{place}/says/no").status_code == 401
    refused = lead.post(f"{base}/{gone}/says/yes")
    assert refused.status_code == 422
    assert "not on this shift any more" in text_of(refused)
    assert rows_of(stored) == before
