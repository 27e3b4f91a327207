"""Events: the list with its filters, the document for staff and volunteers, adding and changing."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Attendance, Event, Foundation, Person
from tests import cast
from tests.conftest import Stored
from tests.views.planned import Owned, plan, rows_of, text_of

HOUR = timedelta(hours=1)


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        owned = plan(session)
        ours = session.get_one(Foundation, owned.foundation)
        cast.add_event(session, ours, "100% Linux_Day", cast.date(2024, 7, 1), **cast.ATLANTA)
        plan(session, "theirs")
    return owned


def listed(client: FlaskClient, query: str = "") -> list[str]:
    answer = client.get(f"/events{query}")
    assert answer.status_code == 200
    return re.findall(r'<a class="name" href="/events/\d+">([^<]*)</a>', answer.text)


class TestList:
    """From today on, unless the filters say otherwise."""

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Open Source Days", "SIGGRAPH"]),
            ("?when=past", ["100% Linux_Day"]),
            ("?when=all", ["100% Linux_Day", "Open Source Days", "SIGGRAPH"]),
            ("?q=siggraph", ["SIGGRAPH"]),
            ("?when=all&q=%25", ["100% Linux_Day"]),
            ("?when=all&q=_", ["100% Linux_Day"]),
            ("?q=nothing", []),
            ("?state=proposed", ["Open Source Days", "SIGGRAPH"]),
            ("?state=go", []),
            ("?when=all&state=idea", ["100% Linux_Day"]),
            ("?state=&when=&q=", ["Open Source Days", "SIGGRAPH"]),
        ],
    )
    def test_filters(self, staff: FlaskClient, query: str, names: list[str]) -> None:
        assert listed(staff, query) == names

    @pytest.mark.parametrize("query", ["?q=nothing", "?state=go", "?when=past&q=nothing"])
    def test_an_empty_result_of_filters_leads_to_all(self, staff: FlaskClient, query: str) -> None:
        answer = staff.get(f"/events{query}")
        assert "No event matches." in answer.text
        assert 'href="/events?when=all">Show all' in answer.text

    @pytest.mark.parametrize("query", ["?when=soon", "?state=maybe", "?state=Go", "?when=ALL"])
    def test_words_that_are_no_filter_are_refused(self, staff: FlaskClient, query: str) -> None:
        assert staff.get(f"/events{query}").status_code == 400

    def test_states_that_follow_from_facts_filter_and_stand_in_the_rows(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        with stored() as session:
            ours = session.get_one(Foundation, owned.foundation)
            for name, day in (("Booked", 5), ("Bare", 5), ("On", 0), ("Over", -3), ("Told", -4)):
                starts = cast.TODAY + timedelta(days=day)
                event = cast.add_event(session, ours, name, starts)
                cast.add_decision(session, event)
                if name == "Booked":
                    cast.add_booth(session, event, label="A 7")
                if name == "Told":
                    session.add(Attendance(event_id=event.id, status="attended", note="Good"))
        found = {
            state: listed(staff, f"?state={state}")
            for state in ("go", "booked", "staffed", "ready", "live", "wrap_up", "recapped")
        }
        assert found == {
            "go": ["Bare"],
            "booked": ["Booked"],
            "staffed": [],
            "ready": [],
            "live": ["On"],
            "wrap_up": ["Over"],
            "recapped": ["Told"],
        }
        assert listed(staff, "?state=live&q=o") == ["On"]
        assert listed(staff, "?state=live&when=past") == []
        said = text_of(staff.get("/events?when=all"))
        assert "booked not staffed: no shifts are drawn" in said
        assert "One event, wrap-up." in text_of(staff.get("/events?state=wrap_up"))

    def test_volunteers_read_the_state_and_not_what_it_lacks(
        self, volunteer: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        with stored() as session:
            ours = session.get_one(Foundation, owned.foundation)
            event = cast.add_event(session, ours, "Booked")
            cast.add_decision(session, event)
            cast.add_booth(session, event, label="A 7")
        said = text_of(volunteer.get("/events?state=booked"))
        assert "Booked" in said and "no shifts are drawn" not in said

    def test_what_is_not_known_is_said(self, staff: FlaskClient) -> None:
        assert "not known" in text_of(staff.get("/events"))

    def test_volunteers_see_it_without_the_acts_of_staff(self, volunteer: FlaskClient) -> None:
        answer = volunteer.get("/events")
        assert listed(volunteer) == ["Open Source Days", "SIGGRAPH"]
        assert "/events/new" not in answer.text


class TestDocument:
    """One event on one page."""

    def test_staff_see_all_of_it(self, staff: FlaskClient, owned: Owned) -> None:
        said = text_of(staff.get(f"/events/{owned.event}"))
        for words in (
            "SIGGRAPH",
            "28 Jul – 1 Aug 2024, Denver, United States.",
            "Who you meet there",
            "RHEL-39415",
            "we ask: Does RHEL-39415 hit you?",
            "Proposed since",
            "for the whole trip: Open Source Days and SIGGRAPH",
            "price not known",
            "Go or no-go",
        ):
            assert words in said

    def test_volunteers_see_first_names_and_no_acts(
        self, volunteer: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        with stored() as session:
            event = session.get_one(Event, owned.event)
            staff = session.get_one(Person, owned.staff)
            cast.name_person(session, event, staff, is_lead=True)
            cast.add_proposal(session, event, staff.id, state="confirmed")
        for page in (f"/events/{owned.event}", f"/events/{owned.event}/brief"):
            answer = volunteer.get(page)
            main = answer.text.partition("<main")[2].partition("</main")[0]
            assert "Ada" in main
            assert "Ada Ours" not in main
            assert "Lin Ours" not in main
            assert "example.org" not in main.replace("issues.example.org", "")
            assert 'method="post"' not in main

    def test_what_is_theirs_or_nobodys_is_not_there(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        with stored() as session:
            theirs = session.scalars(
                select(Event.id).where(Event.foundation_id != owned.foundation)
            ).first()
        for number in (theirs, 99999, 0, 2**31, "x"):
            for page in ("", "/brief", "/edit", "/team", "/brief/edit"):
                assert staff.get(f"/events/{number}{page}").status_code == 404


class TestAdd:
    """A name and a day are enough."""

    def test_by_hand(self, staff: FlaskClient, stored: Stored) -> None:
        given = {"name": "SeaGL", "starts_on": "2024-11-08", "city": "Seattle, WA", "country": ""}
        answer = staff.post("/events/new", data=given, follow_redirects=True)
        assert "SeaGL is on the list." in answer.text
        with stored() as session:
            event = session.scalars(select(Event).where(Event.name == "SeaGL")).one()
            assert (event.ends_on, event.timezone) == (event.starts_on, "America/Los_Angeles")

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({}, "Give the event a name."),
            ({"name": "   ", "starts_on": "2024-11-08"}, "Give the event a name."),
            ({"name": "SeaGL"}, "Give the first day as a date."),
            ({"name": "SeaGL", "starts_on": "soon"}, "SeaGL"),
            (
                {"name": "SeaGL", "starts_on": "2024-11-08", "ends_on": "2024-11-07"},
                "It would end before it starts",
            ),
            ({"name": "x" * 201, "starts_on": "2024-11-08"}, "Keep it under 200 characters."),
            (
                {"name": "SeaGL", "starts_on": "2024-11-08", "url": "javascript:alert(1)"},
                "http",
            ),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(
        self, staff: FlaskClient, stored: Stored, given: dict[str, str], says: str
    ) -> None:
        before = rows_of(stored)
        answer = staff.post("/events/new", data=given)
        assert answer.status_code == 422
        assert says in text_of(answer) or f'value="{says}"' in answer.text
        assert "aria-invalid" in answer.text
        for value in given.values():
            assert f'value="{value.strip()}"' in answer.text
        assert rows_of(stored) == before


class TestChange:
    """Changes made here are marked as ours, and nobody overwrites what they have not seen."""

    def form(self, staff: FlaskClient, number: int) -> dict[str, str]:
        page = staff.get(f"/events/{number}/edit").text
        fields = re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', page)
        return {name: value for name, value in fields if name not in {"csrf_token", "q"}}

    def test_a_change(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        given = self.form(staff, owned.event) | {"booth_cost": "4500", "note": "Ten testers"}
        answer = staff.post(f"/events/{owned.event}/edit", data=given, follow_redirects=True)
        assert "SIGGRAPH is changed." in answer.text
        assert "4,500 USD" in answer.text
        with stored() as session:
            event = session.get_one(Event, owned.event)
            assert set(event.edited_fields) == {"booth_cost", "note"}
            assert event.version == 2

    def test_somebody_else_was_faster(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        given = self.form(staff, owned.event)
        with stored() as session:
            session.get_one(Event, owned.event).note = "Theirs"
        answer = staff.post(f"/events/{owned.event}/edit", data=given | {"note": "Mine"})
        assert answer.status_code == 409
        assert "Somebody else changed this meanwhile" in answer.text
        assert "Mine</textarea>" in answer.text
        assert "Now: “Theirs”." in answer.text

    def test_undo_and_when_it_is_too_late(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        path = f"/events/{owned.event}"
        given = self.form(staff, owned.event)
        page = staff.post(f"{path}/edit", data=given | {"note": "Mine"}, follow_redirects=True)
        back = re.findall(r'action="(/history/[^"]+)"', page.text)[-1]
        assert staff.post(back).status_code == 303
        with stored() as session:
            event = session.get_one(Event, owned.event)
            assert (event.note, event.edited_fields) == ("", [])
        assert "taken back already" in staff.post(back, follow_redirects=True).text
        assert staff.post(back.replace("/history/", "/history/9")).status_code == 404

    def test_a_later_change_is_not_undone_with_it(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        path = f"/events/{owned.event}"
        given = self.form(staff, owned.event)
        page = staff.post(f"{path}/edit", data=given | {"note": "Mine"}, follow_redirects=True)
        back = re.findall(r'action="(/history/[^"]+)"', page.text)[-1]
        with stored() as session:
            session.get_one(Event, owned.event).note = "Theirs"
        assert "changed meanwhile" in staff.post(back, follow_redirects=True).text

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("booth_cost", "-1"),
            ("booth_cost", "much"),
            ("expected_conversations", "0"),
            ("starts_on", "soon"),
            ("coc_url", "ftp://x"),
            ("version", "x"),
            ("version", ""),
        ],
    )
    def test_nonsense(
        self, staff: FlaskClient, owned: Owned, stored: Stored, field: str, value: str
    ) -> None:
        before = rows_of(stored)
        given = self.form(staff, owned.event) | {field: value}
        answer = staff.post(f"/events/{owned.event}/edit", data=given)
        assert answer.status_code == (409 if field == "version" else 422)
        assert rows_of(stored) == before

    def test_leads_change_their_event_and_no_other(
        self, app: Flask, volunteer: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        assert volunteer.get(f"/events/{owned.event}/edit").status_code == 404
        with stored() as session:
            lead = session.get_one(Person, owned.volunteer)
            cast.name_person(session, session.get_one(Event, owned.event), lead, is_lead=True)
        given = self.form(volunteer, owned.event) | {"note": "Ten testers"}
        assert volunteer.post(f"/events/{owned.event}/edit", data=given).status_code == 303
        assert volunteer.get(f"/events/{owned.osd}/edit").status_code == 404

    def test_one_of_several_places_is_chosen(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        with stored() as session:
            ours = session.get_one(Foundation, owned.foundation)
            nowhere = dict.fromkeys(cast.DENVER) | {"city": "Springfield"}
            event = cast.add_event(session, ours, "Somewhere", **nowhere)
        path = f"/events/{event.id}"
        assert "Which Springfield?" in staff.get(path).text
        given = {"place": "Springfield|IL|United States", "version": "1"}
        for wrong in ("", "1", "-1", "x", "²", "9" * 5000, "Denver|CO|United States"):
            answer = staff.post(f"{path}/place", data=given | {"place": wrong})
            assert answer.status_code == 422
            assert "not offered any more" in answer.text
        for stale in ("", "0", "2", "x"):
            answer = staff.post(f"{path}/place", data=given | {"version": stale})
            assert answer.status_code == 409
            assert "Somebody else changed this meanwhile" in answer.text
        assert f'value="{given["place"]}"' in staff.get(path).text
        assert staff.post(f"{path}/place", data=given).status_code == 303
        with stored() as session:
            assert session.get_one(Event, event.id).admin1 == "IL"
        assert "Which Springfield?" not in staff.get(path).text


class TestRemoval:
    """An event goes, after saying what goes with it, and never over people's heads."""

    def test_it_says_what_goes(self, staff: FlaskClient, owned: Owned) -> None:
        page = staff.get(f"/events/{owned.event}/remove").text
        assert "1 × decision" in page
        assert "The history keeps it" in page

    @pytest.mark.parametrize(("ends", "goes"), [(cast.NOW, True), (cast.NOW + HOUR, False)])
    def test_who_signed_up_is_told_first(
        self, staff: FlaskClient, owned: Owned, stored: Stored, ends: datetime, goes: bool
    ) -> None:
        with stored() as session:
            event = session.get_one(Event, owned.event)
            shift = cast.add_shift(session, cast.add_booth(session, event), ends - 2 * HOUR)
            cast.add_sign_up(session, shift, session.get_one(Person, owned.volunteer))
        answer = staff.post(f"/events/{owned.event}/remove")
        assert answer.status_code == (303 if goes else 422)
        assert goes or "Cancel the shifts first" in answer.text
        assert staff.get(f"/events/{owned.event}").status_code == (404 if goes else 200)


@pytest.mark.parametrize("event", ["known", "unknown"])
def test_who_else_comes_can_be_told_from_the_page(
    staff: FlaskClient, owned: Owned, stored: Stored, event: str
) -> None:
    """Every segment that is not known there leads to its evidence; no event is a dead end."""
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        gathers = cast.add_segment(session, ours, "gathers-there")
        cast.add_segment(session, ours, "elsewhere")
        new = cast.add_event(session, ours, "Meetup", **cast.ATLANTA)
        number = owned.event if event == "known" else new.id
        if event == "known":
            cast.add_match(session, gathers, session.get_one(Event, number))
        session.commit()
    told = re.findall(
        rf'href="(/fit/([a-z-]+)/{number}/evidence)"', staff.get(f"/events/{number}").text
    )
    slugs = {slug for _, slug in told}
    assert "elsewhere" in slugs
    assert ("gathers-there" in slugs) is (event == "unknown")
    assert {staff.get(path).status_code for path, _ in told} == {200}
