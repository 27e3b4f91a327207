"""The trip of one event is found among those near it as it is among all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from outreach.matching.engine.trips import GAP_DAYS, LONGEST_DAYS
from outreach.matching.store.stops import trip_of, trips_among

START = date(2024, 7, 28)


@dataclass(frozen=True)
class There:
    """An event in one of two towns."""

    id: int
    starts_on: date
    ends_on: date
    city: str
    name: str = "event"
    country: str = "United States"
    latitude: None = None
    longitude: None = None


def some(chance: Random) -> Iterator[There]:
    for number in range(chance.randint(2, 12)):
        starts = START + timedelta(days=chance.randint(0, 40))
        ends = starts + timedelta(days=chance.randint(0, 5))
        yield There(number, starts, ends, chance.choice(["Denver", "Atlanta"]))


def test_what_begins_long_after_an_event_belongs_to_no_trip_of_it() -> None:
    chance = Random(20240725)
    for _ in range(300):
        stops = sorted(some(chance), key=lambda one: (one.starts_on, one.ends_on))
        first = stops[0]
        whole = next((trip for trip in trips_among(stops) if first in trip), [first])
        assert trip_of(first, stops) == whole
        last = max(one.starts_on for one in whole)
        assert last <= first.ends_on + timedelta(days=GAP_DAYS + LONGEST_DAYS)
