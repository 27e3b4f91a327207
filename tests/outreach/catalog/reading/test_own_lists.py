"""Lists as people have them are read as they mean them: every cell that has a right value.

The cases stand outside the repository; each says in a file beside it what is right.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from outreach.catalog.facts import SourceRow
from outreach.catalog.places.event_place import columns_of
from outreach.catalog.reading.conference_data import read_events
from outreach.catalog.reading.paste import read_paste
from outreach.catalog.reading.text import read_text
from tests.conftest import ROOT

SHARED = ROOT.parent / "shared" / "data"
TABLES = "a01 a04 a05 a07 a10 a11 a12 a15 a17 a19 a21 d01 f01 f03 f05 f08 f09".split()
COLUMNS = {
    "first": "starts_on",
    "last": "ends_on",
    "online": "is_online",
    "cfp_closes": "cfp_closes_on",
    "cfp_address": "cfp_url",
}
"""What the cases call the columns of an event."""
PLACES = ("city", "country", "timezone", "latitude", "longitude")


def read_case(path: Path) -> list[SourceRow]:
    """Read a file as the import does: by what is in it."""
    content = path.read_bytes()
    if path.suffix == ".json":
        return read_events(content)
    return [one.row for one in read_paste(read_text(content)).rows]


def cells_of(expected: dict[str, Any]) -> Iterator[tuple[int, str, Any]]:
    """Give every right value of a case: row, column of an event, value."""
    rows = expected.get("rows", [])
    if not isinstance(rows, list):
        rows = []
    if not {"rows", "days", "zones", "places", "bad_rows", "cfp_closes"} & set(expected):
        rows = [expected]
    for number, row in enumerate(rows):
        yield from ((number, COLUMNS.get(key, key), value) for key, value in row.items())
    for number, (first, last) in enumerate(expected.get("days", [])):
        yield from ((number, "starts_on", first), (number, "ends_on", last))
    for number, zone in enumerate(expected.get("zones", [])):
        yield number, "timezone", zone
    for number, day in enumerate(expected.get("cfp_closes", [])):
        yield number, "cfp_closes_on", day
    for number, place in enumerate(expected.get("places", [])):
        keys = PLACES if len(place) == 5 else (*PLACES[:3], "is_online")
        yield from ((number, key, value) for key, value in zip(keys, place, strict=False))


def is_right(found: object, right: object) -> bool:
    """Compare a value of an event with one from a file: days as text, degrees roughly."""
    if isinstance(right, float):
        return isinstance(found, float) and abs(found - right) < 0.2
    return (str(found) if isinstance(right, str) else found) == right


def wrong_cells(case: str) -> tuple[list[str], int]:
    """Return the cells of a case that are read wrongly, and how many have a right value."""
    folder = SHARED / "cases"
    said = json.loads((folder / f"{case}.expected.json").read_text())
    rows = read_case(folder / said["input"])
    events = [columns_of(row.facts) if row.facts else {} for row in rows]
    wanted = list(cells_of(said["expected"]))
    wrong = [
        f"row {number + 1}: {column} is {found!r}, not {right!r}"
        for number, column, right in wanted
        if not is_right(
            found := events[number].get(column, "missing") if number < len(events) else "no row",
            right,
        )
    ]
    bad = [row.reason for row in rows if row.errors]
    return [*wrong, *bad], len(wanted)


@pytest.mark.parametrize("case", TABLES)
def test_a_list_of_the_cases_is_read_as_it_is_meant(case: str) -> None:
    if not (SHARED / "cases").is_dir():
        pytest.skip("the cases are not beside this repository")
    wrong, wanted = wrong_cells(case)
    assert not wrong, f"{len(wrong)} of {wanted} cells"
