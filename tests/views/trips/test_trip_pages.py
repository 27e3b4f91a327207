"""The pages of trips: offered on events, made by one button, nights and costs, who may not."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Event, Foundation, Person, Trip, TripCost, TripPerson, TripStop
from outreach.planning.decisions.decisions import decide
from outreach.staffing.volunteers import personal_links
from tests.cast import ATLANTA, NOW, REAL, TODAY, add_event
from tests.conftest import CountQueries, Stored
from tests.pages import of_class, says, tree_of
from tests.sign_ins import add_person
from tests.views.planned import Owned, rows_of, text_of, undo_of

STAY = {"arrives_on": "2024-07-27", "leaves_on": "2024-08-02"}


@pytest.fixture
def trip(staff: FlaskClient, owned: Owned, stored: Stored) -> int:
    staff.post(f"/events/{owned.event}/team/{owned.volunteer}")
    staff.post(f"/events/{owned.event}/trip")
    with stored() as session:
        return session.scalars(select(Trip.id)).one()


def version_of(stored: Stored, trip: int) -> dict[str, str]:
    with stored() as session:
        return {"version": str(session.get_one(Trip, trip).version)}


def test_one_button_makes_the_trip_that_is_offered(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    page = text_of(staff.get(f"/events/{owned.osd}"))
    assert "One trip with SIGGRAPH: same city, 0 days apart" in page and "Make it one trip" in page
    assert "One trip with SIGGRAPH" in text_of(staff.get("/trips"))
    made = staff.post(f"/events/{owned.osd}/trip", follow_redirects=True)
    assert "The trip to Denver is kept." in made.text and "Nobody is on it yet" in made.text
    assert "In the trip to Denver" in staff.get(f"/events/{owned.event}").text
    assert staff.get(f"/events/{owned.event}/trip").location.startswith("/trips/")
    again = staff.post(f"/events/{owned.event}/trip")
    assert again.status_code == 422 and "in the trip to Denver already" in again.text
    staff.post(undo_of(made))
    with stored() as session:
        assert session.scalars(select(TripStop)).all() == []
    assert staff.get(f"/events/{owned.event}/trip").location.endswith("#trip")


def test_the_page_shows_nights_and_hatches_what_nobody_approved(
    staff: FlaskClient, owned: Owned, trip: int
) -> None:
    asked = {f"payer_{row}": "traveller" for row in range(4)}
    asked |= {"what_0": "Flight", "estimated_0": "610 USD"}
    staff.post(f"/events/{owned.event}/money/{owned.volunteer}", data=asked)
    answer = staff.get(f"/trips/{trip}")
    tree = tree_of(answer.text.partition("<main")[2].join(("<main", "")).partition("</main>")[0]
                   + "</main>")  # fmt: skip
    (stay,) = of_class(tree, "stay")
    assert "open" in stay.get("class", "").split() and "not approved yet" in says(stay)
    assert "six nights" in says(stay)
    page = text_of(answer)
    assert "Lin should be there on Saturday, and nobody has approved it." in page
    assert "0 USD of 610 USD is approved." in page and "nobody, 0 days" in page
    assert 'class="hatch"' in answer.text


def test_people_come_change_their_nights_and_leave(
    staff: FlaskClient, owned: Owned, trip: int, stored: Stored
) -> None:
    new = STAY | {"person": str(owned.staff), "note": "drives"} | version_of(stored, trip)
    page = staff.post(f"/trips/{trip}/people/new", data=new, follow_redirects=True)
    assert "They are on the trip." in page.text and "Two people, 12 nights" in page.text
    path = f"/trips/{trip}/people/{owned.staff}"
    assert "drives" in staff.get(path).text
    assert staff.post(path, data=STAY | {"version": "0"}).status_code == 409
    home = STAY | {"is_at_home": "y"} | version_of(stored, trip)
    assert "Two people, six nights" in staff.post(path, data=home, follow_redirects=True).text
    gone = staff.post(f"{path}/leave", follow_redirects=True)
    assert "is off the trip." in gone.text
    assert staff.get(path).status_code == 404
    again = staff.post(f"{path}/leave")
    assert again.status_code == 422 and "is not on this trip" in again.text
    staff.post(undo_of(gone))
    with stored() as session:
        assert session.get_one(TripPerson, (trip, owned.staff)).is_at_home


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"arrives_on": ""}, "Give the day they arrive."),
        ({"leaves_on": "2024-07-26"}, "leave before they arrive"),
        ({"arrives_on": "2024-01-26"}, "too far from the days"),
        ({"note": "x" * 121}, "under 120 characters"),
        ({"person": "9999"}, "Not a valid choice"),
    ],
)
def test_nights_that_cannot_be(
    staff: FlaskClient, owned: Owned, trip: int, stored: Stored, given: dict[str, str],
    sentence: str,
) -> None:  # fmt: skip
    sent = STAY | {"person": str(owned.staff)} | version_of(stored, trip) | given
    before = rows_of(stored)
    answer = staff.post(f"/trips/{trip}/people/new", data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert rows_of(stored) == before


def test_somebody_reads_their_own_nights(
    app: Flask, staff: FlaskClient, owned: Owned, trip: int, stored: Stored
) -> None:
    with stored() as session:
        person = session.get_one(Person, owned.volunteer)
        session.get_one(TripPerson, (trip, person.id)).note = "room 1"
        token = personal_links.copy(session, person, app.config["SECRET_KEY"], NOW)
    page = text_of(app.test_client().get(f"/my/{token}/trips"))
    assert "You are there 27 Jul – 2 Aug, six nights: room 1." in page


def test_costs_are_shared_by_parts(
    staff: FlaskClient, owned: Owned, trip: int, stored: Stored
) -> None:
    new = {"what": "Parcel", "estimated": "100.01", f"part_{owned.osd}": "1"}
    new |= {f"part_{owned.event}": "1"} | version_of(stored, trip)
    page = text_of(staff.post(f"/trips/{trip}/costs/new", data=new, follow_redirects=True))
    assert "Open Source Days bears 50.01 USD" in page and "SIGGRAPH bears 50 USD" in page
    with stored() as session:
        path = f"/trips/{trip}/costs/{session.scalars(select(TripCost.id)).one()}"
    new |= {f"part_{owned.osd}": "0", "spent": "90"} | version_of(stored, trip)
    page = text_of(staff.post(path, data=new, follow_redirects=True))
    assert "SIGGRAPH bears 90 USD" in page and "Open Source Days bears 0 USD" in page
    gone = staff.post(f"{path}/remove", follow_redirects=True)
    assert "The cost is removed." in gone.text
    staff.post(undo_of(gone))
    table = staff.get("/trips.csv").text
    assert "Parcel,100.01,90.00,USD" in table and "Lin Ours,2024-07-27,2024-08-02,6" in table


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"what": ""}, "Say what it is for."),
        ({"estimated": "lots"}, "is no amount"),
        ({"estimated": "1 EUR", "spent": "1 USD"}, "in one currency"),
        ({"part": "-1"}, "whole number of parts"),
    ],
)
def test_costs_that_cannot_be(
    staff: FlaskClient, owned: Owned, trip: int, stored: Stored, given: dict[str, str],
    sentence: str,
) -> None:  # fmt: skip
    sent = {"what": "Parcel"} | version_of(stored, trip) | given
    sent |= {f"part_{owned.osd}": sent.pop("part", "1")}
    answer = staff.post(f"/trips/{trip}/costs/new", data=sent)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    with stored() as session:
        assert session.scalars(select(TripCost)).all() == []


def test_a_trip_is_changed_removed_and_brought_back(
    staff: FlaskClient, owned: Owned, trip: int, stored: Stored
) -> None:
    with stored() as session:
        ours, ada = (session.get_one(Foundation, owned.foundation),
                     session.get_one(Person, owned.staff))  # fmt: skip
        late = add_event(session, ours, "Flock", date(2024, 8, 7), city="Rochester")
        far = add_event(session, ours, "SC", date(2024, 11, 17), **ATLANTA)
        decide(session, ours, [late, far], "go", "", ada, TODAY, REAL)
        numbers = (late.id, far.id)
    form = staff.get(f"/trips/{trip}/edit").text
    assert "Flock, 7 Aug 2024" in form and "SC, 17 Nov" not in form
    sent = {"name": "The west", "events": [owned.event, *numbers]} | version_of(stored, trip)
    page = staff.post(f"/trips/{trip}/edit", data=sent, follow_redirects=True)
    assert "The trip is changed." in page.text
    with stored() as session:
        assert set(session.scalars(select(TripStop.event_id))) == {owned.event, numbers[0]}
    none = {"name": "The west"} | version_of(stored, trip)
    answer = staff.post(f"/trips/{trip}/edit", data=none)
    assert answer.status_code == 422 and "one event at least" in answer.text
    gone = staff.post(f"/trips/{trip}/remove", follow_redirects=True)
    assert staff.get(f"/trips/{trip}").status_code == 404
    staff.post(undo_of(gone))
    history = text_of(staff.get("/history"))
    assert "removed the trip to The west" in history and "name Denver → The west" in history


def test_another_foundations_trip_is_not_here(
    staff: FlaskClient, owned: Owned, theirs: Owned, trip: int, stored: Stored
) -> None:
    with stored() as session:
        other = Trip(foundation_id=theirs.foundation, name="Theirs")
        session.add(other)
        session.flush()
        cost = TripCost(trip_id=other.id, what="x", currency="USD")
        session.add(cost)
        session.flush()
        paths = (other.id, f"{other.id}/costs/{cost.id}", f"{trip}/costs/{cost.id}",
                 f"{trip}/people/{theirs.staff}")  # fmt: skip
    for path in paths:
        assert staff.get(f"/trips/{path}").status_code == 404
    for path in (f"{other.id}/remove", f"{trip}/people/{theirs.staff}/leave",
                 f"{trip}/costs/{cost.id}/remove"):  # fmt: skip
        assert staff.post(f"/trips/{path}").status_code == 404
    assert staff.post(f"/events/{theirs.event}/trip").status_code == 404


def test_many_people_and_trips_ask_no_more(
    staff: FlaskClient, owned: Owned, trip: int, stored: Stored, count_queries: CountQueries
) -> None:
    def add(first: int, last: int) -> None:
        with stored() as session:
            ours = session.get_one(Foundation, owned.foundation)
            for number in range(first, last):
                person = add_person(session, f"P{number} Sample", "volunteer", ours)
                event = add_event(session, ours, f"E{number}", TODAY + timedelta(days=9 * number))
                other = Trip(foundation_id=ours.id, name=f"Trip {number}")
                session.add(other)
                session.flush()
                session.add(TripStop(event_id=event.id, trip_id=other.id))
                session.add(TripCost(trip_id=trip, what="x", currency="USD", estimated=number))
                for one in (other.id, trip):
                    session.add(TripPerson(trip_id=one, person_id=person.id, arrives_on=TODAY,
                                           leaves_on=TODAY + timedelta(days=3)))  # fmt: skip

    pages = ("/trips", f"/trips/{trip}", "/trips.csv", f"/events/{owned.event}")
    counts = []
    for first, last in ((1, 2), (2, 20)):
        add(first, last)
        for page in pages:
            with count_queries() as queries:
                assert staff.get(page).status_code == 200
            counts.append(len(queries))
    assert counts[:4] == counts[4:] and max(counts[:3]) <= 10


def test_an_event_that_is_gone_leaves_its_trip(
    staff: FlaskClient, owned: Owned, trip: int, stored: Stored
) -> None:
    for event in (owned.osd, owned.event):
        staff.post(f"/events/{event}/remove")
    page = text_of(staff.get(f"/trips/{trip}"))
    assert "no event any more" in page
    for path in ("edit", "people/new", "costs/new", f"people/{owned.volunteer}"):
        assert staff.get(f"/trips/{trip}/{path}").status_code == 200
    with stored() as session:
        assert session.get(Event, owned.osd) is None
