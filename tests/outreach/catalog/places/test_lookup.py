import gzip
import importlib.util
import json
from itertools import takewhile
from pathlib import Path
from zoneinfo import available_timezones

import pytest

from outreach.catalog.places.countries import canonical_country
from outreach.catalog.places.lookup import (
    Place,
    distance_km,
    find_places,
    settle_place,
)
from outreach.catalog.places.towns import PACKED, Gazetteer


def label(place: Place | None) -> str | None:
    return f"{place.name}/{place.admin1}/{place.country_code}" if place else None


@pytest.mark.parametrize(
    ("city", "country", "expected"),
    [
        ("Denver, CO", "U.S.A.", "Denver/CO/US"),
        ("Denver, Colorado", "United States", "Denver/CO/US"),
        ("Denver, CO", None, "Denver/CO/US"),
        ("Denver CO", None, "Denver/CO/US"),
        ("  denver ,co ", " usa ", "Denver/CO/US"),
        ("Denver", "U.S.A.", "Denver/CO/US"),
        ("Pasadena, CA", "U.S.A.", "Pasadena/CA/US"),
        ("Pasadena, TX", "U.S.A.", "Pasadena/TX/US"),
        ("Pasadena, CA", None, "Pasadena/CA/US"),
        ("Rust", "Germany", "Rust/Baden-Wurttemberg/DE"),
        ("Rust", "Austria", "Rust/Burgenland/AT"),
        ("Nürnberg", "Germany", "Nuremberg/Bavaria/DE"),
        ("Nuremberg", "Deutschland", "Nuremberg/Bavaria/DE"),
        ("Nuernberg", "DE", "Nuremberg/Bavaria/DE"),
        ("Nürnberg", "Germany", "Nuremberg/Bavaria/DE"),
        ("Bozen", "Italy", "Bolzano/Trentino-Alto Adige/IT"),
        ("Bolzano", "Italia", "Bolzano/Trentino-Alto Adige/IT"),
        ("Hanoi", "Vietnam", "Hanoi//VN"),
        ("Brussels", "Belgium", "Brussels/Brussels Capital/BE"),
        ("Bruxelles", "Belgique", "Brussels/Brussels Capital/BE"),
        ("Washington, D.C.", "U.S.A.", "Washington/DC/US"),
        ("Washington, DC", "U.S.A.", "Washington/DC/US"),
        ("Washington", "U.S.A.", "Washington/DC/US"),
        ("New York, NY", "U.S.A.", "New York City/NY/US"),
        ("New York", "USA", "New York City/NY/US"),
        ("São Paulo", "Brazil", "São Paulo/São Paulo/BR"),
        ("Sao Paulo", "Brasil", "São Paulo/São Paulo/BR"),
        ("Raleigh, NC", "U.S.A.", "Raleigh/NC/US"),
        ("Raleigh, NC, USA", None, "Raleigh/NC/US"),
        ("Cork", "Ireland", "Cork/Munster/IE"),
        ("St. Louis, MO", "U.S.A.", "St. Louis/MO/US"),
        ("Saint Louis, Missouri", "U.S.A.", "St. Louis/MO/US"),
        ("Tbilisi, Georgia", None, "Tbilisi/Tbilisi/GE"),
        ("Athens, Georgia", None, "Athens/GA/US"),
        ("Vancouver, BC", "Canada", "Vancouver/British Columbia/CA"),
        ("Edinburgh", "Scotland", "Edinburgh/Scotland/GB"),
        ("Łódź", "Polska", "Łódź/Łódź Voivodeship/PL"),
        ("St. Leon-Rot", "Germany", "Sankt Leon-Rot/Baden-Wurttemberg/DE"),
    ],
)
def test_a_city_is_settled_where_only_one_can_be_meant(
    city: str, country: str | None, expected: str
) -> None:
    assert label(settle_place(city, country)) == expected


@pytest.mark.parametrize(
    ("city", "country", "offered"),
    [
        ("Denver", None, "Denver/PA/US"),
        ("Rust", None, "Rust/Burgenland/AT"),
        ("Rust", "Narnia", "Rust/Burgenland/AT"),
        ("Pasadena", "U.S.A.", "Pasadena/CA/US"),
        ("Portland", "U.S.A.", "Portland/ME/US"),
        ("Newcastle", "U.K.", "Newcastle upon Tyne/England/GB"),
        ("Cologne", None, "Köln/North Rhine-Westphalia/DE"),
        ("London, Hall 4", "U.K.", "London/England/GB"),
        ("Bolzano/Bozen", "Italy", "Bolzano/Trentino-Alto Adige/IT"),
    ],
)
def test_a_doubtful_city_is_offered_and_not_guessed(
    city: str, country: str | None, offered: str
) -> None:
    assert settle_place(city, country) is None
    assert offered in [label(place) for place in find_places(city, country)]


def test_the_denvers_come_largest_first() -> None:
    found = find_places("Denver")
    assert [label(place) for place in found][:2] == ["Denver/CO/US", "Denver/PA/US"]
    assert len(found) >= 4
    assert len(find_places("Denver", limit=2)) == 2


def test_a_main_name_comes_before_a_larger_town_with_another_name_alike() -> None:
    names = [place.name for place in find_places("Cologne")]
    assert names.index("Cologne") < names.index("Köln")


