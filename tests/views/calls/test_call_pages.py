"""The pages of calls: board, form, paste box; each act with its refusals, and who may not."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Call, Event, Foundation
from tests.cast import TODAY, add_call, add_decision, add_event, add_match, add_segment
from tests.conftest import CountQueries, Stored
from tests.pages import tree_of
from tests.views.planned import Owned, rows_of, undo_of

NEW = {"kind": "talks", "closes": "20 Jul 2024 23:59 AoE", "assumed": "venue"}
TABLE = "Event\tCloses\nSIGGRAPH\t20 Jul 2024 23:59 AoE\n"


def calls(stored: Stored) -> list[tuple[str, str, str]]:
    with stored() as session:
        rows = session.execute(select(Call.kind, Call.closes, Call.extended_from))
        return [tuple(row) for row in rows]  # type: ignore[misc]


def test_a_call_is_added_changed_removed_and_brought_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = f"/events/{owned.event}/calls"
    page = staff.post(f"{path}/new", data=NEW, follow_redirects=True)
    assert "The call for talks is kept." in page.text and "20 Jul 2024 23:59 AoE" not in page.text
    assert "23:59 Anywhere on Earth" in page.text
    with stored() as session:
        call = session.scalars(select(Call)).one()
        edit, version = f"{path}/{call.id}", call.version
    assert "20 Jul 2024 23:59 AoE" in staff.get(edit).text
    later = NEW | {"closes": "27 Jul 2024 23:59 AoE", "version": str(version)}
    assert "is changed" in staff.post(edit, data=later, follow_redirects=True).text
    assert calls(stored) == [("talks", "27 Jul 2024 23:59 AoE", "20 Jul 2024 23:59 AoE")]
    page = staff.post(f"{edit}/remove", follow_redirects=True)
    assert calls(stored) == []
    staff.post(undo_of(page))
    assert calls(stored) == [("talks", "27 Jul 2024 23:59 AoE", "20 Jul 2024 23:59 AoE")]


def test_the_history_says_of_what_kind_it_was(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    path = f"/events/{owned.event}/calls"
    staff.post(f"{path}/new", data=NEW)
    with stored() as session:
        call = session.scalars(select(Call)).one()
        edit, version = f"{path}/{call.id}", str(call.version)
    staff.post(edit, data=NEW | {"kind": "volunteers", "version": version})
    page = tree_of(staff.get(f"/events/{owned.event}/history").text)
    said = " ".join(" ".join(page.itertext()).split())
    assert "kind talks → volunteers" in said


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"closes": "20 Jul 2024 17:00 CST"}, "write America/Chicago"),
        ({"closes": "20 Jul 2024 17:00", "assumed": ""}, "whose clock"),
        ({"closes": "x" * 201}, "under 200 characters"),
        ({"kind": "singing"}, "Not a valid choice"),
        ({"assumed": "Mars"}, "Not a valid choice"),
        ({"opens_on": "2024-07-21"}, "close before it opens"),
        ({"told_by": "soon"}, "Not a valid date"),
        ({"url": "ftp://x"}, "starts with http"),
        ({"takes": "x" * 2001}, "under 2000 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    staff: FlaskClient, owned: Owned, stored: Stored, given: dict[str, str], sentence: str
) -> None:
    before = rows_of(stored)
    answer = staff.post(f"/events/{owned.event}/calls/new", data=NEW | {"name": "Kept"} | given)
    assert answer.status_code == 422
    assert sentence in answer.text and 'value="Kept"' in answer.text
    assert rows_of(stored) == before


def test_a_call_of_another_event_is_not_here(
    staff: FlaskClient, owned: Owned, theirs: Owned, stored: Stored
) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        other = add_event(session, ours, "SeaGL", date(2024, 11, 8))
        elsewhere = [add_call(session, other, TODAY).id]
        elsewhere.append(add_call(session, session.get_one(Event, theirs.event), TODAY).id)
    for number in (*elsewhere, 999):
        assert staff.get(f"/events/{owned.event}/calls/{number}").status_code == 404
        assert staff.post(f"/events/{owned.event}/calls/{number}/remove").status_code == 404


def test_the_board_is_by_time_with_reasons(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        hpc = add_segment(session, ours, "hpc")
        later, sooner = (add_event(session, ours, name, date(2024, 11, 8)) for name in ("SC", "A"))
        add_match(session, hpc, later, 80).sentence = "Clusters meet there."
        add_call(session, later, TODAY + timedelta(days=10))
        add_call(session, sooner, TODAY + timedelta(days=4), kind="stand", url="https://a.example")
        add_call(session, sooner, TODAY - timedelta(days=4))
        add_call(session, later, None, kind="travel", word="tba", closes="TBA")
        gone = add_event(session, ours, "Gone", date(2024, 11, 8))
        add_decision(session, gone, "no_go", reason="far")
        add_call(session, gone, TODAY)
    page = staff.get("/calls").text
    assert page.index(">A<") < page.index("HPC") < page.index("not announced yet")
    assert "A closes in 3 days. One other within three weeks." in page
    assert "Fits HPC" in page and "Clusters meet there." in page
    assert "T-3" in page and "T-9" in page and "Gone" not in page
    assert "One call is closed." in staff.get("/calls?when=closed").text
    assert ">A<" not in staff.get("/calls?kind=talks").text
    assert staff.get("/calls?kind=singing").status_code == 400
    assert staff.get("/calls?when=ever").status_code == 400
    table = staff.get("/calls.csv").text.splitlines()
    assert table[1].startswith("A,2024-11-08,stand or booth,")


def test_a_board_of_many_asks_no_more(
    staff: FlaskClient, owned: Owned, stored: Stored, count_queries: CountQueries
) -> None:
    def add(count: int) -> None:
        with stored() as session:
            ours = session.get_one(Foundation, owned.foundation)
            for number in range(count):
                event = add_event(session, ours, f"Event {number}", date(2024, 11, 8))
                add_call(session, event, TODAY + timedelta(days=number % 60))

    add(1)
    with count_queries() as few:
        staff.get("/calls")
    add(499)
    with count_queries() as many:
        assert staff.get("/calls").status_code == 200
    assert len(many) == len(few) <= 10


def test_a_table_is_previewed_and_kept(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    page = staff.post("/calls/paste/preview", data={"text": TABLE, "assumed": "venue"})
    assert "1 call is ready." in page.text and "21 Jul 2024, 11:59 UTC" in page.text
    assert calls(stored) == []
    page = staff.post(
        "/calls/paste", data={"text": TABLE, "assumed": "venue"}, follow_redirects=True
    )
    assert "1 call kept." in page.text
    assert calls(stored) == [("talks", "20 Jul 2024 23:59 AoE", "")]
    staff.post(undo_of(page))
    assert calls(stored) == []


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": "  "}, "Paste the rows of a table first."),
        ({"text": "Event\tCloses\n"}, "There are no rows"),
        ({"text": TABLE + "SIGGRAPH\twhenever\n"}, "needs another look"),
        ({"text": TABLE, "assumed": "Mars"}, "Not a valid choice"),
        ({"text": "Event\tCloses\nSIGGRAPH\t05/06/2024\n"}, "Say which comes first"),
    ],
)
def test_a_table_that_is_not_ready_is_kept_on_the_page(
    staff: FlaskClient, owned: Owned, stored: Stored, given: dict[str, str], sentence: str
) -> None:
    answer = staff.post("/calls/paste", data={"assumed": "venue"} | given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert calls(stored) == []


def test_bad_rows_can_be_left_out(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    text = TABLE + "Nowhere\t20 Jul 2024\n"
    staff.post("/calls/paste", data={"text": text, "assumed": "venue", "leave_bad": "1"})
    assert len(calls(stored)) == 1


def test_what_is_here_already_is_changed_or_left(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    staff.post("/calls/paste", data={"text": TABLE})
    text = TABLE.replace("20 Jul", "27 Jul")
    assert "Here already." in staff.post("/calls/paste/preview", data={"text": TABLE}).text
    assert "Changes it." in staff.post("/calls/paste/preview", data={"text": text}).text
    staff.post("/calls/paste", data={"text": text})
    assert calls(stored) == [("talks", "27 Jul 2024 23:59 AoE", "20 Jul 2024 23:59 AoE")]


def test_the_text_can_be_changed_again(staff: FlaskClient, owned: Owned) -> None:
    answer = staff.post("/calls/paste/preview", data={"text": TABLE, "change_text": "1"})
    assert "Paste the calls you have." in answer.text and "SIGGRAPH" in answer.text
