"""Season: the run sheet as a page, its filters, and the lists it gives away."""

import csv
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from models import Foundation
from tests import cast
from tests.conftest import Stored
from tests.pages import says, tree_of
from tests.views.planned import Owned, sign_in_as, text_of

pytestmark = pytest.mark.usefixtures("theirs")


def test_the_first_page_leads_staff_to_season(staff: FlaskClient) -> None:
    answer = staff.get("/", follow_redirects=True)
    assert answer.request.path == "/season"
    said = text_of(answer)
    assert "Denver opens on Sunday. Nobody has said Go yet." in said
    assert "VFX: new issue RHEL-39415. Why go to Denver?" in said
    assert "one trip, Denver" in said
    assert "2024: none done, two to come" in said
    assert "2026: none done, none to come" in text_of(staff.get("/season/2026"))


def test_the_first_page_leads_volunteers_to_events(
    app: Flask, stored: Stored, owned: Owned
) -> None:
    volunteer = sign_in_as(app, stored, owned.volunteer)
    assert volunteer.get("/").location == "/events"
    assert volunteer.get("/season").status_code == 404


def test_the_top_need_leads_to_fit(staff: FlaskClient, owned: Owned) -> None:
    page = staff.get("/season").text
    assert f'href="/fit/{owned.slug}/{owned.event}"' in page or (
        f'href="/fit/{owned.slug}/{owned.osd}"' in page
    )


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/season/2024", 200),
        ("/season/2000", 200),
        ("/season/2099", 200),
        ("/season/1999", 404),
        ("/season/2100", 404),
        ("/season/99999999999", 404),
        ("/season/x", 404),
        ("/season/2024?state=no_go", 200),
        ("/season/2024?state=", 200),
        ("/season/2024?state=maybe", 400),
        ("/season/1999.csv", 404),
        ("/season/99999.csv", 404),
        ("/season/0.ics", 404),
        ("/season/99999.ics", 404),
    ],
)
def test_a_year_and_a_state_that_exist(staff: FlaskClient, address: str, status: int) -> None:
    assert staff.get(address).status_code == status


def test_a_no_go_shows_its_reason_and_is_found_by_its_state(
    staff: FlaskClient, owned: Owned
) -> None:
    staff.post(f"/events/{owned.osd}/decision/no_go", data={"reason": "same days as a wedding"})
    for address in ("/season", "/season/2024?state=no_go"):
        assert "same days as a wedding" in staff.get(address).text
    chart = staff.get("/season/2024?state=no_go").text.partition('class="chart"')[2]
    assert "Open Source Days" in chart
    assert "SIGGRAPH" not in chart.partition("</section>")[0]


def test_the_year_as_a_table_is_one_click_away_with_the_same_filter(
    staff: FlaskClient, owned: Owned
) -> None:
    staff.post(f"/events/{owned.osd}/decision/no_go", data={"reason": "same days as a wedding"})
    page = tree_of(staff.get("/season/2024?state=no_go").text)
    (link,) = (one for one in page.iter("a") if says(one) == "The year as a table")
    with_table = tree_of(staff.get(link.attrib["href"]).text)
    (table,) = (one for one in with_table.iter("table") if says(one[0][0][0]) == "Event")
    rows = [[says(cell) for cell in row] for row in table.iter("tr")]
    assert rows[0] == ["Event", "Days", "State", "Calls close", "Trip", "Missing"]
    assert [row[:3] for row in rows[1:]] == [["Open Source Days", "Sun 28 Jul", "no-go"]]


def test_an_empty_year_says_so(staff: FlaskClient) -> None:
    assert "Nothing is decided for 2030 yet" in text_of(staff.get("/season/2030"))
    assert "No event of 2024 is in that state." in text_of(staff.get("/season/2024?state=live"))


def test_the_season_as_a_spreadsheet(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        event = cast.add_event(session, ours, "=HYPERLINK(1)", **cast.ATLANTA)
        cast.add_decision(session, event, "no_go", reason="@SUM(1)")
    answer = staff.get("/season/2024.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=season-2024.csv"
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [(row["event"], row["decision"], row["reason"]) for row in rows] == [
        ("'=HYPERLINK(1)", "no-go", "'@SUM(1)"),
        ("Open Source Days", "proposed", "they gather there"),
        ("SIGGRAPH", "proposed", "they gather there"),
    ]
    assert rows[2]["first day"] == "2024-07-28"


def test_the_season_as_a_calendar(staff: FlaskClient) -> None:
    answer = staff.get("/season/2024.ics")
    assert answer.mimetype == "text/calendar"
    entries = Calendar.from_ical(answer.data).walk("VEVENT")
    assert [str(entry["SUMMARY"]) for entry in entries] == ["Open Source Days", "SIGGRAPH"]
    assert str(entries[1]["DTEND"].dt) == "2024-08-02"
    assert staff.get("/season/2024.ics").data == answer.data
    assert staff.get("/season/2023.ics").data.count(b"BEGIN:VEVENT") == 0
