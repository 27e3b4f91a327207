"""Briefs: what is on the page, putting issues on it and off it, writing its words."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import AuditEntry, Brief, BriefIssue
from tests.conftest import Stored
from tests.views.planned import Owned, rows_of, sign_in_as, text_of, undo_of
from views.booth.briefs import draw_qr

WORDS = {
    "goal": "Find ten testers.",
    "points": "It is yours. Nobody sells it.",
    "questions": "When? Soon.",
    "contacts": "Help: Lin, 555-0100",
    "links": "Call: https://example.org/call",
}


def test_the_ask_comes_first(staff: FlaskClient, owned: Owned) -> None:
    said = text_of(staff.get(f"/events/{owned.event}/brief"))
    assert "Does RHEL-39415 hit you?" in said
    assert "Houdini crashes after the upgrade" in said
    assert "SIGGRAPH" in said
    assert "Data of Thu 25 Jul 2024" in said


def test_an_event_that_nobody_wrote_about(staff: FlaskClient, stored: Stored, owned: Owned) -> None:
    staff.post("/events/new", data={"name": "SeaGL", "starts_on": "2030-11-08", "ends_on": ""})
    path = staff.get("/search?q=seagl").text
    number = re.search(r"/events/(\d+)", path.partition("<main")[2])
    assert number is not None
    said = text_of(staff.get(f"/events/{number[1]}/brief"))
    assert "No ask is written" in said
    assert "Nobody is named yet" in said


def test_an_issue_goes_on_and_off_with_a_way_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = f"/events/{owned.event}/brief/issues/{owned.issue}"

    def added() -> list[int]:
        with stored() as session:
            return list(session.scalars(select(BriefIssue.issue_id)))

    page = staff.post(path, follow_redirects=True)
    assert "RHEL-39415 is on the brief of SIGGRAPH." in page.text
    staff.post(path)
    assert added() == [owned.issue]
    staff.post(undo_of(page))
    assert added() == []
    staff.post(path)
    page = staff.post(f"{path}/drop", follow_redirects=True)
    assert "RHEL-39415 is off the brief of SIGGRAPH." in page.text
    assert added() == []
    assert staff.post(f"{path}/drop").status_code == 303
    staff.post(undo_of(page))
    assert added() == [owned.issue]
    said = text_of(staff.get(f"/events/{owned.event}/history"))
    assert "took RHEL-39415 off the brief of SIGGRAPH" in said
    assert "took SIGGRAPH off" not in said  # the line of its Undo names it too
    with stored() as session:
        acts = list(
            session.scalars(select(AuditEntry.act).where(AuditEntry.person_id == owned.staff))
        )
    assert acts.count("took off brief") == 1
    assert acts.count("added to brief") == 2


def test_words_are_written_and_printed(staff: FlaskClient, owned: Owned) -> None:
    page = staff.post(f"/events/{owned.event}/brief/edit", data=WORDS, follow_redirects=True)
    said = text_of(page)
    for words in ("Find ten testers.", "Nobody sells it.", "When?", "555-0100", "example.org/call"):
        assert words in said
    form = staff.get(f"/events/{owned.event}/brief/edit").text
    for typed in WORDS.values():
        assert typed in form


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("points", "a\n" * 4),
        ("questions", "x" * 161),
        ("contacts", "a\n" * 4),
        ("links", "Call: nowhere"),
        ("links", "javascript:alert(1)"),
        ("goal", "x" * 201),
    ],
)
def test_words_that_do_not_fit_are_kept_and_refused(
    staff: FlaskClient, owned: Owned, stored: Stored, field: str, typed: str
) -> None:
    before = rows_of(stored)
    answer = staff.post(f"/events/{owned.event}/brief/edit", data=WORDS | {field: typed})
    assert answer.status_code == 422
    assert typed.strip()[:100] in answer.text
    assert "Nobody sells it." in answer.text or field == "points"
    assert rows_of(stored) == before


def test_leads_write_it_and_other_volunteers_do_not(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    volunteer = sign_in_as(app, stored, owned.volunteer)
    path = f"/events/{owned.event}/brief/edit"
    assert volunteer.get(path).status_code == 404
    staff.post(f"/events/{owned.event}/team/{owned.volunteer}", data={"lead": "1"})
    assert volunteer.post(path, data=WORDS).status_code == 303
    with stored() as session:
        assert session.get_one(Brief, owned.event).goal == "Find ten testers."


def test_an_address_becomes_a_picture_that_holds_no_text_of_anybody() -> None:
    picture = draw_qr('https://example.org/"><script>alert(1)</script>')
    assert picture.startswith("<svg")
    assert "script" not in picture
    assert "width=" not in picture.partition(">")[0]
    assert draw_qr("https://example.org/a") == draw_qr("https://example.org/a")
    assert draw_qr("https://example.org/a") != draw_qr("https://example.org/b")


def test_of_two_who_write_at_once_the_second_sees_what_the_first_wrote(
    staff: FlaskClient, owned: Owned
) -> None:
    path = f"/events/{owned.event}/brief/edit"
    version = re.search(r'name="version"[^>]* value="(\d+)"', staff.get(path).text)
    assert version is not None
    seen = {"version": version[1]}
    assert staff.post(path, data=WORDS | seen).status_code == 303
    second = staff.post(path, data=WORDS | seen | {"goal": "Find twenty testers."})
    assert second.status_code == 409
    assert "Somebody else changed this meanwhile." in second.text
    assert "Now: “Find ten testers.”" in text_of(second)
    assert 'value="Find twenty testers."' in second.text
    fresh = re.search(r'name="version"[^>]* value="(\d+)"', second.text)
    assert fresh is not None
    again = WORDS | {"goal": "Find twenty testers.", "version": fresh[1]}
    assert "Find twenty testers." in text_of(staff.post(path, data=again, follow_redirects=True))
