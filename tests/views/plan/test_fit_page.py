"""Fit says what would change it and what lies beside it, and leads to where facts are entered."""

import re
from datetime import date

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import Event, Foundation, Segment
from outreach.matching.store.stored import refresh_foundation
from tests import cast
from tests.cast import ATLANTA, NOW, TODAY
from tests.conftest import Stored
from tests.views.planned import Owned, plan, rows_of, text_of


def why(owned: Owned) -> str:
    return f"/fit/{owned.slug}/{owned.event}"


def test_facts_lead_to_the_pages_that_take_them(staff: FlaskClient, owned: Owned) -> None:
    page = staff.get(why(owned))
    said = text_of(page)
    assert "Three facts would change this most" in said
    assert "One talk is accepted: up to +15 points." in said
    assert (
        "The price of a booth and the conversations to expect are not known: up to +10 points."
        in said
    )
    section = page.text.partition('id="facts"')[2].partition("</section>")[0]
    places = re.findall(r'class="btn" href="([^"#]+)', section)
    assert f"/events/{owned.event}/edit" in places
    assert all(staff.get(place).status_code == 200 for place in places)


def test_a_price_moves_the_score_into_what_was_promised(staff: FlaskClient, owned: Owned) -> None:
    before = text_of(staff.get(why(owned)))
    promised = re.search(
        r"The price of a booth .*?between (\d+) and (\d+); now it is (\d+)", before
    )
    assert promised is not None
    low, high, _ = map(int, promised.groups())
    assert edit(staff, owned, booth_cost="800", expected_conversations="20").status_code == 303
    after = re.search(r"known = (\d+) of 100", text_of(staff.get(why(owned))))
    assert after is not None and low < int(after[1]) < high
    assert "The price of a booth" not in text_of(staff.get(why(owned)))


def test_a_go_beside_it_is_linked(staff: FlaskClient, stored: Stored, owned: Owned) -> None:
    assert "In the order" not in text_of(staff.get(why(owned)))
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        clash = cast.add_event(session, ours, "SouthEast", date(2024, 7, 29), **ATLANTA)
        cast.add_decision(session, clash, decided_on=TODAY)
        clash_id = clash.id
    assert staff.post(f"/events/{owned.osd}/decision/go").status_code == 303
    page = staff.get(why(owned))
    said = text_of(page)
    assert "It makes one trip with one Go and clashes with one Go" in said
    assert "gains 6" in said and "loses 15" in said
    beside = page.text.partition('id="beside"')[2].partition("</section>")[0]
    assert f'href="/events/{owned.osd}"' in beside
    assert f'href="/events/{clash_id}"' in beside


def test_their_go_is_not_beside_ours(staff: FlaskClient, stored: Stored, owned: Owned) -> None:
    with stored() as session:
        theirs = session.get_one(Foundation, plan(session, "theirs").foundation)
        other = cast.add_event(session, theirs, "Their day")
        cast.add_decision(session, other, decided_on=TODAY)
        refresh_foundation(session, theirs, NOW)
    assert "In the order" not in text_of(staff.get(why(owned)))


def edit(client: FlaskClient, owned: Owned, **given: str) -> TestResponse:
    """Send the event's form as it is, with these fields changed."""
    path = f"/events/{owned.event}/edit"
    version = re.search(r'name="version"[^>]*value="(\d+)"', client.get(path).text)
    assert version is not None
    known = {"name": "SIGGRAPH", "starts_on": "2024-07-28", "ends_on": "2024-08-01"}
    known |= {"city": "Denver", "country": "United States", "version": version[1]}
    return client.post(path, data=known | given)


TITLES = "Rendering with Houdini on a farm\r\nMaya for studios\r\n\r\n  Two years of OpenEXR  "


def test_a_programme_counts_as_text_of_its_event(
    staff: FlaskClient, stored: Stored, owned: Owned
) -> None:
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        event = cast.add_event(session, ours, "Nothing Known", date(2024, 9, 9), **ATLANTA)
        number = event.id
        segment = session.get_one(Segment, owned.segment)
        segment.keywords, segment.software = ["rendering"], ["Houdini", "Maya", "OpenEXR"]
    path = f"/fit/{owned.slug}/{number}"
    assert "Not known: nothing says that they gather here." in text_of(staff.get(path))
    form = {"name": "Nothing Known", "starts_on": "2024-09-09", "version": "1"}
    answer = staff.post(f"/events/{number}/edit", data=form | {"programme": TITLES})
    assert answer.status_code == 303
    said = text_of(staff.get(path))
    assert re.search("Nothing Known is about [a-z, ]*houdini", said)
    assert "its programme" in said
    with stored() as session:
        kept = session.get_one(Event, number)
        lines = [line.strip() for line in TITLES.splitlines()]
        assert kept.programme == "\n".join(lines)
        assert "programme" in kept.edited_fields
    assert "Two years of OpenEXR</textarea>" in staff.get(f"/events/{number}/edit").text
    taken = staff.post(f"/events/{number}/edit", data=form | {"programme": "", "version": "2"})
    assert taken.status_code == 303
    assert "Not known: nothing says that they gather here." in text_of(staff.get(path))


def test_a_programme_has_a_length(staff: FlaskClient, stored: Stored, owned: Owned) -> None:
    before = rows_of(stored)
    answer = edit(staff, owned, programme="x" * 50_001)
    assert answer.status_code == 422
    assert "Keep it under 50,000 characters." in answer.text
    assert rows_of(stored) == before
