"""Reads one text that names a place, whatever is written around the town: from the right."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from outreach.catalog.places.countries import find_country, is_region_of
from outreach.catalog.places.lookup import settle_place
from outreach.catalog.places.spelling import fold_name

_FROM_HOME = frozenset(
    ["online", "virtual", "hybrid", "online event", "virtual event", "online only", "remote",
     "online und vor ort", "digital", "en ligne", "en linea"]
)  # fmt: skip
_SHORT_COUNTRIES = frozenset(["UK", "US"])
"""Two letters behind a city mean a state ("Raleigh, NC"), but for these."""
_JOINED = re.compile(r"\s*[+&/|;]\s*|\s+(?:and|or|und)\s+|\s*[()\[\]]\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"(?P<before>[^()]+?)\s*\((?P<inside>[^()]+)\)\s*(?P<after>,[^()]*)?")
_CLOSING = re.compile(r"(?<=\w)\)(?=$|,)")
_PART_OF_A_NAME = frozenset(
    "north south east west new old upper lower great greater san santa saint sao port fort mount"
    " el la los las bad lake palo".split()
)
"""Words with which the name of another town begins."""
LARGE = 100_000
"""A town with as many people is meant where its name is that of its region too."""


@dataclass(frozen=True, slots=True)
class WrittenPlace:
    """A place as it is written, taken apart: what is absent is unknown."""

    city: str = ""
    country: str = ""
    online: bool = False
    beside: str = ""
    """What stands before the town (a hall, a university), or cannot be a town."""


def read_place(text: str) -> WrittenPlace:
    """Take "Hall 4, Denver, CO, USA", "Berlin (hybrid)" or "Frankfurt (Germany)" apart.

    What cannot be settled offline stays as it is written: a person chooses then.
    """
    there, online = _without_home(text.strip().rstrip(".;, "))
    if not there:
        return WrittenPlace(online=online)
    if "(" not in there:
        there = _CLOSING.sub("", there)
    found = [_in_parts(way) for way in _unbracketed(there)]
    settled = [one for one in found if _is_settled(one) or one.beside] or found
    best = next((one for one in settled if _is_known_so(one)), settled[0])
    return replace(best, online=online)


def is_from_home(text: str) -> bool:
    """Tell whether a text says that people join from home, and nothing else."""
    return fold_name(text) in _FROM_HOME


def _without_home(text: str) -> tuple[str, bool]:
    """Take the words for joining from home off a place; "Remote, Oregon" is a town."""
    if is_from_home(text):
        return "", True
    parts = [part.strip(" ,-–") for part in _JOINED.split(text)]
    left = [part for part in parts if part and not is_from_home(part)]
    if len(left) < len([part for part in parts if part]):
        return ", ".join(left) if len(left) < 3 else text, True
    words = [word.strip() for word in text.split(",")]
    kept = [word for word in words if fold_name(word) == "remote" or not is_from_home(word)]
    return ", ".join(kept), len(kept) < len(words)


def _unbracketed(text: str) -> Iterator[str]:
    """Give the ways to read brackets: a country behind its town, or a second name of the town."""
    match = _BRACKETS.fullmatch(text)
    if match:
        before, inside, after = match["before"], match["inside"], match["after"] or ""
        if not after:
            yield f"{before}, {inside}"
        yield f"{before}{after}"
        yield f"{inside}{after}"
    yield text


def _in_parts(text: str) -> WrittenPlace:
    """Split a place before its country, and find the town from the right."""
    whole = find_country(text)
    if whole:
        town = text.partition(",")[0].strip()
        is_town = "," in text and settle_place(town, whole.name) is not None
        return WrittenPlace(city=town if is_town else "", country=whole.name if is_town else text)
    before, comma, last = (part.strip() for part in text.rpartition(","))
    is_state = len(last) == 2 and last.upper() not in _SHORT_COUNTRIES
    if comma and find_country(last) and not is_state:
        if settle_place(before, last) is None and settle_place(text, None) is not None:
            return WrittenPlace(city=text)  # Atlanta, Georgia
        return _with_town(before, last)
    if not comma and (split := _country_behind(text)):
        return split
    return _with_town(text, "") if comma else WrittenPlace(city=text)


def _country_behind(text: str) -> WrittenPlace | None:
    """Split "Lagos NG" and "Berlin Germany", where the town is known there."""
    before, _, last = text.rpartition(" ")
    if before and find_country(last) and settle_place(before, last):
        return WrittenPlace(before, last)
    return None


def _with_town(text: str, country: str) -> WrittenPlace:
    """Find the town in what stands before the country: all of it, else without its beginning."""
    place = settle_place(text, country or None)
    if country and is_region_of(text, country) and (not place or place.population < LARGE):
        return WrittenPlace(country=country, beside=text)  # a state without its town
    if place:
        return WrittenPlace(text, country)
    parts = [part.strip() for part in text.split(",")]
    for start in range(1, len(parts)):
        town = ", ".join(parts[start:])
        if settle_place(town, country or None):
            return WrittenPlace(town, country, beside=", ".join(parts[:start]))
    first, _, second = text.rpartition(" ")
    is_double = first.isalpha() and fold_name(first) not in _PART_OF_A_NAME
    if country and is_double and settle_place(second, country):
        return WrittenPlace(second, country, beside=first)
    return WrittenPlace(text, country)


def _is_settled(place: WrittenPlace) -> bool:
    return bool(place.city) and settle_place(place.city, place.country or None) is not None


def _is_known_so(place: WrittenPlace) -> bool:
    """Tell whether the town is written by the name that most call it by."""
    town = settle_place(place.city, place.country or None) if place.city else None
    return town is not None and fold_name(place.city.partition(",")[0]) == fold_name(town.name)
