"""Fit: the segments side by side, and the explanation of one."""

import re

import pytest
from flask.testing import FlaskClient

from models import Foundation
from tests import cast
from tests.conftest import Stored
from tests.views.planned import Owned, plan, rows_of, text_of


@pytest.fixture
def theirs(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session, "theirs")


def test_the_overview_lists_segments_with_their_best_events(
    staff: FlaskClient, owned: Owned, theirs: Owned, stored: Stored
) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        cast.add_segment(session, ours, "silent", short_name="Silent people")
    said = text_of(staff.get("/fit"))
    assert "VFX" in said
    assert "SIGGRAPH" in said
    assert "No coming event speaks to it yet." in said
    assert "Two segments" in said
    assert "vfx-theirs" not in staff.get("/fit").text


def test_a_segment_leads_to_its_best_event(staff: FlaskClient, owned: Owned) -> None:
    answer = staff.get(f"/fit/{owned.slug}")
    assert answer.location in {
        f"/fit/{owned.slug}/{owned.event}",
        f"/fit/{owned.slug}/{owned.osd}",
    }


def test_a_segment_that_gathers_nowhere_says_so(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        cast.add_segment(session, ours, "silent", short_name="Silent people")
    assert "No coming event is known" in text_of(staff.get("/fit/silent"))


def test_it_explains_in_sentences_with_source_and_date(staff: FlaskClient, owned: Owned) -> None:
    said = text_of(staff.get(f"/fit/{owned.slug}/{owned.event}"))
    assert "two events, one city, one trip" in said
    assert "The studios meet at SIGGRAPH." in said
    assert "their blog , 26 Mar 2024" in said or "their blog, 26 Mar 2024" in said
    assert "RHEL-39415, open." in said
    assert "testers" in said
    assert "not known and left out" in said
    assert "Change weights" in said
    assert "Go for both" in said


@pytest.mark.parametrize(
    "address",
    ["/fit/none", "/fit/none/{event}", "/fit/{slug}/99999", "/fit/{slug}/x", "/fit/{slug}/-1"],
)
def test_what_is_not_there(staff: FlaskClient, owned: Owned, address: str) -> None:
    assert staff.get(address.format(slug=owned.slug, event=owned.event)).status_code == 404


def test_what_is_theirs_is_not_there(staff: FlaskClient, owned: Owned, theirs: Owned) -> None:
    for address in (
        f"/fit/{theirs.slug}",
        f"/fit/{theirs.slug}/{theirs.event}",
        f"/fit/{owned.slug}/{theirs.event}",
        f"/fit/{theirs.slug}/{owned.event}",
    ):
        assert staff.get(address).status_code == 404


class TestDecide:
    """Go for both, or no-go with a reason, without leaving the explanation."""

    def test_go_for_both(self, staff: FlaskClient, owned: Owned) -> None:
        path = f"/fit/{owned.slug}/{owned.event}"
        shown = re.findall(r'type="hidden" name="event" value="(\d+)"', staff.get(path).text)
        answer = staff.post(f"{path}/decision/go", data={"event": shown}, follow_redirects=True)
        said = text_of(answer)
        assert answer.request.path == path
        assert "Open Source Days and SIGGRAPH: go." in said
        assert "Open the brief" in said
        assert "data-undo" in answer.text

    def test_a_trip_that_changed_is_not_decided_unseen(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        before = rows_of(stored)
        path = f"/fit/{owned.slug}/{owned.event}"
        gone = {"event": [str(owned.event), "99999"]}
        answer = staff.post(f"{path}/decision/go", data=gone, follow_redirects=True)
        assert "The trip has changed meanwhile" in text_of(answer)
        assert rows_of(stored) == before

    def test_a_no_go_without_a_reason_stays_with_its_sentence(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        before = rows_of(stored)
        path = f"/fit/{owned.slug}/{owned.event}/decision/no_go"
        answer = staff.post(path, data={"reason": "  "})
        assert answer.status_code == 422
        assert "Say why not, in a few words" in text_of(answer)
        assert 'aria-invalid="true"' in answer.text
        assert rows_of(stored) == before

    def test_a_reason_that_is_too_long_is_kept(self, staff: FlaskClient, owned: Owned) -> None:
        path = f"/fit/{owned.slug}/{owned.event}/decision/no_go"
        answer = staff.post(path, data={"reason": "far " * 100})
        assert answer.status_code == 422
        assert "Keep the reason under 300 characters" in answer.text or (
            "Keep it under 300 characters" in answer.text
        )
        assert "far far far" in answer.text

    def test_undo_brings_back_what_stood(self, staff: FlaskClient, owned: Owned) -> None:
        path = f"/fit/{owned.slug}/{owned.event}"
        page = staff.post(
            f"{path}/decision/no_go", data={"reason": "too far"}, follow_redirects=True
        ).text
        undo = re.findall(r'action="(/history/[^"]+)"', page)
        answer = staff.post(undo[0], follow_redirects=True)
        assert "Undone" in answer.text
        assert "SIGGRAPH: proposed since" in text_of(staff.get(path))
        assert "taken back already" in staff.post(undo[0], follow_redirects=True).text
