"""Shared costs: every unit of an amount falls to one event, whatever the parts."""

from random import Random

import pytest

from outreach.amounts.money import Money, share, share_by
from outreach.costs.shared import split
from tests.sampling import SEED, times


def usd(*minor: int) -> list[Money]:
    return [Money(one, "USD") for one in minor]


@pytest.mark.parametrize(
    ("minor", "parts", "shares"),
    [
        (100, [1, 1], (50, 50)),
        (101, [1, 1], (51, 50)),
        (100, [1, 1, 1], (34, 33, 33)),
        (100, [2, 1], (67, 33)),
        (100, [1, 2], (33, 67)),
        (1, [1, 999], (0, 1)),
        (7, [0, 3], (0, 7)),
        (0, [1, 4], (0, 0)),
        (65500, [1, 4], (13100, 52400)),
    ],
)
def test_an_amount_is_cut_by_parts(minor: int, parts: list[int], shares: tuple[int, ...]) -> None:
    assert share_by(Money(minor, "USD"), parts) == usd(*shares)


def test_nothing_is_lost_or_made() -> None:
    """Random amounts and parts: the shares add up, and none is off by a whole unit."""
    random = Random(SEED)
    for _ in range(times(500, 20_000)):
        minor = random.choice((random.randrange(100), random.randrange(10**14)))
        parts = [random.randrange(1001) for _ in range(random.randrange(1, 12))]
        parts[random.randrange(len(parts))] += 1
        shares = share_by(Money(minor, "JPY"), parts)
        assert sum(one.minor for one in shares) == minor
        for one, part in zip(shares, parts, strict=True):
            assert abs(one.minor * sum(parts) - minor * part) < sum(parts)
        assert share_by(Money(minor, "JPY"), [1] * len(parts)) == share(
            Money(minor, "JPY"), len(parts)
        )


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ({}, {3: 50, 5: 50}),
        ({3: 1, 5: 4}, {3: 20, 5: 80}),
        ({5: 4}, {3: 0, 5: 100}),
        ({9: 4}, {3: 50, 5: 50}),
    ],
)
def test_events_without_parts_bear_nothing_and_without_any_all_alike(
    parts: dict[int, int], found: dict[int, int]
) -> None:
    shares = split(Money(100, "USD"), [3, 5], parts)
    assert {event: money.minor for event, money in shares.items()} == found
    assert split(Money(100, "USD"), [], parts) == {}
