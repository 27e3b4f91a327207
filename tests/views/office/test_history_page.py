"""The page of a history: forwards in time, what changed, filters, the frame of an import."""

from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models import AuditEntry, Booth, Event, Foundation, Person
from outreach.planning.history.changes import TOLD, WORDS
from outreach.planning.people.team import join_team
from tests.cast import REAL
from tests.conftest import CountQueries, Stored
from tests.pages import of_class, says, tree_of
from tests.sign_ins import add_person
from tests.views.planned import Owned, plan, sign_in_as

PASTED = "name\tdate\nSeaGL\t2024-11-08\nFOSDEM\t2025-02-01\nPyCon\t2025-05-14\nFOSDEM\t2026-01-31"


def rows_of(client: FlaskClient, path: str) -> list[Element]:
    """Return the acts that a page shows."""
    log = of_class(tree_of(client.get(path).text), "log")
    return of_class(log[0], "rule") if log else []


def told(client: FlaskClient, path: str) -> list[str]:
    return [says(row.find("div[2]")) for row in rows_of(client, path)]


def changes(client: FlaskClient, path: str = "/history") -> list[str]:
    """Return what the newest act on a page changed."""
    shown = of_class(rows_of(client, path)[-1], "on")[0]
    return [" ".join(" ".join(one.itertext()).split()) for one in shown]


def decide(staff: FlaskClient, event: int, state: str) -> None:
    staff.post(f"/events/{event}/decision/{state}", data={"reason": "too far"})


def moved_back(stored: Stored, days: int) -> None:
    """Let everything so far have been done some days earlier."""
    with stored() as session:
        for entry in session.scalars(select(AuditEntry)):
            entry.at -= timedelta(days)


