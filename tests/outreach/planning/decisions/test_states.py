"""The state of an event, on the boundary of its days and of each step, with the reason."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.events import DECISION_STATES
from outreach.planning.decisions.states import (
    STATE_WORDS,
    DecisionFacts,
    Preparation,
    say_lack,
    state_of,
)
from outreach.planning.season.booth_gaps import BoothGap, Staffing
from outreach.staffing.roster.coverage import Places

FIRST, LAST = date(2024, 7, 28), date(2024, 8, 1)
BEFORE = date(2024, 7, 27)
STARTS, ENDS = (datetime(2024, 7, 31, hour, tzinfo=UTC) for hour in (15, 16))
GAP = BoothGap(1, STARTS, ENDS, ZoneInfo("UTC"), Places(2, 3, 0))
FULL, SHORT = Staffing(3, ()), Staffing(3, (GAP,))


@pytest.mark.parametrize(
    ("decision", "today", "recapped", "state"),
    [
        (None, date(2024, 1, 1), False, "idea"),
        (None, date(2024, 7, 30), False, "idea"),
        (None, date(2024, 9, 1), True, "idea"),
        ("proposed", BEFORE, False, "proposed"),
        ("proposed", date(2024, 7, 30), False, "proposed"),
        ("no_go", date(2024, 7, 30), False, "no_go"),
        ("cancelled", date(2024, 9, 1), True, "cancelled"),
        ("go", BEFORE, False, "go"),
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


@pytest.mark.parametrize(
    ("preparation", "state", "lack"),
    [
        (Preparation(), "go", "not booked: neither hours nor a stand are known"),
        (Preparation(True, silent=("board",)), "go", "not booked: board: not approved yet"),
        (
            Preparation(True, waiting=1),
            "go",
            "not booked: the travel of one person is not approved yet",
        ),
        (Preparation(True), "booked", "not staffed: no shifts are drawn"),
        (Preparation(True, staffing=SHORT), "booked", "not staffed: Wed 15:00 misses 2"),
        (Preparation(True, staffing=FULL), "ready", ""),
        (
            Preparation(True, staffing=FULL, late=("order stickers",)),
            "staffed",
            "not ready: late: order stickers",
        ),
        # A step counts only where those before it do.
        (
            Preparation(False, staffing=FULL),
            "go",
            "not booked: neither hours nor a stand are known",
        ),
    ],
)
def test_a_step_towards_the_first_day_is_taken_by_facts_and_says_what_the_next_lacks(
    preparation: Preparation, state: str, lack: str
) -> None:
    facts = DecisionFacts("go", FIRST, LAST, preparation=preparation)
    assert (state_of(facts, BEFORE), say_lack(facts, BEFORE)) == (state, lack)
    assert state_of(facts, FIRST) == "live"
    proposed = DecisionFacts("proposed", FIRST, LAST, preparation=preparation)
    assert state_of(proposed, BEFORE) == "proposed"


ALONE = Preparation(without_booth=True, people=1, on_stage=1)


@pytest.mark.parametrize(
    ("lacking", "state", "lack"),
    [
        ({}, "ready", ""),
        ({"owed": 1}, "go", "not booked: the yes to one talk is owed"),
        ({"owed": 2, "on_stage": 0}, "go", "not booked: the yes to two talks is owed"),
        ({"on_stage": 0}, "ready", ""),
        ({"on_stage": 0, "wants_talk": True}, "go", "not booked: no talk is confirmed"),
        ({"wants_talk": True}, "ready", ""),
        ({"travel_open": True}, "go", "not booked: travel is not booked"),
        ({"waiting": 1}, "go", "not booked: the travel of one person is not approved yet"),
        ({"silent": ("board",)}, "go", "not booked: board: not approved yet"),
        ({"people": 0}, "booked", "not staffed: nobody is named"),
        ({"least": 2}, "booked", "not staffed: only one person is named"),
        ({"least": 2, "people": 2}, "ready", ""),
        ({"still_open": 1}, "staffed", "not ready: one item of the checklist is open"),
        (
            {"still_open": 3, "late": ("send the slides",)},
            "staffed",
            "not ready: late: send the slides",
        ),
        # The same facts say nothing of an event with a booth.
        ({"without_booth": False}, "go", "not booked: neither hours nor a stand are known"),
    ],
)
def test_without_a_booth_it_is_ready_by_its_talk_its_people_and_its_checklist(
    lacking: dict[str, Any], state: str, lack: str
) -> None:
    facts = DecisionFacts("go", FIRST, LAST, preparation=replace(ALONE, **lacking))
    assert (state_of(facts, BEFORE), say_lack(facts, BEFORE)) == (state, lack)
    assert state_of(facts, FIRST) == "live"


@pytest.mark.parametrize(
    ("decision", "today", "said"),
    [
        (None, BEFORE, ""),
        ("proposed", BEFORE, "board: not approved yet"),
        ("no_go", BEFORE, ""),
        ("go", LAST, "board: not approved yet"),
        ("go", date(2024, 8, 2), "not recapped: nothing is written of it"),
    ],
)
def test_silence_is_said_while_the_yes_is_waited_for(
    decision: str | None, today: date, said: str
) -> None:
    facts = DecisionFacts(decision, FIRST, LAST, preparation=Preparation(True, ("board",)))
    assert say_lack(facts, today) == said


def test_an_event_of_one_day_is_live_for_that_day_only() -> None:
    standing = DecisionFacts("go", FIRST, FIRST)
    around = [BEFORE, FIRST, date(2024, 7, 29)]
    assert [state_of(standing, day) for day in around] == ["go", "live", "wrap_up"]


def test_every_state_has_a_word_that_people_read() -> None:
    assert set(DECISION_STATES) < set(STATE_WORDS)
    assert str(STATE_WORDS["no_go"]) == "no-go"
