"""Where a segment lives: region words against the country of an event."""

from functools import cache

from outreach.catalog.places.countries import find_country
from outreach.catalog.series.edition_names import fold, word_set
from outreach.matching.engine.terms import EventText, SegmentText

_EUROPE = (
    "AD AL AT BA BE BG BY CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK"
    " MT NL NO PL PT RO RS SE SI SK SM UA XK"
)
_NORTH_AMERICA = "US CA MX"
_LATIN_AMERICA = "AR BO BR CL CO CR CU DO EC GT HN MX NI PA PE PR PY SV UY VE"
_ASIA = (
    "AE AM AZ BD BH BN BT CN GE HK ID IL IN IQ IR JO JP KG KH KR KW KZ LA LB LK MM MN MO MV MY NP"
    " OM PH PK QA SA SG TH TJ TM TR TW UZ VN YE"
)
_AFRICA = (
    "AO BF BI BJ BW CD CG CI CM DJ DZ EG ET GA GH GM GN KE LR LS LY MA MG ML MR MU MW MZ NA NE NG"
    " RW SC SD SL SN SO SS TD TG TN TZ UG ZA ZM ZW"
)
_OCEANIA = "AU NZ FJ PG"
_CODES = {
    "europe": _EUROPE,
    "eu": _EUROPE,
    "emea": f"{_EUROPE} {_AFRICA} AE IL TR SA QA",
    "north america": _NORTH_AMERICA,
    "latin america": _LATIN_AMERICA,
    "latam": _LATIN_AMERICA,
    "south america": _LATIN_AMERICA,
    "america": f"{_NORTH_AMERICA} {_LATIN_AMERICA}",
    "americas": f"{_NORTH_AMERICA} {_LATIN_AMERICA}",
    "asia": _ASIA,
    "apac": f"{_ASIA} {_OCEANIA}",
    "asia-pacific": f"{_ASIA} {_OCEANIA}",
    "africa": _AFRICA,
    "oceania": _OCEANIA,
    "dach": "DE AT CH",
    "nordics": "DK FI IS NO SE",
    "scandinavia": "DK NO SE",
    "benelux": "BE NL LU",
}
EVERYWHERE = word_set("global worldwide international world everywhere")


@cache
def country_code(country: str | None) -> str | None:
    """Return the two-letter code of a country however it is written, None if not known."""
    found = find_country(country) if country else None
    return found.code if found else None


@cache
def region_countries(region: str) -> frozenset[str] | None:
    """Return the countries of a region or country name; None stands for the whole world."""
    name = fold(region).strip()
    if name in EVERYWHERE:
        return None
    if name in _CODES:
        return word_set(_CODES[name])
    code = country_code(region)
    return frozenset([code]) if code else frozenset()


def lives_near(regions: tuple[str, ...], event: EventText) -> bool | None:
    """Tell whether an event lies in one of the regions; None where that cannot be known."""
    code = country_code(event.country)
    if code is None or not regions:
        return None
    held: set[str] = set()
    for region in regions:
        countries = region_countries(region)
        if countries is None:
            return None
        held |= countries
    return code in held if held else None


@cache
def is_regional(segment: SegmentText) -> bool:
    """Tell whether a segment is the people of a region: it names one among its words."""
    names = {fold(region) for region in segment.regions} - EVERYWHERE
    words = {fold(word) for word in segment.keywords} | set(fold(segment.name).split())
    return not names.isdisjoint(words)
