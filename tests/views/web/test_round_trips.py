"""What leaves as CSV and is pasted back is the same table, for every noun that has both.

Walks over every box for pasted rows; one without its CSV below fails.
"""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from models import (
    Base,
    Call,
    ChecklistItem,
    Event,
    Kit,
    KitBooking,
    MoneyLine,
    MoneyRequest,
    MoneyStop,
    Swag,
    Talk,
    Trip,
    TripPerson,
)
from tests.conftest import Stored
from tests.views.conftest import path_of
from tests.views.planned import text_of

CSV_OF = {
    "/calls/paste": "/calls.csv",
    "/events/<int:event_id>/booth/paste": "/events/<int:event_id>/roster.csv",
    "/events/<int:event_id>/checklist/paste": "/events/<int:event_id>/checklist.csv",
    "/kits/paste": "/kits.csv",
    "/money/paste": "/money.csv",
    "/swag/paste": "/swag.csv",
    "/talks/paste": "/talks/library.csv",
    "/trips/paste": "/trips.csv",
}
ROWS_OF: dict[str, type[Base]] = {
    "/calls/paste": Call,
    "/events/<int:event_id>/checklist/paste": ChecklistItem,
    "/kits/paste": Kit,
    "/money/paste": MoneyRequest,
    "/swag/paste": Swag,
    "/talks/paste": Talk,
    "/trips/paste": Trip,
}
"""What a box makes. That of a booth makes shifts: a roster has their people too."""


ODD = '=1+1, "so", and more'


class Walk:
    """Every box for pasted rows, with the CSV of what it takes."""

    def __init__(self, app: Flask, client: FlaskClient, parts: dict[str, str]) -> None:
        self.client = client
        self.paths = {one.rule: path_of(one, parts) for one in app.url_map.iter_rules()}

    def csv(self, box: str) -> str:
        answer = self.client.get(self.paths[CSV_OF[box]])
        assert answer.status_code == 200, box
        return answer.text.removeprefix("\ufeff")

    def sent(self, text: str) -> dict[str, str]:
        return {"text": text, "currency": "USD", "assumed": "UTC"}

    def headline(self, box: str, text: str) -> str:
        page = self.client.post(self.paths[box] + "/preview", data=self.sent(text))
        found = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.S)
        assert found is not None, text_of(page)
        return found[1].strip()


@pytest.fixture
def walk(app: Flask, example_staff: FlaskClient, parts: dict[str, str], stored: Stored) -> Walk:
    """The example with texts that a spreadsheet would run, and two editions of one name.

    Without the request whose events are gone: no row can name what it is for.
    """
    with stored() as session:
        named = select(MoneyStop.request_id)
        session.execute(delete(MoneyRequest).where(MoneyRequest.id.not_in(named)))
        session.execute(update(Call).values(takes=ODD))
        session.execute(update(Kit).values(place=ODD))
        session.execute(update(KitBooking).values(reason=ODD))
        session.execute(update(MoneyLine).values(what=ODD))
        session.execute(update(Talk).values(abstract=ODD))
        session.execute(update(TripPerson).values(note=ODD))
        for swag in session.scalars(select(Swag)):
            swag.item = f"{ODD} {swag.id}"
        for item in session.scalars(select(ChecklistItem)):
            item.what = f"{ODD} {item.id}"
        for event in session.scalars(select(Event).where(Event.name == "Open Source Days")):
            others = select(Event).where(Event.name.in_(("SIGGRAPH", "All Things Open")))
            for other in session.scalars(others.where(Event.starts_on != event.starts_on)):
                other.name, other.name_key = event.name, event.name_key
    return Walk(app, example_staff, parts)


def test_every_box_has_its_csv(walk: Walk) -> None:
    assert {rule for rule in walk.paths if rule.endswith("/paste")} == CSV_OF.keys()


@pytest.mark.parametrize("box", CSV_OF)
def test_pasted_back_it_changes_nothing(walk: Walk, box: str) -> None:
    assert walk.headline(box, walk.csv(box)) == "Nothing is new here."


def test_who_was_erased_does_not_come_back_as_somebody_new(walk: Walk, stored: Stored) -> None:
    with stored() as session:
        session.execute(update(MoneyRequest).values(person_id=None))
        session.execute(update(MoneyStop).values(person_id=None))
    assert "need another look" in walk.headline("/money/paste", walk.csv("/money/paste"))


@pytest.mark.parametrize("box", ROWS_OF)
def test_pasted_into_nothing_it_is_the_same(walk: Walk, stored: Stored, box: str) -> None:
    text = walk.csv(box)
    assert len(text.splitlines()) > 2
    with stored() as session:
        session.execute(delete(ROWS_OF[box]))
    answer = walk.client.post(walk.paths[box], data=walk.sent(text))
    assert answer.status_code == 303, text_of(answer)
    assert sorted(walk.csv(box).splitlines()) == sorted(text.splitlines())
