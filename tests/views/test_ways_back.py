"""Undo: what was changed by hand comes back as it was."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import Event, TeamMember
from tests.conftest import Stored
from tests.views.planned import Owned, plan, sign_in_as, text_of


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session)


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


def undo_of(page: TestResponse) -> str:
    """Return the address behind the Undo of the page's last note."""
    found = re.findall(r'action="([^"]+)">(?:(?!</form>).)*data-undo', page.text, re.DOTALL)
    assert found, text_of(page)
    address: str = found[-1]
    return address.replace("&amp;", "&")


class TestTeam:
    """Naming people and leads."""

    def team(self, stored: Stored, owned: Owned) -> dict[int, bool]:
        with stored() as session:
            query = select(TeamMember).where(TeamMember.event_id == owned.event)
            return {one.person_id: one.is_lead for one in session.scalars(query)}

    def test_undo_of_make_lead_keeps_the_member(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        path, who = f"/events/{owned.event}/team/{owned.volunteer}", owned.volunteer
        staff.post(path)
        page = staff.post(path, data={"lead": "1"}, follow_redirects=True)
        assert self.team(stored, owned) == {who: True}
        page = staff.post(undo_of(page), follow_redirects=True)
        assert self.team(stored, owned) == {who: False}
        staff.post(undo_of(page))
        assert self.team(stored, owned) == {who: True}

    def test_undo_of_naming_takes_off(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        path = f"/events/{owned.event}/team/{owned.volunteer}"
        page = staff.post(path, data={"lead": "1"}, follow_redirects=True)
        staff.post(undo_of(page))
        assert self.team(stored, owned) == {}


class TestEvidence:
    """Who comes, and how somebody knows."""

    def test_every_edition_of_no_series_is_said(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        with stored() as session:
            assert session.get_one(Event, owned.event).series_id is None
        given = {"sentence": "They come.", "source": "Noor Sample", "every_edition": "y"}
        path = f"/fit/{owned.slug}/{owned.event}/evidence"
        assert "this edition alone" in staff.post(path, data=given, follow_redirects=True).text
        del given["every_edition"]
        assert "The evidence counts." in staff.post(path, data=given, follow_redirects=True).text
