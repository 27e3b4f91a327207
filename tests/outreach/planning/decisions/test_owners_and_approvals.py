"""Who owns an event and who approved it: what is refused, what follows, the way back."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models import Event, EventPlan, Foundation, Person
from outreach.accounts.history import undo
from outreach.planning.decisions.approvals import (
    approve,
    ask_for_approvals,
    bodies_asked,
    list_approvals,
    take_approval_away,
)
from outreach.planning.decisions.decisions import decide
from outreach.planning.decisions.owners import plan_event
from outreach.planning.decisions.preparation import find_preparations
from outreach.refusal import Refused
from tests.cast import NOW, REAL, TODAY, add_clocked, add_event
from tests.sign_ins import add_person


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours)


def owner(session: Session, event: Event) -> int | None:
    plan = session.get(EventPlan, event.id, populate_existing=True)
    return plan.owner_id if plan else None


@pytest.mark.parametrize(
    ("state", "owned"), [("proposed", True), ("go", True), ("no_go", False), ("cancelled", False)]
)
def test_who_proposes_owns_it_until_that_is_taken_back(
    session: Session, ours: Foundation, ada: Person, event: Event, state: str, owned: bool
) -> None:
    entry = decide(session, ours, [event], state, "far", ada, TODAY, REAL)
    assert (owner(session, event) == ada.id) is owned
    assert entry is not None
    undo(session, entry, ada, NOW, REAL)
    assert owner(session, event) is None


def test_an_owner_stays_when_another_decides(
    session: Session, ours: Foundation, ada: Person, event: Event
) -> None:
    bo = add_person(session, "Bo Example", foundation=ours)
    decide(session, ours, [event], "proposed", "", ada, TODAY, REAL)
    decide(session, ours, [event], "go", "", bo, TODAY, REAL)
    assert owner(session, event) == ada.id


def test_owner_and_day_are_changed_and_taken_back(
    session: Session, ours: Foundation, ada: Person, event: Event
) -> None:
    entry = plan_event(session, ours, event, ada.id, TODAY, ada, TODAY, REAL)
    assert entry is not None
    assert entry.detail["change"] == ["", "Ada Example, Thu 25 Jul"]
    assert plan_event(session, ours, event, ada.id, TODAY, ada, TODAY, REAL) is None
    undo(session, entry, ada, NOW, REAL)
    assert session.get(EventPlan, event.id, populate_existing=True) is None


def test_a_day_that_is_over_and_a_stranger_are_refused(
    session: Session, ours: Foundation, ada: Person, event: Event
) -> None:
    stranger = add_person(session, "Eve Other", foundation=add_clocked(session, "theirs"))
    lin = add_person(session, "Lin Example", "volunteer", ours)
    for other in (stranger.id, lin.id, 99999):
        with pytest.raises(Refused) as refusal:
            plan_event(session, ours, event, other, None, ada, TODAY, REAL)
        assert refusal.value.field == "owner"
    with pytest.raises(Refused) as refusal:
        plan_event(session, ours, event, ada.id, TODAY - timedelta(1), ada, TODAY, REAL)
    assert refusal.value.field == "next_on"


def test_a_body_is_asked_from_its_state_on(session: Session, ours: Foundation, ada: Person) -> None:
    ask_for_approvals(session, ours, {"proposed": [" board ", ""], "go": ["money"]}, ada, REAL)
    asked = [bodies_asked(ours, state) for state in (None, "proposed", "go", "no_go")]
    assert asked == [[], ["board"], ["board", "money"], []]


@pytest.mark.parametrize(
    ("bodies", "field"),
    [(["board", "board"], "proposed"), (["x" * 61], "proposed"), (list("abcdefg"), "proposed")],
)
def test_what_no_list_of_bodies_can_be(
    session: Session, ours: Foundation, ada: Person, bodies: list[str], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        ask_for_approvals(session, ours, {"proposed": bodies, "go": []}, ada, REAL)
    assert refusal.value.field == field


def test_silence_ends_with_one_yes_for_each_body(
    session: Session, ours: Foundation, ada: Person, event: Event
) -> None:
    ours.approvals = {"board": "proposed"}

    def silent() -> tuple[str, ...]:
        found = find_preparations(session, ours, {event.id: "proposed"}, {}, {})
        return found[event.id].silent

    def say_yes(body: str = "board", day: int = 0) -> None:
        given = (body, "Eve", TODAY + timedelta(day), None)
        approve(session, ours, event, *given, ada, TODAY, REAL)

    assert silent() == ("board",)
    for body, day, field in (("cooks", 0, "body"), ("board", 1, "approved_on")):
        with pytest.raises(Refused) as refusal:
            say_yes(body, day)
        assert refusal.value.field == field
    say_yes()
    assert silent() == ()
    with pytest.raises(Refused, match="already"):
        say_yes()
    (given,) = list_approvals(session, event)
    entry = take_approval_away(session, ours, event, given.id, ada, REAL)
    assert silent() == ("board",)
    undo(session, entry, ada, NOW, REAL)
    assert silent() == ()
