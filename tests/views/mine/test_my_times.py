"""Availability by days: said by volunteers, asked of who is named, typed in by who heard it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import Availability, Event, Person
from tests import cast, pages
from tests.conftest import Stored
from tests.outreach.staffing.crew import WEDNESDAY
from tests.views.hall import Hall
from tests.views.planned import rows_of, sign_in_as, text_of, undo_of

DAY = timedelta(days=1)
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
        ({f"hours-{WED}": "perhaps"}, f"hours-{WED}", "has no times like 10-14"),
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
