"""An event by hand needs a name and a day; edits are marked, and never lost to each other."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import AuditEntry, DuplicateOffer, Event, Foundation
from outreach.catalog.edit import add_event, edit_event
from outreach.catalog.places.event_place import columns_of_place, offered_places
from outreach.refusal import Refused
from tests.sign_ins import add_foundation, add_person

NOW = datetime(2024, 7, 25, 12, tzinfo=UTC)
SHORT = {"name": "SeaGL", "starts_on": date(2024, 11, 8)}


@pytest.fixture
def foundation(session: Session) -> Foundation:
    return add_foundation(session)


@pytest.fixture
def event(session: Session, foundation: Foundation) -> Event:
    return add_event(session, foundation, SHORT, NOW, None)


def edit(session: Session, event: Event, **changes: Any) -> Event:
    ours = session.get_one(Foundation, event.foundation_id)
    edit_event(session, ours, event, changes, event.version, None, NOW)
    session.flush()
    return event


def test_a_name_and_a_day_are_enough(event: Event) -> None:
    assert (event.name, event.ends_on) == ("SeaGL", date(2024, 11, 8))
    assert (event.city, event.is_online, event.coc_url) == (None, None, None)
    assert event.series_id is not None
    assert event.edited_fields == []


def test_a_place_is_settled(session: Session, foundation: Foundation) -> None:
    given = SHORT | {"city": "Seattle, WA", "country": "usa"}
    event = add_event(session, foundation, given, NOW, add_person(session))
    assert (event.city, event.country) == ("Seattle", "United States")
    assert event.timezone == "America/Los_Angeles"


def test_what_it_repeats_is_offered(session: Session, foundation: Foundation) -> None:
    first = add_event(session, foundation, SHORT, NOW, None)
    second = add_event(session, foundation, SHORT, NOW, None)
    offer = session.scalars(select(DuplicateOffer)).one()
    assert (offer.kept_id, offer.other_id) == (first.id, second.id)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": date(2024, 11, 7)}, "ends_on"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"coc_url": "soon"}, "coc_url"),
        ({"country": "x" * 81}, "country"),
    ],
)
def test_what_no_event_can_have_is_refused(
    session: Session, foundation: Foundation, facts: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refused:
        add_event(session, foundation, SHORT | facts, NOW, None)
    assert refused.value.field == field


def test_columns_that_nobody_types_are_ignored(session: Session, foundation: Foundation) -> None:
    given = SHORT | {"id": 99, "foundation_id": 98, "version": 97, "latitude": 1.0}
    event = add_event(session, foundation, given, NOW, None)
    assert (event.foundation_id, event.version, event.latitude) == (foundation.id, 1, None)


def test_an_edit_marks_what_it_changes(session: Session, event: Event) -> None:
    edit(session, event, name="SeaGL 2024", url=None, goal="be there\n\ntwice ")
    assert event.edited_fields == ["goal", "name"]
    assert (event.name_key, event.goal) == ("seagl", "be there\n\ntwice")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.act == "edited")).one()
    (row,) = entry.detail["rows"]
    assert (row["before"]["name"], row["after"]["name"]) == ("SeaGL", "SeaGL 2024")


def test_an_edit_that_changes_nothing_leaves_no_trace(session: Session, event: Event) -> None:
    edit(session, event, **SHORT)
    assert (event.version, event.edited_fields) == (1, [])
    assert not session.scalars(select(AuditEntry).where(AuditEntry.act == "edited")).all()


def test_a_new_city_is_settled_again(session: Session, event: Event) -> None:
    edit(session, event, city="Denver, CO", country="U.S.A.")
    assert (event.city, event.timezone) == ("Denver", "America/Denver")
    edit(session, event, city=None, country=None)
    assert (event.city, event.latitude, event.timezone) == (None, None, None)


def test_one_of_several_places_can_be_chosen(session: Session, event: Event) -> None:
    edit(session, event, city="Portland", country="United States")
    assert event.latitude is None
    offered = offered_places(event)
    assert {place.admin1 for place in offered} >= {"OR", "ME"}
    maine = next(place for place in offered if place.admin1 == "ME")
    edit(session, event, **columns_of_place(maine))
    assert (event.city, event.admin1, event.timezone) == ("Portland", "ME", "America/New_York")
    assert {"latitude", "admin1"} <= set(event.edited_fields)
    assert offered_places(event) == []


def test_no_place_is_offered_without_a_city(event: Event) -> None:
    assert offered_places(event) == []


def test_the_second_of_two_editors_is_told(
    session: Session, foundation: Foundation, event: Event
) -> None:
    edit(session, event, name="SeaGL 2024")
    with pytest.raises(Refused, match="Somebody else changed this meanwhile"):
        edit_event(session, foundation, event, {"name": "mine"}, 1, None, NOW)
    assert event.name == "SeaGL 2024"


def test_days_are_never_turned_around(session: Session, event: Event) -> None:
    with pytest.raises(Refused) as refused:
        edit(session, event, starts_on=date(2024, 11, 9))
    assert refused.value.field == "ends_on"
    assert event.starts_on == date(2024, 11, 8)


def test_a_change_at_the_same_moment_is_refused(session: Session, event: Event) -> None:
    session.execute(text("UPDATE event SET version = version + 1"))
    with pytest.raises(Refused, match="Somebody else changed this meanwhile"):
        edit(session, event, note="late")
