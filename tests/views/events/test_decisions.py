"""Decisions on the event's page and their Undo from anywhere."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from models import Decision
from tests.conftest import Stored
from tests.views.planned import Owned, rows_of, text_of


def standing(stored: Stored) -> dict[int, str]:
    with stored() as session:
        rows = session.scalars(select(Decision).where(Decision.is_current))
        return {decision.event_id: decision.state for decision in rows}


def decide(staff: FlaskClient, event: int, state: str, **given: str) -> str:
    """Decide, follow the way on, and return the address of Undo."""
    path = f"/events/{event}/decision/{state}"
    answer = staff.post(path, data=given, follow_redirects=True)
    assert answer.request.path == f"/events/{event}"
    found = re.search(r'action="(/history/[^"]+)"', answer.text)
    assert found is not None
    return found[1]


def test_one_event_alone(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    decide(staff, owned.event, "go")
    assert standing(stored) == {owned.osd: "proposed", owned.event: "go"}


def test_the_whole_trip(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    decide(staff, owned.event, "go", trip="1")
    assert standing(stored) == {owned.osd: "go", owned.event: "go"}


def test_undo_restores_after_a_click_elsewhere_and_a_reload(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    undo = decide(staff, owned.event, "go", trip="1")
    for path in ("/season", f"/events/{owned.event}", f"/events/{owned.event}"):
        assert f'action="{undo}"' in staff.get(path, follow_redirects=True).text
    answer = staff.post(undo, follow_redirects=True)
    assert "Undone: all is as before." in answer.text
    assert f'action="{undo}"' not in answer.text
    assert standing(stored) == {owned.osd: "proposed", owned.event: "proposed"}


def test_undo_gives_way_to_something_newer(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    undo = decide(staff, owned.event, "go")
    decide(staff, owned.event, "cancelled", reason="hall flooded")
    before = rows_of(stored)
    answer = staff.post(undo, follow_redirects=True)
    assert "Something of it changed meanwhile" in answer.text
    assert rows_of(stored) == before


@pytest.mark.parametrize(
    ("reason", "says"),
    [("", "Say why not, in a few words"), (" ", "Say why not"), ("far " * 80, "under 300")],
)
def test_a_refused_no_go_stays_on_the_page(
    staff: FlaskClient, owned: Owned, stored: Stored, reason: str, says: str
) -> None:
    before = rows_of(stored)
    answer = staff.post(f"/events/{owned.event}/decision/no_go", data={"reason": reason})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert f'value="{reason.strip()}"' in answer.text
    assert "SIGGRAPH" in answer.text
    assert rows_of(stored) == before


def test_what_is_refused_of_a_settled_event_stands_at_the_top(
    staff: FlaskClient, owned: Owned
) -> None:
    decide(staff, owned.event, "go")
    page = staff.get(f"/events/{owned.event}").text
    assert page.index('id="why"') < page.index('id="decide"')
    refused = staff.post(f"/events/{owned.event}/decision/no_go", data={"reason": ""})
    assert refused.status_code == 422
    assert refused.text.index('id="decide"') < refused.text.index('id="why"')


def test_a_reason_stays_text(staff: FlaskClient, owned: Owned) -> None:
    decide(staff, owned.event, "no_go", reason='<script>alert("1")</script>')
    for page in (f"/events/{owned.event}", "/season", "/events"):
        text = staff.get(page).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_every_decision_stays_in_the_history(staff: FlaskClient, owned: Owned) -> None:
    decide(staff, owned.event, "go")
    decide(staff, owned.event, "cancelled", reason="hall flooded")
    said = text_of(staff.get(f"/events/{owned.event}"))
    assert "Earlier decisions" in said
    assert "they gather there" in said
