"""The first steps: a foundation of one's own, the example that goes and comes back."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Foundation, Person, Segment
from tests.conftest import Stored
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of

MINE = {"name": "Our Foundation", "person": "Eva Mine", "email": "eva@mine.example"}


@pytest.fixture
def example(stored: Stored) -> Owned:
    """Plan an example, small enough for a test."""
    with stored() as session:
        return plan(session, "almalinux", is_example=True)


@pytest.fixture
def staff(app: Flask, stored: Stored, example: Owned) -> FlaskClient:
    return sign_in_as(app, stored, example.staff)


def own(stored: Stored) -> Foundation | None:
    with stored() as session:
        return session.scalar(select(Foundation).where(~Foundation.is_example))


class TestOwn:
    """Three lines, and the paste box."""

    def test_it_begins_empty_with_segments_and_its_founder_signed_in(
        self, staff: FlaskClient, stored: Stored
    ) -> None:
        answer = staff.post("/foundation/new", data=MINE)
        assert answer.location == "/import"
        mine = own(stored)
        assert mine is not None
        assert (mine.name, mine.clock) == ("Our Foundation", None)
        page = staff.get("/import")
        assert "Eva Mine" in page.text
        assert "Example:" not in page.text
        assert "No event here yet." in text_of(staff.get("/events"))
        with stored() as session:
            slugs = session.scalars(select(Segment.slug).where(Segment.foundation_id == mine.id))
            assert len(slugs.all()) >= 8
            eva = session.scalars(select(Person).where(Person.foundation_id == mine.id)).one()
            assert (eva.role, eva.email_key) == ("staff", "eva@mine.example")

    def test_every_page_of_an_empty_foundation_opens(self, staff: FlaskClient) -> None:
        staff.post("/foundation/new", data=MINE)
        for path in ("/season", "/fit", "/events", "/issues", "/people", "/weights", "/duplicates",
                     "/outbox", "/import", "/search?q=xx", "/season/2030.ics"):  # fmt: skip
            assert staff.get(path).status_code == 200, path
        slug = re.search(r'href="(/fit/[\w-]+)"', staff.get("/fit").text)
        assert slug is not None
        assert "No coming event is known" in text_of(staff.get(slug[1]))

    @pytest.mark.parametrize("name", ["Almalinux", "AlmaLinux!", "日本財団", "x" * 200, "--", "é"])
    def test_any_name_will_do(self, staff: FlaskClient, stored: Stored, name: str) -> None:
        """The example's too."""
        assert staff.post("/foundation/new", data=MINE | {"name": name}).status_code == 303
        mine = own(stored)
        assert mine is not None
        assert mine.name == name

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"name": " "}, "Give it a name."),
            ({"person": ""}, "Give your name."),
            ({"email": ""}, "Give your mail address"),
            ({"email": "eva"}, "That is not a mail address."),
            ({"name": "x" * 201}, "Keep it under 200 characters."),
        ],
    )
    def test_what_is_missing_is_said_and_the_rest_kept(
        self, staff: FlaskClient, stored: Stored, change: dict[str, str], says: str
    ) -> None:
        before = rows_of(stored)
        answer = staff.post("/foundation/new", data=MINE | change)
        assert answer.status_code == 422
        assert says in text_of(answer)
        kept = [value for field, value in MINE.items() if field not in change]
        assert all(f'value="{value}"' in answer.text for value in kept)
        assert rows_of(stored) == before

    def test_one_is_enough(
        self, app: Flask, staff: FlaskClient, stored: Stored, example: Owned
    ) -> None:
        staff.post("/foundation/new", data=MINE)
        other = sign_in_as(app, stored, example.staff)
        answer = other.post("/foundation/new", data=MINE | {"name": "Second"})
        assert answer.status_code == 422
        assert "Our Foundation is planned here already." in text_of(answer)
        assert 'value="Second"' in answer.text


class TestLook:
    """Between one's own foundation and the example there is one click."""

    def test_there_and_back(self, staff: FlaskClient) -> None:
        staff.post("/foundation/new", data=MINE)
        assert staff.post("/foundation/look/example").location == "/season"
        assert "Example:" in staff.get("/season").text
        staff.post("/foundation/look/own")
        assert "Example:" not in staff.get("/season").text

    def test_staff_of_the_example_see_no_other_foundation(
        self, app: Flask, staff: FlaskClient, stored: Stored, example: Owned
    ) -> None:
        staff.post("/foundation/new", data=MINE)
        other = sign_in_as(app, stored, example.staff)
        assert other.post("/foundation/look/own").status_code == 404
        assert other.post("/foundation/look/x").status_code == 404

    def test_without_one_of_ones_own(self, staff: FlaskClient) -> None:
        assert staff.post("/foundation/look/own").status_code == 404


class TestExample:
    """Removed in one click, back with another."""

    def test_it_goes_and_comes_back(self, staff: FlaskClient) -> None:
        page = staff.post("/example/remove", follow_redirects=True)
        assert page.request.path == "/welcome"
        assert "The example is removed." in page.text
        assert "/example/open" in page.text
        back = re.search(r'action="(/history/[^"]+)"', page.text)
        assert back is not None
        for path in ("/season", "/events", "/fit"):
            assert staff.get(path).status_code in {302, 404}
        assert staff.get("/").location == "/welcome"
        assert staff.post(back[1]).location == "/season"
        assert "RHEL-39415" in staff.get("/season").text
        assert staff.get("/welcome").location == "/season"

    def test_ones_own_foundation_is_not_removed(self, staff: FlaskClient, stored: Stored) -> None:
        staff.post("/foundation/new", data=MINE)
        page = staff.post("/example/remove", follow_redirects=True)
        assert "Only the example can be removed." in page.text
        mine = own(stored)
        assert mine is not None
        assert mine.removed_at is None


def test_help_is_for_everybody(app: Flask) -> None:
    said = text_of(app.test_client().get("/help"))
    assert "segment" in said
    assert "Keys" in said
