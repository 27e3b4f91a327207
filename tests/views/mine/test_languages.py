"""Volunteers' pages say everything in the language of the moment, and nothing in another."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

import re
from models import Brief, Cover, CoverAsk, Event, Foundation, Person, Swap, Talk, TeamMember
from tests.views.route_matrix import MATRIX
from views.web.guards import STAFF
from outreach import language
from outreach.staffing.volunteers import personal_links
from tests import cast, pseudo
from tests.cast import NOW
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.pseudo import in_greek, untranslated, untranslated_in
from tests.sign_ins import sign_in
from tests.views.hall import Hall
from views.web.errors import TITLES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def another_language() -> Iterator[None]:
    with pseudo.spoken():
        yield


class Fair:
    """Everything that a volunteer's page can speak of, at one booth."""

    def __init__(self, app: Flask, stored: Stored) -> None:
        self.hall, self.stored, self.app = Hall(app, stored), stored, app
        self.ada, self.bob = self.hall.person("Ada Alpha"), self.hall.person("Bob Beta")
        hours = [-2, 0, 24, 26, 28, 30, 32, 34]
        needs = ["lead", "expert:vfx", "language:fr", "skill:α"]
        self.shifts = [
            self.hall.shift(WEDNESDAY + one * HOUR, needs=needs if one > 30 else [], note="n")
            for one in hours
        ]
        first, second, third, fourth, full, *self.free = self.shifts
        [self.mine, *_] = self.hall.puts(first, self.ada, self.bob)
        [self.again] = self.hall.puts(second, self.ada)
        self.hall.puts(third, self.ada, state="offered", offer_ends_at=WEDNESDAY)
        [bobs] = self.hall.puts(fourth, self.bob)
        self.hall.puts(full, self.hall.person("C"), self.hall.person("D"), self.bob)
        self.hall.puts(full, self.ada, state="waiting", queue_no=1)
        with stored() as session:
            cover = Cover(shift_id=fourth, opened_at=NOW)
            session.add(cover)
            session.flush()
            session.add(CoverAsk(cover_id=cover.id, person_id=self.ada, asked_at=NOW))
            session.add(Swap(mine_id=bobs, theirs_id=self.again, offered_at=NOW))
            _add_brief(session, session.get_one(Event, self.hall.event))
            ada = session.get_one(Person, self.ada)
            ada.email_key, self.event = None, self.hall.event
            self.proof = personal_links.contact_check(session, app.config["SECRET_KEY"], ada)
            in_greek(session)
        self.token = self.hall.link(self.ada)
        self.phone = self.hall.phone()


def _add_brief(session: Session, event: Event) -> None:
    """Add our words, a card and a talk, all in Greek."""
    session.add(
        Brief(
            event_id=event.id,
            changed_at=NOW,
            goal="α",
            points=[{"head": "α", "text": "β"}],
            questions=[{"q": "α", "a": "β"}],
            links=[{"label": "α", "url": "https://a.example"}],
            contacts=[{"what": "α", "who": "β", "phone": "1"}],
        )
    )
    ours = session.get_one(Foundation, event.foundation_id)
    segment = cast.add_segment(session, ours)
    cast.add_match(session, segment, event)
    issue = cast.add_issue(session, cast.add_tracker(session, ours), segment, key="α-1")
    helper = session.scalars(select(Person)).first()
    greek = {"question": "α", "audience": "α", "steps": ["α"], "then": "α", "way_back": ["α"]}
    cast.add_ask(session, issue, segment, ends_on=date(2024, 8, 1), good_until="α", since="α",
                 helper_id=helper.id if helper else None, **greek)  # fmt: skip
    session.add(
        Talk(
            foundation_id=ours.id,
            event_id=event.id,
            title="α",
            speaker_id=None,
            state="accepted",
            room="α",
        )
    )
    session.flush()


@pytest.fixture
def fair(app: Flask, stored: Stored) -> Fair:
    return Fair(app, stored)


def check(answer: TestResponse, status: int = 200) -> None:
    """See that a page came, and that it says nothing in English."""
    assert answer.status_code == status
    assert untranslated_in(answer.text) == set()


