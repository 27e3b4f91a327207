"""The pages of deadlines: checklist, board, calendar, days, notices; each act and its refusals."""

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import ChecklistItem, Event, Foundation, NoticeChoice, Person
from tests.cast import TODAY, add_call, add_item, name_person
from tests.conftest import CountQueries, Stored
from tests.views.planned import Owned, undo_of

NEW = {"what": "Badges", "when": "T-31", "kind": "forms", "owner": ""}


def items(stored: Stored) -> list[tuple[str, int | None, date | None]]:
    with stored() as session:
        rows = session.scalars(select(ChecklistItem).order_by(ChecklistItem.id))
        return [(one.what, one.days, one.done_on) for one in rows]


def test_a_checklist_is_begun_ticked_changed_and_brought_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = f"/events/{owned.event}/checklist"
    page = staff.post(path, data={"template": "talk"}, follow_redirects=True)
    assert "Send the slides" in page.text and "days late" in page.text
    staff.post(undo_of(page))
    assert items(stored) == []
    staff.post(f"{path}/new", data=NEW)
    with stored() as session:
        item = session.scalars(select(ChecklistItem)).one()
        edit, version = f"{path}/{item.id}", str(item.version)
    page = staff.post(f"{edit}/done", follow_redirects=True)
    assert "“Badges” is done." in page.text and "Done on Thu 25 Jul by Ada Ours" in page.text
    assert items(stored) == [("Badges", -31, TODAY)]
    assert staff.post(f"{edit}/done").status_code == 409
    staff.post(f"{edit}/open")
    assert items(stored) == [("Badges", -31, None)]
    version = str(int(version) + 2)
    changed = NEW | {"what": "Names", "version": version, "evidence": "example.org"}
    page = staff.post(edit, data=changed, follow_redirects=True)
    assert "“Names” is changed." in page.text
    page = staff.post(f"{edit}/remove", follow_redirects=True)
    assert items(stored) == []
    staff.post(undo_of(page))
    assert items(stored) == [("Names", -31, None)]
    assert "Names,T-31,2024-06-27,exhibitor form" in staff.get(f"{path}.csv").text
    assert "did “Badges” for SIGGRAPH" in staff.get(f"/events/{owned.event}/history").text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"what": " "}, "Say what is to be done."),
        ({"when": ""}, "Say by when."),
        ({"when": "soon"}, "Write days from the event"),
        ({"when": "T-900"}, "more than two years"),
        ({"when": "1 Jan 2999"}, "Write days from the event"),
        ({"kind": "party"}, "Not a valid choice."),
        ({"opens_before": "0"}, "Give 1 to 730 days."),
        ({"owner": "999"}, "Not a valid choice."),
        ({"evidence": "javascript:x"}, "address"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    staff: FlaskClient, owned: Owned, stored: Stored, given: dict[str, str], sentence: str
) -> None:
    answer = staff.post(f"/events/{owned.event}/checklist/new", data=NEW | given)
    assert answer.status_code == 422 and sentence in answer.text
    assert items(stored) == []


def test_the_board_has_everything_by_its_day_and_ticks(
    staff: FlaskClient, owned: Owned, stored: Stored, count_queries: CountQueries
) -> None:
    with stored() as session:
        event = session.get_one(Event, owned.event)
        add_call(session, event, date(2024, 7, 27))
        for number in range(500):
            add_item(session, event, f"Item {number}", 200, owner_id=owned.staff)
        first = add_item(session, event, "Hotel block", -10, kind="hotel", opens_before=5,
                         owner_id=owned.volunteer).id  # fmt: skip
    with count_queries() as asked:
        page = staff.get("/deadlines").text
    assert len(asked) <= 10
    assert "Three are late. One is due within a week." in page
    assert page.index("Go or no-go") < page.index("Hotel block") < page.index("Call for talks")
    assert "from Sat 13 Jul" in page and "T-1</span>" in page and "7 days late" in page
    assert "Hotel block" in staff.get("/deadlines?kind=hotel").text
    assert "Hotel block" not in staff.get("/deadlines?whose=mine").text
    assert staff.get("/deadlines?kind=party").status_code == 400
    assert ",SIGGRAPH,Hotel block,hotel,2024-07-13,Lin Ours," in staff.get("/deadlines.csv").text
    done = staff.post(f"/events/{owned.event}/checklist/{first}/done", data={"to": "board"})
    assert done.location == "/deadlines"
    assert "Two are late." in staff.get("/deadlines").text


