"""A crowded day, twenty people and sixty shifts: one line for each kind of warning."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.pages import of_class, says, tree_of
from tests.views.hall import Hall
from tests.views.planned import sign_in_as

QUARTER = timedelta(minutes=15)


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


@pytest.fixture
def staff(app: Flask, stored: Stored, hall: Hall) -> FlaskClient:
    return sign_in_as(app, stored, hall.lead)


def test_a_rule_that_many_places_break_is_one_line(staff: FlaskClient, hall: Hall) -> None:
    people = [hall.person(f"P{number} Example") for number in range(20)]
    for number in range(60):
        shift = hall.shift(WEDNESDAY + (number - 20) * QUARTER, 0.25, min_people=1, max_people=1)
        hall.puts(shift, people[number // 3])
    page = tree_of(staff.get(f"/events/{hall.event}/roster?day=2024-07-31").text)
    lines = [line for one in of_class(page, "says") for line in one if "No rest" in says(line)]
    (line,) = lines
    links = list(line.iter("a"))
    assert "No rest: 60 places" in says(line)
    assert (len(links), says(links[0])) == (len(people), "P0 (3)")
    (hint,) = of_class(page, "sideways")
    assert "see all 20 people" in says(hint) and "wide" in hint.get("class", "")
