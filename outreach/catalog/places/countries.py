"""Countries and regions under one spelling, however somebody has written them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from outreach.catalog.places.spelling import fold_name

_FOLDER = Path(__file__).parents[3] / "data" / "places"


@dataclass(frozen=True, slots=True)
class Country:
    """A country: its ISO 3166 code of two letters and its one English name."""

    code: str
    name: str


def _rows(name: str) -> list[list[str]]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


@cache
def _countries() -> dict[str, Country]:
    by_spelling: dict[str, Country] = {}
    for code, code3, name, others in _rows("countries.tsv"):
        country = Country(code, name)
        for spelling in (code, code3, name, *others.split(";")):
            by_spelling[fold_name(spelling)] = country
    by_spelling.pop("", None)
    return by_spelling


@cache
def _names() -> dict[str, str]:
    return {country.code: country.name for country in _countries().values()}


@cache
def _regions() -> dict[str, dict[str, str]]:
    by_country: dict[str, dict[str, str]] = {}
    for code, region, others in _rows("regions.tsv"):
        spellings = by_country.setdefault(code, {})
        for spelling in (region, *others.split(";")):
            spellings[fold_name(spelling)] = fold_name(region)
    return by_country


def find_country(text: str) -> Country | None:
    """Return the country meant by a name, an abbreviation or an ISO code, else None."""
    return _countries().get(fold_name(text))


def canonical_country(text: str) -> str | None:
    """Return the one English name of a country ("U.S.A." → "United States"), else None."""
    country = find_country(text)
    return country.name if country else None


def country_name(code: str) -> str:
    """Return the English name of an ISO code of two letters; the code itself if it has none."""
    return _names().get(code, code)


def is_region(text: str, code: str, region: str) -> bool:
    """Say whether the text names this region of the country ("Colorado", US, "CO" → True)."""
    key, own = fold_name(text), fold_name(region)
    return bool(own) and _regions().get(code, {}).get(key, key) == own


def is_region_of(text: str, country: str) -> bool:
    """Say whether the text is the name of a region of the country, and not of a town alone."""
    known = find_country(country)
    return bool(known) and fold_name(text) in _regions().get(known.code if known else "", {})


def split_region(text: str) -> tuple[str, str] | None:
    """Split "Denver CO" into its name and a region's abbreviation; None where there is none."""
    name, _, last = text.strip().rpartition(" ")
    known = any(fold_name(last) in spellings for spellings in _regions().values())
    return (name, last) if name and known else None
