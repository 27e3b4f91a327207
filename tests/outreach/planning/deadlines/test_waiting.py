"""What events wait for, and by when: from checklists, calls, talks, and from what a plan lacks."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from models import Event, EventPlan, Foundation, Person
from outreach.planning.deadlines.told import (
    Deadline,
    WantedDeadlines,
    find_pressing,
    list_deadlines,
    list_late,
)
from outreach.planning.season.late_items import needs_of_items
from tests.cast import (
    NOW,
    TODAY,
    add_call,
    add_clocked,
    add_decision,
    add_event,
    add_item,
    add_proposal,
    name_person,
)
from tests.sign_ins import add_person

STARTS = date(2024, 10, 27)
DECIDE, TEAM, PRINT = date(2024, 7, 29), date(2024, 8, 31), date(2024, 10, 24)


@pytest.fixture
def ato(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours, "All Things Open", STARTS)


def named(session: Session, event: Event, ahead: int = 0) -> list[tuple[str, date]]:
    foundation = session.get_one(Foundation, event.foundation_id)
    return [
        (one.what, one.by)
        for one in list_deadlines(
            session, foundation, NOW + timedelta(days=ahead), WantedDeadlines([event.id])
        )
    ]


def on_board(session: Session, ours: Foundation, **asked: object) -> list[str]:
    found = list_deadlines(session, ours, NOW, WantedDeadlines(**asked))  # type: ignore[arg-type]
    return [f"{one.event}: {one.what}" for one in found]


def test_limits_count_back_from_the_first_day(session: Session, ato: Event) -> None:
    assert [STARTS - timedelta(days=days) for days in (90, 57, 3)] == [DECIDE, TEAM, PRINT]
    decision = add_decision(session, ato, "proposed")
    assert named(session, ato) == [("Go or no-go", DECIDE)]
    decision.state = "go"
    session.flush()
    assert named(session, ato) == [("Name at least two people", TEAM), ("Print brief", PRINT)]


def test_a_foundation_counts_by_days_of_its_own(
    session: Session, ours: Foundation, ato: Event
) -> None:
    ours.checklist_days = {"team": -30, "brief": None}
    add_decision(session, ato)
    assert named(session, ato) == [
        ("Name at least two people", date(2024, 9, 27)),
        ("Print brief", PRINT),
    ]


def test_the_day_that_its_owner_set_counts(session: Session, ato: Event, ada: Person) -> None:
    session.add(EventPlan(event_id=ato.id, owner_id=ada.id, next_on=date(2024, 8, 2)))
    decision = add_decision(session, ato, "proposed")
    assert named(session, ato) == [("Go or no-go", date(2024, 8, 2))]
    decision.state = "go"
    session.flush()
    assert named(session, ato)[0] == ("Look again", date(2024, 8, 2))
    found = list_deadlines(session, session.get_one(Foundation, ato.foundation_id), NOW)
    assert {one.owner for one in found} == {ada.name}


def test_two_people_are_enough(session: Session, ours: Foundation, ato: Event) -> None:
    add_decision(session, ato)
    for name in ("Ada", "Kim"):
        assert "Name at least two people" in dict(named(session, ato))
        name_person(session, ato, add_person(session, name, foundation=ours))
    assert "Name at least two people" not in dict(named(session, ato))


def test_calls_are_listed_with_the_day_to_aim_at(session: Session, ato: Event) -> None:
    add_call(session, ato, date(2024, 8, 1))
    add_call(session, ato, date(2024, 8, 9), kind="stand", answer_by=date(2024, 9, 1))
    add_call(session, ato, date(2024, 7, 20), kind="sponsors")
    assert named(session, ato)[:2] == [
        ("Go or no-go", DECIDE),
        ("Call for talks closes, open through Thu 1 Aug", date(2024, 7, 31)),
    ]
    assert "Answer what came of the call for stand or booth" not in dict(named(session, ato))
    add_decision(session, ato, "proposed")
    found = dict(named(session, ato))
    assert found["Answer what came of the call for stand or booth"] == date(2024, 9, 1)
    assert not any("sponsors" in what for what in found)


@pytest.mark.parametrize("state", ["no_go", "cancelled"])
def test_what_is_called_off_waits_for_nothing(session: Session, ato: Event, state: str) -> None:
    add_item(session, ato, "Badges", -31)
    add_call(session, ato, date(2024, 8, 1))
    add_proposal(session, ato, answer_by=TODAY)
    add_decision(session, ato, state, reason="no")
    assert named(session, ato) == []


def test_a_plan_lacks_nothing_once_the_event_has_begun(session: Session, ato: Event) -> None:
    add_decision(session, ato)
    add_item(session, ato, "Expenses", 30)
    assert len(named(session, ato, (STARTS - TODAY).days)) == 3
    assert named(session, ato, (STARTS - TODAY).days + 1) == [("Expenses", date(2024, 11, 26))]


def test_an_idea_is_never_late_but_a_proposal_is(session: Session, ato: Event) -> None:
    assert named(session, ato, 4) == [("Go or no-go", DECIDE)]
    assert named(session, ato, 5) == []
    add_decision(session, ato, "proposed")
    assert named(session, ato, 5) == [("Go or no-go", DECIDE)]


def test_an_item_stands_in_the_place_of_what_the_plan_lacks(session: Session, ato: Event) -> None:
    add_decision(session, ato)
    add_item(session, ato, "Print it", -5, code="brief")
    add_item(session, ato, "Decide", -100, code="decide")
    assert named(session, ato) == [
        ("Name at least two people", TEAM),
        ("Print it", date(2024, 10, 22)),
    ]


def test_an_answer_is_owed_by_the_day_of_the_talk_or_of_its_call(
    session: Session, ato: Event
) -> None:
    add_proposal(session, ato, title="Ours", answer_by=date(2024, 7, 30))
    add_proposal(session, ato, title="No day")
    add_proposal(session, ato, title="Sent", state="submitted")
    assert named(session, ato)[1:] == [("Confirm or decline “Ours”", date(2024, 7, 30))]
    add_call(session, ato, date(2024, 6, 1), answer_by=date(2024, 8, 5))
    assert dict(named(session, ato))["Confirm or decline “No day”"] == date(2024, 8, 5)


def test_the_board_has_what_is_ours_and_calls_that_are_worth_one(
    session: Session, ours: Foundation, ato: Event, ada: Person
) -> None:
    idea = add_event(session, ours, "Idea", date(2024, 12, 1))
    add_call(session, idea, date(2024, 8, 3))
    assert on_board(session, ours) == []
    idea.best_rank = 60
    add_decision(session, ato, "proposed")
    add_item(session, idea, "Rooms", -150, kind="hotel", owner_id=ada.id, opens_before=10)
    elsewhere = add_event(session, add_clocked(session, "theirs"), "Theirs", STARTS)
    add_item(session, elsewhere, "Not ours", -31)
    assert on_board(session, ours) == [
        "Idea: Rooms",
        "All Things Open: Go or no-go",
        "Idea: Call for talks closes, open through Sat 3 Aug",
        "Idea: Go or no-go",
    ]
    assert on_board(session, ours, kind="hotel") == ["Idea: Rooms"]
    assert on_board(session, ours, owner_id=ada.id) == ["Idea: Rooms"]
    assert on_board(session, ours, until=TODAY) == ["Idea: Rooms"]
    (rooms,) = list_deadlines(session, ours, NOW, WantedDeadlines(kind="hotel"))
    assert (rooms.by, rooms.opens, rooms.owner) == (date(2024, 7, 4), date(2024, 6, 24), ada.name)
    late, nearest = find_pressing(session, ours, [idea.id], NOW)
    assert (nearest[idea.id], late[idea.id].items) == (rooms, [rooms])


def test_what_is_late_of_checklists_is_told_without_decisions(
    session: Session, ours: Foundation, ato: Event
) -> None:
    add_decision(session, ato, "proposed")
    add_item(session, ato, "Decide", -190, code="decide")
    for what, day in (("late", -1), ("today", 0)):
        add_item(session, ato, what, TODAY + timedelta(days=day))
    late, nearest = find_pressing(session, ours, [], NOW)
    assert ([one.what for one in late[ato.id].items], nearest) == (["late"], {})
    (need,) = needs_of_items(late.values(), TODAY)
    assert (need.sentence, need.title) == (
        "late, one day late.",
        "All Things Open: one item of the checklist is late",
    )


def test_of_long_lists_the_first_are_read_and_all_are_counted(
    session: Session, ours: Foundation, ato: Event
) -> None:
    """Where many events are told, and where one is, the same is late."""
    other = add_event(session, ours, "SC24", STARTS)
    for event in (ato, other):
        add_decision(session, event, "go")
        for ahead in range(-5, 3):
            add_item(session, event, f"{ahead}", TODAY + timedelta(days=ahead))
    late, nearest = find_pressing(session, ours, [ato.id], NOW)
    assert {one.count for one in late.values()} == {5}
    assert {event: [one.what for one in some.items] for event, some in late.items()} == {
        ato.id: ["-5", "-4"],
        other.id: ["-5", "-4"],
    }
    assert {event: one.what for event, one in nearest.items()} == {ato.id: "-5"}
    whole = list_late(list_deadlines(session, ours, NOW, WantedDeadlines([ato.id])), TODAY)
    assert (whole.count, list(whole.items)[:2]) == (5, late[ato.id].items)


@pytest.mark.parametrize(
    ("ahead", "late", "said"),
    [(3, False, "in 3 days"), (0, False, "today"), (-1, True, "one day late"),
     (-2, True, "two days late")],
)  # fmt: skip
def test_late_begins_the_day_after(ahead: int, late: bool, said: str) -> None:
    one = Deadline("item", 1, "task", 1, "SC24", "Badges", TODAY + timedelta(days=ahead))
    assert (one.is_late(TODAY), one.days(TODAY), one.say_left(TODAY)) == (late, ahead, said)
