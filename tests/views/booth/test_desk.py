"""Paper for the desk: who comes when with numbers, for who runs the booth; and badges."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Person, SignUp
from outreach.staffing.roster.desk import size_of
from tests import pages
from tests.conftest import Stored
from tests.views.booth.test_roster import Staffed, staff_booth
from tests.views.planned import Owned, plan, sign_in_as


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session)


@pytest.fixture
def booth(stored: Stored, owned: Owned) -> Staffed:
    with stored() as session:
        booth = staff_booth(session, owned)
        lin = session.get_one(Person, booth.lin)
        lin.phone, lin.languages = "+1 303 555 0100", ["fr", "de"]
        return booth


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned, booth: Staffed) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


def lines_of(staff: FlaskClient, booth: Staffed, query: str = "") -> list[str]:
    """Return what the lines of the desk list say."""
    tree = pages.tree_of(staff.get(f"/events/{booth.event}/roster/desk{query}").text)
    return [pages.says(row) for body in tree.iter("tbody") for row in body.iter("tr")]


def test_a_line_for_each_who_comes_with_all_their_shifts(
    staff: FlaskClient, booth: Staffed
) -> None:
    ada, lin = lines_of(staff, booth)
    assert "11:00–13:00, 13:00–15:00Ada Ours" in ada and "none known" in ada
    assert "11:00–13:00Lin Ours+1 303 555 0100" in lin
    page = staff.get(f"/events/{booth.event}/roster/desk").text
    assert 'href="tel:+13035550100"' in page
    assert lines_of(staff, booth, "?day=2024-07-27") == [ada, lin]


def test_who_does_not_come_is_on_no_paper(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    with stored() as session:
        session.get_one(SignUp, booth.lin_first).was_missed = True
    assert not any("Lin" in line for line in lines_of(staff, booth))
    assert "Lin" not in staff.get(f"/events/{booth.event}/roster/badges").text


def test_numbers_are_for_staff_and_the_lead_alone(
    app: Flask, stored: Stored, owned: Owned, booth: Staffed
) -> None:
    volunteer = sign_in_as(app, stored, owned.volunteer)
    stranger = app.test_client()
    for page in ("desk", "badges"):
        assert volunteer.get(f"/events/{booth.event}/roster/{page}").status_code == 404
        assert stranger.get(f"/events/{booth.event}/roster/{page}").status_code == 302


def test_a_badge_has_name_languages_and_whose_it_is_and_no_number(
    staff: FlaskClient, booth: Staffed
) -> None:
    page = staff.get(f"/events/{booth.event}/roster/badges").text
    (within,) = pages.of_class(pages.tree_of(page), "badges")
    ada, lin = [pages.says(one) for one in within.iter("li")]
    assert ada.startswith("Ada Ours")
    assert lin.startswith("Lin OursFrench · German")
    assert "555" not in page


@pytest.mark.parametrize(
    ("name", "size"),
    [("Ada", ""), ("Alexandra", ""), ("Konstantin", "long"), ("Xx" * 9, "longest"),
     ("太郎", ""), ("龍之介龍之", "long"), ("e\u0301" * 9, "")],
)  # fmt: skip
def test_a_long_name_stands_smaller(name: str, size: str) -> None:
    assert size_of(name) == size
