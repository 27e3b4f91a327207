"""The goals of the match, as far as the shared history can judge them."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bench.evaluate import EVERYTHING, answers, questions, recall
from bench.evaluate_gold import Trial
from outreach.matching.files import Inputs, match_files, read_inputs


@pytest.fixture(scope="module")
def asked(shared_data: Path) -> list[Trial]:
    return questions(shared_data)


@pytest.fixture(scope="module")
def inputs(shared_data: Path) -> Inputs:
    return read_inputs(
        shared_data / "segments/almalinux.json", shared_data / "events/events.json", None
    )


@pytest.mark.parametrize("year", [0, 1])
def test_finds_where_people_went_the_year_after(asked: list[Trial], year: int) -> None:
    question = asked[year]
    found = answers(question, EVERYTHING)
    assert recall(found, question.gold, 20) >= 0.90
    assert recall(found, question.gold, 40) >= 0.95
    assert recall(found, question.first_time, 40) >= 0.50


@pytest.mark.parametrize("year", [0, 1])
@pytest.mark.parametrize("stated", [True, False])
def test_finds_them_without_having_been_anywhere(
    asked: list[Trial], year: int, stated: bool
) -> None:
    question = asked[year].without_history()
    question = question if stated else question.without_gatherings()
    assert recall(answers(question, EVERYTHING), question.gold, 40) >= 0.70


def best_of(found: list[dict[str, Any]], slug: str, most: int) -> list[str]:
    known = [row for row in found if slug in row["segments"]]
    known.sort(key=lambda row: -row["segments"][slug])
    return [row["name"] for row in known[:most]]


@pytest.mark.parametrize("stated", [True, False])
def test_the_visual_effects_people_are_found_in_denver(inputs: Inputs, stated: bool) -> None:
    if not stated:
        inputs = replace(inputs, evidence=replace(inputs.evidence, gatherings=()))
    found = match_files(inputs, date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31))
    assert set(best_of(found, "media-entertainment", 2)) == {"Open Source Days", "SIGGRAPH"}
    siggraph = next(row for row in found if row["name"] == "SIGGRAPH")
    days = next(row for row in found if row["name"] == "Open Source Days")
    trips = [
        reason for row in (siggraph, days) for reason in row["reasons"] if "One trip" in reason
    ]
    assert len(trips) == 2


def test_an_own_event_comes_first(inputs: Inputs) -> None:
    found = match_files(inputs, date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31))
    assert found[0]["name"] == "AlmaLinux Day: Vancouver"


def test_every_event_of_the_window_is_listed_once(inputs: Inputs) -> None:
    found = match_files(inputs, date(2024, 12, 31), date(2025, 1, 1), date(2025, 12, 31))
    window = [event for event in inputs.events if event.starts.year == 2025]
    assert len(found) == len(window)
    assert [row["score"] for row in found] == sorted((row["score"] for row in found), reverse=True)