def test_season_and_the_event_say_what_is_late(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        add_item(session, session.get_one(Event, owned.event), "Badges", -31)
    season = staff.get("/season").text
    assert "SIGGRAPH: one item of the checklist is late" in season
    assert "Badges, 28 days late." in season
    assert "One item of the checklist is late" in staff.get(f"/events/{owned.event}").text


def test_what_is_given_to_a_spreadsheet_can_be_pasted_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = f"/events/{owned.event}/checklist"
    staff.post(path, data={"template": "booth"})
    rows = staff.get(f"{path}.csv").get_data(as_text=True).removeprefix("\ufeff")
    preview = staff.post(f"{path}/paste/preview", data={"text": rows}).text
    assert "Nothing is new here." in preview
    data = {"text": rows.replace("T-31", "T-40").replace("Go or no-go", "Say go")}
    page = staff.post(f"{path}/paste", data=data, follow_redirects=True)
    assert "2 items kept." in page.text
    staff.post(undo_of(page))
    assert ("Say go", -90, None) not in items(stored)


def test_the_days_of_templates_are_the_foundations(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    page = staff.get("/deadlines/days")
    assert 'value="-90"' in page.text
    wrong = staff.post("/deadlines/days", data={"decide": "-9999", "swag": "x"})
    assert wrong.status_code == 422 and "Give days from -730 to 730." in wrong.text
    staff.post("/deadlines/days", data={"decide": "-100", "swag": ""})
    with stored() as session:
        kept = session.get_one(Foundation, owned.foundation).checklist_days
        assert (kept["decide"], kept["swag"]) == (-100, None)


def test_notices_and_the_calendar_are_ones_own(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        add_item(session, session.get_one(Event, owned.event), "Badges\r\nX-EVIL:1", 1, kind="task")
    assert "Badges" in staff.get("/notices").text
    assert staff.post("/notices", data={"how": "fax"}).status_code == 422
    staff.post("/notices", data={"how": "daily", "call": "y"})
    assert staff.get("/feeds/deadlines/no.ics").status_code == 404
    page = staff.post("/notices/calendar", follow_redirects=True).text
    path = page.partition("webcal://localhost")[2].partition('"')[0]
    feed = staff.get(path)
    assert feed.mimetype == "text/calendar"
    assert b"SUMMARY:SIGGRAPH: Badges X-EVIL:1" in feed.data.replace(b"\\:", b":")
    assert b"\r\nX-EVIL" not in feed.data and b"DTSTART;VALUE=DATE:20240802" in feed.data
    again = staff.get(path, headers={"If-None-Match": feed.headers["ETag"]})
    assert again.status_code == 304
    staff.post("/notices/calendar")
    assert staff.get(path).status_code == 404
    with stored() as session:
        choice = session.get_one(NoticeChoice, owned.staff)
        assert (choice.how, choice.kinds) == ("daily", ["call"])
        path = f"/feeds/deadlines/{choice.seed}.ics"
        session.get_one(Person, owned.staff)
    assert staff.get(path).status_code == 404


def test_who_leads_has_the_checklist_and_not_the_board(
    volunteer: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        item = add_item(session, session.get_one(Event, owned.event), "Badges", -31).id
        person = session.get_one(Person, owned.volunteer)
    path = f"/events/{owned.event}/checklist"
    assert volunteer.get(path).status_code == 404
    with stored() as session:
        name_person(session, session.get_one(Event, owned.event), person, is_lead=True)
    assert "Badges" in volunteer.get(path).text
    page = volunteer.post(f"{path}/{item}/done", follow_redirects=True)
    volunteer.post(undo_of(page))
    assert items(stored) == [("Badges", -31, None)]
    assert volunteer.get(f"/events/{owned.osd}/checklist/{item}").status_code == 404
    assert volunteer.get("/deadlines").status_code == 404
    assert volunteer.get("/notices").status_code == 200
