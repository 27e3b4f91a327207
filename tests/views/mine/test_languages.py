"""Volunteers' pages say everything in the language of the moment, and nothing in another."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models import (
    Attendance,
    Booth,
    Brief,
    Cover,
    CoverAsk,
    Event,
    EventSource,
    Foundation,
    IssueSegment,
    Person,
    Series,
    Swap,
)
from models.staffing import QUESTIONS
from outreach import language
from outreach.planning.people.people import edit_person
from outreach.staffing.roster.stated import availability
from outreach.staffing.roster.stated.availability import SuitableTime
from outreach.staffing.volunteers import personal_links
from tests import cast, pseudo
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.pseudo import in_greek, untranslated, untranslated_in
from tests.sign_ins import sign_in
from tests.translated import texts
from tests.views.conftest import path_of
from tests.views.hall import Hall
from tests.views.route_matrix import MATRIX
from views.web.errors import TITLES
from views.web.guards import FILES, LEAD, PUBLIC, VOLUNTEER

READERS = (PUBLIC, VOLUNTEER, LEAD)
"""Who is no staff. Who leads an event is a volunteer too."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def another_language(request: pytest.FixtureRequest) -> Iterator[None]:
    known = getattr(request, "param", "all")
    with (
        language.spoken(known)
        if known in language.NAMES
        else pseudo.spoken(None if known == "all" else texts())
    ):
        yield


OF_VOLUNTEERS = pytest.mark.parametrize(
    "another_language", ["all", "what is translated", "ja"], indirect=True
)
"""On pages that are no one's who runs a booth: only what data/languages/volunteers.toml names.

Japanese has no letter of ours, so that what stays readable in it was not translated.
"""


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
            event, ada = session.get_one(Event, self.hall.event), session.get_one(Person, self.ada)
            _add_brief(session, event)
            _add_facts(session, event, ada)
            ada.email_key, self.event = None, self.hall.event
            self.proof = personal_links.contact_check(
                session, app.config["SECRET_KEY"], ada, datetime.now(UTC)
            )
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
            links=[{"label": "α", "url": "https://a1.b1"}],
            contacts=[{"what": "α", "who": "β", "phone": "1"}],
        )
    )
    ours = session.get_one(Foundation, event.foundation_id)
    segment = cast.add_segment(session, ours)
    cast.add_match(session, segment, event)
    issue = cast.add_issue(session, cast.add_tracker(session, ours), segment, key="α-1")
    [link] = session.scalars(select(IssueSegment))
    link.phrases, link.places = ["α"], ["title"]
    helper = session.scalars(select(Person)).first()
    greek = {"question": "α", "audience": "α", "steps": ["α"], "then": "α", "way_back": ["α"]}
    cast.add_ask(session, issue, segment, ends_on=date(2024, 8, 1), good_until="α", since="α",
                 helper_id=helper.id if helper else None, **greek)  # fmt: skip
    cast.add_proposal(session, event, title="α", state="confirmed", room="α")


def _add_facts(session: Session, event: Event, ada: Person) -> None:
    """Add what the page of an event says besides its booth: a past, sources, who goes, acts."""
    ours = session.get_one(Foundation, event.foundation_id)
    series = Series(foundation_id=ours.id, name="α", name_key="α")
    session.add(series)
    session.flush()
    before = cast.add_event(session, ours, "Α", date(2023, 8, 1), series_id=series.id)
    event.series_id, event.cfp_closes_on, event.booth_cost = series.id, date(2024, 8, 1), 1200
    event.expected_conversations, event.coc_url, event.cfp_url = (
        70,
        "https://α.org",
        "https://α.org",
    )
    session.add(Attendance(event_id=before.id, activities=["α"], status="attended", note="α"))
    session.add(EventSource(foundation_id=ours.id, event_id=event.id, source="α", source_key="α",
                            read_at=NOW))  # fmt: skip
    cast.name_person(session, event, ada, is_lead=True)
    edit_person(session, ours, ada, {"note": "α"}, ada.version, ada, REAL)
    booth = session.scalars(select(Booth).where(Booth.event_id == event.id)).one()
    booth.asked_at_sign_up = list(QUESTIONS)
    time = SuitableTime(WEDNESDAY, WEDNESDAY + HOUR, False)
    availability.say(session, booth, ada, [time], 120, NOW, REAL)


