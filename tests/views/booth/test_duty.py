"""Today at the booth: the lead notes who is there, volunteers do it by the QR code's address."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Booth, Event, Foundation, Person, Shift, SignUp
from outreach.staffing.volunteers import personal_links
from tests import cast
from tests.cast import REAL
from tests.conftest import CountQueries, Stored
from tests.sign_ins import add_person
from tests.views.booth.test_roster import Staffed, at, staff_booth, undo_of
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of

MINE = "whereabouts-mine"


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session, clock=at("12:30"))


@pytest.fixture
def booth(stored: Stored, owned: Owned) -> Staffed:
    with stored() as session:
        return staff_booth(session, owned)


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned, booth: Staffed) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


@pytest.fixture
def lin(app: Flask, stored: Stored, booth: Staffed) -> FlaskClient:
    """Return the browser with which Lin took the shift."""
    client = app.test_client()
    with stored() as session:
        person = session.get_one(Person, booth.lin)
        client.set_cookie(
            MINE, personal_links.issue(session, person, app.config["SECRET_KEY"], REAL)
        )
    return client


def code_of(booth: Staffed) -> str:
    """Return the code in the address that the QR code holds."""
    return f"b{booth.event:07d}".replace("0", "2").replace("1", "3")


@pytest.fixture(autouse=True)
def typeable(stored: Stored, booth: Staffed) -> None:
    """Give the booth a code of the letters that codes are made of."""

    with stored() as session:
        session.execute(
            update(Booth).where(Booth.event_id == booth.event).values(code=code_of(booth))
        )


def note(staff: FlaskClient, booth: Staffed, word: str, place: int | None = None) -> str:
    """Note something as the lead does; return what the next page shows."""
    place = place or booth.lin_first
    answer = staff.post(f"/events/{booth.event}/places/{place}/note/{word}", follow_redirects=True)
    return text_of(answer)


def test_who_is_on_who_comes_and_who_leaves(staff: FlaskClient, booth: Staffed) -> None:
    page = text_of(staff.get(f"/events/{booth.event}/today"))
    assert "Nobody is checked in." in page
    assert "On now, until 13:00" in page
    assert "has not come yet" in page
    assert "Leaving: Lin" in page
    assert "Nobody yet, 2 missing." in page
    assert f"/s/{code_of(booth)}/here" in page


def test_the_lead_checks_in_and_out_and_takes_it_back(
    staff: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    assert "Lin is here." in note(staff, booth, "in")
    page = staff.get(f"/events/{booth.event}/today")
    assert "Lin is at the booth, one awaited." in text_of(page)
    assert "here since 12:30" in text_of(page)
    assert "Lin can stay on if nobody comes." in note(staff, booth, "stay")
    assert "Lin does not stay on." in note(staff, booth, "go")
    out = staff.post(
        f"/events/{booth.event}/places/{booth.lin_first}/note/out", follow_redirects=True
    )
    assert "Lin has left." in text_of(out)
    assert "Undone: all is as before." in staff.post(undo_of(out), follow_redirects=True).text
    with stored() as session:
        place = session.get_one(SignUp, booth.lin_first)
        assert (place.arrived_at, place.left_at) == (at("12:30"), None)


def test_a_no_show_is_seen_by_the_lead_alone(
    staff: FlaskClient, lin: FlaskClient, booth: Staffed
) -> None:
    assert "Lin did not come." in note(staff, booth, "missed")
    assert "did not come" in text_of(staff.get(f"/events/{booth.event}/today"))
    for address in (f"/s/{code_of(booth)}/here", f"/s/{code_of(booth)}"):
        assert "did not come" not in text_of(lin.get(address))


def test_a_refused_note_says_why(staff: FlaskClient, booth: Staffed) -> None:
    answer = staff.post(f"/events/{booth.event}/places/{booth.ada_second}/note/missed")
    assert answer.status_code == 422
    assert "Sat 13:00 has not begun yet." in text_of(answer)
    nonsense = staff.post(f"/events/{booth.event}/places/{booth.lin_first}/note/nonsense")
    assert nonsense.status_code == 404


def test_a_volunteer_checks_in_by_the_code_at_the_booth(
    lin: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    here = f"/s/{code_of(booth)}/here"
    before = rows_of(stored)
    page = lin.get(here)
    assert "Are you here, Lin?" in page.text
    assert rows_of(stored) == before
    action = re.search(r'action="([^"]+/in)"', page.text)
    assert action is not None
    page = lin.post(action[1], follow_redirects=True)
    assert "You are checked in, Lin." in page.text
    assert "I can stay on if nobody comes" in page.text
    assert "you can stay on" in text_of(
        lin.post(action[1].replace("/in", "/stay"), follow_redirects=True)
    )
    lin.post(action[1].replace("/in", "/go"), follow_redirects=True)
    left = lin.post(action[1].replace("/in", "/out"), follow_redirects=True)
    assert "You are checked out. Thank you." in left.text
    undo = re.search(r'action="([^"]+/take-back)"', left.text)
    assert undo is not None
    lin.post(undo[1])
    with stored() as session:
        place = session.get_one(SignUp, booth.lin_first)
        assert (place.arrived_at, place.left_at) == (at("12:30"), None)


@pytest.mark.parametrize(("who", "known"), [("lead", True), ("code", True), ("address", False)])
def test_who_was_seen_or_read_the_code_of_the_day_is_known(
    staff: FlaskClient, lin: FlaskClient, booth: Staffed, stored: Stored, who: str, known: bool
) -> None:
    with stored() as session:
        unknown = {"email": None, "email_key": None, "phone": "+1 303 555 0100"}
        session.execute(update(Person).where(Person.id == booth.lin).values(**unknown))
    at_booth = f"/s/{code_of(booth)}/here"
    shown = re.search(rf"{at_booth}\?at=[\w-]+", staff.get(f"/events/{booth.event}/today").text)
    assert shown is not None
    if who == "lead":
        undone = staff.post(
            f"/events/{booth.event}/places/{booth.lin_first}/note/in", follow_redirects=True
        )
    else:
        page = lin.get(shown[0] if who == "code" else f"{at_booth}?at=guess")
        action = re.search(r'action="([^"]+/in[^"]*)"', page.text)
        assert action is not None
        undone = lin.post(action[1], follow_redirects=True)
        assert "You are checked in" in undone.text

    def is_known() -> bool:
        with stored() as session:
            return session.get_one(Person, booth.lin).is_known

    assert is_known() is known
    back = re.search(r'action="([^"]+/take-back)"', undone.text)
    assert back is not None
    (staff if who == "lead" else lin).post(back[1])
    assert not is_known()


def test_nobody_checks_in_for_somebody_else(
    app: Flask, staff: FlaskClient, lin: FlaskClient, booth: Staffed, stored: Stored
) -> None:
    here = f"/s/{code_of(booth)}/here"
    with stored() as session:
        first_of_ada = session.get_one(SignUp, booth.ada_second).id - 2
        assert session.get_one(SignUp, first_of_ada).person_id == booth.ada
    before = rows_of(stored)
    assert lin.post(f"{here}/{first_of_ada}/in").status_code == 404
    assert lin.post(f"{here}/{booth.lin_first}/missed").status_code == 404
    assert lin.post(f"{here}/99/in").status_code == 404
    stranger = app.test_client()
    assert "does not know you yet" in stranger.get(here).text
    assert stranger.post(f"{here}/{booth.lin_first}/in").status_code == 404
    assert stranger.get("/s/nonsense/here").status_code == 404
    assert rows_of(stored) == before
    # What the lead noted is the lead's to take back.
    noted = staff.post(
        f"/events/{booth.event}/places/{booth.lin_first}/note/in", follow_redirects=True
    )
    assert lin.post(undo_of(noted)).status_code == 404
    assert lin.post("/history/9999/take-back").status_code == 404
    assert stranger.post(undo_of(noted)).status_code == 401


def test_a_volunteer_of_another_foundation_has_no_shift_here(
    app: Flask, booth: Staffed, stored: Stored
) -> None:
    with stored() as session:
        theirs = plan(session, "theirs")
        person = session.get_one(Person, theirs.volunteer)
        token = personal_links.issue(session, person, app.config["SECRET_KEY"], REAL)
    client = app.test_client()
    client.set_cookie(MINE, token)
    assert "does not know you yet" in client.get(f"/s/{code_of(booth)}/here").text
    assert client.post(f"/s/{code_of(booth)}/here/{booth.lin_first}/in").status_code == 404


def test_more_people_are_no_question_more(
    staff: FlaskClient, booth: Staffed, owned: Owned, stored: Stored, count_queries: CountQueries
) -> None:
    def asked() -> int:
        with count_queries() as queries:
            assert staff.get(f"/events/{booth.event}/today").status_code == 200
        return len(queries)

    before = asked()
    with stored() as session:
        table = session.get_one(Booth, session.get_one(Shift, booth.gap).booth_id)
        ours = session.get_one(Foundation, owned.foundation)
        assert session.get_one(Event, booth.event).foundation_id == ours.id
        for number in range(3):
            shift = cast.add_shift(session, table, at("17:00") + timedelta(hours=number))
            cast.add_sign_up(
                session, shift, add_person(session, f"Kim{number} Sample", "volunteer", ours)
            )
    assert asked() == before