@pytest.mark.parametrize("rule", [rule for rule, guard in MATRIX.items() if rule[:3] == "GET"])
def test_a_page_for_who_is_signed_in(app: Flask, stored: Stored, fair: Fair, rule: str) -> None:
    if MATRIX[rule] is STAFF:
        return
    client = app.test_client()
    with stored() as session:
        sign_in(client, session, session.get_one(Person, fair.ada))
        session.add(TeamMember(event_id=fair.event, person_id=fair.ada, is_lead=True))
    parts = {
        "event_id": fair.event,
        "code": fair.hall.code,
        "shift_id": fair.shifts[5],
        "sign_up_id": fair.mine,
        "person_id": fair.ada,
        "cover_id": 1,
        "token": fair.token,
        "proof": fair.proof,
    }
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(parts.get(found[1], "1")), rule[4:])
    answer = client.get(path)
    print(
        rule,
        answer.status_code,
        MATRIX[rule],
        sorted(untranslated_in(answer.text)) if answer.mimetype == "text/html" else "",
    )


def test_own_pages(fair: Fair) -> None:
    own = f"/my/{fair.token}"
    for path in (
        "", f"/shifts/{fair.mine}/leave", f"/shifts/{fair.mine}/swap", "/covers/1", "/mail",
        f"/events/{fair.event}/times", f"/events/{fair.event}/brief",
    ):  # fmt: skip
        check(fair.phone.get(own + path))
    check(fair.phone.get(f"/my/address/{fair.proof}"))
    check(fair.phone.get("/my"), 404)
    check(fair.phone.get("/my/nobody"), 404)


def test_the_booths_pages(fair: Fair) -> None:
    here = f"/s/{fair.hall.code}"
    for phone in (fair.phone, fair.hall.phone(fair.ada)):
        check(phone.get(here))
        check(phone.get(f"{here}/zone"))
        check(phone.get(f"{here}/here"))
        for shift in fair.shifts:
            check(phone.get(f"{here}/shifts/{shift}"))


def test_a_page_that_is_kept_is_kept_for_one_language(fair: Fair) -> None:
    with language.spoken(language.SOURCE):
        fair.phone.get(f"/s/{fair.hall.code}")
    check(fair.phone.get(f"/s/{fair.hall.code}"))


def test_what_is_refused(fair: Fair) -> None:
    own = f"/my/{fair.token}"
    check(fair.phone.post(f"{own}/events/{fair.event}/times", data={"most": "x"}), 422)
    check(fair.phone.post(f"/s/{fair.hall.code}/shifts/{fair.free[0]}", data={}), 422)
    check(fair.phone.post(f"/s/{fair.hall.code}/shifts/{fair.free[0]}",
                          data={"name": "α", "contact": "β"}), 422)  # fmt: skip
    fair.hall.puts(fair.shifts[3], fair.hall.person("E"), fair.hall.person("F"))
    check(fair.phone.post(f"{own}/covers/1", data={"says": "yes"}), 409)


@pytest.mark.parametrize("code", TITLES)
def test_errors(code: int) -> None:
    for sentence in TITLES[code]:
        assert untranslated(str(sentence)) == set()


def test_a_page_of_an_error(client: FlaskClient) -> None:
    check(client.get("/nowhere"), 404)
    check(client.post("/sign-out"), 401)


def test_signing_in(app: Flask, stored: Stored, fair: Fair) -> None:
    client = app.test_client()
    check(client.get("/sign-in"))
    check(client.post("/sign-in", data={}), 422)
    check(client.post("/sign-in", data={"email": "α"}), 422)
    check(client.post("/sign-in", data={"email": "a@example.org", "password": "x"}), 422)
    check(client.post("/sign-in", data={"email": "a@example.org"}))
    check(client.get("/sign-in/nothing"), 410)
    with stored() as session:
        sign_in(client, session, session.get_one(Person, fair.ada))
    check(client.get("/account/password"))
    check(client.post("/account/password", data={"new": "x", "again": "y"}), 422)
    check(client.post("/account/password", data={"new": "x", "again": "x"}), 422)


def test_calendars(fair: Fair) -> None:
    for path in (
        f"/my/{fair.token}/shifts/{fair.mine}.ics",
        f"/feeds/{fair.hall.feed(fair.ada)}.ics",
    ):
        calendar = Calendar.from_ical(fair.phone.get(path).data)
        assert untranslated(str(calendar["NAME"])) == set()
        for entry in calendar.walk("VEVENT"):
            said = [str(entry.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION")]
            assert untranslated(" ".join(said)) == set()
