"""Notes on the event's page: for staff and leads, refused beside the field, undone by a lead."""

from flask import Flask
from flask.testing import FlaskClient

from models import Event, Person
from tests import cast
from tests.conftest import Stored
from tests.views.planned import Owned, sign_in_as, text_of, undo_of


def test_staff_and_leads_leave_each_other_notes(
    app: Flask, staff: FlaskClient, volunteer: FlaskClient, owned: Owned, stored: Stored
) -> None:
    page = f"/events/{owned.event}"
    assert volunteer.post(f"{page}/notes", data={"text": "hello"}).status_code == 404
    with stored() as session:
        event, lin = session.get_one(Event, owned.event), session.get_one(Person, owned.volunteer)
        cast.name_person(session, event, lin, is_lead=True)
    refused = staff.post(f"{page}/notes", data={"text": " "})
    assert refused.status_code == 422
    assert "Write a few words first." in refused.text
    done = staff.post(f"{page}/notes", data={"text": "@Lin see <b>"}, follow_redirects=True)
    of_staff = undo_of(done)
    assert "@Lin Ours see &lt;b&gt;" in done.text
    lead = sign_in_as(app, stored, owned.volunteer)
    assert "names you" in text_of(lead.get(page))
    assert lead.post(f"{page}/notes/1", data={"text": "x", "version": "1"}).status_code == 422
    assert lead.post(of_staff).status_code == 404
    assert "Take back" not in text_of(lead.get(f"{page}/history"))
    mine = lead.post(f"{page}/notes", data={"text": "Done."}, follow_redirects=True)
    changed = lead.post(
        f"{page}/notes/2", data={"text": "All done.", "version": "1"}, follow_redirects=True
    )
    assert "All done." in changed.text
    gone = lead.post(f"{page}/notes/2/remove", follow_redirects=True)
    assert "All done." not in text_of(gone).partition("Take back")[0]
    back = lead.post(undo_of(gone), follow_redirects=True)
    assert "All done." in back.text
    assert mine.status_code == 200
    assert staff.post(of_staff).status_code == 303
    assert lead.get(f"/events/{owned.osd}/notes/2").status_code in (403, 404)
