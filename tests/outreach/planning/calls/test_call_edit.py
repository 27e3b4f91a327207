"""Calls by hand: what is read of their words, what is refused, extensions, and the way back."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Event, Foundation, Person
from outreach.accounts import history
from outreach.planning.calls.edit import (
    VENUE,
    TypedCall,
    add_call,
    change_call,
    drop_call,
    zone_beside,
)
from outreach.refusal import ChangedMeanwhile, Refused
from tests.cast import NOW, REAL, add_event

FIRST = TypedCall("talks", "30 Jul 23:59 AoE", told_by=date(2024, 8, 26), takes="Talks")


@pytest.fixture
def seagl(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours, "SeaGL", date(2024, 11, 8), timezone="America/Los_Angeles")


def add(session: Session, event: Event, by: Person, typed: TypedCall = FIRST) -> Call:
    return add_call(session, session.get_one(Foundation, event.foundation_id), event, typed, by,
                    REAL)[0]  # fmt: skip


def test_words_are_kept_beside_what_was_read(session: Session, seagl: Event, ada: Person) -> None:
    call = add(session, seagl, ada)
    assert (call.closes, call.zone, call.word, call.marks) == ("30 Jul 23:59 AoE", "AoE", None, [])
    assert call.last_day == date(2024, 7, 30)
    assert call.closes_at == datetime(2024, 7, 31, 11, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"closes": ""}, (None, None, None, "")),
        ({"closes": "TBA"}, ("tba", None, None, "")),
        ({"closes": "30 Jul"}, (None, date(2024, 7, 30), None, "")),
        (
            {"closes": "30 Jul 17:00", "zone": "UTC"},
            (None, date(2024, 7, 30), datetime(2024, 7, 30, 17, tzinfo=UTC), "UTC"),
        ),
        (
            {"closes": "30 Jul 17:00", "assumed": VENUE},
            (None, date(2024, 7, 30), datetime(2024, 7, 31, 0, tzinfo=UTC), "America/Los_Angeles"),
        ),
    ],
)
def test_what_is_read(
    session: Session, seagl: Event, ada: Person, typed: dict[str, Any], kept: object
) -> None:
    call = add(session, seagl, ada, TypedCall("stand", **typed))
    assert (call.word, call.last_day, call.closes_at, call.zone) == kept
    assert ("zone_assumed" in call.marks) == (typed.get("assumed") == VENUE)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"closes": "30 Jul 17:00"}, "closes"),
        ({"closes": "30 Jul 17:00 CST"}, "closes"),
        ({"closes": "30 Jul 17:00", "zone": "IST"}, "closes"),
        ({"closes": "some day"}, "closes"),
        ({"closes": "30 Jul", "opens_on": date(2024, 8, 1)}, "opens_on"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    session: Session, seagl: Event, ada: Person, typed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        add(session, seagl, ada, TypedCall("talks", **typed))
    assert refused.value.field == field
    assert session.scalars(select(Call.id)).all() == []


def test_a_second_of_its_kind_needs_a_name(session: Session, seagl: Event, ada: Person) -> None:
    add(session, seagl, ada)
    with pytest.raises(Refused, match="such a call already"):
        add(session, seagl, ada)
    add(session, seagl, ada, TypedCall("talks", "open", name="Lightning talks"))
    add(session, seagl, ada, TypedCall("volunteers", "open"))


def change(session: Session, call: Call, by: Person, typed: TypedCall, version: int = 0) -> Any:
    ours = session.get_one(Foundation, call.foundation_id)
    return change_call(session, ours, call, typed, version or call.version, by, REAL)


def test_a_later_day_extends_and_keeps_both(session: Session, seagl: Event, ada: Person) -> None:
    call = add(session, seagl, ada)
    change(session, call, ada, TypedCall("talks", "6 Aug 23:59 AoE"))
    assert (call.closes, call.extended_from) == ("6 Aug 23:59 AoE", "30 Jul 23:59 AoE")
    change(session, call, ada, TypedCall("talks", "5 Aug", extended_from="30 Jul"))
    assert (call.closes, call.extended_from, call.closes_at) == ("5 Aug", "30 Jul", None)


def test_the_same_again_is_no_act(session: Session, seagl: Event, ada: Person) -> None:
    call = add(session, seagl, ada)
    assert change(session, call, ada, FIRST) is None
    with pytest.raises(ChangedMeanwhile):
        change(session, call, ada, FIRST, version=99)


def test_each_act_can_be_taken_back(
    session: Session, ours: Foundation, seagl: Event, ada: Person
) -> None:
    call, added = add_call(session, ours, seagl, FIRST, ada, REAL)
    changed = change(session, call, ada, TypedCall("stand", "TBA"))
    dropped = drop_call(session, ours, call, ada, REAL)
    assert session.scalars(select(Call.id)).all() == []
    about = {("event", seagl.id)}
    for entry, kinds in ((dropped, ["stand"]), (changed, ["talks"]), (added, [])):
        assert about <= history.find_subjects(session, entry)
        history.undo(session, entry, ada, NOW, REAL)
        assert session.scalars(select(Call.kind)).all() == kinds


def test_the_zone_beside_is_asked_for_only_where_the_words_lack_it(
    session: Session, seagl: Event, ada: Person
) -> None:
    spoken = add(session, seagl, ada)
    beside = add(session, seagl, ada, TypedCall("stand", "30 Jul 2024 17:00", "UTC"))
    assumed = add(session, seagl, ada, TypedCall("sponsors", "30 Jul 2024 17:00", assumed="AoE"))
    assert [zone_beside(call) for call in (spoken, beside, assumed)] == ["", "UTC", ""]
