"""Dates are read in the forms people type, and nothing is guessed where nobody can tell."""

from datetime import date

import pytest

from outreach.catalog.reading.dates import (
    NoDate,
    Span,
    read_day,
    read_day_near,
    read_span,
    settle_order,
)

FIRST, LAST = date(2024, 7, 28), date(2024, 8, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2024-07-28",
        "2024/7/28",
        "20240728",
        "2024-07-28T09:00:00Z",
        "2024-07-28 09:00",
        "28.07.2024",
        "28.7.24",
        "28/07/2024",
        "07/28/2024",
        "28-07-2024",
        "28 Jul 2024",
        "28. July 2024",
        "Sun, 28th July 2024",
        "July 28, 2024",
        "Jul 28 '24",
        "٢٠٢٤-٠٧-٢٨",
        "28-Jul-24",
        "28/Jul/2024",
        "2024-Jul-28",
        "2024-07-28 (Sun)",
        "Sunday, July 28, 2024 at 9:00 AM",
        "July 28 2024, 10:00-17:00",
        "28 July 2024 10:00 - 17:00",
        "Sun, 28 Jul 2024 00:00:00 GMT",
        "July 28, 2024 at 11:59 PM PST",
        "2024-07-28 23:59 AoE",
        "28 July 2024 (TBC)",
        "So, 28. Juli 2024",
        "dimanche 28 juillet 2024",
        "domingo, 28 de julio de 2024",
        "28 de julho de 2024",
        "45501",
    ],
)
def test_a_day(text: str) -> None:
    assert read_day(text) == FIRST


@pytest.mark.parametrize(
    "text",
    [
        "July 28–August 1, 2024",
        "28 Jul - 1 Aug 2024",
        "28 Jul 2024 — 1 Aug 2024",
        "Sun 28 Jul to Thu 1 Aug 2024",
        "28.07.-01.08.2024",
        "28.07.2024 - 01.08.2024",
        "2024-07-28 to 2024-08-01",
        "2024-07-28/2024-08-01",
        "28 July 2024 bis 1 August 2024",
        "from 28 July to 1 August, 2024",
        "vom 28. Juli bis 1. August 2024",
        "du 28 juillet au 1er août 2024",
        "del 28 de julio al 1 de agosto de 2024",
    ],
)
def test_a_span_of_days(text: str) -> None:
    assert read_span(text) == Span(FIRST, LAST)


@pytest.mark.parametrize("text", ["28–30 Jul 2024", "July 28-30, 2024", "28.-30.07.2024"])
def test_a_span_within_one_month_names_it_once(text: str) -> None:
    assert read_span(text) == Span(FIRST, date(2024, 7, 30))


@pytest.mark.parametrize(
    "text",
    [
        "30 & 31 July 2024",
        "Jul 30 and 31, 2024",
        "30 July 2024 and 31 July 2024",
        "30. und 31. Juli 2024",
        "30 et 31 juillet 2024",
        "30 y 31 de julio de 2024",
    ],
)
def test_two_days_that_follow_each_other_are_a_span(text: str) -> None:
    assert read_span(text) == Span(date(2024, 7, 30), date(2024, 7, 31))


def test_a_year_that_is_known_stands_in_where_none_is_written() -> None:
    assert read_span("30 July - 1 Aug", year=2024) == Span(date(2024, 7, 30), date(2024, 8, 1))
    assert read_span("30 July 2023", year=2024).first == date(2023, 7, 30)
    assert read_span("28 Dec – 2 Jan", year=2024) == Span(date(2024, 12, 28), date(2025, 1, 2))


def test_a_span_over_new_year_names_the_later_year() -> None:
    assert read_span("28 Dec – 2 Jan 2025") == Span(date(2024, 12, 28), date(2025, 1, 2))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("soon", "is no date"),
        ("", "has no day"),
        ("July 2024", "has no day"),
        ("28 July", "has no year"),
        ("31.02.2024", "no day of the calendar"),
        ("32 July 2024", "no day of the calendar"),
        ("1 Aug - 28 Jul 2024", "ends before it starts"),
        ("28 July 1024", "in the year 1024"),
        ("03/04/2024", "two ways"),
        ("28 July and 2 August 2024", "two days apart"),
        ("Monday 28 July 2024", "is a Sunday: the weekday or the date"),
        ("Nov 10, 11", "is no date"),
        ("TBD", "is no date"),
        ("15000", "is no date"),
        ("1 2 3 4 5", "is no date"),
        ("1-2-3-4", "is no date"),
        ("²/3/2024", "is no date"),
        ("9" * 5000, "is no date"),
    ],
)
def test_what_is_no_date_is_told_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(NoDate, match=says) as refused:
        read_span(text)
    assert len(str(refused.value)) < 120


def test_a_day_is_not_a_span() -> None:
    with pytest.raises(NoDate, match="more than one day"):
        read_day("28–30 Jul 2024")


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["28/07/2024", "03/04/2024"], "day"),
        (["03/04/2024", "07/28/2024"], "month"),
        (["03/04/2024 - 13/04/2024"], "day"),
        (["03/04/2024", "05/06/2024"], "ask"),
        (["28/07/2024", "07/28/2024", "01/02/2024"], "ask"),
        (["04/04/2024"], None),
        (["03.04.2024", "2024-04-03", "3 April 2024", "soon"], None),
    ],
)
def test_the_order_of_day_and_month_is_settled_over_the_whole_column(
    column: list[str], order: str | None
) -> None:
    assert settle_order(column) == order


def test_a_settled_order_is_followed() -> None:
    assert read_day("03/04/2024", "day") == date(2024, 4, 3)
    assert read_day("03/04/2024", "month") == date(2024, 3, 4)


def test_the_same_number_twice_needs_no_order() -> None:
    assert read_day("04/04/2024") == date(2024, 4, 4)


@pytest.mark.parametrize(
    ("text", "near", "day"),
    [
        ("27 July", date(2024, 7, 28), date(2024, 7, 27)),
        ("27 July 2023", date(2024, 7, 28), date(2023, 7, 27)),
        ("30 Dec", date(2025, 1, 4), date(2024, 12, 30)),
        ("2 Jan", date(2024, 12, 28), date(2025, 1, 2)),
        ("29 Feb", date(2025, 1, 20), date(2024, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_nearest_one(text: str, near: date, day: date) -> None:
    assert read_day_near(text, near) == day


@pytest.mark.parametrize("text", ["soon", "July", "30 Feb", "31 April"])
def test_what_is_no_day_in_any_year_is_none(text: str) -> None:
    with pytest.raises(NoDate):
        read_day_near(text, date(2024, 7, 28))
