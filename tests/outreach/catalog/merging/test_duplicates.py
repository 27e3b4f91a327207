"""Duplicates are offered where name, days and place agree, and nowhere else."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from outreach.catalog.merging.duplicates import Lookalike, find_duplicates
from outreach.catalog.places.lookup import settle_place
from outreach.catalog.reading.conference_data import read_events

FIRST = Lookalike(1, "SIGGRAPH 2024", date(2024, 7, 28), date(2024, 8, 1), city="Denver, CO")


def other(**facts: Any) -> Lookalike:
    given = {
        "name": "Siggraph",
        "starts_on": date(2024, 7, 28),
        "ends_on": date(2024, 8, 1),
        "city": "Denver",
    }
    return Lookalike(2, **(given | facts))


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({}, "The same name, the same days and the same place, Denver."),
        (
            {"starts_on": date(2024, 7, 30)},
            "The same name, days in common and the same place, Denver.",
        ),
        (
            {"starts_on": date(2024, 8, 6), "ends_on": date(2024, 8, 7)},
            "The same name, 5 days apart and the same place, Denver.",
        ),
        ({"city": None}, "The same name, the same days; one of them does not say where."),
    ],
)
def test_an_offer_says_why(facts: dict[str, Any], sentence: str) -> None:
    (pair,) = find_duplicates([other(**facts)], [FIRST])
    assert (pair.kept_id, pair.other_id, pair.sentence) == (1, 2, sentence)


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "SIGGRAPH Asia"},
        {"starts_on": date(2024, 8, 7), "ends_on": date(2024, 8, 7)},
        {"starts_on": date(2023, 7, 28), "ends_on": date(2023, 8, 1)},
        {"city": "Boulder"},
        {"city": None, "is_online": True},
    ],
)
def test_what_is_another_event_is_not_offered(facts: dict[str, Any]) -> None:
    known = Lookalike(
        1,
        "SIGGRAPH",
        date(2024, 7, 28),
        date(2024, 8, 1),
        city="Denver",
        is_online=False,
    )
    assert find_duplicates([other(**facts)], [known]) == []


def test_editions_of_one_series_meet_under_different_names() -> None:
    one = Lookalike(1, "KubeCon", date(2024, 3, 19), date(2024, 3, 22), series="KubeCon")
    two = Lookalike(2, "KC+CNC", date(2024, 3, 19), date(2024, 3, 22), series="KubeCon")
    (pair,) = find_duplicates([one, two])
    assert pair.sentence.startswith("Both are editions of KubeCon, the same days")


def test_places_fifty_kilometres_apart_are_one_place() -> None:
    one = other(city="Anaheim", latitude=33.835, longitude=-117.914)
    near = Lookalike(
        3, "SIGGRAPH", date(2024, 7, 28), date(2024, 8, 1), latitude=33.75, longitude=-118.19
    )
    far = Lookalike(
        4, "SIGGRAPH", date(2024, 7, 28), date(2024, 8, 1), latitude=34.42, longitude=-119.70
    )
    assert [pair.other_id for pair in find_duplicates([near, far], [one])] == [3]


@pytest.fixture(scope="module")
def candidates(shared_data: Path) -> list[Lookalike]:
    rows = read_events((shared_data / "events/events.json").read_bytes())
    return [_candidate(row.number, row.facts) for row in rows]


@pytest.fixture(scope="module")
def offered(candidates: list[Lookalike]) -> set[tuple[str, str]]:
    by_id = {candidate.id: candidate for candidate in candidates}
    pairs = [by_id[pair.other_id] for pair in find_duplicates(candidates)]
    return {(one.name, one.starts_on.isoformat()) for one in pairs}


class TestSharedFile:
    """The real file: its real duplicates, and what only looks like one."""

    def test_the_five_real_duplicates_are_found(self, offered: set[tuple[str, str]]) -> None:
        assert offered >= {
            ("DevOpsDays Kansas City", "2024-05-15"),
            ("SquiggleConf", "2025-09-18"),
            ("EuroSTAR Conference", "2026-06-15"),
            ("X-Ops Conference Dubai", "2026-10-15"),
            ("X-Ops Conference Madrid", "2026-11-19"),
        }

    def test_only_sources_that_contradict_each_other_are_offered_besides(
        self, offered: set[tuple[str, str]]
    ) -> None:
        """Two sources give Cephalocon 3 to 5 and 4 to 5 December."""
        assert len(offered) == 6
        assert ("Cephalocon", "2024-12-04") in offered

    def test_two_conferences_in_one_house_are_two(
        self, candidates: list[Lookalike], offered: set[tuple[str, str]]
    ) -> None:
        day = date(2023, 10, 16)
        names = {one.name for one in candidates if one.starts_on == day and one.city == "Berlin"}
        assert {"API Conference Berlin", "SLA Conference Berlin"} <= names
        assert not {name for name, on in offered if on == "2023-10-16"}

    def test_a_shared_address_proves_nothing(self, shared_data: Path) -> None:
        rows = read_events((shared_data / "events/events.json").read_bytes())
        shared = Counter(row.facts.url for row in rows if row.facts and row.facts.url)
        assert sum(1 for count in shared.values() if count > 1) >= 314


def _candidate(number: int, facts: Any) -> Lookalike:
    place = settle_place(facts.city, facts.country) if facts.city else None
    return Lookalike(
        number,
        facts.name,
        facts.starts_on,
        facts.ends_on,
        city=facts.city,
        country=facts.country,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        is_online=facts.is_online,
    )
