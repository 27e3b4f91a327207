"""A volunteer reads what is kept, takes it along, and is erased when they mean it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Booth, Person, SignUp, SignUpAnswer
from outreach.staffing.volunteers import personal_links
from tests import cast
from tests.conftest import Stored
from tests.views.planned import Owned, plan, sign_in_as, text_of


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        owned = plan(session)
        event = session.get_one(cast.Event, owned.event)
        shift = cast.add_shift(session, cast.add_booth(session, event), cast.NOW)
        cast.add_sign_up(session, shift, session.get_one(Person, owned.volunteer))
        plan(session, "theirs")
    return owned


@pytest.fixture
def path(app: Flask, stored: Stored, owned: Owned) -> str:
    with stored() as session:
        person = session.get_one(Person, owned.volunteer)
        return f"/my/{personal_links.issue(session, person, app.config['SECRET_KEY'], cast.NOW)}"


def test_all_of_it_is_on_the_page_and_in_the_file(client: FlaskClient, path: str) -> None:
    page = client.get(f"{path}/kept")
    assert "lin@example.org" in page.text
    assert "Kept for now: helps with an open ask." in text_of(page)
    file = client.get(f"{path}/kept.json")
    assert file.json is not None
    assert file.json["tables"]["person"][0]["email"] == "lin@example.org"
    assert "attachment" in file.headers["Content-Disposition"]
    assert file.headers["Cache-Control"] == "no-store"
    assert f'href="{path}/kept"' in client.get(path).text


def test_erasing_asks_first_and_then_leaves_nothing(
    client: FlaskClient, path: str, owned: Owned, stored: Stored
) -> None:
    refused = client.post(f"{path}/erase")
    assert refused.status_code == 422
    assert "Tick the box first" in refused.text
    done = client.post(f"{path}/erase", data={"sure": "1"})
    assert (done.status_code, done.location) == (303, "/my/erased")
    assert "You are erased here." in client.get("/my/erased").text
    assert client.get(path).status_code == 404
    with stored() as session:
        assert session.get(Person, owned.volunteer) is None
        assert session.scalars(select(SignUp)).all() == []


def test_staff_with_a_personal_link_are_refused(app: Flask, owned: Owned, stored: Stored) -> None:
    staff = sign_in_as(app, stored, owned.staff)
    refused = staff.post("/my/own/erase", data={"sure": "1"})
    assert refused.status_code == 422
    assert "ask somebody else of staff" in refused.text


def test_a_signed_in_volunteer_is_signed_out_by_it(
    app: Flask, owned: Owned, stored: Stored
) -> None:
    volunteer = sign_in_as(app, stored, owned.volunteer)
    assert volunteer.post("/my/own/erase", data={"sure": "1"}).status_code == 303
    assert volunteer.get("/events").status_code == 302


class TestStaff:
    """They see the same of anybody of theirs, and whose contact goes next."""

    @pytest.fixture
    def staff(self, app: Flask, owned: Owned, stored: Stored) -> FlaskClient:
        return sign_in_as(app, stored, owned.staff)

    def test_of_one_person(self, staff: FlaskClient, owned: Owned) -> None:
        page = staff.get(f"/people/{owned.volunteer}/kept")
        assert "lin@example.org" in page.text
        file = staff.get(f"/people/{owned.volunteer}/kept.json")
        assert file.json is not None
        assert file.json["tables"]["sign_up"]

    def test_who_is_forgotten_next(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        assert "No contact goes within 30 days" in staff.get("/people/forgetting").text
        with stored() as session:
            foundation = session.get_one(cast.Foundation, owned.foundation)
            foundation.clock = cast.NOW + cast.timedelta(days=70)
            session.execute(cast.Ask.__table__.delete())
        page = staff.get("/people/forgetting")
        assert "1 contact goes within 30 days" in page.text
        assert "Forgotten on 23 October 2024" in text_of(page)

    def test_the_worker_forgets_what_is_due(self, app: Flask, owned: Owned, stored: Stored) -> None:
        with stored() as session:
            foundation = session.get_one(cast.Foundation, owned.foundation)
            foundation.clock = None
            session.execute(cast.Ask.__table__.delete())
            # Of staff no contact goes, but what they answered at a booth does.
            booth = session.scalars(select(Booth.id)).first()
            said = {"food": "vegan", "said_at": cast.NOW}
            session.add(SignUpAnswer(booth_id=booth, person_id=owned.staff, **said))
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["work", "--once"])
        assert done.exit_code == 0, done.output
        with stored() as session:
            person = session.get_one(Person, owned.volunteer)
            assert (person.name, person.email) == ("Lin Ours", None)
            assert session.scalars(select(SignUpAnswer)).all() == []
