"""The page of the rules for all booths: kept, refused in sentences, taken back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Foundation, Person
from outreach.staffing.house_rules import HouseRules, house_rules_of
from tests.conftest import Stored
from tests.views.hall import Hall
from tests.views.planned import sign_in_as, text_of, undo_of

ADDRESS = "/booths/rules"


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


@pytest.fixture
def staff(app: Flask, stored: Stored, hall: Hall) -> FlaskClient:
    return sign_in_as(app, stored, hall.lead)


def rules(hall: Hall) -> HouseRules:
    with hall.stored() as session:
        return house_rules_of(session.get_one(Foundation, hall.foundation))


def test_rules_are_kept_judge_people_and_go_back(staff: FlaskClient, hall: Hall) -> None:
    person = hall.person("Priya Example", is_experienced=None, minutes_stood=90)
    typed = {"experience_hours": "1.5", "mails_thanks": "y"}
    page = staff.post(ADDRESS, data=typed, follow_redirects=True)
    assert "The rules are saved." in text_of(page)
    assert rules(hall) == HouseRules(90, mails_thanks=True)
    with hall.stored() as session:
        assert session.get_one(Person, person).is_experienced
    assert "changed the rules of all booths" in text_of(staff.get("/history"))
    staff.post(undo_of(page))
    assert rules(hall) == HouseRules()
    with hall.stored() as session:
        assert not session.get_one(Person, person).is_experienced


@pytest.mark.parametrize("hours", ["", "0", "-1", "101", "many", "nan"])
def test_what_is_no_length_is_refused_beside_its_field(
    staff: FlaskClient, hall: Hall, hours: str
) -> None:
    answer = staff.post(ADDRESS, data={"experience_hours": hours})
    assert answer.status_code == 422
    assert "Write hours as a number from 0.1 to 100." in text_of(answer)
    assert rules(hall) == HouseRules()


@pytest.mark.parametrize(
    ("said", "shown"), [("", "first time"), ("yes", "has done it before"), ("no", "first time")]
)
def test_staff_say_who_has_experience(
    staff: FlaskClient, hall: Hall, said: str, shown: str
) -> None:
    person = hall.person("Priya Example", is_experienced=None)
    form = {"name": "Priya Example", "role": "volunteer", "experience_set": said, "version": "1"}
    page = staff.post(f"/people/{person}/edit", data=form, follow_redirects=True)
    assert shown in text_of(page)
    with hall.stored() as session:
        kept = session.get_one(Person, person).experience_set
        assert kept is {"": None, "yes": True, "no": False}[said]
