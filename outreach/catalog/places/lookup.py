"""From a city and a country, as people write them, to the places they may mean, offline."""

import re
from dataclasses import dataclass, replace
from math import asin, cos, radians, sin, sqrt

from outreach.catalog.places.countries import country_name, find_country, is_region, split_region
from outreach.catalog.places.spelling import LONGEST_NAME, fold_name
from outreach.catalog.places.towns import TownName, get_gazetteer

EARTH_RADIUS_KM = 6371.0088
DOMINANCE = 10
"""A town this many times larger than its next namesake in the country is the one people mean."""
NEAR_KM = 25
"""Towns no farther apart are one place to travel to."""
_ASIDE = re.compile(r"[/(|]")


@dataclass(frozen=True, slots=True)
class Place:
    """A town: degrees north and east, IANA time zone, region "" where it is unknown."""

    name: str
    admin1: str
    country: str
    country_code: str
    latitude: float
    longitude: float
    timezone: str
    population: int

    @property
    def identity(self) -> str:
        """Tell it from its namesakes by its own words, wherever it stands in a list."""
        return f"{self.name}|{self.admin1}|{self.country}"


@dataclass(frozen=True, slots=True)
class _Candidate:
    place: Place
    is_main: bool


@dataclass(frozen=True, slots=True)
class _Finding:
    """Candidates, best first; narrowed by a country or region; whether all was understood."""

    candidates: list[_Candidate]
    is_narrowed: bool
    is_understood: bool = True


def find_places(city: str, country: str | None = None, limit: int = 8) -> list[Place]:
    """Return the places meant by a city ("Denver, CO") and a country ("U.S.A."), best first.

    Main name before other names, then by population. A country nobody has heard of does not
    narrow the search; one that is known and has no such city gives an empty list.
    """
    return [candidate.place for candidate in _find(city, country).candidates[:limit]]


def settle_place(city: str, country: str | None) -> Place | None:
    """Return the one place that is meant, or None where nobody can tell.

    It takes a country or a region, and every part of the name must be understood. Then the place
    is settled if it is alone with its name there, or if it has ten times the people of its next
    namesake there and no larger town goes by that name as well: "Denver" in the United States is
    Denver, Colorado (729,000; the next has 4,000), "Portland" is not settled (652,000; 67,000).
    """
    if country and (joined := find_country(f"{city}, {country}")):
        country = joined.name  # Hong Kong, China
    finding = _find(city, country)
    if not (finding.is_narrowed and finding.is_understood and finding.candidates):
        return None
    first, *others = finding.candidates
    is_clear = all(_dominates(first, other) or _is_beside(first, other) for other in others)
    return first.place if is_clear else None


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the kilometres along the earth's surface between two points in degrees (haversine)."""
    north, east = radians(lat2 - lat1), radians(lon2 - lon1)
    chord = sin(north / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(chord)))


def _dominates(first: _Candidate, other: _Candidate) -> bool:
    factor = DOMINANCE if first.is_main == other.is_main else 1
    return first.place.population >= factor * other.place.population


def _is_beside(first: _Candidate, other: _Candidate) -> bool:
    """Tell whether the doubt changes nothing: the other has the name second, and lies around it."""
    one, two = first.place, other.place
    is_named = first.is_main and not other.is_main and one.timezone == two.timezone
    there = (one.latitude, one.longitude, two.latitude, two.longitude)
    return is_named and distance_km(*there) < NEAR_KM


def _find(city: str, country: str | None) -> _Finding:
    """Read "Raleigh, NC, USA" from its end; a part nobody understands keeps the offers only."""
    if len(city) > LONGEST_NAME:
        return _Finding([], is_narrowed=False)
    head, _, tail = city.rpartition(",")
    before = _find(head, country) if head and tail.strip() else None
    if before and (inside := _narrow(before, tail)).candidates:
        return inside
    whole = _in_country(city, country)
    if whole.candidates:
        return whole
    if split := split_region(city):
        return _narrow(_in_country(split[0], country), split[1])
    if not before:
        before = _in_country(_ASIDE.split(city)[0], country)
    return replace(before, is_understood=False)


def _in_country(name: str, country: str | None) -> _Finding:
    """Find a bare name, in the country where that is given and known."""
    candidates = _candidates(name)
    known = find_country(country) if country else None
    if known is None:
        return _Finding(candidates, is_narrowed=False)
    here = [found for found in candidates if found.place.country_code == known.code]
    return _Finding(here, is_narrowed=True)


def _narrow(finding: _Finding, tail: str) -> _Finding:
    """Keep the candidates in a region, else in a country, of that name ("CA": California first)."""
    found = finding.candidates
    inside = [one for one in found if is_region(tail, one.place.country_code, one.place.admin1)]
    if not inside:
        known = find_country(tail)
        inside = [one for one in found if known and one.place.country_code == known.code]
    return replace(finding, candidates=inside, is_narrowed=True)


def _candidates(name: str) -> list[_Candidate]:
    key = fold_name(name)
    if not key:
        return []
    found = [_Candidate(_place_at(one.position), one.is_main) for one in _mentions(key)]
    return sorted(found, key=lambda one: (not one.is_main, -one.place.population))


def _mentions(key: str) -> list[TownName]:
    """Look a folded name up; failing that, with German ae, oe, ue read as the umlauts they are."""
    gazetteer = get_gazetteer()
    found = gazetteer.mentions(key)
    if not found and any(pair in key for pair in ("ae", "oe", "ue")):
        found = gazetteer.mentions(key.replace("ae", "a").replace("oe", "o").replace("ue", "u"))
    return found


def _place_at(position: int) -> Place:
    town = get_gazetteer().town_at(position)
    return Place(
        name=town.name,
        admin1=town.region,
        country=country_name(town.country_code),
        country_code=town.country_code,
        latitude=town.latitude,
        longitude=town.longitude,
        timezone=town.timezone,
        population=town.population,
    )
