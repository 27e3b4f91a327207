"""`flask match-files`: the formats it reads, the list it prints, and how it refuses bad input."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from outreach.catalog.series.known import SeriesRow
from outreach.matching.files import match_files, read_inputs
from tests.outreach.matching.matching_cast import GAZETTEER
from views.commands.match_files import command

SEGMENT: dict[str, Any] = {
    "organisation": "Penguin Foundation", "name": "Visual effects", "slug": "vfx",
    "keywords": ["visual effects", "rendering"], "upstreamProjects": ["OpenEXR"],
    "gathers": [{"event": "SIGGRAPH", "evidence": "stated"}], "regions": ["U.S.A."],
}  # fmt: skip
SIGGRAPH: dict[str, Any] = {
    "name": "SIGGRAPH", "url": "https://siggraph.org", "startDate": "2024-07-28",
    "endDate": "2024-08-01", "city": "Denver, CO", "country": "U.S.A.", "topics": ["general"],
}  # fmt: skip
COOKING = {"name": "Cooking Days", "startDate": "2024-05-01", "endDate": "2024-05-02"}
LINUX = {"name": "Tiny Linux Fest", "startDate": "2024-06-01", "topics": ["opensource"]}
VISIT = {
    "event": "Cooking Days", "edition": 2023, "startDate": "2023-05-01", "status": "attended",
    "activities": ["booth"],
}  # fmt: skip
WINDOW = ["--from", "2024-01-01", "--until", "2024-12-31"]


class Folder:
    """Writes the files and runs the command on them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[str, Any] = {
            "segments": [SEGMENT],
            "events": [COOKING, LINUX, SIGGRAPH],
            "history": [VISIT],
        }

    def run(self, as_of: str = "2023-12-31", window: list[str] = WINDOW) -> Result:
        options = ["--as-of", as_of, *window]
        for name, rows in self.rows.items():
            file = self.path / f"{name}.json"
            file.write_text(rows if isinstance(rows, str) else json.dumps(rows), "utf-8")
            options += [f"--{name}", str(file)]
        return CliRunner().invoke(command, options)

    def found(self, **options: Any) -> list[dict[str, Any]]:
        result = self.run(**options)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture(autouse=True)
