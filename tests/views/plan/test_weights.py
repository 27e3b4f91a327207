"""Weights: previewed without saving, saved with a way back, refused where they cannot rule."""

import re
from dataclasses import asdict

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import Foundation, Match
from outreach.matching.engine.terms import Weights
from tests.conftest import Stored
from tests.views.planned import Owned, plan, rows_of, sign_in_as, text_of, undo_of

DEFAULTS = {code: f"{value:g}" for code, value in asdict(Weights()).items()}
HEAVY = DEFAULTS | {"issue": "90"}


@pytest.fixture
def owned(stored: Stored) -> Owned:
    with stored() as session:
        return plan(session)


@pytest.fixture
def staff(app: Flask, stored: Stored, owned: Owned) -> FlaskClient:
    return sign_in_as(app, stored, owned.staff)


def ruling(stored: Stored, owned: Owned) -> dict[str, float]:
    with stored() as session:
        kept = session.get_one(Foundation, owned.foundation).weights
        return asdict(Weights()) | {code: float(value) for code, value in kept.items()}


def test_the_defaults_rule_at_first(staff: FlaskClient) -> None:
    text = staff.get("/weights").text
    for code, value in DEFAULTS.items():
        assert re.search(rf'name="{code}"[^>]*value="{value}"', text)


def test_a_preview_shows_moves_and_saves_nothing(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    before = rows_of(stored)
    answer = staff.post("/weights/preview", data=HEAVY | {"segment": owned.slug})
    said = text_of(answer)
    assert answer.status_code == 200
    assert "nothing is saved yet" in said
    assert "SIGGRAPH" in said
    assert re.search(r"\b(up|down) \d|stays|new", said)
    assert re.search(r'name="issue"[^>]*value="90', answer.text)
    assert rows_of(stored) == before


def test_saved_weights_rule_and_undo_brings_the_old_ones_back(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    def scores() -> list[int | None]:
        with stored() as session:
            keys = [(owned.segment, owned.osd), (owned.segment, owned.event)]
            return [session.get_one(Match, key).score for key in keys]

    before = scores()
    page = staff.post("/weights", data=DEFAULTS | {"community": "1"}, follow_redirects=True)
    assert "The new weights rule." in page.text
    assert ruling(stored, owned)["community"] == 1
    assert scores() != before
    page = staff.post(undo_of(page), follow_redirects=True)
    assert re.search(r'name="community"[^>]*value="35"', page.text)
    assert ruling(stored, owned) == asdict(Weights())
    assert scores() == before


@pytest.mark.parametrize("path", ["/weights", "/weights/defaults", "/weights/preview"])
def test_the_way_back_to_why_stays(staff: FlaskClient, owned: Owned, path: str) -> None:
    opened = {"segment": owned.slug, "event": str(owned.event)}
    why = f'href="/fit/{owned.slug}/{owned.event}">Back to why'
    page = staff.post(path, data=HEAVY | opened, follow_redirects=True)
    assert why in page.text
    if path != "/weights/preview":
        page = staff.post(undo_of(page), follow_redirects=True)
        assert why in page.text


def test_the_defaults_come_back_with_one_click(
    staff: FlaskClient, owned: Owned, stored: Stored
) -> None:
    staff.post("/weights", data=HEAVY)
    page = staff.post("/weights/defaults", follow_redirects=True)
    assert "The default weights rule." in page.text
    assert ruling(stored, owned) == asdict(Weights())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"issue": "-1"}, "from 0 to 100"),
        ({"issue": "100.5"}, "from 0 to 100"),
        ({"issue": "nan"}, "from 0 to 100"),
        ({"issue": "inf"}, "from 0 to 100"),
        ({"issue": ""}, "Give a number; 0 leaves the reason out."),
        ({"issue": "much"}, "much"),
        (dict.fromkeys(DEFAULTS, "0"), "At least one reason must count."),
    ],
)
@pytest.mark.parametrize("path", ["/weights", "/weights/preview"])
def test_weights_that_cannot_rule(
    staff: FlaskClient, stored: Stored, path: str, change: dict[str, str], says: str
) -> None:
    before = rows_of(stored)
    answer = staff.post(path, data=DEFAULTS | change)
    assert answer.status_code == 422
    assert says in text_of(answer) or f'value="{says}"' in answer.text
    assert rows_of(stored) == before


def test_a_reason_may_count_nothing(staff: FlaskClient, owned: Owned, stored: Stored) -> None:
    assert staff.post("/weights", data=DEFAULTS | {"recap": "0"}).status_code == 303
    assert ruling(stored, owned)["recap"] == 0
    assert staff.get(f"/fit/{owned.slug}/{owned.event}").status_code == 200


def test_an_unknown_segment_is_the_first(staff: FlaskClient) -> None:
    assert staff.get("/weights?segment=none&event=x").status_code == 200
