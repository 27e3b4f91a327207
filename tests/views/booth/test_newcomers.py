"""Newcomers: what one visitor can hold of a booth, and what whoever runs it does about it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from models import Booth, Message, Person, SignUp
from tests.cast import NOW
from tests.conftest import CountQueries, MakeApp, Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.sign_ins import csrf_token, sign_in
from tests.views.hall import CODE, Hall, press
from tests.views.mine.test_sign_up import words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Crowd:
    """A hall with many shifts, newcomers by telephone, and who runs the booth."""

    def __init__(self, app: Flask, stored: Stored, shifts: int = 10, **shift: Any) -> None:
        self.hall = Hall(app, stored, rules={"needs_experience": False})
        self.stored, self.made = stored, 0
        self.shifts = [self.hall.shift(WEDNESDAY + DAY * n, **shift) for n in range(shifts)]
        self.lead = app.test_client()
        with stored() as session:
            sign_in(self.lead, session, session.get_one(Person, self.hall.lead))
        self.page = f"/events/{self.hall.event}/booth/newcomers"

    def joins(
        self, shift: int, address: str = "203.0.113.9", phone: FlaskClient | None = None
    ) -> TestResponse:
        """Let somebody new take a shift from an address."""
        self.made += 1
        phone = phone or self.hall.phone()
        phone.environ_base["REMOTE_ADDR"] = address
        given = {"name": f"New{self.made} Comer", "contact": f"+1 303 555 {1000 + self.made}"}
        return self.hall.take(phone, self.shifts[shift], given)

    def does(self, act: str, **given: object) -> TestResponse:
        return self.lead.post(f"{self.page}/{act}", data=given)

    def held(self) -> int:
        with self.stored() as session:
            held = select(func.count()).where(SignUp.state == "taken")
            return session.scalar(held) or 0

    def number(self) -> int:
        with self.stored() as session:
            return session.scalars(select(Person.id).where(Person.name.startswith("New"))).one()

    def networks(self) -> list[str]:
        return re.findall(r'name="network" value="([\w-]{43})"[^>]*>\s*Accept', self.shown())

    def shown(self) -> str:
        return self.lead.get(self.page).text

    def told(self) -> list[str]:
        with self.stored() as session:
            to_lead = Message.person_id == self.hall.lead
            return list(session.scalars(select(Message.kind).where(to_lead)))


@pytest.fixture
def crowd(app: Flask, stored: Stored) -> Crowd:
    return Crowd(app, stored)


def test_one_browser_holds_six_shifts_until_it_is_known(crowd: Crowd, stored: Stored) -> None:
    phone = crowd.hall.phone()
    crowd.joins(0, phone=phone)
    codes = [crowd.hall.take(phone, shift).status_code for shift in crowd.shifts[1:8]]
    assert codes == [303] * 5 + [422] * 2
    refused = crowd.hall.take(phone, crowd.shifts[6])
    assert "6 shifts are the most until whoever runs the booth accepts you." in refused.text
    full = crowd.hall.shift(WEDNESDAY + 20 * DAY, max_people=1)
    crowd.hall.puts(full, crowd.hall.person("Ada Alpha"))
    assert crowd.hall.take(phone, full).status_code == 422  # to wait is to hold, once it is offered
    phone.post(f"/s/{CODE}/forget")  # the same browser under another name
    assert crowd.joins(6, phone=phone).status_code == 422
    assert crowd.does("accept").status_code == 303
    assert crowd.joins(6, phone=phone).status_code == 303
    assert crowd.held() == 8


@pytest.mark.parametrize(
    ("addresses", "others"),
    [
        (["203.0.113.1", "203.0.113.200"], "203.0.114.1"),
        (["2001:db8:1:2::3", "2001:db8:1:ffff::4"], "2001:db8:2::1"),
    ],
)
def test_one_network_holds_a_third_of_the_open_places(
    crowd: Crowd, addresses: list[str], others: str
) -> None:
    codes = [crowd.joins(n % 10, addresses[n % 2]).status_code for n in range(12)]
    assert codes == [303] * 10 + [422] * 2  # of ten shifts for three
    assert "Ask who runs the booth" in crowd.joins(0, addresses[0]).text
    assert crowd.told() == ["newcomers"]
    assert crowd.joins(0, others).status_code == 303
    assert crowd.does("limit", holds="no").status_code == 303
    assert crowd.joins(1, addresses[0]).status_code == 303
    crowd.does("limit", holds="yes")
    assert crowd.joins(2, addresses[0]).status_code == 422


@pytest.mark.parametrize(("places", "most"), [(3, 2), (6, 2), (8, 2), (9, 3)])
def test_a_small_booth_takes_a_couple_from_one_network(
    app: Flask, stored: Stored, places: int, most: int
) -> None:
    crowd = Crowd(app, stored, shifts=1, max_people=places)
    codes = [crowd.joins(0).status_code for _ in range(most + 1)]
    assert codes == [303] * most + [422]


def test_a_burst_is_told_once(app: Flask, stored: Stored) -> None:
    crowd = Crowd(app, stored, shifts=9)
    for number in range(22):
        assert crowd.joins(number % 9, f"10.{number}.0.1").status_code == 303
    assert crowd.told() == ["newcomers"]


def test_where_a_sign_up_came_from_is_a_hash_and_goes_with_the_proof(
    crowd: Crowd, stored: Stored
) -> None:
    crowd.joins(0)

    def kept() -> tuple[str | None, str | None]:
        with stored() as session:
            row = session.scalars(select(SignUp)).one()
            return row.browser, row.network

    browser, network = kept()
    assert browser and network and len(browser) == len(network) == 43 and browser != network
    assert crowd.does("accept").status_code == 303
    assert kept() == (None, None)
    known = crowd.hall.phone(crowd.hall.person("Ada Alpha"))
    crowd.hall.take(known, crowd.shifts[1])
    with stored() as session:
        assert session.scalars(select(SignUp.network)).all() == [None, None]
        details = " ".join(str(row) for row in session.scalars(select(Booth.rules)).all())
        assert network not in details


def test_one_a_network_or_all_are_accepted_and_it_is_taken_back(crowd: Crowd) -> None:
    for shift, address in ((0, "203.0.113.1"), (1, "203.0.113.2"), (2, "198.51.100.7")):
        crowd.joins(shift, address)
    assert "Three people are not known yet." in crowd.shown()
    assert 'title="not known yet"' in crowd.lead.get(f"/events/{crowd.hall.event}/roster").text
    person = re.findall(r'name="person" value="(\d+)"', crowd.shown())[0]
    done = crowd.lead.post(f"{crowd.page}/accept", data={"person": person}, follow_redirects=True)
    assert "One person is known now." in words(done.text)
    assert "Two people are not known yet." in done.text
    back = re.findall(r'action="([^"]+/take-back)"', done.text)[0]
    crowd.lead.post(back)
    assert "Three people are not known yet." in crowd.shown()
    crowd.does("accept", network=crowd.networks()[0])
    assert "not known yet." in crowd.shown() and "Three" not in words(crowd.shown())
    crowd.does("accept")
    assert "Everybody who signed up is known." in crowd.shown()
    again = crowd.does("accept")
    assert again.status_code == 422 and "known already" in again.text


def test_everything_from_there_since_a_time_goes_and_comes_back(
    crowd: Crowd, stored: Stored
) -> None:
    for shift in range(4):
        crowd.joins(shift)
    crowd.joins(4, "198.51.100.7")
    waiting = crowd.hall.shift(WEDNESDAY + 30 * DAY, max_people=1)
    crowd.shifts.append(waiting)
    crowd.joins(10)
    crowd.hall.puts(waiting, crowd.hall.person("Ada Alpha"), state="waiting", queue_no=1)
    with stored() as session:  # by the venue's clock it is 09:14 now
        first = select(SignUp.id).order_by(SignUp.id).limit(1).scalar_subquery()
        before = {"created_at": NOW - HOUR}
        session.execute(update(SignUp).where(SignUp.id == first).values(**before))
    network = crowd.networks()[0]
    nobody = crowd.does("remove", network=network, since="2024-07-25T10:00")
    assert nobody.status_code == 422 and "Nobody signed up there since then." in nobody.text
    for odd in ("", "yesterday", "9999-12-31T23:59"):
        assert crowd.does("remove", network=network, since=odd).status_code == 422
    assert crowd.does("remove", network="x" * 43, since="2024-07-25T09:00").status_code == 422
    gone = crowd.lead.post(
        f"{crowd.page}/remove",
        data={"network": network, "since": "2024-07-25T09:00"},
        follow_redirects=True,
    )
    assert "Four places are free again." in gone.text
    assert crowd.held() == 2
    assert crowd.hall.states(waiting) == {"New6": "removed", "Ada": "offered"}
    back = re.findall(r'action="([^"]+/take-back)"', gone.text)[0]
    crowd.lead.post(back)
    assert crowd.held() == 6
    assert crowd.hall.states(waiting) == {"New6": "taken", "Ada": "waiting"}


def test_these_buttons_are_for_who_runs_this_booth_and_need_our_form(
    make_app: MakeApp, stored: Stored
) -> None:
    app = make_app()
    crowd = Crowd(app, stored)
    crowd.joins(0)
    volunteer, ada = app.test_client(), crowd.hall.person("Ada Alpha")
    with stored() as session:
        sign_in(volunteer, session, session.get_one(Person, ada))
    theirs = Hall(app, stored, "hgfedcba", slug="theirs").event
    secret = {"csrf_token": csrf_token(crowd.lead, crowd.page)}
    own = {"csrf_token": csrf_token(volunteer, "/account/password")}
    for act in ("accept", "remove", "limit"):
        assert crowd.does(act).status_code == 400
        assert app.test_client().post(f"{crowd.page}/{act}").status_code == 401
        assert volunteer.post(f"{crowd.page}/{act}", data=own).status_code == 404
        foreign = f"/events/{theirs}/booth/newcomers/{act}"
        assert crowd.lead.post(foreign, data=secret).status_code == 404
        assert crowd.lead.get(f"{crowd.page}/{act}").status_code == 405
    assert "One person is not known yet." in crowd.shown()


def test_staff_say_that_they_know_somebody_on_their_page(crowd: Crowd) -> None:
    crowd.joins(0)
    page = f"/people/{crowd.number()}"
    assert "I know them" in crowd.lead.get(page).text
    assert crowd.lead.post(f"{page}/accept").status_code == 303
    assert "I know them" not in crowd.lead.get(page).text
    assert crowd.lead.post(f"{page}/accept").status_code == 422


def test_staffs_word_is_for_staff_of_the_same_foundation_and_needs_our_form(
    make_app: MakeApp, stored: Stored
) -> None:
    app = make_app()
    crowd = Crowd(app, stored)
    crowd.joins(0)
    page = f"/people/{crowd.number()}/accept"
    theirs, volunteer = Hall(app, stored, "hgfedcba", slug="theirs"), app.test_client()
    stranger, ada = app.test_client(), crowd.hall.person("Ada Alpha")
    with stored() as session:
        sign_in(volunteer, session, session.get_one(Person, ada))
        sign_in(stranger, session, session.get_one(Person, theirs.lead))
    assert crowd.lead.post(page).status_code == 400
    assert crowd.lead.get(page).status_code == 405
    assert app.test_client().post(page).status_code == 401
    for client in (volunteer, stranger):
        own = {"csrf_token": csrf_token(client, "/account/password")}
        assert client.post(page, data=own).status_code in {403, 404}
    assert "One person is not known yet." in crowd.shown()


def test_more_newcomers_need_no_more_statements(crowd: Crowd, count_queries: CountQueries) -> None:
    counts = []
    for rounds in (1, 3):
        for _ in range(rounds):
            crowd.joins(0, f"10.0.{crowd.made}.1")
        crowd.shown()
        with count_queries() as queries:
            crowd.shown()
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_name_that_is_a_web_address_is_shown_to_staff_alone(crowd: Crowd) -> None:
    for name in ("www.spam.example", "https://spam.example/x", "spam.example"):
        phone = crowd.hall.phone()
        given = {"name": f"{name} Now", "contact": "+1 303 555 0100"}
        assert (
            press(phone, phone.get(f"/s/{CODE}/shifts/{crowd.shifts[0]}"), given).status_code == 303
        )
    assert "spam" not in crowd.hall.phone().get(f"/s/{CODE}").text
    assert "spam.example Now" in crowd.shown()
