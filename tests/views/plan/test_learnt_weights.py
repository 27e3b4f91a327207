"""What decisions say: shown beside the other weights, used when staff say so, and undone."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from models import AuditEntry, Foundation, Segment
from outreach.matching.engine.terms import REASON_CODES
from outreach.matching.engine.weight_learning import FEWEST
from outreach.matching.store.stored import refresh_foundation
from tests.answered import answer_often
from tests.cast import NOW, TODAY, add_decision, add_event
from tests.conftest import MakeApp, Stored
from tests.sign_ins import csrf_token
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of, undo_of

Weighed = dict[str, str]


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        owned = plan(session)
        ours = session.get_one(Foundation, owned.foundation)
        answer_often(session, ours, session.get_one(Segment, owned.segment))
        refresh_foundation(session, ours, NOW)
        return owned


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


def offered(client: FlaskClient) -> Weighed:
    """Return the fitted weights as the form on the page would send them."""
    found = re.findall(
        r'<input type="hidden" name="(\w+)" value="(\d+)">', client.get("/weights").text
    )
    return {code: value for code, value in found if code in REASON_CODES}


def ruling(stored: Stored, owned: Owned) -> dict[str, float]:
    with stored() as session:
        return dict(session.get_one(Foundation, owned.foundation).weights)


def test_they_are_shown_beside_the_others_and_nothing_is_used(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    page = text_of(staff.get("/weights"))
    assert "What your decisions say" in page
    assert "answers: 10 Go, 10 No-go" in page
    fitted = offered(staff)
    assert set(fitted) == set(REASON_CODES)
    assert f"Cost per conversation {fitted['cost']} now 10 default 10" in page
    assert re.search(
        r"put 100 in the right order, each judged .* the present ones put \d\d\.", page
    )
    assert ruling(stored, owned) == {}


def test_the_preview_shows_their_order_and_saves_nothing(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    before = rows_of(stored)
    answer = staff.post("/weights/preview", data=offered(staff) | {"segment": owned.slug})
    assert answer.status_code == 200
    assert "What these weights would do." in answer.text
    assert 'id="moves"' in answer.text
    assert rows_of(stored) == before


def test_they_rule_once_accepted_and_undo_brings_the_old_ones_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    before, fitted = rows_of(stored), offered(staff)
    answer = staff.post("/weights/learnt", data=fitted | {"segment": owned.slug})
    assert answer.status_code == 303
    assert ruling(stored, owned) == {code: float(value) for code, value in fitted.items()}
    assert rows_of(stored)["match"] != before["match"]
    with stored() as session:
        acts = session.scalars(select(AuditEntry.act).where(AuditEntry.act == "learnt")).all()
    assert len(acts) == 1
    page = staff.get(answer.location)
    assert "They are the weights that rule." in page.text
    assert "Use these" not in page.text
    assert staff.post(undo_of(page)).status_code == 303
    assert ruling(stored, owned) == {}
    assert rows_of(stored)["match"] == before["match"]


def test_answers_that_came_meanwhile_are_looked_at_first(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    fitted = offered(staff)
    with stored() as session:
        ours = session.get_one(Foundation, owned.foundation)
        segment = session.get_one(Segment, owned.segment)
        for number in range(30):
            event = add_event(session, ours, f"Newer {number}", booth_cost=9000 + number)
            event.expected_conversations = 3
            add_decision(session, event, decided_on=TODAY)
        assert segment.foundation_id == ours.id
    before = rows_of(stored)
    answer = staff.post("/weights/learnt", data=fitted)
    assert answer.status_code == 422
    assert "Your decisions say something else by now" in answer.text
    assert rows_of(stored) == before


@pytest.mark.parametrize(
    ("goes", "no_goes", "said"),
    [
        (0, 0, "Eight more Go and eight more No-go answers are needed."),
        (FEWEST, FEWEST - 1, "One more No-go answer is needed."),
        (FEWEST - 3, FEWEST, "Three more Go answers are needed."),
    ],
)
def test_too_few_answers_are_counted_and_nothing_is_offered(
    app: Flask, stored: Stored, goes: int, no_goes: int, said: str
) -> None:
    with stored() as session:
        owned = plan(session)
        ours = session.get_one(Foundation, owned.foundation)
        for number in range(goes + no_goes):
            day = TODAY + timedelta(days=100 + number)
            event = add_event(session, ours, f"Answered {number}", day)
            add_decision(session, event, "go" if number < goes else "no_go", reason="so")
    client = sign_in_as(app, stored, owned.staff)
    page = client.get("/weights")
    assert said in text_of(page)
    assert "Use these" not in page.text
    before = rows_of(stored)
    answer = client.post("/weights/learnt", data=dict.fromkeys(REASON_CODES, "15"))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert rows_of(stored) == before


@pytest.mark.parametrize("wrong", [{"cost": "-1"}, {"cost": "x"}, {"cost": ""}, {"cost": "101"}])
def test_weights_that_nobody_was_shown_are_refused(
    staff: FlaskClient, stored: Stored, wrong: Weighed
) -> None:
    before = rows_of(stored)
    assert staff.post("/weights/learnt", data=offered(staff) | wrong).status_code == 422
    assert staff.post("/weights/learnt").status_code == 422
    assert rows_of(stored) == before


def test_those_of_another_foundation_are_not_learnt_from(
    app: Flask, stored: Stored, owned: Owned
) -> None:
    with stored() as session:
        theirs = plan(session, "theirs")
    client = sign_in_as(app, stored, theirs.staff)
    assert "answers: 0 Go, 0 No-go" in text_of(client.get("/weights"))
    fitted = offered(sign_in_as(app, stored, owned.staff))
    assert client.post("/weights/learnt", data=fitted).status_code == 422
    assert ruling(stored, theirs) == {}


@pytest.mark.parametrize(("who", "status"), [("nobody", 401), ("volunteer", 404)])
def test_for_staff_alone(app: Flask, stored: Stored, owned: Owned, who: str, status: int) -> None:
    fitted = offered(sign_in_as(app, stored, owned.staff))
    client = app.test_client() if who == "nobody" else sign_in_as(app, stored, owned.volunteer)
    before = rows_of(stored)
    assert client.post("/weights/learnt", data=fitted).status_code == status
    assert rows_of(stored) == before


def test_by_another_method(staff: FlaskClient) -> None:
    assert staff.get("/weights/learnt").status_code == 405
    assert staff.delete("/weights/learnt").status_code == 405


def test_only_with_the_secret_of_a_form(make_app: MakeApp, stored: Stored, owned: Owned) -> None:
    client = sign_in_as(make_app(), stored, owned.staff)
    fitted, before = offered(client), rows_of(stored)
    for secret in ({}, {"csrf_token": "x"}):
        assert client.post("/weights/learnt", data=fitted | secret).status_code == 400
    assert rows_of(stored) == before
    token = csrf_token(client, "/weights")
    assert client.post("/weights/learnt", data=fitted | {"csrf_token": token}).status_code == 303


def test_what_breaks_after_writing_leaves_nothing(
    make_app: MakeApp, stored: Stored, owned: Owned, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in_as(make_app(WTF_CSRF_ENABLED=False, TESTING=False), stored, owned.staff)

    def breaks(*_: object) -> None:
        raise ZeroDivisionError("after writing")

    fitted, before = offered(client), rows_of(stored)
    monkeypatch.setattr("outreach.planning.following.refresh_foundation", breaks)
    assert client.post("/weights/learnt", data=fitted).status_code == 500
    assert rows_of(stored) == before
