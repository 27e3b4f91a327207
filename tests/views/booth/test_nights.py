"""A shift past midnight stands under both days; a roster names no more people than are wanted."""

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models import Booth, Event, Foundation, Shift
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.booth.test_booths import TYPED
from tests.views.hall import CODE, Hall
from tests.views.planned import sign_in_as, text_of

HOUR = timedelta(hours=1)
FRIDAY, SATURDAY = date(2027, 3, 26), date(2027, 3, 27)


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


@pytest.fixture
def staff(app: Flask, stored: Stored, hall: Hall) -> FlaskClient:
    return sign_in_as(app, stored, hall.lead)


def plain(text: str) -> str:
    """Write the dash between two times as one types it."""
    return text.replace("–", "-")


def drawn(staff: FlaskClient, hall: Hall, stored: Stored, hours: str, first: date) -> int:
    """Move the event to these two days, draw these hours there, and put Ada on the shift."""
    with stored() as session:
        now = datetime.combine(first - timedelta(days=5), time(12), UTC)
        session.execute(update(Foundation).values(clock=now))
        event = session.get_one(Event, hall.event)
        event.starts_on, event.ends_on = first, first + timedelta(days=1)
    form = TYPED | {"hours": hours, "max_people": "2"}
    assert staff.post(f"/events/{hall.event}/booth/draw", data=form).status_code == 303
    with stored() as session:
        shift = session.scalars(select(Shift.id)).one()
    hall.puts(shift, hall.person("Ada Example"))
    return shift


def test_the_second_day_shows_who_stands_past_midnight(
    staff: FlaskClient, hall: Hall, stored: Stored, shared_data: Path
) -> None:
    """Who opens Saturday's sheet at half past midnight must find who is on."""
    case = json.loads((shared_data / "cases/b10.json").read_text())
    expected = json.loads((shared_data / "cases/b10.expected.json").read_text())["expected"]
    drawn(staff, hall, stored, case["hours"], FRIDAY)
    for address in case["look_at"]:
        path = address.replace("CODE", CODE).replace("/N/", f"/{hall.event}/")
        page = text_of((hall.phone() if path.startswith("/s/") else staff).get(path))
        assert expected["second_day_shows"] in plain(page), path
        assert "Ada" in page, path


def test_the_first_day_says_when_it_ends_and_the_second_is_a_tab(
    staff: FlaskClient, hall: Hall, stored: Stored
) -> None:
    shift = drawn(staff, hall, stored, "Fri 26 Mar 23:00-01:00", FRIDAY)
    first = staff.get(f"/events/{hall.event}/roster?day={FRIDAY}")
    assert "23:00–Sat 01:00" in text_of(first) and "(from" not in text_of(first)
    assert f"day={SATURDAY}" in first.text
    assert "Fri 26 Mar" in text_of(hall.phone().get(f"/s/{CODE}?day={FRIDAY}"))
    own = text_of(hall.phone().get(f"/s/{CODE}/shifts/{shift}"))
    assert "Take Fri 23:00–Sat 01:00" in own


def test_one_in_the_night_is_called_by_its_night(
    staff: FlaskClient, hall: Hall, stored: Stored
) -> None:
    """A shift at midnight on Sunday is missed by a day, unless the page says which night."""
    shift = hall.shift(WEDNESDAY + 13 * HOUR, max_people=2)  # 02:00 on Thursday
    night = "Thu 1 Aug (the night from Wednesday to Thursday)"
    assert night in text_of(hall.phone().get(f"/s/{CODE}"))
    sol = hall.person("Sol Sample")
    hall.puts(shift, sol)
    assert night in text_of(hall.phone().get(f"/my/{hall.link(sol)}"))


@pytest.mark.parametrize(
    ("wants", "said"), [({1}, "one person"), ({2}, "two people"), ({1, 2}, "who they want")]
)
def test_a_roster_names_as_many_people_as_its_shifts_want(
    staff: FlaskClient, hall: Hall, wants: set[int], said: str
) -> None:
    for number, least in enumerate(sorted(wants)):
        hall.shift(WEDNESDAY + 2 * number * HOUR, min_people=least, max_people=2)
    page = staff.get(f"/events/{hall.event}/roster?day=2024-07-31")
    others = {"one person", "two people", "who they want"} - {said}
    assert f"open hours have {said}." in text_of(page)
    assert ("at all times" in text_of(page)) == (len(wants) == 1)
    assert not [other for other in others if other in text_of(page)]


def test_nobody_reads_of_two_people_where_one_stands(
    staff: FlaskClient, hall: Hall, stored: Stored, shared_data: Path
) -> None:
    case = json.loads((shared_data / "cases/b16.json").read_text())
    expected = json.loads((shared_data / "cases/b16.expected.json").read_text())["expected"]
    with stored() as session:
        booth = session.get_one(Booth, hall.booth)
        booth.rules = {**booth.rules, **case["rules"]}
    shift = hall.shift(min_people=case["shift"]["min"], max_people=case["shift"]["max"])
    hall.puts(shift, *[hall.person(f"P{n} Example") for n in range(case["shift"]["taken"])])
    page = text_of(staff.get(f"/events/{hall.event}/roster"))
    assert "two people" not in page
    assert any(words in page for words in ("have one person", "have who they want")), expected
