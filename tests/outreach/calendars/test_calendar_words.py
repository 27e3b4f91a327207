"""How days are said."""

from datetime import date

import pytest

from outreach.calendars.words import (
    say_coming,
    say_date,
    say_day,
    say_day_month,
    say_days_left,
    say_list,
    say_long_day,
    say_number,
    say_span,
)


def test_a_day_in_its_lengths() -> None:
    day = date(2024, 8, 1)
    assert say_day(day) == "Thu 1 Aug"
    assert say_day_month(day) == "1 Aug"
    assert say_long_day(day) == "Thu 1 Aug 2024"
    assert say_date(day) == "1 Aug 2024"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2024, 7, 28), date(2024, 7, 28), "Sun 28 Jul"),
        (date(2024, 2, 3), date(2024, 2, 4), "3–4 Feb"),
        (date(2024, 7, 28), date(2024, 8, 1), "28 Jul – 1 Aug"),
        (date(2024, 12, 27), date(2025, 1, 1), "27 Dec – 1 Jan"),
    ],
)
def test_a_span(first: date, last: date, words: str) -> None:
    assert say_span(first, last) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 7, 24), "today"),
        (date(2024, 7, 25), "today"),
        (date(2024, 7, 26), "tomorrow"),
        (date(2024, 7, 27), "on Saturday"),
        (date(2024, 7, 31), "on Wednesday"),
        (date(2024, 8, 1), "on 1 August"),
        (date(2025, 5, 20), "on 20 May"),
        (date(2025, 5, 21), "on 21 May 2025"),
    ],
)
def test_a_day_to_come(day: date, words: str) -> None:
    assert say_coming(day, date(2024, 7, 25)) == words


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "tomorrow"), (2, "in 2 days")])
def test_days_left(days: int, words: str) -> None:
    assert say_days_left(days) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "no"), (1, "one"), (10, "ten"), (11, "11"), (-1, "-1")]
)
def test_a_number(count: int, words: str) -> None:
    assert say_number(count) == words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Ada"], "Ada"),
        (["Ada", "Lin"], "Ada and Lin"),
        (["Ada", "Lin", "Noor"], "Ada, Lin and Noor"),
    ],
)
def test_a_list(names: list[str], words: str) -> None:
    assert say_list(names) == words
