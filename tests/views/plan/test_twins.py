"""People that are on the list more than once: found, shown side by side, made one, taken back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Person
from tests import sign_ins
from tests.conftest import Stored
from tests.views.hall import SOL, Hall, press


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


def names(stored: Stored) -> list[str]:
    with stored() as session:
        return list(session.scalars(select(Person.name).order_by(Person.id)))


def test_staff_see_who_is_there_twice_and_make_them_one_with_undo(
    hall: Hall, stored: Stored
) -> None:
    first, second = hall.shift(), hall.shift(hours=1)
    hall.take(hall.phone(), first, SOL)
    with stored() as session:
        session.add(
            Person(
                foundation_id=hall.foundation, name="Sol S.", email="SOL@example.org",
                role="volunteer", created_at=session.get_one(Person, hall.lead).created_at,
            )
        )  # fmt: skip
        session.flush()
        twin = session.scalars(select(Person.id).where(Person.name == "Sol S.")).one()
    hall.puts(second, twin)
    staff = sign_in(hall, stored)
    listed = staff.get("/people").text
    assert "Sol ×2, the same address" in listed
    sol = twin - 1
    page = staff.get(f"/people/{sol}/one?with={twin}")
    for said in ("Sol Sample", "Sol S.", "Shifts to come", "overlaps", "Make them one"):
        assert said in page.text
    done = press(staff, page)
    assert done.status_code == 303
    assert names(stored) == ["Lea Lead", "Sol Sample"]
    told = staff.get(done.location).text
    assert "are one now." in told
    undo = told.partition('action="/history/')[2].partition('"')[0]
    assert staff.post(f"/history/{undo}", data=secret(told)).status_code == 303
    assert names(stored) == ["Lea Lead", "Sol Sample", "Sol S."]
    assert hall.states(first) == hall.states(second) == {"Sol": "taken"}


def test_any_row_of_the_same_first_name_can_be_chosen(hall: Hall, stored: Stored) -> None:
    ana = hall.person("Ana Aguilar")
    other = hall.person("ana b", email="b@example.org", email_key="b@example.org")
    hall.person("Bob")
    staff = sign_in(hall, stored)
    page = staff.get(f"/people/{ana}/one").text
    assert f'value="{other}"' in page
    assert "Bob" not in page.partition("<main")[2].partition("</main>")[0]
    assert "Nobody else is called" in staff.get(f"/people/{hall.lead}/one").text


def test_what_cannot_be_one_is_said_on_the_page(hall: Hall, stored: Stored) -> None:
    ana = hall.person("Ana Aguilar")
    staff = sign_in(hall, stored)
    page = staff.get(f"/people/{ana}/one?with={hall.lead}")
    refused = press(staff, page)
    assert refused.status_code == 422
    assert "Keep your own row" in refused.text
    assert staff.get(f"/people/{ana}/one?with=99999").status_code == 404


def sign_in(hall: Hall, stored: Stored) -> FlaskClient:
    """Return the browser of the lead, who is staff."""
    client = hall.app.test_client()
    with stored() as session:
        sign_ins.sign_in(client, session, session.get_one(Person, hall.lead))
    return client


def secret(page: str) -> dict[str, str]:
    """Return what a form of the page carries against forgery."""
    rest = page.partition('name="csrf_token"')[2]
    return {"csrf_token": rest.partition('value="')[2].partition('"')[0]}
