"""History: every act is told, and whoever may takes it back with one press, days later too."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import AuditEntry, Event, Foundation, Message, Person, TeamMember
from outreach.accounts.audit import record
from tests import cast
from tests.cast import REAL
from tests.conftest import CountQueries, MakeApp, Stored
from tests.pages import of_class, says, tree_of
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of

WAY = re.compile(r'action="(/history/\d+/take-back)"')


def decide(staff: FlaskClient, owned: Owned, state: str = "go") -> str:
    """Decide on the event; return the address that takes it back."""
    page = staff.post(f"/events/{owned.event}/decision/{state}", follow_redirects=True)
    return WAY.findall(page.text)[0]


def notes_of(page: TestResponse) -> list[str]:
    """Return what a page says above its content."""
    return [says(one.find("span")) for one in of_class(tree_of(page.text), "undo")]


def test_an_act_is_told_where_it_belongs_and_goes_back_from_there(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    way = decide(staff, owned)
    for path in ("/history", f"/events/{owned.event}/history", f"/events/{owned.event}"):
        page = staff.get(path)
        assert "decided on SIGGRAPH" in text_of(page), path
        assert way in WAY.findall(page.text.partition("<main")[2]), path
    assert "decided on SIGGRAPH" not in text_of(staff.get(f"/events/{owned.osd}/history"))
    staff.post(way)
    said = text_of(staff.get("/history"))
    assert "took back: decided on SIGGRAPH" in said and "Do it again" in said


def test_a_segments_a_persons_and_a_booths_own(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    staff.post(f"/segments/{owned.slug}/words", data={"word": "shaders"})
    staff.post(f"/events/{owned.event}/team/{owned.volunteer}")
    staff.post(f"/events/{owned.event}/booth/rules/reset")
    for path, said in (
        (f"/segments/{owned.slug}/history", "added a word to"),
        (f"/segments/{owned.slug}/edit", "added a word to"),
        (f"/people/{owned.volunteer}/history", "for SIGGRAPH"),
        (f"/people/{owned.volunteer}", "for SIGGRAPH"),
        (f"/events/{owned.event}/booth/history", "changed the rules of the booth"),
    ):
        assert said in text_of(staff.get(path)), path


def test_every_import_is_listed_with_its_way_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    assert "No imports." in text_of(staff.get("/imports"))
    text = "name\tdate\nSeaGL\t2024-11-08\nFOSDEM\t2025-02-01"
    staff.post("/import", data={"text": text})
    staff.post("/import", data={"text": "name\tdate\nPyCon\t2025-05-14"})
    page = staff.get("/imports")
    assert "imported 2 events from paste box" in text_of(page)
    ways = WAY.findall(page.text.partition("<main")[2])
    assert len(ways) == 2
    with stored() as session:
        session.scalars(select(Event).where(Event.name == "FOSDEM")).one().note = "ours"
    page = staff.post(ways[0], follow_redirects=True)
    assert "Undone: 1 event removed. FOSDEM stays: somebody works with it by now." in text_of(page)
    with stored() as session:
        names = set(session.scalars(select(Event.name)))
        assert "SeaGL" not in names and {"FOSDEM", "PyCon"} <= names


def test_a_removed_event_comes_back_with_what_hung_on_it(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    before = rows_of(stored)
    page = staff.post(f"/events/{owned.event}/remove", follow_redirects=True)
    way = WAY.findall(page.text)[0]
    assert rows_of(stored)["event"] != before["event"]
    staff.get("/season")
    staff.post(way)
    after = rows_of(stored)
    for table in ("decision", "gathering", "team_member", "brief_issue", "attendance", "match"):
        assert after[table] == before[table], table
    assert len(after["event"]) == len(before["event"])


def test_what_earlier_versions_kept_is_told_and_refused(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        ours, ada = (
            session.get_one(Foundation, owned.foundation),
            session.get_one(Person, owned.staff),
        )
        detail = {"changes": [{"table": "shift", "key": [1]}], "shifts": [1]}
        number = record(session, REAL, ada, ours, "cancelled", "shift", 1, detail).id
    assert "too old" in text_of(staff.get("/history"))
    answer = staff.post(f"/history/{number}/take-back", follow_redirects=True)
    assert "This is too old to be taken back." in text_of(answer)


class TestWhose:
    """An act is taken back by who may, and by nobody else."""

    def test_not_by_another_foundation(
        self, app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        way = decide(staff, owned)
        with stored() as session:
            theirs = plan(session, "theirs")
        stranger = sign_in_as(app, stored, theirs.staff)
        before = rows_of(stored)["decision"]
        assert stranger.post(way).status_code == 404
        assert rows_of(stored)["decision"] == before
        with stored() as session:
            acts = session.scalars(select(AuditEntry.act)).all()
            assert "was refused" in acts

    @pytest.mark.parametrize(("leads", "status"), [("event", 303), ("osd", 404), (None, 404)])
    def test_what_was_done_at_a_booth_by_who_leads_it(
        self,
        app: Flask,
        staff: FlaskClient,
        owned: Owned,
        stored: Stored,
        leads: str | None,
        status: int,
    ) -> None:
        with stored() as session:
            booth = cast.add_booth(session, session.get_one(Event, owned.event))
            booth.rules = {"most_row_minutes": 60}
        page = staff.post(f"/events/{owned.event}/booth/rules/reset", follow_redirects=True)
        staff.post(f"/events/{owned.event}/decision/go")
        with stored() as session:
            entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "changed rules"))
            number = entry.one().id
            if leads:
                event_id = getattr(owned, leads)
                member = (event_id, owned.volunteer)
                if session.get(TeamMember, member):
                    session.get_one(TeamMember, member).is_lead = True
                else:
                    event = session.get_one(Event, event_id)
                    person = session.get_one(Person, owned.volunteer)
                    cast.name_person(session, event, person, is_lead=True)
        lin = sign_in_as(app, stored, owned.volunteer)
        assert lin.post(f"/history/{number}/take-back").status_code == status
        assert lin.get("/history").status_code == 404
        assert page.status_code == 200

    def test_a_lead_takes_no_decision_back(
        self, app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        way = decide(staff, owned)
        with stored() as session:
            event = session.get_one(Event, owned.event)
            person = session.get_one(Person, owned.volunteer)
            cast.name_person(session, event, person, is_lead=True)
        lin = sign_in_as(app, stored, owned.volunteer)
        page = lin.get(f"/events/{owned.event}/history")
        assert "decided on SIGGRAPH" in text_of(page)
        assert way not in page.text
        assert lin.post(way).status_code == 404

    def test_not_signed_in_by_another_method_and_without_the_forms_secret(
        self, app: Flask, make_app: MakeApp, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        way = decide(staff, owned)
        assert app.test_client().post(way).status_code == 401
        assert staff.get(way).status_code == 405
        guarded = sign_in_as(make_app(), stored, owned.staff)
        before = rows_of(stored)
        assert guarded.post(way).status_code == 400
        assert rows_of(stored) == before


def main_of(answer: TestResponse) -> str:
    """Return what a page holds between its head and its foot, but for the forms' secrets."""
    main = answer.text.partition("<main")[2].partition("</main>")[0]
    return re.sub('name="csrf_token" value="[^"]+"', "", main)


