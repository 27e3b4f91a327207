"""What is read of an event's preparation where no booth is known: whether it needs one at all."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models import Booth, Event, Foundation, Person
from outreach.planning.checklists.templates import ITEMS, OF_STANDS, SPONSOR, TALK
from outreach.planning.decisions.preparation import find_preparations
from outreach.planning.decisions.states import Preparation
from tests.cast import TODAY, add_booth, add_event, add_item, add_proposal, name_person
from tests.sign_ins import add_person


def prepared(session: Session, event: Event) -> Preparation:
    foundation = session.get_one(Foundation, event.foundation_id)
    return find_preparations(session, foundation, {event.id: "go"}, {}, {})[event.id]


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours)


def test_what_only_a_stand_asks_for_is_asked_of_no_talk_and_no_sponsor() -> None:
    asked = {one.code for one in ITEMS if {TALK, SPONSOR} & set(one.sets)}
    assert OF_STANDS and not OF_STANDS & asked


@pytest.mark.parametrize(
    ("codes", "talks", "label", "without_booth"),
    [
        ([], 0, "", False),
        (["travel"], 0, "", True),
        (["travel", "submit"], 0, "", True),
        (["travel", "apply"], 0, "", False),
        (["travel", "apply"], 1, "", False),
        ([None], 0, "", False),
        ([None], 1, "", True),
        ([], 1, "", True),
        (["travel"], 0, "A 7", False),
        ([], 1, "A 7", False),
    ],
)
def test_it_goes_without_a_booth_where_its_list_asks_for_none_or_a_talk_is_all(
    session: Session, event: Event, codes: list[Any], talks: int, label: str, without_booth: bool
) -> None:
    for code in codes:
        add_item(session, event, f"Do {code}", -5, code=code)
    for _number in range(talks):
        add_proposal(session, event, state="confirmed")
    if label:
        session.add(Booth(event_id=event.id, code="abcdefgh", label=label))
        session.flush()
    assert prepared(session, event).without_booth is without_booth


@pytest.mark.parametrize(
    ("state", "without_booth"), [("accepted", True), ("submitted", False), ("rejected", False)]
)
def test_a_talk_counts_once_they_said_yes(
    session: Session, event: Event, state: str, without_booth: bool
) -> None:
    add_proposal(session, event, state=state)
    assert prepared(session, event).without_booth is without_booth


def test_its_numbers_are_those_of_its_talks_people_and_items(
    session: Session, ours: Foundation, ada: Person, event: Event
) -> None:
    kim = add_person(session, "Kim Sample", "volunteer", ours)
    for state in ("accepted", "informed", "scheduled", "rejected", "submitted"):
        add_proposal(session, event, ada.id, kim.id, state=state)
    name_person(session, event, ada)
    add_item(session, event, "Book", -60, code="travel")
    add_item(session, event, "Name", -57, code="team")
    add_item(session, event, "Begin", 0)
    add_item(session, event, "Done", -3, done_on=TODAY)
    add_item(session, event, "Report", 1)
    add_item(session, event, "On a day", date(2024, 7, 29))
    found = prepared(session, event)
    assert (found.owed, found.on_stage, found.people, found.least) == (2, 1, 2, 2)
    assert (found.travel_open, found.wants_talk, found.still_open) == (True, False, 3)


def test_a_booth_without_anything_known_is_none(session: Session, event: Event) -> None:
    add_booth(session, event)
    add_proposal(session, event, state="confirmed")
    assert prepared(session, event).without_booth is True
