"""People: the list, adding and changing somebody, naming them for an event and taking them off."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Person, TeamMember
from tests.conftest import Stored
from tests.views.planned import Owned, rows_of, text_of

pytestmark = pytest.mark.usefixtures("theirs")
NOOR = {
    "name": "Noor Sample",
    "email": "noor@example.net",
    "role": "volunteer",
    "city": "Denver, CO",
    "country": "",
    "languages": "en, ar",
}


def team(stored: Stored) -> set[tuple[int, bool]]:
    with stored() as session:
        return {(one.person_id, one.is_lead) for one in session.scalars(select(TeamMember))}


def test_the_list_is_ours_alone(staff: FlaskClient) -> None:
    said = text_of(staff.get("/people"))
    assert "Ada Ours" in said
    assert "Theirs" not in said
    assert "not known" in said


def test_the_list_as_a_spreadsheet(staff: FlaskClient, stored: Stored, owned: Owned) -> None:
    with stored() as session:
        session.get_one(Person, owned.volunteer).city = "+Denver"
    rows = list(csv.DictReader(io.StringIO(staff.get("/people.csv").data.decode("utf-8-sig"))))
    assert [(row["name"], row["role"], row["city"]) for row in rows] == [
        ("Ada Ours", "staff", ""),
        ("Lin Ours", "volunteer", "'+Denver"),
    ]


class TestAdd:
    """A name is enough."""

    def test_with_all_that_is_known(self, staff: FlaskClient, stored: Stored) -> None:
        answer = staff.post("/people/new", data=NOOR, follow_redirects=True)
        assert "Noor Sample is on the list." in answer.text
        with stored() as session:
            noor = session.scalars(select(Person).where(Person.name == "Noor Sample")).one()
            assert (noor.email_key, noor.languages) == ("noor@example.net", ["en", "ar"])
            assert noor.latitude is not None

    def test_with_a_name_alone(self, staff: FlaskClient) -> None:
        given = {"name": "Kim", "role": "volunteer"}
        assert staff.post("/people/new", data=given).status_code == 303
        assert staff.post("/people/new", data=given | {"name": "Sol"}).status_code == 303

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"name": " "}, "Give a name."),
            ({"name": "x" * 201}, "Keep it under 200 characters."),
            ({"email": "noor"}, "That is not a mail address."),
            ({"email": "LIN@example.org"}, "Somebody on the list has that address already."),
            ({"role": "chair"}, "choice"),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, staff: FlaskClient, stored: Stored, change: dict[str, str], says: str
    ) -> None:
        before = rows_of(stored)
        answer = staff.post("/people/new", data=NOOR | change)
        assert answer.status_code == 422
        assert says in text_of(answer)
        assert 'value="en, ar"' in answer.text
        assert rows_of(stored) == before

    def test_a_name_is_text(self, staff: FlaskClient) -> None:
        answer = staff.post(
            "/people/new", data=NOOR | {"name": "<b>Noor</b> \u202eX"}, follow_redirects=True
        )
        assert "<b>Noor" not in answer.text


class TestTeam:
    """Somebody is named, leads, and is taken off, each with its way back."""

    def test_named_leading_and_off_again(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        path = f"/events/{owned.event}/team/{owned.volunteer}"
        page = staff.post(path, follow_redirects=True)
        assert "Lin Ours goes to SIGGRAPH." in page.text
        assert team(stored) == {(owned.volunteer, False)}
        staff.post(path, data={"lead": "1"}, follow_redirects=True)
        assert team(stored) == {(owned.volunteer, True)}
        page = staff.post(f"{path}/leave", follow_redirects=True)
        assert team(stored) == set()
        undo = re.search(r'action="([^"]+)"><input[^>]*><button[^>]*data-undo', page.text)
        assert undo is not None
        staff.post(undo[1].replace("&amp;", "&"))
        assert team(stored) == {(owned.volunteer, True)}

    def test_twice_is_once(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        path = f"/events/{owned.event}/team/{owned.volunteer}"
        for _ in range(2):
            assert staff.post(path).status_code == 303
        assert team(stored) == {(owned.volunteer, False)}

    def test_who_is_not_named_cannot_leave(self, staff: FlaskClient, owned: Owned) -> None:
        path = f"/events/{owned.event}/team/{owned.volunteer}/leave"
        answer = staff.post(path)
        assert answer.status_code == 422
        assert "Lin Ours is not named for SIGGRAPH." in answer.text

    def test_who_goes_stands_first(self, staff: FlaskClient, owned: Owned) -> None:
        staff.post(f"/events/{owned.event}/team/{owned.volunteer}")
        text = staff.get(f"/events/{owned.event}/team").text
        assert text.index("Lin Ours") < text.index("Ada Ours", text.index("<table"))


def test_somebody_and_where_they_go(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    staff.post(f"/events/{owned.event}/team/{owned.volunteer}")
    said = text_of(staff.get(f"/people/{owned.volunteer}"))
    assert "SIGGRAPH" in said
    with stored() as session:
        other = session.scalars(
            select(Person.id).where(Person.foundation_id != owned.foundation)
        ).first()
    for number in (other, 99999, 0):
        assert staff.get(f"/people/{number}").status_code == 404
