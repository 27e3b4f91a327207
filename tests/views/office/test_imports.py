"""The import pages: paste box, preview, file, address, Undo, duplicates; each with its refusals."""

import json
import re
from io import BytesIO
from itertools import product
from string import ascii_lowercase
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from werkzeug.test import TestResponse

from models import AuditEntry, Call, DuplicateOffer, Event, Foundation
from models.database import make_sessions
from outreach.accounts.audit import record
from outreach.fetching import Fetched
from outreach.planning.large_imports import batches
from outreach.refusal import Refused
from tests.cast import REAL
from tests.conftest import MakeApp, Stored
from tests.pages import tree_of
from tests.sign_ins import add_foundation, add_person, sign_in
from views.office import imports
from worker.loop import Worker

TABLE = "Event\tDate\tWhere\tCFP\nSIGGRAPH\t28 Jul - 1 Aug 2024\tDenver, CO, USA\t\n"
BAD_TABLE = TABLE + "SeaGL\tsoon\tSeattle, WA, USA\t\n"
RECORDS = [
    {"name": "SIGGRAPH", "startDate": "2024-07-28", "endDate": "2024-08-01", "city": "Denver, CO"},
    {"name": "SC24", "startDate": "2024-11-17", "city": "Atlanta, GA", "country": "U.S.A."},
]


@pytest.fixture
def staff(client: FlaskClient, stored: Stored) -> FlaskClient:
    with stored() as session:
        sign_in(client, session, add_person(session))
    return client


@pytest.fixture
def volunteer(client: FlaskClient, stored: Stored) -> FlaskClient:
    with stored() as session:
        sign_in(client, session, add_person(session, "Vic Example", "volunteer"))
    return client


def names(stored: Stored) -> list[str]:
    with stored() as session:
        return list(session.scalars(select(Event.name).order_by(Event.id)))


def text_of(answer: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def year_in(page: str) -> str | None:
    """Return the year that stands in the preview's question for it; None where none is asked."""
    fields = (one for one in tree_of(page).iter("input") if one.get("name") == "year")
    return next((one.get("value") for one in fields), None)


def as_file(records: Any, name: str = "events.json") -> dict[str, Any]:
    content = records if isinstance(records, bytes) else json.dumps(records).encode()
    return {"file": (BytesIO(content), name)}


def send(client: FlaskClient, records: Any) -> TestResponse:
    return client.post("/import/file", data=as_file(records))


def import_twins(staff: FlaskClient, stored: Stored) -> int:
    """Import an event twice under two addresses and return the offer's id."""
    other = RECORDS[0] | {"url": "https://s2024.siggraph.org"}
    assert send(staff, [RECORDS[0], other]).status_code == 303
    with stored() as session:
        offer_id: int = session.scalars(select(DuplicateOffer.id)).one()
    return offer_id


CALENDAR = """BEGIN:VCALENDAR
BEGIN:VEVENT
UID:1
SUMMARY:North Con
DTSTART;VALUE=DATE:20240921
LOCATION:Brno\\, Czechia
END:VEVENT
BEGIN:VEVENT
UID:2
SUMMARY:Off
STATUS:CANCELLED
DTSTART;VALUE=DATE:20240922
END:VEVENT
END:VCALENDAR
"""
POSTS = [
    ("/import/preview", {"text": TABLE}),
    ("/import", {"text": TABLE}),
    ("/import/file", {"address": "https://example.org/events.json"}),
    ("/duplicates/1/merge", {"keep": "1"}),
    ("/duplicates/1/keep", {}),
]


def statuses(client: FlaskClient) -> set[int]:
    return {client.post(path, data=given).status_code for path, given in POSTS}


class TestWhoMayNot:
    """Nobody but staff imports anything, and nobody through another site's page."""

    def test_nobody_signed_in(self, client: FlaskClient, stored: Stored) -> None:
        assert statuses(client) == {401}
        assert names(stored) == []

    def test_a_volunteer(self, volunteer: FlaskClient, stored: Stored) -> None:
        assert statuses(volunteer) == {404}
        assert names(stored) == []

    def test_without_the_secret_of_a_form(self, make_app: MakeApp, stored: Stored) -> None:
        client = make_app().test_client()
        with stored() as session:
            sign_in(client, session, add_person(session))
        assert statuses(client) == {400}
        assert names(stored) == []

    def test_by_another_method(self, staff: FlaskClient) -> None:
        assert {staff.put(path, data=given).status_code for path, given in POSTS} == {405}


@pytest.mark.parametrize("path", ["/import", "/duplicates", "/import/1"])
def test_pages_are_for_staff(volunteer: FlaskClient, client: FlaskClient, path: str) -> None:
    assert volunteer.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/history/99/take-back", "/duplicates/99/merge", "/duplicates/99/keep"],
)
def test_what_is_not_there_is_not_found(staff: FlaskClient, path: str) -> None:
    assert staff.post(path).status_code == 404


