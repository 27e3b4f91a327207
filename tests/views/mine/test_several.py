"""Several shifts at once: ticks on a page, one name, one button, without a script."""

from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import AuditEntry, Booth, Person, SignUp
from tests.conftest import CountQueries, Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.pages import of_class, says, tree_of
from tests.views.hall import CODE, SOL, Hall

PATH = f"/s/{CODE}/several"
DAY = timedelta(days=1)


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


def ticks(page: TestResponse) -> dict[str, Element]:
    """Return the boxes of a page by the shift they name."""
    boxes = [one for one in tree_of(page.text).iter("input") if one.get("name") == "shift"]
    return {one.get("value", "").partition("-")[0]: one for one in boxes}


def press(phone: FlaskClient, *shifts: int, given: dict[str, str] | None = None) -> TestResponse:
    """Open the page, tick these shifts and press its button."""
    page = phone.get(PATH)
    boxes = ticks(page)
    hidden = {
        one.get("name", ""): one.get("value", "")
        for one in tree_of(page.text).iter("input")
        if one.get("type") == "hidden"
    }
    values = [boxes[str(one)].get("value", "") for one in shifts]
    return phone.post(PATH, data={**hidden, **(given or {}), "shift": values})


def alarm(page: TestResponse) -> str:
    return " ".join(says(one) for one in of_class(tree_of(page.text), "summary"))


def note(phone: FlaskClient, answer: TestResponse) -> str:
    page = phone.get(answer.location)
    return says(of_class(tree_of(page.text), "done")[0])


def test_a_newcomer_takes_three_with_one_name(hall: Hall) -> None:
    shifts = [hall.shift(WEDNESDAY + number * DAY) for number in range(3)]
    phone = hall.phone()
    assert f'href="{PATH}"' in phone.get(f"/s/{CODE}").text
    done = press(phone, *shifts, given=SOL)
    assert done.status_code == 303 and done.location.startswith("/my/")
    assert [hall.states(one) for one in shifts] == [{"Sol": "taken"}] * 3
    said = note(phone, done)
    assert "Wed 31 Jul, 13:00–15:00, Thu 1 Aug, 13:00–15:00 and Fri 2 Aug" in said
    assert "are yours." in said
    assert "whereabouts-mine" in done.headers["Set-Cookie"]


def test_what_was_taken_meanwhile_is_said_and_the_rest_is_theirs(hall: Hall) -> None:
    ada = hall.person("Ada Alpha")
    lost, kept = hall.shift(max_people=1), hall.shift(WEDNESDAY + DAY, max_people=1)
    phone = hall.phone()
    page = phone.get(PATH)
    assert set(ticks(page)) == {str(lost), str(kept)}
    hall.puts(lost, ada)
    data = SOL | {"shift": [f"{lost}-0", f"{kept}-0"]}
    done = phone.post(PATH, data=data)
    assert hall.states(kept) == {"Sol": "taken"} and hall.states(lost) == {"Ada": "taken"}
    said = note(phone, done)
    assert "Thu 1 Aug, 13:00–15:00 is yours." in said
    assert "Not yours: Wed 13:00 is full" in said


def test_where_nothing_is_left_the_page_says_why_and_keeps_what_was_typed(hall: Hall) -> None:
    ada = hall.person("Ada Alpha")
    lost, free = hall.shift(max_people=1), hall.shift(WEDNESDAY + DAY)
    hall.puts(lost, ada)
    refused = hall.phone().post(PATH, data=SOL | {"shift": f"{lost}-0"})
    assert refused.status_code == 409
    assert "Wed 13:00 is full; you would be first on the waiting list." in alarm(refused)
    assert f'href="/s/{CODE}/shifts/{lost}"' in refused.text
    assert 'value="Sol Sample"' in refused.text and set(ticks(refused)) == {str(free)}
    assert hall.states(free) == {} and hall.states(lost) == {"Ada": "taken"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (SOL, "Tick the shifts that you want."),
        ({"shift": "TICKED"}, "Tell us your name, the first one is enough."),
        (SOL | {"shift": "x"}, "Tick the shifts that you want."),
        (SOL | {"shift": "TICKED", "contact": "call me"}, "Give a mail address or a phone number."),
    ],
)
def test_bad_input_is_a_sentence_and_keeps_the_ticks(
    hall: Hall, given: dict[str, str], said: str
) -> None:
    shift = hall.shift()
    data = {name: f"{shift}-0" if value == "TICKED" else value for name, value in given.items()}
    page = hall.phone().post(PATH, data=data)
    assert page.status_code == 422 and said in page.text
    assert ("checked" in ticks(page)[str(shift)].attrib) is (given.get("shift") == "TICKED")
    assert hall.count(SignUp) == 0


def test_who_is_known_ticks_and_presses(hall: Hall, count_queries: CountQueries) -> None:
    ada = hall.person("Ada Alpha")
    shifts = [hall.shift(WEDNESDAY + number * DAY) for number in range(3)]
    phone = hall.phone(ada)
    assert 'name="contact"' not in phone.get(PATH).text
    with count_queries() as queries:
        assert press(phone, *shifts).status_code == 303
    assert [hall.states(one) for one in shifts] == [{"Ada": "taken"}] * 3
    assert len(queries) <= 50, queries


def test_a_shift_is_ticked_where_its_own_page_led_on(hall: Hall) -> None:
    shift, other = hall.shift(), hall.shift(WEDNESDAY + DAY)
    boxes = ticks(hall.phone().get(f"{PATH}?shift={shift}"))
    assert "checked" in boxes[str(shift)].attrib and "checked" not in boxes[str(other)].attrib


def test_anothers_shift_is_not_found_and_one_that_is_gone_is_said(
    hall: Hall, app: Flask, stored: Stored
) -> None:
    ada, mine = hall.person("Ada Alpha"), hall.shift()
    other = Hall(app, stored, "hgfedcba", slug="theirs").shift()
    data = {"shift": [f"{mine}-0", f"{other}-0"]}
    assert hall.phone(ada).post(PATH, data=data).status_code == 404
    assert hall.states(mine) == {}
    with stored() as session:
        assert session.scalars(select(AuditEntry.act)).all() == ["was refused"]
    gone = hall.phone(ada).post(PATH, data={"shift": ["999999-0"]})
    assert gone.status_code == 409 and "removed meanwhile" in alarm(gone)
    assert hall.phone().post("/s/nosuchcd/several", data={}).status_code == 404


def test_before_sign_up_opens_nothing_can_be_ticked(hall: Hall, stored: Stored) -> None:
    shift = hall.shift()
    with stored() as session:
        session.get_one(Booth, hall.booth).rules = {"opens_days_before": 1}
    page = hall.phone().get(PATH)
    assert ticks(page) == {} and "Sign-up opens on" in page.text
    refused = hall.phone().post(PATH, data=SOL | {"shift": f"{shift}-0"})
    assert refused.status_code == 409 and hall.count(Person) == 1
