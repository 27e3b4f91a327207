"""Records of a source are recognised when they come again, and never taken for another's."""

from datetime import date
from typing import Any

import pytest

from outreach.catalog.facts import EventFacts
from outreach.catalog.importing.records import FreeKeys, KnownRecord, match_records, source_key


def facts(**changes: Any) -> EventFacts:
    given = {
        "name": "SIGGRAPH",
        "starts_on": date(2024, 7, 28),
        "ends_on": date(2024, 8, 1),
        "url": "https://s2024.siggraph.org",
        "city": "Denver, CO",
    }
    return EventFacts(**(given | changes))


KNOWN = [KnownRecord(7, facts())]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"url": "https://siggraph.org"},
        {"name": "Siggraph 2024"},
        {"city": "Denver"},
        {"city": None},
        {"city": "Anaheim"},
        {"starts_on": date(2024, 8, 11), "ends_on": date(2024, 8, 12)},
        {"ends_on": date(2024, 7, 30)},
    ],
)
def test_a_changed_record_is_recognised(changes: dict[str, Any]) -> None:
    assert match_records([facts(**changes)], KNOWN) == {0: KNOWN[0]}


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "SIGGRAPH Asia"},
        {"starts_on": date(2024, 8, 12), "ends_on": date(2024, 8, 12)},
        {"starts_on": date(2025, 7, 28), "ends_on": date(2025, 8, 1)},
        {"city": "Anaheim", "url": "https://other.example.org"},
        {"starts_on": date(2024, 7, 30), "url": None},
    ],
)
def test_another_event_is_not(changes: dict[str, Any]) -> None:
    assert match_records([facts(**changes)], KNOWN) == {}


def test_twins_are_told_apart_by_their_address_in_any_order() -> None:
    one, two = facts(), facts(url="https://siggraph.org")
    known = [KnownRecord(1, one), KnownRecord(2, two)]
    assert {n: found.id for n, found in match_records([two, one], known).items()} == {0: 2, 1: 1}


def test_a_record_is_used_once() -> None:
    assert len(match_records([facts(), facts()], KNOWN)) == 1


def test_where_two_could_have_moved_neither_did() -> None:
    rows = [facts(starts_on=date(2024, 7, day)) for day in (29, 30)]
    assert match_records(rows, KNOWN) == {}


def test_every_record_has_a_key_of_its_own() -> None:
    key = source_key(facts())
    assert key == "siggraph|2024-07-28|denver"
    keys = FreeKeys([key])
    assert (keys.take(key), keys.take(key), keys.take("x")) == (f"{key}#2", f"{key}#3", "x")


def test_a_key_fits_its_column() -> None:
    assert len(source_key(facts(name="x" * 200, city="y" * 120))) <= 290
