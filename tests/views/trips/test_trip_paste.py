"""Trips pasted from a sheet: who stays which nights, on trips that stand or are made."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Person, Trip, TripPerson, TripStop
from tests.conftest import Stored
from tests.views.planned import Owned, text_of, undo_of

TABLE = (
    "Trip\tEvents\tName\tArrives\tLeaves\tNote\n"
    "Denver\tOpen Source Days; SIGGRAPH\tAda Ours\t27 Jul 2024\t2 Aug 2024\troom 1\n"
    "\t\tLin Ours\t29 Jul 2024\t2 Aug 2024\t\n"
)


def stays(stored: Stored) -> list[tuple[str, str, str, str]]:
    with stored() as session:
        rows = session.execute(
            select(Trip.name, Person.name, TripPerson.arrives_on, TripPerson.note)
            .join(TripPerson, TripPerson.trip_id == Trip.id)
            .join(Person, Person.id == TripPerson.person_id)
            .order_by(Person.name)
        )
        return [(trip, name, day.isoformat(), note) for trip, name, day, note in rows]


def test_trips_are_previewed_made_changed_and_taken_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    assert "Paste who goes where." in staff.get("/trips/paste").text
    page = staff.post("/trips/paste/preview", data={"text": TABLE})
    assert "2 rows are ready." in page.text and stays(stored) == []
    assert "Denver, new: Open Source Days and SIGGRAPH" in text_of(page)
    page = staff.post("/trips/paste", data={"text": TABLE}, follow_redirects=True)
    kept = [
        ("Denver", "Ada Ours", "2024-07-27", "room 1"),
        ("Denver", "Lin Ours", "2024-07-29", ""),
    ]
    assert stays(stored) == kept
    with stored() as session:
        assert set(session.scalars(select(TripStop.event_id))) == {owned.osd, owned.event}
    again = staff.post("/trips/paste/preview", data={"text": staff.get("/trips.csv").text})
    assert "Nothing is new here." in again.text, text_of(again)
    more = "Event,Name,Arrives,Leaves\nSIGGRAPH,lin ours,30 Jul 2024,2 Aug 2024\n"
    assert "Changes it." in staff.post("/trips/paste/preview", data={"text": more}).text
    changed = staff.post("/trips/paste", data={"text": more}, follow_redirects=True)
    assert stays(stored)[1][2] == "2024-07-30"
    staff.post(undo_of(changed))
    assert stays(stored) == kept


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("\t\tAda Ours\t27 Jul 2024\t2 Aug 2024\t", "Say to which event."),
        ("\tNowhere\tAda Ours\t27 Jul 2024\t2 Aug 2024\t", "No event of yours is called"),
        ("\tSIGGRAPH\tNobody\t27 Jul 2024\t2 Aug 2024\t", "is not on your list of people"),
        ("\tSIGGRAPH\tAda Ours\t2 Aug 2024\t27 Jul 2024\t", "leave before they arrive"),
        ("\tSIGGRAPH\tAda Ours\t\t27 Jul 2024\t", "Give the day."),
        ("\tSIGGRAPH\tAda Ours\tsoon\t27 Jul 2024\t", "needs another look"),
    ],
)
def test_a_row_that_cannot_be_is_kept_on_the_page(
    staff: FlaskClient, owned: Owned, stored: Stored, row: str, sentence: str
) -> None:
    answer = staff.post("/trips/paste", data={"text": TABLE.splitlines()[0] + "\n" + row + "\n"})
    assert (answer.status_code, sentence in text_of(answer)) == (422, True), text_of(answer)
    assert stays(stored) == []


def test_days_without_a_year_are_those_around_the_event(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    staff.post("/trips/paste", data={"text": "SIGGRAPH\tAda Ours\t27 July\t2 Aug\n"})
    with stored() as session:
        days = session.execute(select(TripPerson.arrives_on, TripPerson.leaves_on)).all()
    assert [tuple(one) for one in days] == [(date(2024, 7, 27), date(2024, 8, 2))]


def test_an_event_is_in_one_trip_at_most(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    with stored() as session:
        trip = Trip(foundation_id=owned.foundation, name="Denver")
        session.add(trip)
        session.flush()
        session.add(TripStop(trip_id=trip.id, event_id=owned.osd))
    text = TABLE.replace("Denver\t", "Rockies\t")
    answer = staff.post("/trips/paste", data={"text": text})
    assert answer.status_code == 422 and "in another trip already" in answer.text