@pytest.mark.parametrize(
    ("city", "country"),
    [
        ("", None),
        ("", "Germany"),
        ("   ", ""),
        ("Denver", "Germany"),
        ("Nowhere in Particular", "France"),
        ("%%%", "%"),
        ("\x00", "\x00"),
        ("_", None),
        (",", ","),
        (",,,,", "U.S.A."),
        ("x" * 10_000, "U.S.A."),
        ("Denver," * 1_500, "U.S.A."),
        ("\u202e\u05d9\u05e8\u05d5\u05e9\u05dc\u05d9\u05dd", "\u202eIsrael"),
        ("\ud800", None),
        ("=A1\t2", None),
        ("\U0010ffff", None),
    ],
)
def test_the_unknown_stays_unknown(city: str, country: str | None) -> None:
    assert find_places(city, country) == []
    assert settle_place(city, country) is None


def test_marks_within_a_name_do_not_hide_it() -> None:
    assert label(settle_place("Den\u0000ver\u202f, CO", "U.S.A.")) is None
    assert label(settle_place("\u200fDenver\u202f, CO\x00", "U.S.A.")) == "Denver/CO/US"


def test_hostile_strings_find_nothing_and_break_nothing(shared_data: Path) -> None:
    for text in json.loads((shared_data / "naughty" / "blns.json").read_text(encoding="utf-8")):
        find_places(text, text)
        assert settle_place(text, "Narnia") is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("U.S.A.", "United States"),
        ("USA", "United States"),
        ("US", "United States"),
        ("united states of america", "United States"),
        ("U.K.", "United Kingdom"),
        ("UK", "United Kingdom"),
        ("Scotland", "United Kingdom"),
        ("GB", "United Kingdom"),
        ("Deutschland", "Germany"),
        ("Czechia", "Czechia"),
        ("Czech Republic", "Czechia"),
        ("Korea", "South Korea"),
        ("South Korea", "South Korea"),
        ("The Netherlands", "Netherlands"),
        ("Türkiye", "Turkey"),
        ("Österreich", "Austria"),
        ("Côte d'Ivoire", "Ivory Coast"),
        ("Hong Kong", "Hong Kong"),
        ("Viet Nam", "Vietnam"),
        ("Narnia", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_a_country_has_one_spelling(text: str, name: str | None) -> None:
    assert canonical_country(text) == name


def test_a_settled_place_has_its_point_and_its_clock() -> None:
    place = settle_place("Rust", "Germany")
    assert place is not None
    assert (place.country, place.timezone) == ("Germany", "Europe/Berlin")
    assert distance_km(place.latitude, place.longitude, 48.27, 7.72) < 2
    hanoi = settle_place("Hanoi", "Vietnam")
    assert hanoi is not None
    assert hanoi.timezone in {"Asia/Bangkok", "Asia/Ho_Chi_Minh"}


def test_every_packed_time_zone_is_known_here() -> None:
    packed = gzip.decompress(PACKED.read_bytes()).decode().splitlines()[1:]
    zones = {line.split("\t")[2] for line in takewhile(lambda one: one.count("\t") == 2, packed)}
    assert len(zones) > 300
    assert zones - available_timezones() == set()


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ((39.739, -104.985), (39.739, -104.985), 0, 0),
        ((39.739, -104.985), (40.015, -105.271), 38, 40),  # Denver, Boulder
        ((0, 179.5), (0, -179.5), 111, 112),  # across the date line
        ((90, 0), (-90, 77), 20_015, 20_016),  # pole to pole
        ((0, 0), (0, 180), 20_015, 20_016),  # opposite points
    ],
)
def test_distance_follows_the_surface(
    one: tuple[float, float], other: tuple[float, float], least: float, most: float
) -> None:
    assert least <= distance_km(*one, *other) <= most


def test_nearly_all_cities_of_real_events_are_settled(shared_data: Path) -> None:
    text = (shared_data / "events" / "events.json").read_text(encoding="utf-8")
    pairs = {(row["city"], row.get("country")) for row in json.loads(text) if row.get("city")}
    settled = {pair for pair in pairs if settle_place(*pair)}
    unknown = {pair for pair in pairs - settled if not find_places(*pair)}
    assert len(settled) >= 0.98 * len(pairs)
    assert len(unknown) <= 0.01 * len(pairs)


def test_what_is_packed_is_found_again_from_the_first_name_to_the_last() -> None:
    path = Path(__file__).parents[4] / "data" / "places" / "pack.py"
    spec = importlib.util.spec_from_file_location("places_pack", path)
    assert spec is not None
    assert spec.loader is not None
    packer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(packer)
    town = {
        "geonameid": 1,
        "countrycode": "DE",
        "admin1code": "02",
        "timezone": "Europe/Berlin",
        "latitude": 49.45421,
        "longitude": 11.07752,
        "population": 500_000,
        "alternatenames": ["Nürnberg", "NUE", "nwrnbrg", "Нюрнберг"],
    }
    towns = [
        town | {"name": "Nuremberg"},
        town | {"name": "Aa", "population": 0, "alternatenames": []},
        town | {"name": "Zz", "countrycode": "AT", "alternatenames": []},
    ]
    extra = {("AT", "Zz"): ["Zzyx"]}
    gazetteer = Gazetteer(packer.pack(towns, {"DE.02": "Bavaria"}, extra))
    found = {
        key: [gazetteer.town_at(mention.position).name for mention in gazetteer.mentions(key)]
        for key in ("aa", "nuremberg", "nurnberg", "zz", "zzyx", "", "a", "nue", "nwrnbrg", "zzz")
    }
    assert {key: names for key, names in found.items() if names} == {
        "aa": ["Aa"],
        "nuremberg": ["Nuremberg"],
        "nurnberg": ["Nuremberg"],
        "zz": ["Zz"],
        "zzyx": ["Zz"],
    }
    town_found = gazetteer.town_at(gazetteer.mentions("nurnberg")[0].position)
    assert (town_found.region, town_found.latitude) == ("Bavaria", 49.454)