class TestRefused:
    """Taking back is refused on the page where the button was pressed, in a sentence."""

    @pytest.fixture
    def outdated(self, staff: FlaskClient, owned: Owned) -> str:
        """Return the address of a decision that a newer one stands on."""
        way = decide(staff, owned)
        decide(staff, owned, "cancelled")
        return way

    @pytest.mark.parametrize(
        "page", ["/history", "/history?before=9", "/season", "/events/{event}", "/events"]
    )
    def test_there(self, staff: FlaskClient, owned: Owned, outdated: str, page: str) -> None:
        pressed = page.format(event=owned.event)
        answer = staff.post(outdated, headers={"Referer": f"http://localhost{pressed}"})
        assert (answer.status_code, answer.location) == (422, None)
        refused, bar = notes_of(answer)
        assert refused == "Something of it changed meanwhile; it stays as it is."
        assert bar.startswith("SIGGRAPH: cancelled.")
        asked_for = staff.get(pressed)
        assert notes_of(asked_for) == [bar]
        assert main_of(answer) == main_of(asked_for)

    @pytest.mark.parametrize(
        "told",
        [
            None,
            "http://elsewhere.example/history",
            "http://localhost//elsewhere.example",
            "http://localhost/import/preview",
            "http://localhost/no-such-page",
            "http://[broken",
        ],
    )
    def test_where_that_is_not_known_on_the_page_of_the_thing(
        self, staff: FlaskClient, owned: Owned, outdated: str, told: str | None
    ) -> None:
        answer = staff.post(outdated, headers={"Referer": told} if told else {})
        assert answer.status_code == 422
        assert notes_of(answer)[0] == "Something of it changed meanwhile; it stays as it is."
        assert main_of(answer) == main_of(staff.get(f"/events/{owned.event}"))

    def test_the_bar_goes_with_what_cannot_go_back(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        way = decide(staff, owned)
        with stored() as session:
            session.get_one(AuditEntry, int(way.split("/")[2])).taken_back_at = REAL
        assert notes_of(staff.post(way)) == ["This was taken back already."]

    def test_other_buttons_alike(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        with stored() as session:
            letter = Message(
                foundation_id=owned.foundation, to_address="lin@example.org", subject="Hello",
                body="", fact_key="hello", state="sent", due_at=REAL, created_at=REAL,
            )  # fmt: skip
            session.add(letter)
            session.flush()
            path = f"/outbox/{letter.id}"
        for told in ({"Referer": f"http://localhost{path}"}, {}):
            answer = staff.post(f"{path}/retry", headers=told)
            assert answer.status_code == 422
            assert notes_of(answer) == ["This mail was sent already."]
            assert main_of(answer) == main_of(staff.get(path))


def test_the_bar_ends_with_the_next_act_and_belongs_to_one_person(
    app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    way = decide(staff, owned)
    for _ in range(2):
        assert way in staff.get("/people").text
    assert staff.post("/people/new", data={"name": ""}).status_code == 422
    assert way in staff.get("/people").text
    staff.post("/people/new", data={"name": "Noor Sample", "role": "volunteer"})
    assert way not in staff.get("/people").text


def test_more_acts_are_no_question_more(
    staff: FlaskClient, owned: Owned, stored: Stored, count_queries: CountQueries
) -> None:
    def asked() -> int:
        with count_queries() as queries:
            assert staff.get("/history").status_code == 200
        return len(queries)

    staff.post(f"/events/{owned.event}/team/{owned.volunteer}")
    before = asked()
    for state in ("go", "cancelled", "proposed"):
        decide(staff, owned, state)
        staff.post(f"/events/{owned.osd}/team/{owned.volunteer}", data={"lead": "1"})
    assert asked() == before
