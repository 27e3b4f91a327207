"""The shifts of all booths of a trip on one page, with one name and the rules over all."""

from datetime import date, timedelta

import pytest
from flask import Flask

from models import Decision, Event, Foundation, Trip, TripStop
from tests import cast, pages
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.hall import CODE, SOL, Hall, press

OTHER = "cdefghjk"
TRIP = f"/s/{CODE}/trip"
HOUR = timedelta(hours=1)


@pytest.fixture
def hall(app: Flask, stored: Stored) -> Hall:
    return Hall(app, stored)


@pytest.fixture
def other(hall: Hall, stored: Stored) -> int:
    """Add a booth at another event of the trip; return its shift, which overlaps the first."""
    with stored() as session:
        ours = session.get_one(Foundation, hall.foundation)
        event = cast.add_event(session, ours, "Open Source Days", ends=date(2024, 8, 1))
        cast.add_decision(session, event, "go")
        booth = cast.add_booth(session, event, code=OTHER)
        trip = Trip(foundation_id=ours.id, name="Denver")
        session.add(trip)
        session.flush()
        session.add_all(TripStop(event_id=one, trip_id=trip.id) for one in (hall.event, event.id))
        return cast.add_shift(session, booth, WEDNESDAY + HOUR, 2).id


def test_each_event_stands_under_its_name_and_one_name_is_enough(hall: Hall, other: int) -> None:
    first, phone = hall.shift(), hall.phone()
    later = hall.shift(WEDNESDAY + 4 * HOUR)
    tree = pages.tree_of(phone.get(TRIP).text)
    assert [pages.says(one).partition(" ,")[0].partition(",")[0] for one in tree.iter("h2")] == [
        "Open Source Days",
        "SIGGRAPH",
    ]
    assert hall.take(phone, first, SOL).status_code == 303
    page = phone.get(TRIP)
    assert "Sol" in page.text and f"/shifts/{other}" not in page.text
    assert "overlaps what you do already" in page.text
    assert press(phone, page).status_code == 303
    assert hall.states(later) == {"Sol": "taken"}


def test_the_list_of_one_booth_leads_to_that_of_all(hall: Hall, other: int) -> None:
    hall.shift()
    for code, name in ((CODE, "Open Source Days"), (OTHER, "SIGGRAPH")):
        page = hall.phone().get(f"/s/{code}").text
        assert f"We are at {name} as well" in page and f"/s/{code}/trip" in page


@pytest.mark.parametrize("why", ["no trip", "called off", "over"])
def test_what_nobody_can_go_to_is_no_page(hall: Hall, other: int, stored: Stored, why: str) -> None:
    hall.shift()
    with stored() as session:
        event = session.query(Event).filter_by(name="Open Source Days").one()
        if why == "no trip":
            session.delete(session.get_one(TripStop, event.id))
        elif why == "over":
            event.starts_on = event.ends_on = date(2023, 7, 1)
        else:
            decision = session.query(Decision).filter_by(event_id=event.id).one()
            decision.state, decision.reason = "cancelled", "the hall burnt"
    assert hall.phone().get(TRIP).status_code == 404
    assert "as well" not in hall.phone().get(f"/s/{CODE}").text