def test_what_belongs_to_another_foundation_is_not_found(
    staff: FlaskClient, stored: Stored
) -> None:
    offer_id = import_twins(staff, stored)
    with stored() as session:
        theirs = add_foundation(session, "theirs")
        for table in (AuditEntry, DuplicateOffer):
            for row in session.scalars(select(table)):
                row.foundation_id = theirs.id
        batch = session.scalars(select(AuditEntry.id).where(AuditEntry.act == "imported")).one()
    for path in (f"/history/{batch}/take-back", f"/duplicates/{offer_id}/merge"):
        assert staff.post(path, data={"keep": "1"}).status_code == 404
    assert staff.get(f"/import/{batch}").status_code == 404


class TestPreview:
    """The preview says what will happen and stores nothing."""

    def test_a_good_table(self, staff: FlaskClient, stored: Stored) -> None:
        answer = staff.post("/import/preview", data={"text": TABLE})
        assert answer.status_code == 200
        said = text_of(answer)
        assert "1 row is ready" in said and "New." in said
        assert "Call closes" in said and "not known" in said
        assert names(stored) == []

    def test_a_bad_cell_is_an_input_with_its_error(self, staff: FlaskClient) -> None:
        answer = staff.post("/import/preview", data={"text": BAD_TABLE})
        assert 'name="cell-2-1" value="soon"' in answer.text
        assert "“soon” is no date." in answer.text
        assert "Import 1, leave out 1" in answer.text

    def test_the_table_travels_with_the_form(self, staff: FlaskClient) -> None:
        answer = staff.post("/import/preview", data={"text": '<b>&"\t2024-07-28'})
        assert "&lt;b&gt;&amp;" in answer.text and "<b>&" not in answer.text

    def test_what_is_here_already_is_told(self, staff: FlaskClient) -> None:
        staff.post("/import", data={"text": TABLE})
        said = text_of(staff.post("/import/preview", data={"text": TABLE}))
        assert "Here already, nothing changes." in said

    def test_what_looks_like_another_event_is_told(self, staff: FlaskClient) -> None:
        send(staff, RECORDS)
        said = text_of(staff.post("/import/preview", data={"text": TABLE}))
        assert "Looks like SIGGRAPH" in said
        assert "The same name, the same days and the same place, Denver." in said

    def test_a_change_is_told(self, staff: FlaskClient) -> None:
        staff.post("/import", data={"text": TABLE})
        changed = TABLE.replace("Denver, CO, USA\t", "Denver, CO, USA\thttps://cfp.example.org")
        said = text_of(staff.post("/import/preview", data={"text": changed}))
        assert "Changes: CFP address." in said

    def test_an_order_of_day_and_month_is_asked_for(self, staff: FlaskClient) -> None:
        table = "Event\tDate\nX\t03/04/2024\n"
        answer = staff.post("/import/preview", data={"text": table})
        assert "Which comes first" in answer.text
        settled = staff.post("/import/preview", data={"text": table, "order": "day"})
        assert "2024-04-03" in settled.text

    def test_a_year_is_asked_for_once_with_a_guess(self, staff: FlaskClient) -> None:
        table = "Event\tDate\nX 2026\t3 April\nY\t5 May\n"
        asked = staff.post("/import/preview", data={"text": table})
        assert year_in(asked.text) == "2026"
        settled = staff.post("/import/preview", data={"text": table, "year": "2027"})
        assert "2027-04-03" in settled.text and "2027-05-05" in settled.text
        assert year_in(settled.text) == "2027"
        assert staff.post("/import", data={"text": table, "year": "2027"}).status_code == 303

    def test_columns_can_be_named(self, staff: FlaskClient) -> None:
        table = "a\tFOSDEM\t2025-02-01\n"
        given = {"text": table, "column-0": "note", "column-1": "name", "column-2": "start"}
        answer = staff.post("/import/preview", data=given)
        assert '<bdi class="name">FOSDEM</bdi>' in answer.text

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"text": ""}, "Paste the rows"),
            ({}, "Paste the rows"),
            ({"text": " \n \n"}, "Paste the rows"),
            ({"text": "x" * 400_001}, "one paste takes"),
            ({"text": "a\n" * 2001}, "2,001 rows"),
            ({"text": TABLE, "order": "year"}, "Say which comes first"),
            ({"text": TABLE, "year": "27"}, "A year is like 2027."),
        ],
    )
    def test_what_cannot_be_read_keeps_the_input(
        self, staff: FlaskClient, given: dict[str, str], says: str
    ) -> None:
        answer = staff.post("/import/preview", data=given)
        assert answer.status_code == 422
        assert says in text_of(answer)
        if len(given.get("text", "")) > 9:
            assert given["text"][:9] in answer.text

    def test_the_text_can_be_changed(self, staff: FlaskClient) -> None:
        answer = staff.post("/import/preview", data={"text": TABLE, "change_text": "1"})
        assert answer.status_code == 200
        assert "SIGGRAPH\t28 Jul" in answer.text

    def test_very_many_rows_stay_a_small_page(self, staff: FlaskClient) -> None:
        words = ["".join(letters) for letters in product(ascii_lowercase, repeat=3)][:1900]
        rows = "".join(f"Meeting {word}\t2024-07-28\n" for word in words)
        answer = staff.post("/import/preview", data={"text": "Event\tDate\n" + rows})
        assert "1,900 rows are ready" in text_of(answer)
        assert "1,800 more rows" in answer.text
        assert len(answer.data) < 300_000