@pytest.fixture
def fair(app: Flask, stored: Stored) -> Fair:
    return Fair(app, stored)


def check(answer: TestResponse, status: int = 200) -> None:
    """See that a page came, and that it says nothing in English."""
    assert answer.status_code == status
    assert untranslated_in(answer.text) == set()


def parts_of(fair: Fair) -> dict[str, str]:
    """Return what stands for each part of an address."""
    found = {
        "code": fair.hall.code, "cover_id": 1, "event_id": fair.event, "person_id": fair.ada,
        "proof": fair.proof, "shift_id": fair.shifts[5], "sign_up_id": fair.mine,
        "token": fair.token,
    }  # fmt: skip
    return {name: str(value) for name, value in found.items()}


def test_every_page_of_who_is_signed_in(app: Flask, stored: Stored, fair: Fair) -> None:
    """Who is no staff opens all that they may."""
    client, parts = app.test_client(), parts_of(fair)
    with stored() as session:
        sign_in(client, session, session.get_one(Person, fair.ada))
    read = {}
    for rule in app.url_map.iter_rules():
        is_read = MATRIX.get(f"GET {rule.rule}") in READERS
        if is_read and rule.endpoint not in FILES:
            answer = client.get(path_of(rule, parts))
            if answer.mimetype == "text/html" and answer.status_code != 302:
                read[rule.rule] = untranslated_in(answer.text)
    assert {rule: words for rule, words in read.items() if words} == {}
    assert len(read) > 30


@OF_VOLUNTEERS
def test_own_pages(fair: Fair) -> None:
    own = f"/my/{fair.token}"
    for path in (
        "", f"/shifts/{fair.mine}/leave", f"/shifts/{fair.mine}/swap", "/covers/1", "/mail",
        f"/events/{fair.event}/times", "/contact", "/phone",
    ):  # fmt: skip
        check(fair.phone.get(own + path))
    check(fair.phone.get(brief := f"{own}/events/{fair.event}/brief"), 403)
    with fair.hall.stored() as session:
        session.get_one(Person, fair.ada).accepted_at = NOW
    check(fair.phone.get(brief))
    check(fair.phone.get(f"/my/address/{fair.proof}"))
    check(fair.phone.get("/my"), 404)
    check(fair.phone.get("/my/nobody"), 404)


@OF_VOLUNTEERS
def test_own_trips_and_the_money_for_them(fair: Fair) -> None:
    own = f"/my/{fair.token}/trips"
    check(fair.phone.get(own))
    ask = f"{own}/ask/{fair.event}"
    check(fair.phone.get(ask))
    check(fair.phone.post(ask, data={"estimated_0": "Δ"}), 422)
    wanted = {f"payer_{number}": "traveller" for number in range(4)}
    wanted |= {"what_0": "Δ", "estimated_0": "250", "travel_thirds": "0"}
    fair.phone.post(ask, data=wanted)
    check(fair.phone.get(own))
    check(fair.phone.get(f"{own}/1"))
    check(fair.phone.get(f"{own}/1/change"))


def test_what_is_kept(fair: Fair) -> None:
    """What was done is told there as in the history of staff, whose verbs are not translated."""
    check(fair.phone.get(f"/my/{fair.token}/kept"))


@OF_VOLUNTEERS
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


@OF_VOLUNTEERS
def test_what_is_refused(fair: Fair) -> None:
    own = f"/my/{fair.token}"
    check(fair.phone.post(f"{own}/events/{fair.event}/times", data={"most": "x"}), 422)
    check(fair.phone.post(f"/s/{fair.hall.code}/shifts/{fair.free[0]}", data={}), 422)
    check(fair.phone.post(f"/s/{fair.hall.code}/shifts/{fair.free[0]}",
                          data={"name": "α", "contact": "β"}), 422)  # fmt: skip
    fair.hall.puts(fair.shifts[3], fair.hall.person("E"), fair.hall.person("F"))
    check(fair.phone.post(f"{own}/covers/1", data={"says": "yes"}), 409)


@OF_VOLUNTEERS
@pytest.mark.parametrize("code", TITLES)
def test_errors(code: int) -> None:
    for sentence in TITLES[code]:
        assert untranslated(str(sentence)) == set()


@OF_VOLUNTEERS
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


@OF_VOLUNTEERS
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
