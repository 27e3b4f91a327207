"""Checks the shipped gazetteer of event series: shape, extent and names that meet only once."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from outreach.catalog.series.edition_names import name_key

FOLDER = Path(__file__).resolve().parents[2] / "data" / "series"
FILES = sorted(FOLDER.glob("*.json"))
KEYS = {
    "name", "aliases", "pastNames", "kind", "about", "audience",
    "months", "places", "size", "organiser", "url", "community", "asOf",
}  # fmt: skip
KINDS = {
    "conference", "trade show", "hackathon", "unconference", "festival",
    "workshop", "devroom", "summit", "meeting", "camp",
}  # fmt: skip
Row = dict[str, Any]


def read(file: Path) -> list[Row]:
    rows: list[Row] = json.loads(file.read_text(encoding="utf-8"))
    return rows


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for file in FILES for row in read(file)]


def names(row: Row) -> list[str]:
    return [row["name"], *row["aliases"], *row["pastNames"]]


def faults(row: Row) -> list[str]:
    """List what is wrong with the shape of one row."""
    texts = ("aliases", "pastNames", "about", "audience", "places")
    words = [*row["about"], *row["audience"]]
    checks = {
        "keys": set(row) == KEYS,
        "a name without edition": row["name"].strip() == row["name"] != "",
        "lists of text": all(
            isinstance(row[key], list) and all(isinstance(t, str) and t.strip() for t in row[key])
            for key in texts
        ),
        "kind": row["kind"] in KINDS,
        "about": 3 <= len(row["about"]) <= 10,
        "audience": not row["audience"] or 2 <= len(row["audience"]) <= 8,
        "lower case": all(word == word.lower() for word in words),
        "said twice": all(len(set(row[key])) == len(row[key]) for key in texts),
        "months": row["months"] == sorted(set(row["months"]) & set(range(1, 13))),
        "size": row["size"] is None or (type(row["size"]) is int and 10 <= row["size"] <= 500_000),
        "organiser": row["organiser"] is None or row["organiser"].strip() != "",
        "url": row["url"] is None or row["url"].startswith("https://"),
        "community": row["community"] in (True, False, None),
        "year": type(row["asOf"]) is int and 2000 <= row["asOf"] <= 2027,
    }
    return [what for what, good in checks.items() if not good]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_row_has_the_agreed_shape(file: Path) -> None:
    wrong = {row.get("name"): faults(row) for row in read(file) if faults(row)}
    assert wrong == {}


def test_the_gazetteer_knows_at_least_five_hundred_series(rows: list[Row]) -> None:
    assert len(rows) >= 500


def test_most_rows_say_who_comes(rows: list[Row]) -> None:
    assert sum(bool(row["audience"]) for row in rows) >= 0.95 * len(rows)


@pytest.mark.parametrize("family", [False, True], ids=["names", "families"])
def test_a_name_without_its_edition_belongs_to_one_series(rows: list[Row], family: bool) -> None:
    """An alias that ends in "*" stands for a family of names and is compared with its like."""
    owners: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in names(row):
            if name.endswith("*") == family:
                owners[name_key(name)].add(row["name"])
    assert {key: found for key, found in owners.items() if len(found) > 1} == {}
    assert "" not in owners


@pytest.mark.parametrize(
    ("series", "word"),
    [
        ("SIGGRAPH", "visual effects artists"),
        ("CloudFest", "web hosters"),
        ("SC", "hpc operators"),
        ("FOSDEM", "open source contributors"),
        ("SCaLE", "sysadmins"),
        ("UX Brighton", "ux designers"),
    ],
)
def test_the_row_says_who_walks_the_floor(rows: list[Row], series: str, word: str) -> None:
    row = next(row for row in rows if row["name"] == series)
    assert word in row["audience"]


def test_series_that_recur_in_the_shared_events_are_known(
    rows: list[Row], shared_data: Path
) -> None:
    events = json.loads((shared_data / "events" / "events.json").read_text(encoding="utf-8"))
    editions: dict[str, int] = defaultdict(int)
    for event in events:
        editions[name_key(event["name"])] += 1
    recurring = {key for key, number in editions.items() if number > 1}
    known = {name_key(name) for row in rows for name in names(row) if not name.endswith("*")}
    families = tuple(name_key(name) for row in rows for name in names(row) if name.endswith("*"))
    found = {key for key in recurring if key in known or key.startswith(families)}
    assert len(found) >= 0.95 * len(recurring)
