"""Events near in place and time make one trip; everything else does not."""

from datetime import date, timedelta

import pytest

from outreach.matching.engine.terms import EventText
from outreach.matching.engine.trips import LONGEST_DAYS, are_neighbours, find_trips, gap_days

DENVER = {"city": "Denver, CO", "country": "U.S.A.", "latitude": 39.74, "longitude": -104.98}
BOULDER = {"city": "Boulder, CO", "country": "U.S.A.", "latitude": 40.01, "longitude": -105.27}
ATLANTA = {"city": "Atlanta, GA", "country": "U.S.A.", "latitude": 33.75, "longitude": -84.39}
UNPLACED = {"city": "Denver, CO", "country": "United States"}
START = date(2024, 7, 28)


def at(key: str, day: int, days: int = 1, place: dict | None = None, **facts) -> EventText:
    starts = START + timedelta(days=day)
    ends = starts + timedelta(days=days - 1)
    return EventText(key=key, name=key, starts=starts, ends=ends, **(place or DENVER), **facts)


@pytest.mark.parametrize(
    ("other", "together"),
    [
        (at("same day", 0), True),
        (at("three days after", 3), True),
        (at("four days after", 4), False),
        (at("three days before", -3), True),
        (at("ends three days before", -5, days=3), True),
        (at("ends four days before", -6, days=3), False),
        (at("around it", -1, days=9), True),
        (at("39 km away", 1, place=BOULDER), True),
        (at("another city", 1, place=ATLANTA), False),
        (at("same city by name only", 1, place=UNPLACED), True),
        (at("no place known", 1, place={"city": None, "country": None}), False),
        (at("online only", 1, place={"city": None, "country": None}, online=True), False),
    ],
)
def test_neighbours_are_three_days_and_fifty_kilometres_apart(
    other: EventText, together: bool
) -> None:
    first = at("first", 0)
    assert are_neighbours(first, other) is are_neighbours(other, first) is together


def test_the_gap_is_counted_from_the_end_of_the_earlier() -> None:
    assert gap_days(at("a", 0, days=5), at("b", 6)) == gap_days(at("b", 6), at("a", 0, days=5)) == 2


def test_a_trip_is_found_once_and_in_order() -> None:
    events = [at("siggraph", 0, days=5), at("far", 1, place=ATLANTA), at("osd", 0), at("late", 20)]
    assert [trip.keys for trip in find_trips(events)] == [("osd", "siggraph")]


def test_neighbours_of_neighbours_go_along() -> None:
    events = [at("c", 6), at("a", 0), at("b", 3)]
    (trip,) = find_trips(events)
    assert trip.keys == ("a", "b", "c")
    assert (trip.starts, trip.ends) == (START, START + timedelta(days=6))


def test_a_chain_is_cut_where_nobody_stays_any_longer() -> None:
    events = [at(f"{day:02}", day) for day in range(0, 30, 3)]
    trips = find_trips(events)
    assert [key for trip in trips for key in trip.keys] == [event.key for event in events]
    assert all((trip.ends - trip.starts).days < LONGEST_DAYS for trip in trips)


def test_no_events_make_no_trip() -> None:
    assert find_trips([]) == []
    assert find_trips([at("alone", 0)]) == []
