"""Who did not come: no page counts them, every page that names them says so."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Booth, Foundation
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.hall import CODE, Hall
from tests.views.planned import sign_in_as, text_of

MIDWAY = WEDNESDAY + timedelta(minutes=20)


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    hall = Hall(app, stored)
    at(stored, MIDWAY)
    return hall


@pytest.fixture
def staff(app: Flask, stored: Stored, hall: Hall) -> FlaskClient:
    return sign_in_as(app, stored, hall.lead)


def at(stored: Stored, now: datetime) -> None:
    """Let it be this time."""
    with stored() as session:
        session.execute(update(Foundation).values(clock=now))


def miss(staff: FlaskClient, hall: Hall, place: int) -> None:
    answer = staff.post(f"/events/{hall.event}/places/{place}/note/missed")
    assert answer.status_code == 303


def rows_of_csv(staff: FlaskClient, hall: Hall) -> list[dict[str, str]]:
    answer = staff.get(f"/events/{hall.event}/roster.csv")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_who_did_not_come_is_missing_on_every_page(
    staff: FlaskClient, hall: Hall, stored: Stored
) -> None:
    shift = hall.shift(max_people=2, min_people=1)
    other = hall.shift(WEDNESDAY + timedelta(hours=2), min_people=1)
    jonas, ada = hall.person("Jonas Example"), hall.person("Ada Example")
    (place,) = hall.puts(shift, jonas)
    hall.puts(other, ada)
    miss(staff, hall, place)
    event = f"/events/{hall.event}"
    roster = text_of(staff.get(f"{event}/roster"))
    assert "Jonas did not come" in roster
    assert "nobody, 1 missing" in roster
    assert "Last change: Jonas did not come to Wed 31 Jul, 13:00–15:00" in roster
    assert "2 person-hours." in roster
    cover = text_of(staff.get(f"{event}/shifts/{shift}/cover"))
    assert "has nobody" in cover
    assert "enough people" not in cover
    assert "1 missing" in text_of(staff.get(f"{event}/today"))
    assert "Jonas Example" not in text_of(staff.get(f"{event}/roster/print"))
    assert "Find cover for SIGGRAPH, 1 missing" in text_of(staff.get("/season"))
    assert "nobody" in text_of(hall.phone().get(f"/s/{CODE}"))


def test_the_place_of_who_did_not_come_is_free(
    staff: FlaskClient, hall: Hall, stored: Stored
) -> None:
    """On the public page and for cover, though the shift takes one person."""
    shift = hall.shift(max_people=1, min_people=1)
    jonas, ada = hall.person("Jonas Example"), hall.person("Ada Example")
    (place,) = hall.puts(shift, jonas)
    miss(staff, hall, place)
    asked = staff.post(f"/events/{hall.event}/shifts/{shift}/cover", data={"person": str(ada)})
    assert asked.status_code == 303
    assert hall.take(hall.phone(ada), shift).status_code == 303
    assert hall.states(shift) == {"Jonas": "taken", "Ada": "taken"}


def test_the_roster_asks_nobody_who_gave_up_or_did_not_come(
    staff: FlaskClient, hall: Hall, stored: Stored
) -> None:
    shift, now = hall.shift(WEDNESDAY + timedelta(hours=2), min_people=1), hall.shift(min_people=1)
    omar, jonas, ada = (hall.person(name) for name in ("Omar One", "Jonas Two", "Ada Three"))
    hall.puts(shift, omar, state="left")
    (place,) = hall.puts(now, jonas)
    hall.puts(hall.shift(WEDNESDAY + timedelta(days=1)), ada, omar)
    miss(staff, hall, place)
    page = text_of(staff.get(f"/events/{hall.event}/roster"))
    assert "Ada can." in page
    assert "gave it up" in page
    assert "did not come 13:00" in page


def test_a_case_of_a_no_show(
    staff: FlaskClient, hall: Hall, stored: Stored, shared_data: Path
) -> None:
    """Once the shift is over, too: figures and rows without it, and a column that says so."""
    case = json.loads((shared_data / "cases/b13.json").read_text())
    hours = [int(one) for one in re.findall(r"\d+", case["shift"])]
    starts = datetime(2024, 7, 31, hours[0], hours[1], tzinfo=UTC) + timedelta(hours=6)
    minutes = 60 * (hours[2] - hours[0]) + hours[3] - hours[1]
    missed = hall.shift(starts, minutes / 60, max_people=1, min_people=1)
    stood = hall.shift(starts - timedelta(hours=4), 2, max_people=1, min_people=1)
    with stored() as session:
        session.get_one(Booth, hall.booth).rules = {"travel_share": 0.9}
    ada, jonas = hall.person("Ada Example"), hall.person("Jonas Example")
    hall.puts(stood, ada)
    (place,) = hall.puts(missed, jonas)
    at(stored, starts + timedelta(minutes=5))
    miss(staff, hall, place)
    at(stored, starts + timedelta(hours=3))
    row = next(one for one in rows_of_csv(staff, hall) if one["person"] == "Jonas Example")
    assert (row["state"], row["missed"], row["arrived"]) == ("missed", "yes", "")
    page = text_of(staff.get(f"/events/{hall.event}/roster"))
    assert "2 person-hours." in page
    assert "reaches" not in page


def test_when_somebody_came_and_left_stands_in_the_rows(
    staff: FlaskClient, hall: Hall, stored: Stored
) -> None:
    """Also for the shift that follows, without a second check-in."""
    first, second = hall.shift(), hall.shift(WEDNESDAY + timedelta(hours=2))
    priya = hall.person("Priya Example")
    places = [*hall.puts(first, priya), *hall.puts(second, priya)]
    event = f"/events/{hall.event}"
    staff.post(f"{event}/places/{places[0]}/note/in")
    at(stored, WEDNESDAY + timedelta(hours=2.5))
    assert "Priya is at the booth." in text_of(staff.get(f"{event}/today"))
    staff.post(f"{event}/places/{places[1]}/note/stay")
    at(stored, WEDNESDAY + timedelta(hours=3))
    staff.post(f"{event}/places/{places[1]}/note/out")
    noted = [(one["arrived"], one["left"]) for one in rows_of_csv(staff, hall) if one["person"]]
    assert noted == [("2024-07-31 13:20", ""), ("2024-07-31 15:00", "2024-07-31 16:00")]


def test_who_comes_after_all_may_be_one_too_many_and_that_is_said(
    staff: FlaskClient, hall: Hall
) -> None:
    shift = hall.shift(min_people=1, max_people=1)
    jonas, bob = hall.person("Jonas Example"), hall.person("Bob Example")
    (late,) = hall.puts(shift, jonas)
    miss(staff, hall, late)
    (instead,) = hall.puts(shift, bob)
    note = f"/events/{hall.event}/places/{{}}/note/in"
    first = staff.post(note.format(instead), follow_redirects=True)
    assert "Bob is here." in text_of(first) and "as well" not in text_of(first)
    page = text_of(staff.post(note.format(late), follow_redirects=True))
    assert "Jonas is here. Bob stands there as well: that is one more than the shift takes." in page
    assert hall.states(shift) == {"Jonas": "taken", "Bob": "taken"}
