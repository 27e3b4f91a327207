"""The next edition from the event's page: its form, what it refuses, and Undo."""

from flask.testing import FlaskClient

from tests.conftest import Stored
from tests.views.planned import Owned, rows_of, text_of, undo_of


def test_a_next_edition_is_planned_from_the_page_and_taken_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    address = f"/events/{owned.event}/next"
    form = staff.get(address)
    assert 'value="2025-07-27"' in form.text
    before = rows_of(stored)["event"]
    given = {"into": "0", "name": "SIGGRAPH", "starts_on": "2025-08-10", "ends_on": ""}
    refused = staff.post(address, data=given | {"starts_on": "2024-07-28", "ends_on": ""})
    assert refused.status_code in (409, 422)
    assert "begins after this one has ended" in refused.text
    assert staff.post(address, data=given | {"name": ""}).status_code == 422
    assert rows_of(stored)["event"] == before
    done = staff.post(address, data=given, follow_redirects=True)
    assert "SIGGRAPH takes over from SIGGRAPH." in text_of(done)
    staff.post(undo_of(done))
    assert len(rows_of(stored)["event"]) == len(before)