class TestImport:
    """The import does what the preview said, or nothing."""

    def test_rows_are_added(self, staff: FlaskClient, stored: Stored) -> None:
        answer = staff.post("/import", data={"text": TABLE}, follow_redirects=True)
        assert answer.status_code == 200
        assert "1 event added." in answer.text and "data-undo" in answer.text
        with stored() as session:
            event = session.scalars(select(Event)).one()
            assert (event.city, event.country, event.timezone) == (
                "Denver",
                "United States",
                "America/Denver",
            )
            assert session.scalars(select(Call)).all() == []

    def test_a_bad_cell_stops_all_rows(self, staff: FlaskClient, stored: Stored) -> None:
        answer = staff.post("/import", data={"text": BAD_TABLE})
        assert answer.status_code == 422
        assert "Nothing was imported" in answer.text
        assert 'value="soon"' in answer.text
        assert names(stored) == []

    @pytest.mark.parametrize("path", ["/import", "/import/preview"])
    def test_a_name_that_is_too_long_is_a_bad_cell(self, staff: FlaskClient, path: str) -> None:
        name = "SIGGRAPH " * 23
        answer = staff.post(path, data={"text": TABLE.replace("SIGGRAPH", name)})
        assert answer.status_code < 500
        assert "name has 206 characters, at most 200 fit." in answer.text
        assert f'value="{name.strip()}"' in answer.text

    def test_a_mended_cell_is_imported(self, staff: FlaskClient, stored: Stored) -> None:
        given = {"text": BAD_TABLE, "cell-2-1": "8 Nov 2024"}
        assert staff.post("/import", data=given).status_code == 303
        assert names(stored) == ["SIGGRAPH", "SeaGL"]

    def test_a_cell_that_stays_bad_is_kept_as_it_was_mended(self, staff: FlaskClient) -> None:
        answer = staff.post("/import", data={"text": BAD_TABLE, "cell-2-1": "31 Nov 2024"})
        assert answer.status_code == 422
        assert 'value="31 Nov 2024"' in answer.text

    @pytest.mark.parametrize("given", [{"leave_bad": "1"}, {"left_out": "2"}])
    def test_rows_can_be_left_out(
        self, staff: FlaskClient, stored: Stored, given: dict[str, str]
    ) -> None:
        assert staff.post("/import", data={"text": BAD_TABLE} | given).status_code == 303
        assert names(stored) == ["SIGGRAPH"]

    def test_nothing_left_to_import_is_no_import(self, staff: FlaskClient) -> None:
        answer = staff.post("/import", data={"text": TABLE, "left_out": "1"})
        assert answer.status_code == 422
        assert "Every row is left out" in answer.text

    def test_twice_is_once(self, staff: FlaskClient, stored: Stored) -> None:
        staff.post("/import", data={"text": TABLE})
        answer = staff.post("/import", data={"text": TABLE}, follow_redirects=True)
        assert "all of it is here already" in answer.text
        assert names(stored) == ["SIGGRAPH"]

    def test_odd_fields_are_ignored(self, staff: FlaskClient, stored: Stored) -> None:
        given = {"cell-x": "1", "cell-99999-99": "2", "left_out": "²", "column-0": "id"}
        assert staff.post("/import", data={"text": TABLE} | given).status_code == 303
        assert names(stored) == ["SIGGRAPH"]

    @pytest.mark.parametrize("given", [{}, {"text": "x" * 400_001}, {"text": ",,\n,"}])
    def test_what_cannot_be_read_is_refused(
        self, staff: FlaskClient, given: dict[str, str]
    ) -> None:
        assert staff.post("/import", data=given).status_code == 422


