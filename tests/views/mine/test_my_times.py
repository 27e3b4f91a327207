"""Availability by days: said by volunteers, asked of who is named, typed in by who heard it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from models import Availability, Decision, Event, Message, Person, SignUp
from outreach.messages.written import Dropped, Written
from outreach.staffing.letters import writing
from outreach.staffing.letters.told_about import Desk
from outreach.staffing.volunteers.one_person import disown
from tests import cast, pages
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.hall import Hall
from tests.views.planned import rows_of, sign_in_as, text_of, undo_of

DAY = timedelta(days=1)
DESK = Desk("https://example.org", "key")
WED, THU = "2024-07-31", "2024-08-01"


class Days:
    """A booth on Wednesday and Thursday from one to five; Ada stands there, Bob is only named."""

    def __init__(self, app: Flask, stored: Stored) -> None:
        self.hall, self.stored = Hall(app, stored), stored
        self.ada, self.bob = self.hall.person("Ada Alpha"), self.hall.person("Bob Beta")
        shifts = [
            self.hall.shift(WEDNESDAY + day * DAY + hours * timedelta(hours=1))
            for day in (0, 1)
            for hours in (0, 2)
        ]
        self.hall.puts(shifts[0], self.ada)
        with stored() as session:
            event = session.get_one(Event, self.hall.event)
            cast.name_person(session, event, session.get_one(Person, self.bob))
        self.phone = self.hall.phone()
        self.staff = sign_in_as(app, stored, self.hall.lead)

    def mine(self, person: int) -> str:
        return f"/my/{self.hall.link(person)}/events/{self.hall.event}/times"

    def typed_in(self, person: int) -> str:
        return f"/events/{self.hall.event}/roster/times/{person}"

    def kept(self) -> list[tuple[str, str, bool]]:
        """Return what is kept, in UTC: Denver is six hours behind."""
        with self.stored() as session:
            rows = session.scalars(select(Availability)).all()
            return [
                (one["from"][8:16], one["until"][8:16], one["likes"])
                for row in rows
                for one in row.times
            ]


@pytest.fixture
def days(app: Flask, stored: Stored) -> Days:
    return Days(app, stored)


SAID = {f"part-{WED}": ["morning", "afternoon"], f"hours-{THU}": "from 4pm", f"like-{THU}": "yes"}
KEPT = [("31T18:00", "01T00:00", False), ("01T22:00", "02T06:00", True)]


def test_days_are_ticked_typed_kept_and_shown_again(days: Days) -> None:
    path = days.mine(days.ada)
    assert days.phone.post(path, data=SAID | {"most": "4,5"}).status_code == 303
    assert days.kept() == KEPT
    page = days.phone.get(path)
    assert "Can: Wed 31 Jul" in text_of(page) and 'value="4.5"' in page.text
    tree = pages.tree_of(page.text)
    fields = [
        one for one in tree.iter("input") if one.get("name", "")[:4] in ("part", "like", "hour")
    ]
    ticked = [(one.get("name"), one.get("value")) for one in fields if "checked" in one.attrib]
    assert ticked == [(f"part-{WED}", "afternoon"), (f"like-{THU}", "yes")]
    assert {one.get("name"): one.get("value") for one in fields if one.get("type") is None} == {
        f"hours-{WED}": "",
        f"hours-{THU}": "16:00–24:00",
    }


def test_a_form_that_comes_back_as_it_was_shown_changes_nothing(days: Days) -> None:
    path = days.mine(days.ada)
    days.phone.post(path, data=SAID)
    before = days.kept()
    tree = pages.tree_of(days.phone.get(path).text)
    sent: dict[str, Any] = {}
    for one in tree.iter("input"):
        if one.get("type") == "checkbox" and "checked" not in one.attrib:
            continue
        sent.setdefault(one.get("name", ""), []).append(one.get("value", ""))
    assert days.phone.post(path, data=sent).status_code == 303
    assert days.kept() == before


@pytest.mark.parametrize(
    ("typed", "named", "sentence"),
    [
        ({f"hours-{WED}": "perhaps"}, f"hours-{WED}", "has no times like 10–14"),
        ({f"hours-{THU}": "from 25"}, f"hours-{THU}", "no clock shows"),
        ({"most": "many", f"part-{WED}": "all"}, "most", "most hours as a number"),
        ({"most": "0"}, "most", "most hours as a number"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field_and_nothing_is_kept(
    days: Days, typed: dict[str, str], named: str, sentence: str
) -> None:
    for who, path in ((days.phone, days.mine(days.ada)), (days.staff, days.typed_in(days.ada))):
        answer = who.post(path, data=typed)
        assert answer.status_code == 422 and sentence in text_of(answer)
        wrong = [
            one
            for one in pages.tree_of(answer.text).iter("input")
            if one.get("aria-invalid") == "true"
        ]
        assert [(one.get("name"), one.get("value")) for one in wrong] == [(named, typed[named])]
        assert days.kept() == []


def test_days_and_most_hours_are_said_to_be_wrong_at_once(days: Days) -> None:
    answer = days.phone.post(days.mine(days.ada), data={f"hours-{WED}": "perhaps", "most": "lots"})
    said = text_of(answer)
    assert answer.status_code == 422
    assert "has no times like 10–14" in said and "most hours as a number" in said


def test_who_is_named_is_asked_on_my_shifts_and_no_tick_means_never(days: Days) -> None:
    own = f"/my/{days.hall.link(days.bob)}"
    assert "You are named for SIGGRAPH" in text_of(days.phone.get(own))
    done = days.phone.post(days.mine(days.bob), follow_redirects=True)
    assert "you cannot come to SIGGRAPH on any of these days" in text_of(done)
    assert "You are named" not in text_of(done) and "Change when you could" in text_of(done)
    listed = text_of(days.staff.get(f"/events/{days.hall.event}/roster/times"))
    assert "1 of 2 people said when they can come." in listed
    assert "Cannot on any of these days." in listed


def test_staff_type_in_what_they_heard_and_take_it_back(days: Days, stored: Stored) -> None:
    before = rows_of(stored)["availability"]
    done = days.staff.post(days.typed_in(days.bob), data=SAID, follow_redirects=True)
    assert "Noted when Bob can come." in text_of(done) and days.kept() == KEPT
    assert "Lea Lead noted when Bob Beta can come to SIGGRAPH" in text_of(
        days.staff.get(f"/events/{days.hall.event}/history")
    )
    assert days.staff.post(undo_of(done)).status_code == 303
    assert rows_of(stored)["availability"] == before


def test_who_may_not_type_it_in(days: Days, app: Flask, stored: Stored) -> None:
    theirs = Hall(app, stored, "hgfedcba", slug="theirs")
    assert days.staff.get(days.typed_in(theirs.person("Eve Echo"))).status_code == 404
    assert days.staff.get(days.typed_in(4711)).status_code == 404
    other = f"/events/{theirs.event}/roster/times/{days.ada}"
    assert days.staff.post(other, data=SAID).status_code == 404
    assert days.phone.post(days.typed_in(days.ada), data=SAID).status_code in {302, 303, 401}
    assert days.kept() == []


SOL = {"name": "Sol Sample", "contact": "sol@example.org"}


def offer(days: Days, phone: FlaskClient, **typed: Any) -> TestResponse:
    """Fill in the page of somebody with the link, with the key of its form."""
    path = f"/s/{days.hall.code}/times"
    tree = pages.tree_of(phone.get(path).text)
    [key] = [one.get("value") for one in tree.iter("input") if one.get("name") == "form_key"]
    return phone.post(path, data={"form_key": key, **SOL, **SAID} | typed)


def test_somebody_with_the_link_says_when_they_can_come(days: Days, stored: Stored) -> None:
    assert "put me where you need me" in days.phone.get(f"/s/{days.hall.code}").text
    done = offer(days, days.phone)
    assert done.status_code == 303 and done.location.startswith("/my/")
    assert days.kept() == KEPT
    assert "Change when you could come to SIGGRAPH" in text_of(days.phone.get(done.location))
    with stored() as session:
        said = session.scalars(select(Availability)).one()
        sol = session.get_one(Person, said.person_id)
        assert (sol.name, sol.email, sol.is_known, sol.role) == (
            "Sol Sample", "sol@example.org", False, "volunteer",
        )  # fmt: skip
        assert said.network and said.form_key and session.scalars(select(SignUp)).all()[1:] == []
        kinds = session.scalars(select(Message.kind).where(Message.person_id == sol.id))
        assert list(kinds) == ["contact"]
    newcomers = text_of(days.staff.get(f"/events/{days.hall.event}/booth/newcomers"))
    assert "One person is not known yet." in newcomers and "said when they can come" in newcomers
    again = days.phone.get(f"/s/{days.hall.code}/times")
    assert again.status_code == 302 and "/events/" in again.location


def test_a_form_sent_twice_adds_one_person(days: Days, stored: Stored) -> None:
    path = f"/s/{days.hall.code}/times"
    sent = {"form_key": "k" * 43, **SOL, **SAID}
    for phone in (days.hall.phone(), days.hall.phone()):
        assert phone.post(path, data=sent).status_code == 303
    assert days.hall.count(Availability) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Tell us your name"),
        ({"contact": "soon"}, "Give a mail address or a phone number."),
        ({f"hours-{THU}": "late"}, "has no times like 10–14"),
        ({f"hours-{THU}": "", f"part-{WED}": []}, "Say at least one time"),
    ],
)
def test_what_a_newcomer_typed_wrong_is_said_and_kept(
    days: Days, typed: dict[str, Any], sentence: str
) -> None:
    answer = offer(days, days.phone, **typed)
    assert answer.status_code == 422 and sentence in text_of(answer)
    assert 'value="Sol Sample"' in answer.text or typed.get("name") == ""
    assert (days.hall.count(Availability), days.kept()) == (0, [])


def test_one_browser_brings_no_crowd_and_a_blocked_address_nobody(
    days: Days, stored: Stored
) -> None:
    statuses = []
    for number in range(7):
        days.phone.delete_cookie("whereabouts-mine")
        done = offer(days, days.phone, contact=f"s{number}@example.org")
        statuses.append(done.status_code)
    assert statuses == [303] * 6 + [422]
    with stored() as session:
        sol = session.scalars(select(Person).where(Person.email == "s0@example.org")).one()
        disown(session, sol, cast.NOW, cast.REAL)
    days.phone.delete_cookie("whereabouts-mine")
    refused = offer(days, days.hall.phone(), contact="s0@example.org")
    assert refused.status_code == 422


def test_nothing_is_kept_where_sign_up_is_closed(days: Days, stored: Stored) -> None:
    with stored() as session:
        session.execute(update(Decision).values(state="no_go", reason="no"))
    answer = days.phone.post(f"/s/{days.hall.code}/times", data={**SOL, **SAID})
    assert answer.status_code == 422 and "We do not go to SIGGRAPH." in text_of(answer)
    assert days.hall.count(Availability) == 0


def test_the_same_name_and_contact_in_another_browser_says_it_once(days: Days) -> None:
    assert offer(days, days.phone).status_code == 303
    again = offer(days, days.hall.phone())
    assert again.status_code == 422 and "You said it already." in text_of(again)
    other = offer(days, days.hall.phone(), name="Eve Echo")
    assert (other.status_code, days.hall.count(Availability)) == (303, 2)


def test_newcomers_are_taken_off_with_what_they_said_and_come_back(
    days: Days, stored: Stored
) -> None:
    offer(days, days.phone)
    with stored() as session:
        network = session.scalars(select(Availability.network)).one()
    path = f"/events/{days.hall.event}/booth/newcomers/remove"
    sent = {"network": network, "since": "2024-07-25T00:00"}
    done = days.staff.post(path, data=sent, follow_redirects=True)
    assert days.hall.count(Availability) == 0 and "taken away" in text_of(done)
    assert days.staff.post(undo_of(done)).status_code == 303
    assert days.hall.count(Availability) == 1


def test_staff_ask_who_has_not_answered_by_one_letter_each(days: Days, stored: Stored) -> None:
    path = f"/events/{days.hall.event}/roster/times"
    with stored() as session:
        session.execute(update(Person).where(Person.id == days.ada).values(email=None, phone="1"))
    assert "One letter each." in text_of(days.staff.get(path))
    done = days.staff.post(path, follow_redirects=True)
    assert "Asked when they can come:" in text_of(done)
    with stored() as session:
        asked = session.scalars(select(Message).where(Message.kind == "times_asked")).all()
        assert [one.person_id for one in asked] == [days.bob]
        written = writing.draft(session, [asked[0]], cast.REAL, DESK)
        assert isinstance(written, Written) and "When could you be there?" in written.body
        assert writing.path_below(asked[0]) == f"/events/{days.hall.event}/times"
    twice = days.staff.post(path)
    assert twice.status_code == 422 and "was asked today" in text_of(twice)
    days.phone.post(days.mine(days.bob), data=SAID)
    with stored() as session:
        asked = session.scalars(select(Message).where(Message.kind == "times_asked")).all()
        assert isinstance(writing.draft(session, [asked[0]], cast.REAL, DESK), Dropped)
