"""Checklists: what templates ask for, days that move with the event, ticks, and the way back."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ChecklistItem, Event, Foundation, Person, Series
from outreach.accounts import history
from outreach.planning.checklists.edit import (
    LAST,
    TypedItem,
    add_item,
    begin,
    change_item,
    drop_item,
    read_when,
    tick,
    write_when,
)
from outreach.planning.checklists.templates import ITEMS, SETS, days_before, set_days
from outreach.planning.deadlines.told import WantedDeadlines, list_deadlines, list_late
from outreach.refusal import ChangedMeanwhile, Refused
from tests.cast import NOW, REAL, TODAY, add_decision, add_event, name_person
from tests.sign_ins import add_person


@pytest.fixture
def sc24(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours, "SC24", date(2024, 11, 17), date(2024, 11, 22))


def days(session: Session, event: Event) -> dict[str, date]:
    foundation = session.get_one(Foundation, event.foundation_id)
    found = list_deadlines(session, foundation, NOW, WantedDeadlines([event.id]))
    return {one.what: one.by for one in found if one.source == "item"}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("T-30", (-30, None)),
        ("t - 30", (-30, None)),
        ("-30", (-30, None)),
        ("T30", (-30, None)),
        ("T+7", (7, None)),
        ("+0", (0, None)),
        ("T\u2212730", (-730, None)),
        ("2024-07-12", (None, date(2024, 7, 12))),
        ("12 Jul 2024", (None, date(2024, 7, 12))),
    ],
)
def test_a_day_stays_or_moves_with_the_event(text: str, read: object) -> None:
    assert read_when(text) == read
    kept = ChecklistItem(days=read_when(text)[0], fixed_on=read_when(text)[1])
    assert read_when(write_when(kept)) == read


@pytest.mark.parametrize("text", ["", "30", "soon", "T-731", "T-", "12 Jul", "1-3 Jul 2024"])
def test_what_is_no_day_is_refused_beside_its_field(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_when(text)
    assert refused.value.field == "when"


@pytest.mark.parametrize("chosen", SETS)
def test_every_template_asks_for_a_decision_and_expenses(
    session: Session, ours: Foundation, sc24: Event, ada: Person, chosen: str
) -> None:
    begin(session, ours, sc24, chosen, ada, REAL)
    found = days(session, sc24)
    assert len(found) == sum(chosen in one.sets for one in ITEMS)
    assert found["Go or no-go"] == date(2024, 8, 19)
    assert found["Hand in expenses with receipts"] == date(2024, 12, 22)  # from the last day


def test_items_move_with_the_event_but_for_days_that_somebody_set(
    session: Session, ours: Foundation, sc24: Event, ada: Person
) -> None:
    for when in ("T-3", "T+2", "2024-11-01"):
        add_item(session, ours, sc24, TypedItem(when, when), ada, REAL)
    sc24.starts_on, sc24.ends_on = date(2024, 11, 24), date(2024, 11, 25)
    session.flush()
    assert days(session, sc24) == {
        "2024-11-01": date(2024, 11, 1),
        "T-3": date(2024, 11, 21),
        "T+2": date(2024, 11, 27),
    }


def test_a_template_adds_what_is_not_there_and_goes_back_whole(
    session: Session, ours: Foundation, sc24: Event, ada: Person
) -> None:
    set_days(session, ours, {one.code: one.days for one in ITEMS} | {"swag": None, "kit": -50},
             ada, REAL)  # fmt: skip
    assert ours.checklist_days == {"swag": None, "kit": -50}
    assert (days_before(ours, "swag"), days_before(ours, "kit")) == (60, 50)
    begin(session, ours, sc24, "talk", ada, REAL)
    entry = begin(session, ours, sc24, "table", ada, REAL)
    found = days(session, sc24)
    assert "Choose swag, draft the shifts" not in found
    assert found["Order the booth kit and swag"] == date(2024, 9, 28)
    with pytest.raises(Refused):
        begin(session, ours, sc24, "talk", ada, REAL)
    history.undo(session, entry, ada, NOW, REAL)
    assert len(days(session, sc24)) == sum("talk" in one.sets for one in ITEMS)


def test_a_new_edition_begins_as_its_last_one_did(
    session: Session, ours: Foundation, sc24: Event, ada: Person
) -> None:
    series = Series(foundation_id=ours.id, name="SC", name_key="sc")
    session.add(series)
    session.flush()
    sc25 = add_event(session, ours, "SC25", date(2025, 11, 16), date(2025, 11, 21),
                     series_id=series.id)  # fmt: skip
    sc24.series_id = series.id
    for when in ("T-3", "2024-11-07", "2024-11-29", "2024-11-18"):
        add_item(session, ours, sc24, TypedItem(when, when, owner_id=ada.id), ada, REAL)
    begin(session, ours, sc25, LAST, ada, REAL)
    assert sorted(days(session, sc25).values()) == [
        date(2025, 11, 6),
        date(2025, 11, 13),
        date(2025, 11, 16),
        date(2025, 11, 28),
    ]
    assert {item.owner_id for item in session.scalars(select(ChecklistItem))} == {ada.id}


def test_a_tick_keeps_who_and_when_and_each_act_goes_back(
    session: Session, ours: Foundation, sc24: Event, ada: Person
) -> None:
    add_item(session, ours, sc24, TypedItem("Badges", "T-31"), ada, REAL)
    item = session.scalars(select(ChecklistItem)).one()
    done = tick(session, ours, item, TODAY, ada, REAL)
    assert (item.done_on, item.done_by_id, days(session, sc24)) == (TODAY, ada.id, {})
    with pytest.raises(ChangedMeanwhile):
        tick(session, ours, item, TODAY, ada, REAL)
    history.undo(session, done, ada, NOW, REAL)
    assert days(session, sc24) == {"Badges": date(2024, 10, 17)}
    changed = change_item(session, ours, item, TypedItem("Names", "2024-10-01", "forms"),
                          item.version, ada, REAL)  # fmt: skip
    assert changed
    assert days(session, sc24) == {"Names": date(2024, 10, 1)}
    history.undo(session, changed, ada, NOW, REAL)
    gone = drop_item(session, ours, item, ada, REAL)
    history.undo(session, gone, ada, NOW, REAL)
    assert days(session, sc24) == {"Badges": date(2024, 10, 17)}


def test_what_the_plan_says_need_not_be_ticked(
    session: Session, ours: Foundation, sc24: Event, ada: Person
) -> None:
    begin(session, ours, sc24, "sponsor", ada, REAL)
    assert {"Go or no-go", "Name at least two people"} <= days(session, sc24).keys()
    add_decision(session, sc24, "go")
    name_person(session, sc24, ada)
    assert "Go or no-go" not in days(session, sc24)
    assert "Name at least two people" in days(session, sc24)
    name_person(session, sc24, add_person(session, "Kim Example", foundation=ours))
    assert "Name at least two people" not in days(session, sc24)


def test_an_item_is_late_from_the_day_after(
    session: Session, ours: Foundation, sc24: Event, ada: Person
) -> None:
    for day in ("2024-07-24", "2024-07-25"):
        add_item(session, ours, sc24, TypedItem(day, day), ada, REAL)
    found = list_deadlines(session, ours, NOW, WantedDeadlines([sc24.id]))
    late = list_late(found, TODAY)
    assert ([one.what for one in late.items], late.count) == (["2024-07-24"], 1)