class TestFile:
    """A file comes in whole or not at all."""

    def test_a_file(self, staff: FlaskClient, stored: Stored) -> None:
        answer = staff.post("/import/file", data=as_file(RECORDS), follow_redirects=True)
        assert "2 events added." in answer.text
        assert names(stored) == ["SIGGRAPH", "SC24"]

    def test_each_bad_row_is_named(self, staff: FlaskClient, stored: Stored) -> None:
        bad = [{"name": "X", "startDate": "soon"}, {"name": ""}, {"startDate": "2024-07-28"}]
        answer = send(staff, [*RECORDS, *bad])
        assert answer.status_code == 422
        said = text_of(answer)
        assert "three rows need another look" in said
        assert "row 5 without a name The name is missing." in said
        assert "row 3 X startDate is “soon”" in said and "row 4" in said
        assert names(stored) == []

    def test_a_table_goes_to_the_preview(self, staff: FlaskClient, stored: Stored) -> None:
        answer = staff.post("/import/file", data=as_file(TABLE.encode(), "events.csv"))
        assert answer.status_code == 200
        assert "1 row is ready" in text_of(answer)
        assert names(stored) == []

    def test_a_calendar_goes_to_the_preview_with_what_was_left_out(
        self, staff: FlaskClient, stored: Stored
    ) -> None:
        answer = staff.post("/import/file", data=as_file(CALENDAR.encode(), "ours.ics"))
        assert answer.status_code == 200
        said = text_of(answer)
        assert "1 row is ready" in said and "One cancelled entry is left out." in said
        pasted = staff.post("/import/preview", data={"text": CALENDAR})
        assert "1 row is ready" in text_of(pasted) and names(stored) == []
        [box] = tree_of(pasted.text).iter("textarea")
        for _ in range(2):
            assert staff.post("/import", data={"text": box.text}).status_code == 303
            assert names(stored) == ["North Con"]
        wrong = staff.post("/import/preview", data={"text": "BEGIN:VCALENDAR"})
        assert wrong.status_code == 422 and "no entry" in text_of(wrong)

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "Choose a file"),
            (b"{}", "no list of events"),
            (b"[{", "not JSON"),
            (b"\xff\xfe\x00", "neither JSON nor a table"),
            (b"[NaN]", "not JSON"),
        ],
    )
    def test_what_is_no_such_file_is_refused(
        self, staff: FlaskClient, content: bytes, says: str
    ) -> None:
        answer = staff.post("/import/file", data=as_file(content, "../../etc/passwd"))
        assert answer.status_code == 422
        assert says in text_of(answer)

    def test_a_large_file_is_refused(self, staff: FlaskClient) -> None:
        answer = staff.post(
            "/import/file", data=bytes(13 * 2**20), content_type="multipart/form-data; boundary=x"
        )
        assert answer.status_code == 413


