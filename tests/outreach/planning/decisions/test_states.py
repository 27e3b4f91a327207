"""The state of an event, on the boundary of its days."""

from datetime import date

import pytest

from models.events import DECISION_STATES
from outreach.planning.decisions.states import STATE_WORDS, DecisionFacts, state_of

FIRST, LAST = date(2024, 7, 28), date(2024, 8, 1)


@pytest.mark.parametrize(
    ("decision", "today", "recapped", "state"),
    [
        (None, date(2024, 1, 1), False, "idea"),
        (None, date(2024, 7, 30), False, "idea"),
        (None, date(2024, 9, 1), True, "idea"),
        ("proposed", date(2024, 7, 27), False, "proposed"),
        ("proposed", date(2024, 7, 30), False, "proposed"),
        ("no_go", date(2024, 7, 30), False, "no_go"),
        ("cancelled", date(2024, 9, 1), True, "cancelled"),
        ("go", date(2024, 7, 27), False, "go"),
        ("go", FIRST, False, "live"),
        ("go", LAST, False, "live"),
        ("go", LAST, True, "live"),
        ("go", date(2024, 8, 2), False, "wrap_up"),
        ("go", date(2024, 8, 2), True, "recapped"),
    ],
)
def test_a_state_follows_from_decision_calendar_and_recap(
    decision: str | None, today: date, recapped: bool, state: str
) -> None:
    assert state_of(DecisionFacts(decision, FIRST, LAST, recapped), today) == state


def test_an_event_of_one_day_is_live_for_that_day_only() -> None:
    standing = DecisionFacts("go", FIRST, FIRST)
    around = [date(2024, 7, 27), FIRST, date(2024, 7, 29)]
    assert [state_of(standing, day) for day in around] == ["go", "live", "wrap_up"]


def test_every_state_has_a_word_that_people_read() -> None:
    assert set(DECISION_STATES) < set(STATE_WORDS)
    assert str(STATE_WORDS["no_go"]) == "no-go"
