"""Owner, next date and approvals: on the event, on Season, refused beside the field, undone."""

import pytest
from flask.testing import FlaskClient

from models import Event, EventPlan, Foundation
from tests import cast
from tests.conftest import Stored
from tests.views.planned import Owned, plan, rows_of, text_of, undo_of


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session)


def test_who_proposed_owns_it_and_another_day_is_noted(staff: FlaskClient, owned: Owned) -> None:
    page = staff.get(f"/events/{owned.event}")
    assert "Nobody has said Go to SIGGRAPH yet." in text_of(page)
    assert "Ada Ours owns it." in text_of(page)
    given = {"owner": str(owned.staff), "next_on": "2024-07-26"}
    answer = staff.post(f"/events/{owned.event}/plan", data=given, follow_redirects=True)
    assert "It is decided by Fri 26 Jul." in text_of(answer)
    staff.post(undo_of(answer))
    assert "It is decided by" not in text_of(staff.get(f"/events/{owned.event}"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"owner": "99999"}, "Not a valid choice."),
        ({"owner": "me"}, "Please look at this again"),
        ({"next_on": "2024-07-24"}, "That day is over."),
        ({"next_on": "soon"}, "soon"),
    ],
)
def test_what_no_plan_can_be_stays_beside_its_field(
    staff: FlaskClient, owned: Owned, stored: Stored, given: dict[str, str], says: str
) -> None:
    before = rows_of(stored)
    sent = {"owner": str(owned.staff), "next_on": ""} | given
    answer = staff.post(f"/events/{owned.event}/plan", data=sent)
    assert answer.status_code in (409, 422)
    assert says in answer.text
    assert rows_of(stored) == before


def test_what_nobody_owns_is_taken_by_one_button_on_season(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        session.get_one(EventPlan, owned.event).owner_id = None
    season = text_of(staff.get("/season"))
    assert "Nobody owns SIGGRAPH" in season
    assert "I own it" in season
    answer = staff.post(f"/events/{owned.event}/plan/own", follow_redirects=True)
    assert "SIGGRAPH is yours." in text_of(answer)
    assert "Nobody owns" not in text_of(staff.get("/season"))


def test_a_day_that_has_passed_is_late_on_season(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        later = cast.add_event(session, ours, "SeaGL", cast.date(2024, 11, 8), **cast.ATLANTA)
        cast.add_decision(session, later, "go")
        day = cast.date(2024, 7, 20)
        session.add(EventPlan(event_id=later.id, owner_id=owned.staff, next_on=day))
    season = text_of(staff.get("/season"))
    assert "Look at SeaGL It was due on Sat 20 Jul. Ada Ours owns it." in season


def test_silence_of_a_body_is_said_until_its_yes_is_noted(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    asked = staff.post("/approvals", data={"proposed": "board", "go": ""}, follow_redirects=True)
    assert "It is saved whose yes is asked for." in text_of(asked)
    for page in ("/season", f"/events/{owned.event}"):
        assert "oard: not approved yet" in text_of(staff.get(page))
    address = f"/events/{owned.event}/approvals"
    given = {"body": "board", "approved_by": "Eve", "approved_on": "2024-07-26", "link": "soon"}
    refused = staff.post(address, data=given)
    assert refused.status_code == 422
    assert "is no web address" in refused.text
    refused = staff.post(address, data=given | {"link": ""})
    assert "An approval was given on a day that has come." in refused.text
    done = staff.post(address, data=given | {"approved_on": "2024-07-25", "link": ""})
    assert done.status_code == 303
    assert "Board: Eve, 25 July 2024" in text_of(staff.get(f"/events/{owned.event}"))
    gone = staff.post(f"{address}/1/remove", follow_redirects=True)
    assert "The approval is taken away." in text_of(gone)
    assert staff.post(f"{address}/1/remove").status_code == 422


def test_staff_are_told_whether_they_are_ready_and_volunteers_are_not(
    staff: FlaskClient, volunteer: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        event = session.get_one(Event, owned.event)
        booth = cast.add_booth(session, event, label="Hall B")
        wednesday = cast.datetime(2024, 7, 31, 21, tzinfo=cast.UTC)
        cast.add_shift(session, booth, wednesday)
    staff.post(f"/events/{owned.event}/decision/go")
    page = text_of(staff.get(f"/events/{owned.event}"))
    assert "Almost ready for Denver. On Wednesday at 15:00, nobody is at the booth." in page
    assert "Not staffed: Wed 15:00 misses 2." in page
    assert "not staffed: Wed 15:00 misses 2" in text_of(staff.get("/season"))
    assert "nobody is at the booth" not in text_of(volunteer.get(f"/events/{owned.event}"))
