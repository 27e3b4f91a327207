"""Arithmetic of amounts: nothing is lost, nothing is made up, nothing is converted by guess."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from outreach.amounts.currencies import EXPONENTS, exponent
from outreach.amounts.money import (
    Money,
    Rate,
    Total,
    convert,
    half_up,
    per_diem,
    share,
    total,
)
from outreach.amounts.reading import read_amount
from tests.sampling import SEED

DAY = date(2024, 7, 1)


def rate(base: str, quote: str, value: str) -> Rate:
    return Rate(base, quote, Decimal(value), DAY)


def exact(money: Money) -> Fraction:
    return Fraction(money.minor, 10 ** exponent(money.currency))


def test_a_thousand_random_lines_add_up_to_the_smallest_unit() -> None:
    """Written as people do, read again, added, converted and shared, against plain fractions."""
    drawn = Random(SEED)
    codes = ["USD", "EUR", "JPY", "BHD", "CAD"]
    rates = {
        code: rate(code, "USD", f"0.{drawn.randrange(1, 10**7):07}")
        for code in ("EUR", "JPY", "BHD")
    }
    lines = []
    for _line in range(1000):
        money = Money(drawn.randrange(10 ** drawn.randrange(1, 10)), drawn.choice(codes))
        text = money.figure
        if money.currency == "EUR":
            text = text.translate(str.maketrans(",.", ".,"))
        lines.append(read_amount(f"{text} {money.currency}", is_spelled=money.currency == "BHD"))
        assert lines[-1] == money
    found = total(lines, "USD", rates)
    assert [one.currency for one in found.apart] == ["CAD"]
    assert exact(found.apart[0]) == sum(exact(one) for one in lines if one.currency == "CAD")
    by_hand = 0
    for one in lines:
        if one.currency == "USD":
            by_hand += one.minor
        elif one.currency != "CAD":
            cents = exact(one) * Fraction(rates[one.currency].value) * 100
            by_hand += int(cents * 2 + 1) // 2
    assert found.sum == Money(by_hand, "USD")
    for one in lines:
        parts = share(one, drawn.randrange(1, 9))
        assert sum(part.minor for part in parts) == one.minor
        assert max(part.minor for part in parts) - min(part.minor for part in parts) <= 1
    halves = [total(lines[:400], "USD", rates), total(lines[400:], "USD", rates)]
    assert total([one for half in halves for one in half.moneys], "USD") == found


@pytest.mark.parametrize(
    ("minor", "base", "quote", "value", "becomes"),
    [
        (25268, "EUR", "USD", "1.1420", 28856),
        (100, "USD", "JPY", "156.5", 157),
        (156, "JPY", "USD", "0.0064", 100),
        (1000, "BHD", "USD", "2.65", 265),
        (1, "USD", "EUR", "0.5", 1),
        (1, "USD", "EUR", "0.4999", 0),
        (3, "USD", "EUR", "0.5", 2),
    ],
)
def test_converting(minor: int, base: str, quote: str, value: str, becomes: int) -> None:
    assert convert(Money(minor, base), rate(base, quote, value)) == Money(becomes, quote)


def test_nothing_is_converted_by_a_rate_for_something_else() -> None:
    euro = Money(100, "EUR")
    assert total([euro], "USD", {"EUR": rate("EUR", "CAD", "1.5")}) == Total(
        Money(0, "USD"), (euro,)
    )
    with pytest.raises(ValueError, match="own currency"):
        convert(euro, rate("USD", "EUR", "0.9"))
    for wrong in (lambda: euro + Money(1, "USD"), lambda: euro - Money(1, "USD"),
                  lambda: euro > Money(1, "USD")):  # fmt: skip
        with pytest.raises(ValueError, match="two currencies"):
            wrong()


@pytest.mark.parametrize(
    ("whole", "travel", "thirds", "becomes"),
    [
        (0, 0, 3, 0),
        (4, 0, 1, 20000),
        (4, 2, 3, 30000),
        (4, 2, 2, 26667),
        (4, 2, 1, 23333),
        (0, 1, 1, 1667),
        (0, 1, 2, 3333),
    ],
)
def test_a_day_of_travel_counts_a_third_two_or_one(
    whole: int, travel: int, thirds: int, becomes: int
) -> None:
    """50 dollars a day, rounded once; 233.333 is 233.33 and 266.666 is 266.67."""
    assert per_diem(Money(5000, "USD"), whole, travel, thirds) == Money(becomes, "USD")


@pytest.mark.parametrize(
    ("number", "becomes"), [("1/2", 1), ("49/100", 0), ("3/2", 2), ("5/2", 3), ("7", 7)]
)
def test_a_half_goes_up(number: str, becomes: int) -> None:
    assert half_up(Fraction(number)) == becomes


@pytest.mark.parametrize(
    ("money", "said", "figure"),
    [
        (Money(150000, "USD"), "1,500 USD", "1,500.00"),
        (Money(140412, "USD"), "1,404.12 USD", "1,404.12"),
        (Money(1234, "JPY"), "1,234 JPY", "1,234"),
        (Money(1500, "BHD"), "1.500 BHD", "1.500"),
        (Money.of_whole(7, "BHD"), "7 BHD", "7.000"),
        (Money(-50, "EUR"), "-0.50 EUR", "-0.50"),
        (Money(10**14, "USD"), "1,000,000,000,000 USD", "1,000,000,000,000.00"),
    ],
)
def test_saying(money: Money, said: str, figure: str) -> None:
    assert (money.say(), money.figure) == (said, figure)


def test_saying_sums_and_rates() -> None:
    dollars, euros = Money(140400, "USD"), Money(25268, "EUR")
    assert total([dollars, euros], "USD").say() == "1,404 USD and 252.68 EUR"
    assert total([euros], "USD").say() == "252.68 EUR"
    assert total([], "USD").say() == "0 USD"
    assert rate("EUR", "USD", "1.0840").say() == "1 EUR = 1.084 USD on 1 July 2024"


def test_every_currency_has_three_letters_and_a_division() -> None:
    assert all(code.isalpha() and code.isupper() and len(code) == 3 for code in EXPONENTS)
    assert set(EXPONENTS.values()) == {0, 2, 3}
    some = {"USD": 2, "EUR": 2, "JPY": 0, "ISK": 0, "HUF": 2, "BHD": 3, "TND": 3, "CLP": 0}
    assert {code: exponent(code) for code in some} == some
