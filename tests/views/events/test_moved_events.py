"""An event with shifts gets other days or another place: seen first, by the clock, and told."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Booth, Event, Shift
from tests.conftest import Stored
from tests.views.booth.test_venue_clocks import (
    HOURS,
    add_event,
    local,
    taken,
    told,
    version,
)
from tests.views.planned import Owned, text_of

FIRST, LAST = date(2024, 8, 5), date(2024, 8, 7)
DAY = timedelta(days=1)


@pytest.fixture
def event(staff: FlaskClient, owned: Owned, stored: Stored) -> int:
    """Draw shifts in Berlin, the last past midnight, with Vi on the first."""
    number = add_event(stored, owned, "Berlin", "Germany")
    with stored() as session:
        session.get_one(Event, number).timezone = "Europe/Berlin"
        session.get_one(Event, number).latitude = 52.5
    hours = HOURS | {"hours": "Mon 5 Aug 10:00-14:00\nWed 7 Aug 23:00-01:00"}
    assert staff.post(f"/events/{number}/booth/draw", data=hours).status_code == 303
    taken(stored, owned, number)
    return number


def typed(stored: Stored, event: int, first: date, last: date, **others: str) -> dict[str, str]:
    facts = {"name": "Clock Conf", "starts_on": str(first), "ends_on": str(last)}
    facts |= {"city": "Berlin", "country": "Germany", "version": version(stored, event)}
    return facts | others


def days(stored: Stored, event: int) -> list[str]:
    with stored() as session:
        here = select(Shift.starts_at).join(Booth).where(Booth.event_id == event)
        return [f"{one:%d %H}" for one in session.scalars(here.order_by(Shift.starts_at))]


BEFORE = ["05 08", "05 10", "07 21"]


def answered(page: str) -> dict[str, str]:
    """Return what the form of the preview sends as it is."""
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    chosen = re.findall(r'name="shifts" value="([^"]+)" checked', page)
    return dict(hidden) | {"shifts": chosen[0]} if chosen else dict(hidden)


@pytest.mark.parametrize(("by", "after"), [(1, ["06 08", "06 10", "08 21"]),
                                           (7, ["12 08", "12 10", "14 21"]),
                                           (-2, ["03 08", "03 10", "05 21"])])  # fmt: skip
def test_shifts_move_with_the_event_once_it_was_seen(
    staff: FlaskClient, stored: Stored, event: int, by: int, after: list[str]
) -> None:
    facts = typed(stored, event, FIRST + by * DAY, LAST + by * DAY)
    seen = staff.post(f"/events/{event}/edit/preview", data=facts)
    assert "This concerns three shifts." in text_of(seen) and "Vi" in text_of(seen)
    assert days(stored, event) == BEFORE and told(stored) == []
    page = staff.post(f"/events/{event}/edit", data=answered(seen.text), follow_redirects=True)
    assert days(stored, event) == after
    assert told(stored) == ["changed"]
    assert "outside the days" not in text_of(page)
    again = HOURS | {"hours": text_hours(stored, event)}
    assert "Every shift stays as it is." in text_of(
        staff.post(f"/events/{event}/booth/preview", data=again)
    )
    form = re.search(r'action="([^"]+)"><input[^>]*><button[^>]*data-undo', page.text)
    assert form is not None
    staff.post(form[1].replace("&amp;", "&"))
    assert days(stored, event) == BEFORE
    with stored() as session:
        assert session.get_one(Event, event).starts_on == FIRST


def text_hours(stored: Stored, event: int) -> str:
    with stored() as session:
        booth = session.scalars(select(Booth).where(Booth.event_id == event)).one()
        return "\n".join(f"{one['day']} {one['from']}-{one['until']}" for one in booth.hours)


def test_they_stay_where_that_is_wanted_and_that_is_said(
    staff: FlaskClient, stored: Stored, event: int
) -> None:
    facts = typed(stored, event, FIRST + 7 * DAY, LAST + 7 * DAY)
    seen = staff.post(f"/events/{event}/edit/preview", data=facts)
    assert "three are outside 12–14 Aug then" in text_of(seen)
    stays = answered(seen.text) | {"shifts": "stay"}
    page = staff.post(f"/events/{event}/edit", data=stays, follow_redirects=True)
    assert days(stored, event) == BEFORE and told(stored) == []
    assert "Three shifts to come are outside the days of the event" in text_of(page)


def test_one_more_day_at_the_front_moves_nothing(
    staff: FlaskClient, stored: Stored, event: int
) -> None:
    facts = typed(stored, event, FIRST - DAY, LAST)
    assert staff.post(f"/events/{event}/edit/preview", data=facts).status_code == 303
    assert days(stored, event) == BEFORE and told(stored) == []


def test_a_last_day_that_goes_leaves_the_choice_and_proposes_to_stay(
    staff: FlaskClient, stored: Stored, event: int
) -> None:
    facts = typed(stored, event, FIRST + DAY, LAST)
    seen = staff.post(f"/events/{event}/edit/preview", data=facts)
    assert answered(seen.text)["shifts"] == "stay"


@pytest.mark.parametrize(
    ("city", "country", "said"),
    [
        ("Lisbon", "Portugal", "12:00 WEST"),
        ("Kathmandu", "Nepal", "12:00 UTC+0545"),
        ("Adelaide", "Australia", "12:00 ACST"),
    ],
)
def test_another_clock_is_seen_first_and_its_hands_stay(
    staff: FlaskClient, stored: Stored, event: int, city: str, country: str, said: str
) -> None:
    facts = typed(stored, event, FIRST, LAST, city=city, country=country)
    seen = staff.post(f"/events/{event}/edit/preview", data=facts)
    assert "Hours stay as they are by the clock there" in text_of(seen)
    assert "10:00–12:00 CEST" in text_of(seen) and said in text_of(seen)
    assert told(stored) == []
    staff.post(f"/events/{event}/edit", data=answered(seen.text))
    assert local(stored, event) == ["10:00-12:00", "12:00-14:00", "23:00-01:00"]
    assert told(stored) == ["changed"]


def test_what_means_nothing_for_shifts_is_saved_at_once(
    staff: FlaskClient, stored: Stored, event: int
) -> None:
    facts = typed(stored, event, FIRST, LAST, name="Clock Conference")
    assert staff.post(f"/events/{event}/edit/preview", data=facts).status_code == 303
    with stored() as session:
        assert session.get_one(Event, event).name == "Clock Conference"


def test_a_form_that_is_wrong_is_shown_again(
    staff: FlaskClient, stored: Stored, event: int
) -> None:
    facts = typed(stored, event, FIRST, FIRST - DAY)
    page = staff.post(f"/events/{event}/edit/preview", data=facts)
    assert page.status_code == 422 and "It would end before it starts" in text_of(page)


def test_an_event_that_moves_by_a_week_calls_nobody_to_an_empty_hall(
    staff: FlaskClient, owned: Owned, stored: Stored, event: int, shared_data: Path
) -> None:
    """The case as it is told: either they move and people are told, or it is said."""
    case = json.loads((shared_data / "cases/b03.json").read_text())
    was, then = case["event"], case["then"]
    by = date.fromisoformat(then["first"]) - date.fromisoformat(was["first"])
    facts = typed(stored, event, FIRST + by, LAST + by)
    page = staff.post(f"/events/{event}/edit", data=facts, follow_redirects=True)
    for one in (page, staff.get(f"/events/{event}/booth")):
        assert "are outside the days of the event" in text_of(one)
