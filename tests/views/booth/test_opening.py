"""Sign-up is opened at once with one button on Share, by whoever runs the booth."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from models import Booth, Event, Person
from outreach.staffing.booth.booths import zone_of
from outreach.staffing.rules import rules_of
from tests.cast import NOW
from tests.conftest import MakeApp, Stored
from tests.pages import of_class, says, tree_of
from tests.sign_ins import csrf_token, sign_in
from tests.views.hall import CODE, Hall
from tests.views.planned import text_of

OPEN = "Open sign-up now"
LATER: dict[str, Any] = {"rules": {"opens_days_before": 2}}


def lead_of(app: Flask, stored: Stored, hall: Hall) -> FlaskClient:
    client = app.test_client()
    with stored() as session:
        sign_in(client, session, session.get_one(Person, hall.lead))
    return client


def test_one_button_opens_it_and_undo_closes_it_again(app: Flask, stored: Stored) -> None:
    hall = Hall(app, stored, **LATER)
    hall.shift()
    lead, share = lead_of(app, stored, hall), f"/events/{hall.event}/booth/share"
    assert OPEN in text_of(lead.get(share))
    assert "Take several" not in hall.phone().get(f"/s/{CODE}").text
    done = lead.post(f"/events/{hall.event}/booth/open")
    assert (done.status_code, done.location) == (303, share)
    page = lead.get(share)
    assert "Sign-up is open." in text_of(page) and OPEN not in text_of(page)
    assert "Take Wed 13:00" in hall.phone().get(f"/s/{CODE}").text
    assert "opened sign-up for the booth at SIGGRAPH" in text_of(lead.get("/history"))
    forms = [one.get("action", "") for one in tree_of(page.text).iter("form")]
    undo = next(one for one in forms if "take-back" in one)
    assert lead.post(undo).status_code == 303
    assert "Sign-up opens on Fri 26 Jul, 00:00." in hall.phone().get(f"/s/{CODE}").text


@pytest.mark.parametrize(
    ("crew", "said"),
    [
        ({}, "Sign-up is open already."),
        (LATER | {"decided": "cancelled"}, "We do not go to SIGGRAPH."),
    ],
)
def test_what_cannot_be_opened_is_said(
    app: Flask, stored: Stored, crew: dict[str, Any], said: str
) -> None:
    hall = Hall(app, stored, **crew)
    lead = lead_of(app, stored, hall)
    assert OPEN not in text_of(lead.get(f"/events/{hall.event}/booth/share"))
    refused = lead.post(f"/events/{hall.event}/booth/open")
    assert refused.status_code == 422 and said in text_of(refused)


def test_more_than_a_year_ahead_is_too_soon(app: Flask, stored: Stored) -> None:
    hall = Hall(app, stored, **LATER)
    with stored() as session:
        later = NOW.date().replace(year=2026)
        moved = update(Event).where(Event.id == hall.event)
        session.execute(moved.values(starts_on=later, ends_on=later))
    refused = lead_of(app, stored, hall).post(f"/events/{hall.event}/booth/open")
    assert refused.status_code == 422
    assert "Sign-up opens a year before the event at the earliest." in text_of(refused)


def test_it_opens_on_the_venues_own_day(app: Flask, stored: Stored) -> None:
    hall = Hall(app, stored, **LATER)
    lead_of(app, stored, hall).post(f"/events/{hall.event}/booth/open")
    with stored() as session:
        booth = session.get_one(Booth, hall.booth)
        event = session.get_one(Event, hall.event)
        days = (event.starts_on - NOW.astimezone(zone_of(event)).date()).days
        assert rules_of(booth.rules).opens_days_before == days


def test_the_button_is_for_who_runs_this_booth_and_needs_our_form(
    make_app: MakeApp, stored: Stored
) -> None:
    app = make_app()
    hall, theirs = Hall(app, stored, **LATER), Hall(app, stored, "hgfedcba", slug="theirs")
    lead, volunteer = lead_of(app, stored, hall), app.test_client()
    ada = hall.person("Ada Alpha")
    with stored() as session:
        sign_in(volunteer, session, session.get_one(Person, ada))
    path = f"/events/{hall.event}/booth/open"
    secret = {"csrf_token": csrf_token(lead, f"/events/{hall.event}/booth/share")}
    own = {"csrf_token": csrf_token(volunteer, "/account/password")}
    assert lead.post(path).status_code == 400
    assert app.test_client().post(path).status_code == 401
    assert volunteer.post(path, data=own).status_code == 404
    assert lead.post(f"/events/{theirs.event}/booth/open", data=secret).status_code == 404
    assert lead.get(path).status_code == 405
    assert "Sign-up opens on" in hall.phone().get(f"/s/{CODE}").text
    assert lead.post(path, data=secret).status_code == 303


def test_before_it_opens_the_page_is_calm_and_says_when(app: Flask, stored: Stored) -> None:
    hall = Hall(app, stored, **LATER)
    hall.shift()
    tree = tree_of(hall.phone().get(f"/s/{CODE}").text)
    assert says(next(tree.iter("h1"))) == "Sign-up opens on Fri 26 Jul, 00:00."
    assert of_class(tree, "hole") == of_class(tree, "gapw") == []
    assert "13:00–15:00" in says(tree)
