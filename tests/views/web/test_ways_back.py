"""Undo: what was changed by hand comes back as it was."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import Event, Foundation, Gathering, Match, Segment, TeamMember
from tests.conftest import Stored
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of, undo_of


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session)


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


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

    def test_undo_of_removing_brings_it_back_once(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        with stored() as session:
            number = session.scalars(select(Gathering.id).order_by(Gathering.id)).first()
            kept = session.get_one(Gathering, number)
            said = (kept.sentence, kept.source, kept.dated, kept.event_id, kept.kind)
        page = staff.post(f"/segments/{owned.slug}/evidence/{number}/drop", follow_redirects=True)
        back = undo_of(page)
        for sentence in ("all is as before", "taken back already"):
            assert sentence in staff.post(back, follow_redirects=True).text
        with stored() as session:
            rows = session.scalars(select(Gathering)).all()
            now = [(one.sentence, one.source, one.dated, one.event_id, one.kind) for one in rows]
            assert now.count(said) == 1
            assert len(now) == 2


def test_undo_of_the_cap(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    def cap() -> int | None:
        with stored() as session:
            return session.get_one(Foundation, owned.foundation).event_cap

    first = undo_of(staff.post("/weights/cap", data={"cap": "500"}, follow_redirects=True))
    second = undo_of(staff.post("/weights/cap", data={"cap": "900"}, follow_redirects=True))
    staff.post(second)
    assert cap() == 500
    staff.post(first)
    assert cap() is None


class TestSegments:
    """The words of a segment, and the segment itself."""

    def software(self, stored: Stored, owned: Owned) -> list[str]:
        with stored() as session:
            return session.get_one(Segment, owned.segment).software

    def change(self, staff: FlaskClient, owned: Owned, software: str) -> TestResponse:
        path = f"/segments/{owned.slug}/edit"
        version = re.search(r'name="version"[^>]*value="(\d+)"', staff.get(path).text)
        assert version
        given = {"name": "VFX", "short_name": "VFX", "software": software, "version": version[1]}
        return staff.post(path, data=given, follow_redirects=True)

    def test_undo_of_new_words(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        page = self.change(staff, owned, "Maya")
        assert self.software(stored, owned) == ["Maya"]
        page = staff.post(undo_of(page), follow_redirects=True)
        assert self.software(stored, owned) == ["Houdini"]
        staff.post(undo_of(page))
        assert self.software(stored, owned) == ["Maya"]

    def test_undo_comes_too_late_for_what_was_changed_again(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        back = undo_of(self.change(staff, owned, "Maya"))
        self.change(staff, owned, "Blender")
        assert "changed meanwhile" in staff.post(back, follow_redirects=True).text
        assert self.software(stored, owned) == ["Blender"]

    def test_removing_says_first_what_goes_with_it(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        path = f"/segments/{owned.slug}/remove"
        assert path in staff.get(f"/segments/{owned.slug}/edit").text
        page = text_of(staff.get(path))
        assert "1 issue link, 1 ask, 2 pieces of evidence." in page
        before = rows_of(stored)
        page = staff.post(path, follow_redirects=True)
        with stored() as session:
            assert session.get(Segment, owned.segment) is None
            assert session.scalars(select(Match)).all() == []
            assert session.get_one(Event, owned.event).best_rank == 0
        assert staff.get(path).status_code == 404
        staff.post(undo_of(page))
        after = rows_of(stored)
        for table in ("segment", "issue_segment", "ask", "gathering", "match"):
            assert after[table] == before[table], table
        assert [len(after[table]) for table in ("issue_segment", "ask", "gathering")] == [1, 1, 2]