class Canned:
    """A fetcher that has one answer."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content

    def fetch(self, address: str) -> Fetched:
        if self.content is None:
            raise Refused("That address cannot be fetched from here.")
        return Fetched(self.content, address)


class TestAddress:
    """An address gives what a file gives."""

    given: ClassVar = {"address": "https://example.org/events.json"}

    def test_an_address(self, app: Flask, staff: FlaskClient, stored: Stored) -> None:
        app.extensions["FETCHER"] = Canned(json.dumps(RECORDS).encode())
        assert staff.post("/import/file", data=self.given).status_code == 303
        assert names(stored) == ["SIGGRAPH", "SC24"]

    def test_an_address_that_is_refused_stays_in_its_field(
        self, app: Flask, staff: FlaskClient
    ) -> None:
        app.extensions["FETCHER"] = Canned(None)
        answer = staff.post("/import/file", data=self.given)
        assert answer.status_code == 422
        assert 'value="https://example.org/events.json"' in answer.text
        assert "cannot be fetched" in answer.text

    @pytest.mark.parametrize("address", ["http://127.0.0.1/", "file:///etc/passwd", "x"])
    def test_the_guard_stands_before_it(self, staff: FlaskClient, address: str) -> None:
        assert staff.post("/import/file", data={"address": address}).status_code == 422


class TestUndo:
    """Undo removes what an import created, unless somebody works with it."""

    def undo(self, staff: FlaskClient, stored: Stored) -> TestResponse:
        with stored() as session:
            batch = session.scalar(
                select(func.max(AuditEntry.id)).where(AuditEntry.act == "imported")
            )
        return staff.post(f"/history/{batch}/take-back", follow_redirects=True)

    def test_what_came_goes(self, staff: FlaskClient, stored: Stored) -> None:
        send(staff, RECORDS)
        assert "2 events removed." in self.undo(staff, stored).text
        assert names(stored) == []

    def test_what_is_in_use_stays(self, staff: FlaskClient, stored: Stored) -> None:
        send(staff, RECORDS)
        with stored() as session:
            session.scalars(select(Event).where(Event.name == "SC24")).one().note = "ours"
        assert "SC24 stays: somebody works with it by now." in text_of(self.undo(staff, stored))
        assert names(stored) == ["SC24"]

    def test_once_is_enough(self, staff: FlaskClient, stored: Stored) -> None:
        send(staff, RECORDS)
        self.undo(staff, stored)
        assert "taken back already" in self.undo(staff, stored).text


class TestDuplicates:
    """Two events that look like one are merged by a person, or stay two."""

    def test_a_pair_is_offered(self, staff: FlaskClient, stored: Stored) -> None:
        import_twins(staff, stored)
        said = text_of(staff.get("/duplicates"))
        assert "Two events look like one." in said
        assert "The same name, the same days and the same place, Denver." in said

    def test_nothing_to_merge(self, staff: FlaskClient) -> None:
        assert "No two events look like one." in staff.get("/duplicates").text

    def test_a_merge_and_its_undo(self, staff: FlaskClient, stored: Stored) -> None:
        offer_id = import_twins(staff, stored)
        answer = staff.post(f"/duplicates/{offer_id}/merge", data={"keep": "1"})
        assert answer.status_code == 303
        with stored() as session:
            kept = session.scalars(select(Event)).one()
            assert kept.url == "https://s2024.siggraph.org"
            entry = session.scalars(select(AuditEntry.id).where(AuditEntry.act == "merged")).one()
        assert (
            "two events again"
            in staff.post(f"/history/{entry}/take-back", follow_redirects=True).text
        )
        with stored() as session:
            assert session.scalars(select(Event.url).order_by(Event.id)).all() == [
                None,
                "https://s2024.siggraph.org",
            ]
            assert session.scalar(select(func.count(DuplicateOffer.id))) == 1

    @pytest.mark.parametrize("keep", ["", "99", "-1", "²", "x"])
    def test_a_merge_says_which_one_stays(
        self, staff: FlaskClient, stored: Stored, keep: str
    ) -> None:
        offer_id = import_twins(staff, stored)
        answer = staff.post(
            f"/duplicates/{offer_id}/merge", data={"keep": keep}, follow_redirects=True
        )
        assert "Choose which of the two events stays." in answer.text
        assert len(names(stored)) == 2

    def test_a_merge_is_undone_once(self, staff: FlaskClient, stored: Stored) -> None:
        offer_id = import_twins(staff, stored)
        staff.post(f"/duplicates/{offer_id}/merge", data={"keep": "2"})
        with stored() as session:
            entry = session.scalars(select(AuditEntry.id).where(AuditEntry.act == "merged")).one()
        staff.post(f"/history/{entry}/take-back")
        answer = staff.post(f"/history/{entry}/take-back", follow_redirects=True)
        assert "taken back already" in answer.text

    def test_both_may_stay(self, staff: FlaskClient, stored: Stored) -> None:
        offer_id = import_twins(staff, stored)
        answer = staff.post(f"/duplicates/{offer_id}/keep", follow_redirects=True)
        assert "They stay two events." in answer.text
        assert "No two events look like one." in answer.text
        back = re.search(r'action="(/history/[^"]+)"', answer.text)
        assert back is not None
        staff.post(back[1])
        assert "Two events look like one." in staff.get("/duplicates").text

    def test_the_page_asks_the_database_as_often_for_three_pairs_as_for_one(
        self, staff: FlaskClient, stored: Stored, count_queries: Any
    ) -> None:
        import_twins(staff, stored)
        with count_queries() as one:
            staff.get("/duplicates")
        other = RECORDS[1] | {"url": "https://sc24.supercomputing.org"}
        more = {"name": "FOSDEM", "startDate": "2025-02-01"}
        send(staff, [*RECORDS, other, more, more | {"url": "https://fosdem.org"}])
        with count_queries() as three:
            staff.get("/duplicates")
        assert len(three) == len(one)


def test_what_an_import_did_is_shown_with_as_many_queries_for_many(
    staff: FlaskClient, count_queries: Any
) -> None:
    counts = []
    for records in (RECORDS[:1], RECORDS[1:]):
        batch = send(staff, records).headers["Location"]
        with count_queries() as queries:
            assert staff.get(batch).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_imported_text_is_shown_and_never_run(staff: FlaskClient, shared_data: Any) -> None:
    strings = json.loads((shared_data / "naughty/blns.json").read_text(encoding="utf-8"))
    records = [{"name": text[:200], "startDate": "2024-07-28"} for text in strings if text.strip()]
    answer = send(staff, [one for one in records if one["name"].isprintable()])
    page = staff.get(answer.headers["Location"]).text
    assert "<script>alert" not in page and "<img src=x" not in page


def test_an_import_belongs_to_the_foundation_that_is_looked_at(
    staff: FlaskClient, stored: Stored
) -> None:
    with stored() as session:
        add_foundation(session, "theirs")
    send(staff, RECORDS)
    with stored() as session:
        owners = session.scalars(
            select(Foundation.slug).join(Event, Event.foundation_id == Foundation.id)
        )
        assert set(owners) == {"ours"}


def test_a_large_import_shows_how_far_it_is_and_what_came_of_it(
    app: Flask, staff: FlaskClient, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_AT_ONCE", 1)
    answer = send(staff, RECORDS)
    assert answer.status_code == 303
    waiting = staff.get(answer.location)
    assert "This begins in a moment." in text_of(waiting)
    assert "Refresh" in waiting.headers
    assert "Refresh" not in staff.get(f"{answer.location}?still=1").headers
    assert names(stored) == []
    assert Worker(app).run_once()
    page = staff.get(answer.location)
    assert "2 events are on the list." in text_of(page)
    assert "Refresh" not in page.headers
    back = staff.post(f"/history/{answer.location.rpartition('/')[2]}/take-back")
    assert back.location == answer.location
    assert names(stored) == ["SIGGRAPH", "SC24"]
    assert Worker(app).run_once()
    assert "2 events removed." in text_of(staff.get(answer.location))
    assert names(stored) == []
    again = send(staff, RECORDS)
    assert Worker(app).run_once()
    once_more = send(staff, RECORDS)
    assert Worker(app).run_once()
    assert "all of it is here already" in text_of(staff.get(once_more.location))
    assert "2 events" in text_of(staff.get(again.location))


def test_planning_an_import_keeps_nobody_from_writing(
    staff: FlaskClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, others = imports.make_plan, make_sessions(engine)

    def planned(*given: Any) -> Any:
        with others.begin() as session:
            record(session, REAL, None, None, "was refused", "event", None)
        return plan(*given)

    monkeypatch.setattr(imports, "make_plan", planned)
    assert send(staff, RECORDS).status_code == 303