class TestOrder:
    """The newest is last, a day is said once, and paging leads back."""

    def test_newest_last_and_the_day_once(self, staff: FlaskClient, owned: Owned) -> None:
        for state in ("go", "cancelled"):
            decide(staff, owned.event, state)
        rows = rows_of(staff, "/history")
        times = [says(of_class(row, "k")[0]) for row in rows]
        assert [changes[-1] for changes in map(says_new, rows)] == ["go", "cancelled"]
        assert times[0].startswith("today ") and len(times[1]) == len("17:46")
        assert len(of_class(tree_of(staff.get("/history").text), "today")) == 2  # clock and row

    def test_a_week_and_the_week_before(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        decide(staff, owned.event, "go")
        moved_back(stored, 8)
        decide(staff, owned.event, "cancelled")
        page = tree_of(staff.get("/history").text)
        assert says(page.find(".//h1")).startswith("One change this week.")
        earlier = page.find(".//a[@rel='prev']")
        assert says(earlier) == "week before"
        before = tree_of(staff.get(earlier.get("href", "")).text)
        assert says(before.find(".//h1")).startswith("One change in the week of ")
        assert "1 later: the newest" in says(before)

    @pytest.mark.parametrize("asked", ["?show=nonsense", "?before=x", "?before=-1", "?before="])
    def test_nonsense_is_the_newest(self, staff: FlaskClient, owned: Owned, asked: str) -> None:
        decide(staff, owned.event, "go")
        assert told(staff, f"/history{asked}") == told(staff, "/history") != []


def says_new(row: Element) -> list[str]:
    return [says(one) for one in row.iter("b")]


class TestChanges:
    """What stood before is struck, what stands since is bold."""

    def test_a_decision_and_its_way_back(self, staff: FlaskClient, owned: Owned) -> None:
        decide(staff, owned.event, "no_go")
        assert changes(staff) == ["proposed → no-go"]
        press(staff, rows_of(staff, "/history")[-1])
        assert changes(staff) == ["no-go → proposed"]
        row = rows_of(staff, "/history")[-2]
        assert says(of_class(row, "link")[0]).startswith("Do it again")
        press(staff, row)
        assert changes(staff) == ["proposed → no-go"]

    def test_of_decisions_that_are_gone(self, staff: FlaskClient, owned: Owned) -> None:
        for state in ("go", "cancelled"):
            decide(staff, owned.event, state)
        newest, before = reversed(rows_of(staff, "/history")[-2:])
        press(staff, newest)
        press(staff, before)
        rows = rows_of(staff, f"/events/{owned.event}/history")
        said = [" ".join(" ".join(of_class(row, "on")[0].itertext()).split()) for row in rows]
        assert said[-4:] == ["proposed → go", "cancelled", "cancelled", "go → proposed"]

    def test_columns_in_words(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        with stored() as session:
            event = session.get_one(Event, owned.event)
            given = {
                "name": event.name, "starts_on": "2024-07-28", "ends_on": "2024-08-01",
                "city": event.city or "", "country": event.country or "",
                "version": str(event.version), "coc_url": "https://coc.example",
                "booth_cost": "1800", "note": "long " * 20,
            }  # fmt: skip
        staff.post(f"/events/{owned.event}/edit", data=given)
        said = changes(staff)
        assert "code of conduct not known → https://coc.example" in said
        assert "booth cost not known → 1,800 USD" in said
        assert all(len(one) < 90 for one in said)

    def test_every_column_that_is_told_has_a_word(self) -> None:
        told = {name for columns in TOLD.values() for name in columns.split()}
        assert told == set(WORDS)

    def test_words_of_a_list(self, staff: FlaskClient, owned: Owned) -> None:
        staff.post(f"/segments/{owned.slug}/words", data={"word": "shaders"})
        assert changes(staff) == ["words shaders"]


def press(client: FlaskClient, row: Element) -> None:
    form = row.find(".//form")
    assert form is not None
    assert client.post(form.get("action", "")).status_code == 303


class TestKinds:
    """One kind of act is asked for in the address; what would show nothing is not offered."""

    def test_each(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        decide(staff, owned.event, "go")
        staff.post("/import", data={"text": PASTED})
        press(staff, rows_of(staff, "/imports")[0])
        staff.post(f"/events/{owned.osd}/team/{owned.volunteer}")
        with stored() as session:
            named = AuditEntry.act == "named"
            session.execute(update(AuditEntry).where(named).values(person_id=None))
        for path, expected in {
            "/imports": ["imported 4 events"],
            "/history?show=imports": ["imported 4 events"],
            "/history?show=syncs": ["Whereabouts named"],
            "/history?show=back": ["imported 4 events"],
        }.items():
            found = told(staff, path)
            assert len(found) == len(expected), path
            assert all(one in row for one, row in zip(expected, found, strict=True)), path
        assert not any("Whereabouts" in row for row in told(staff, "/history?show=people"))

    def test_only_what_there_is_is_offered(self, staff: FlaskClient, owned: Owned) -> None:
        decide(staff, owned.event, "go")
        for path in ("/history", f"/events/{owned.event}/history"):
            offered = of_class(tree_of(staff.get(path).text), "key")[0]
            assert [says(one) for one in offered] == ["this week", "by people"]
            assert offered[0].get("aria-current") == "true"


class TestImport:
    """A frame says what an import would leave, and is right."""

    def touched(self, staff: FlaskClient, owned: Owned, stored: Stored) -> Element:
        """Import four events, two of one series, touch one of those, and return the frame."""
        staff.post("/import", data={"text": PASTED})
        with stored() as session:
            named = select(Event.id).where(Event.name == "FOSDEM").order_by(Event.starts_on)
            event_id = session.scalars(named).all()[0]
        staff.post(f"/events/{event_id}/team/{owned.volunteer}")
        return of_class(tree_of(staff.get("/imports").text), "bulk")[0]

    def test_it_says_who_touched_what(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        frame = self.touched(staff, owned, stored)
        assert [says(one) for one in frame.iter("li")] == [
            "3 go back Nobody touched them since.",
            "1 was touched since: it stays Ada Ours named Lin Ours for FOSDEM.",
        ]
        hollow, solid = (one.get("d", "").count("M") for one in frame.iter("path"))
        assert (hollow, solid) == (3, 1)
        assert says(of_class(frame, "btn")[0]) == "Take back 3 events"

    def test_as_many_go_as_it_says(self, staff: FlaskClient, owned: Owned, stored: Stored) -> None:
        frame = self.touched(staff, owned, stored)
        press(staff, frame)
        assert "3 events removed. FOSDEM stays" in says(tree_of(staff.get("/history").text))
        with stored() as session:
            assert session.scalars(select(Event.name).where(Event.id > owned.event)).all() == [
                "FOSDEM"
            ]

    def test_its_own_page_marks_what_stays(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        frame = self.touched(staff, owned, stored)
        look = of_class(frame, "btn")[1].get("href", "")
        page = tree_of(staff.get(look).text)
        stays = [row for row in page.iter("tr") if "stays" in says(row)]
        assert len(stays) == 1 and "2025" in says(stays[0])

    def test_where_all_is_in_use_there_is_no_button(
        self, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        staff.post("/import", data={"text": "name\tdate\nSeaGL\t2024-11-08"})
        with stored() as session:
            session.scalars(select(Event).where(Event.name == "SeaGL")).one().note = "ours"
        frame = of_class(tree_of(staff.get("/imports").text), "bulk")[0]
        assert "None goes back" in says(frame) and "SeaGL is in use." in says(frame)
        assert frame.find(".//form") is None


class TestWhose:
    """Others see nothing of it, and who leads an event takes back what is theirs alone."""

    def test_nothing_of_another_foundation(
        self, app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        decide(staff, owned.event, "go")
        staff.post("/import", data={"text": PASTED})
        with stored() as session:
            theirs = plan(session, "theirs")
        stranger = sign_in_as(app, stored, theirs.staff)
        for path in ("/history", "/imports", "/history?show=people"):
            assert not any("Ada Ours" in row for row in told(stranger, path)), path
        for path in (f"/events/{owned.event}", f"/people/{owned.staff}", f"/segments/{owned.slug}"):
            assert stranger.get(f"{path}/history").status_code == 404

    def test_a_lead_and_a_volunteer(
        self, app: Flask, staff: FlaskClient, owned: Owned, stored: Stored
    ) -> None:
        with stored() as session:
            ours = session.get_one(Foundation, owned.foundation)
            event = session.get_one(Event, owned.event)
            lin, ada = (session.get_one(Person, one) for one in (owned.volunteer, owned.staff))
            join_team(session, ours, event, lin, True, ada, REAL)
            booth = Booth(event_id=event.id, code="abcdefgh", rules={"most_hours_a_day": 3})
            session.add(booth)
        decide(staff, owned.event, "go")
        staff.post(f"/events/{owned.event}/booth/rules/reset")
        lead = sign_in_as(app, stored, owned.volunteer)
        rows = rows_of(lead, f"/events/{owned.event}/history")
        assert [row.find(".//form") is not None for row in rows][-2:] == [False, True]
        for path in ("/history", "/imports", f"/events/{owned.osd}/history"):
            assert lead.get(path).status_code == 404
        with stored() as session:
            other = add_person(
                session, "Sol", "volunteer", session.get_one(Foundation, owned.foundation)
            )
            number = other.id
        sol = sign_in_as(app, stored, number)
        assert sol.get(f"/events/{owned.event}/history").status_code == 404


def test_three_of_each_are_no_question_more_than_one(
    staff: FlaskClient, owned: Owned, stored: Stored, count_queries: CountQueries
) -> None:
    def asked(path: str) -> int:
        with count_queries() as queries:
            assert staff.get(path).status_code == 200
        return len(queries)

    def one_of_each(number: int) -> None:
        for state in ("go", "cancelled"):
            decide(staff, owned.event, state)
        press(staff, rows_of(staff, "/history")[-1])
        staff.post("/import", data={"text": f"name\tdate\nOne {number}\t2025-01-01"})
        with stored() as session:
            event_id = session.scalars(select(Event.id).order_by(Event.id.desc())).first()
        decide(staff, event_id or 0, "go")

    paths = ("/history", "/imports", f"/events/{owned.event}/history")
    one_of_each(1)
    before = [asked(path) for path in paths]
    for number in (2, 3):
        one_of_each(number)
    assert [asked(path) for path in paths] == before
    assert max(before) <= 12
    assert len(of_class(tree_of(staff.get("/imports").text), "bulk")) == 3
