"""Events near in place and time that one team can serve."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from outreach.catalog.places.lookup import distance_km
from outreach.catalog.series.edition_names import fold
from outreach.matching.engine.terms import EventText
from outreach.matching.engine.text.regions import country_code

GAP_DAYS = 3
WITHIN_KM = 50.0
# Longer than this nobody stays; a chain of events is cut before it.
LONGEST_DAYS = 14
MOST_CITIES = 4096
"""So many cities are remembered: every event of a sweep asks for its own again and again."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Two or more events that one team can serve, in order of their start."""

    events: tuple[EventText, ...]

    @property
    def starts(self) -> date:
        """Return the first day."""
        return self.events[0].starts

    @property
    def ends(self) -> date:
        """Return the last day."""
        return max(event.ends for event in self.events)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of its events."""
        return tuple(event.key for event in self.events)


def gap_days(one: EventText, other: EventText) -> int:
    """Return the days from the end of the earlier event to the start of the later, 0 if shared."""
    return max(0, (one.starts - other.ends).days, (other.starts - one.ends).days)


def distance(one: EventText, other: EventText) -> float | None:
    """Return the kilometres between two events, 0 for the same city by name, None if unknown."""
    if (
        one.latitude is not None
        and one.longitude is not None
        and other.latitude is not None
        and other.longitude is not None
    ):
        return distance_km(one.latitude, one.longitude, other.latitude, other.longitude)
    same = city_key(one)
    return 0.0 if same and same == city_key(other) else None


def city_key(event: EventText) -> tuple[str, str] | None:
    """Return a key that two events in the same city share, None without city or country."""
    return _city_key(event.city, event.country)


@lru_cache(maxsize=MOST_CITIES)
def _city_key(city: str | None, country: str | None) -> tuple[str, str] | None:
    code = country_code(country)
    return (fold(city), code) if city and code else None


def are_neighbours(one: EventText, other: EventText) -> bool:
    """Tell whether one team can serve both: at most 3 days and 50 km apart."""
    if one.is_placeless or other.is_placeless or gap_days(one, other) > GAP_DAYS:
        return False
    apart = distance(one, other)
    return apart is not None and apart <= WITHIN_KM


def neighbour_pairs(events: Iterable[EventText]) -> Iterator[tuple[EventText, EventText]]:
    """Yield every pair of neighbours once, sweeping through the events by date, cell by cell."""
    open_events: dict[object, list[EventText]] = defaultdict(list)
    for event in sorted(events, key=_by_day):
        limit = event.starts - timedelta(days=GAP_DAYS)
        seen: set[str] = set()
        for cell in _cells_around(event):
            open_events[cell] = [other for other in open_events[cell] if other.ends >= limit]
            for other in open_events[cell]:
                if other.key not in seen and are_neighbours(other, event):
                    seen.add(other.key)
                    yield other, event
        for cell in _cells(event):
            open_events[cell].append(event)


def _by_day(event: EventText) -> tuple[date, date, str]:
    return event.starts, event.ends, event.key


def _cells(event: EventText) -> list[object]:
    """Return where an event is looked for: its city, and its square degree where it is known."""
    cells: list[object] = [city_key(event)] if city_key(event) else []
    if event.latitude is not None and event.longitude is not None:
        cells.append((round(event.latitude), round(event.longitude)))
    return cells


def _cells_around(event: EventText) -> list[object]:
    """Return the cells of an event and the eight around its own; 50 km never reach farther.

    Up to 63 degrees of latitude a degree of longitude is longer than 50 km.
    """
    if event.latitude is None or event.longitude is None:
        return _cells(event)
    north, east = round(event.latitude), round(event.longitude)
    around: list[object] = [(north + n, east + e) for n in (-1, 0, 1) for e in (-1, 0, 1)]
    return [city_key(event), *around] if city_key(event) else around


def find_trips(events: Iterable[EventText]) -> list[Neighbours]:
    """Join neighbours to trips, in order of their start.

    Neighbours of neighbours go along as long as the whole trip stays within 14 days and
    every stop within 50 km of the first. An event belongs to one trip only.
    """
    near: dict[str, list[EventText]] = defaultdict(list)
    known = list(events)
    for one, other in neighbour_pairs(known):
        near[one.key].append(other)
        near[other.key].append(one)
    taken: set[str] = set()
    trips: list[Neighbours] = []
    for event in sorted(known, key=_by_day):
        if event.key not in taken and near[event.key]:
            stops = _chain(event, near, taken)
            if len(stops) > 1:
                trips.append(Neighbours(tuple(stops)))
                taken.update(stop.key for stop in stops)
    return trips


def _chain(first: EventText, near: dict[str, list[EventText]], taken: set[str]) -> list[EventText]:
    stops, waiting = {first.key: first}, [first]
    while waiting:
        here = waiting.pop(0)
        for stop in sorted(near[here.key], key=_by_day):
            apart = distance(first, stop)
            if stop.key in stops or stop.key in taken or apart is None or apart > WITHIN_KM:
                continue
            if (stop.ends - first.starts).days < LONGEST_DAYS:
                stops[stop.key] = stop
                waiting.append(stop)
    return sorted(stops.values(), key=_by_day)
