"""The headings of a board, on the boundary of each."""

import pytest

from outreach.planning.ahead import by_ahead, say_ahead


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, "No day is known"),
        (-1, "Late"),
        (0, "Within a week"),
        (7, "Within a week"),
        (8, "Within a month"),
        (30, "Within a month"),
        (31, "Later"),
    ],
)
def test_a_heading_follows_from_the_days_that_are_left(days: int | None, said: str) -> None:
    assert say_ahead(days) == said


def test_lines_keep_their_order_and_one_heading_alone_is_none() -> None:
    assert by_ahead([-3, -1, 0, 9], lambda one: one) == [
        ("Late", [-3, -1]),
        ("Within a week", [0]),
        ("Within a month", [9]),
    ]
    assert by_ahead([40, 50], lambda one: one) == [("", [40, 50])]
    assert by_ahead([], lambda one: one) == []