def few_series(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command know few series, so that it starts at once."""
    known = [*GAZETTEER, SeriesRow("DevOpsDays", aliases=("DevOpsDays *",))]
    monkeypatch.setattr("outreach.matching.files.read_series", lambda: known)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def named(folder: Folder, name: str, **options: Any) -> dict[str, Any]:
    return next(row for row in folder.found(**options) if row["name"] == name)


def test_prints_every_event_of_the_window_best_first(folder: Folder) -> None:
    found = folder.found()
    names = [row["name"] for row in found]
    assert (sorted(names[:2]), names[2:]) == (["Cooking Days", "SIGGRAPH"], ["Tiny Linux Fest"])
    siggraph = found[names.index("SIGGRAPH")]
    assert list(siggraph) == ["name", "startDate", "url", "score", "segments", "reasons"]
    assert (siggraph["startDate"], siggraph["url"]) == ("2024-07-28", "https://siggraph.org")
    assert 90 < siggraph["segments"]["vfx"] <= 100
    said = "People of Visual effects gather at SIGGRAPH, as the segment states."
    assert siggraph["reasons"][0] == said
    scores = [row["score"] for row in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)


def test_a_visit_is_said_and_an_event_without_a_sign_has_no_reason(folder: Folder) -> None:
    assert named(folder, "Cooking Days")["reasons"] == [
        "We were at Cooking Days on 1 May 2023 (booth)."
    ]
    folder.rows["history"] = []
    assert folder.found()[-1] == {
        "name": "Cooking Days", "startDate": "2024-05-01", "url": None, "score": 0.0,
        "segments": {}, "reasons": [],
    }  # fmt: skip


def test_two_rows_that_are_the_same_are_two_events(folder: Folder) -> None:
    folder.rows["events"] = [SIGGRAPH, COOKING, SIGGRAPH]
    found = [row for row in folder.found() if row["name"] == "SIGGRAPH"]
    assert len(found) == 2
    assert not any("One trip" in reason for row in found for reason in row["reasons"])


def test_a_gathering_may_be_said_of_a_series(folder: Folder) -> None:
    by_event = folder.found()
    said = [{"series": "SIGGRAPH", "evidence": "stated"}]
    folder.rows["segments"] = [{**SEGMENT, "gathers": said}]
    assert folder.found() == by_event


def test_a_segment_needs_no_more_than_a_slug_and_a_name(folder: Folder) -> None:
    folder.rows["segments"] = [{"slug": "vfx", "name": "Visual effects"}]
    folder.rows["history"] = []
    assert len(folder.found()) == 3
    folder.rows["segments"][0]["keywords"] = ["visual effects", "animation", "computer graphics"]
    folder.rows["segments"][0]["summary"] = "They make films."
    assert named(folder, "SIGGRAPH")["segments"]["vfx"] > 0


def test_the_history_may_be_left_out(folder: Folder) -> None:
    folder.rows.pop("history")
    assert len(folder.found()) == 3


@pytest.mark.parametrize(
    "window",
    [["--from", "2024-07-28", "--until", "2024-07-28"], ["--from", "2024-06-02", *WINDOW[2:]]],
)
def test_the_window_includes_both_its_days(folder: Folder, window: list[str]) -> None:
    assert [row["name"] for row in folder.found(window=window)] == ["SIGGRAPH"]


@pytest.mark.parametrize(
    ("name", "later"),
    [
        ("history", {**VISIT, "event": "Tiny Linux Fest", "startDate": "2024-01-02"}),
        ("history", {**VISIT, "event": "Penguin Day", "startDate": "2024-01-02"}),
        ("events", {"name": "Penguin Day", "startDate": "2025-01-02"}),
    ],
)
def test_what_came_after_the_day_changes_nothing(
    folder: Folder, name: str, later: dict[str, Any]
) -> None:
    before = folder.found(as_of="2024-01-01")
    folder.rows[name].append(later)
    assert folder.found(as_of="2024-01-01") == before


@pytest.mark.parametrize("told", ["visited", "gathered"])
def test_what_came_after_the_day_does_not_even_name_a_series(folder: Folder, told: str) -> None:
    for place in ("Oslo", "Bergen", "Turku"):
        folder.rows["events"].append({**SIGGRAPH, "name": f"Rendering Days {place}", "url": None})
    before = folder.found(as_of="2024-01-01")
    if told == "visited":
        folder.rows["history"].append(
            {**VISIT, "event": "Rendering Days", "startDate": "2024-01-02"}
        )
    else:
        later = {"event": "Rendering Days", "evidence": "stated", "date": "2024-01-02"}
        folder.rows["segments"] = [{**SEGMENT, "gathers": [*SEGMENT["gathers"], later]}]
    assert folder.found(as_of="2024-01-01") == before
    assert folder.found(as_of="2024-01-03") != before


def test_a_gathering_dated_later_changes_nothing(folder: Folder) -> None:
    before = folder.found()
    later = {"event": "Cooking Days", "evidence": "stated", "date": "2024-01-01"}
    folder.rows["segments"] = [{**SEGMENT, "gathers": [*SEGMENT["gathers"], later]}]
    assert folder.found() == before
    assert named(folder, "Cooking Days", as_of="2024-01-01")["segments"] == {
        "vfx": pytest.approx(97, abs=1)
    }


def test_an_announced_own_event_lends_nothing_to_its_neighbours(folder: Folder) -> None:
    before = {row["name"]: row["score"] for row in folder.found()}
    beside = {**SIGGRAPH, "name": "Penguin Day: Denver", "url": None}
    folder.rows["events"].append(beside)
    found = folder.found()
    assert found[0]["name"] == "Penguin Day: Denver"
    assert {row["name"]: row["score"] for row in found[1:]} == before


def test_events_in_one_city_on_the_same_days_are_named_as_one_trip(folder: Folder) -> None:
    folder.rows["events"].append({**SIGGRAPH, "name": "Rendering Days", "url": None})
    reasons = named(folder, "Rendering Days")["reasons"]
    assert "One trip with SIGGRAPH, 28 July 2024 in Denver, CO." in reasons


@pytest.mark.parametrize(
    ("name", "rows", "says"),
    [
        ("events", "{", "events.json is not JSON"),
        ("events", {"name": "x"}, "events.json does not hold a list of rows."),
        ("events", [COOKING, 7], "events.json, row 2: it is not an object."),
        ("events", [COOKING, {"startDate": "2024-05-01"}], "row 2: “name” is missing."),
        ("events", [{"name": "x"}], "row 1: “startDate” is missing."),
        ("events", [{"name": "x", "startDate": "May"}], "row 1: “startDate” is not a date"),
        ("events", [{"name": "x", "startDate": 5}], "row 1: “startDate” is not a text."),
        (
            "events",
            [{"name": "x", "startDate": "2024-05-02", "endDate": "2024-05-01"}],
            "row 1: it ends before it starts.",
        ),
        ("events", [{**COOKING, "topics": "general"}], "row 1: “topics” is not a list of texts."),
        ("segments", [{"name": "x"}], "segments.json, row 1: “slug” is missing."),
        (
            "segments",
            [SEGMENT, {**SEGMENT, "gathers": [{"series": "SIGGRAPH"}, {"event": " "}]}],
            "segments.json, row 2: row 2 of “gathers”: neither “event” nor “series” is given.",
        ),
        (
            "segments",
            [{**SEGMENT, "gathers": ["SIGGRAPH"]}],
            "row 1: row 1 of “gathers”: it is not an object.",
        ),
        (
            "segments",
            [{**SEGMENT, "gathers": [{"series": 7}]}],
            "row 1: row 1 of “gathers”: “series” is not a text.",
        ),
        (
            "segments",
            [{**SEGMENT, "gathers": [{"event": "x", "evidence": "guessed"}]}],
            "row 1: row 1 of “gathers”: “evidence” is neither stated nor inferred: guessed.",
        ),
        ("history", [{**VISIT, "startDate": ""}], "history.json, row 1: “startDate” is missing."),
    ],
)
def test_bad_input_is_named_with_its_row(folder: Folder, name: str, rows: Any, says: str) -> None:
    folder.rows[name] = rows
    result = folder.run()
    assert result.exit_code == 2
    assert says in result.stderr
    assert result.stdout == ""


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.json")
    options = ["--segments", missing, "--events", missing, "--as-of", "2024-01-01", *WINDOW]
    result = CliRunner().invoke(command, options)
    assert result.exit_code == 2
    assert "none.json cannot be read" in result.stderr


def test_a_gathering_at_one_edition_says_less_about_the_others(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    said = [{"event": "Devopsdays Tokyo", "evidence": "stated"}]
    files.rows["segments"] = [{**SEGMENT, "gathers": said, "regions": []}]
    files.rows["events"] = [
        {"name": f"Devopsdays {city}", "startDate": "2024-05-01", "city": city}
        for city in ("Tokyo", "Oslo")
    ]
    scores = {row["name"]: row["segments"].get("vfx", 0) for row in files.found()}
    assert scores["Devopsdays Tokyo"] > scores["Devopsdays Oslo"] > 0


@pytest.mark.parametrize(("kind", "carried"), [("stated", True), ("inferred", False)])
def test_a_series_stated_without_its_region_stands_for_its_regional_ones(
    tmp_path: Path, kind: str, carried: bool
) -> None:
    files = Folder(tmp_path)
    files.rows["segments"] = [
        {**SEGMENT, "gathers": [{"event": "Walrus Summit", "evidence": kind}]}
    ]
    files.rows["events"] = [{"name": "Walrus Summit Europe", "startDate": "2024-05-01"}]
    files.rows["history"] = []
    files.run()
    paths = [tmp_path / f"{name}.json" for name in ("segments", "events")]
    inputs = read_inputs(*paths, None, gazetteer=[SeriesRow("Walrus Summit Europe")])
    found = match_files(inputs, date(2024, 1, 1), date(2024, 1, 1), date(2024, 12, 31))
    assert [row["segments"] for row in found] == [
        {"vfx": pytest.approx(72, abs=1)} if carried else {}
    ]


def test_reading_is_apart_from_matching(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    files.run()
    paths = (tmp_path / f"{name}.json" for name in ("segments", "events", "history"))
    inputs = read_inputs(*paths, gazetteer=[])
    assert inputs.organisation == "Penguin Foundation"
    found = match_files(inputs, date(2024, 1, 1), date(2024, 1, 1), date(2024, 12, 31))
    assert len(found) == 3
