"""Amounts as people type them: read exactly, or refused in a sentence."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.amounts.currencies import EXPONENTS, read_currency
from outreach.amounts.money import MOST_MINOR, Money
from outreach.amounts.reading import read_amount
from outreach.refusal import Refused

READ = [
    ("252.68 €", None, 25268, "EUR"),
    ("250€", None, 25000, "EUR"),
    ("€320.57", None, 32057, "EUR"),
    ("US $1404.12", None, 140412, "USD"),
    ("US$ 1203.00", None, 120300, "USD"),
    ("$1185 USD", None, 118500, "USD"),
    ("$577.53 CAD", None, 57753, "CAD"),
    ("CAD 1649.39", None, 164939, "CAD"),
    ("1,204.27 USD", None, 120427, "USD"),
    ("1.133,32 USD", None, 113332, "USD"),
    ("1 234,50 EUR", None, 123450, "EUR"),
    ("1\u202f234,50\u00a0EUR", None, 123450, "EUR"),
    ("1'234.50 CHF", None, 123450, "CHF"),
    ("1.234.567,89 €", None, 123456789, "EUR"),
    ("₹1,00,000", None, 10000000, "INR"),
    ("£45.74", None, 4574, "GBP"),
    ("50,- EUR", None, 5000, "EUR"),
    ("12,5 eur", None, 1250, "EUR"),
    ("0 EUR", None, 0, "EUR"),
    ("$1,594", "USD", 159400, "USD"),
    ("518.79", "USD", 51879, "USD"),
    ("100 kr", "SEK", 10000, "SEK"),
    ("¥1,234", "JPY", 1234, "JPY"),
    ("0,500 BHD", None, 500, "BHD"),
    ("1,234.500 KWD", None, 1234500, "KWD"),
    ("1.5 BHD", None, 1500, "BHD"),
    ("1.594 EUR", None, 159400, "EUR"),
]


@pytest.mark.parametrize(("text", "usual", "minor", "currency"), READ)
def test_what_is_read(text: str, usual: str | None, minor: int, currency: str) -> None:
    assert read_amount(text, usual) == Money(minor, currency)


REFUSED = [
    ("", None, "is no amount"),
    ("Withdrawn", "USD", "is no amount"),
    ("518.79", None, "Give the currency"),
    ("$476.72", None, "may be USD or another"),
    ("$476.72", "EUR", "may be USD or another"),
    ("kr 100", None, "may be SEK or another"),
    ("€5 USD", "USD", "names two currencies"),
    ("5 quid", "GBP", "no currency that is known"),
    ("about 5 EUR", None, "no currency that is known"),
    ("1,234 BHD", None, "may be thousands or parts"),
    ("12.34 JPY", None, "0 digits behind the point"),
    ("0.594 EUR", None, "2 digits behind the point"),
    ("12,34,5 EUR", None, "2 digits behind the point"),
    ("1  234 EUR", None, "2 digits behind the point"),
    ("-5 EUR", None, "not below zero"),
    ("500-600 EUR", None, "not below zero"),
    ("5 EUR 6", None, "is no amount"),
    ("1e5 EUR", None, "is no amount"),
    ("\u0663 EUR", None, "is no amount"),
    ("nan EUR", None, "is no amount"),
    ("9" * 30 + " EUR", None, "more than can be kept"),
    ("9" * 99, "EUR", "is no amount"),
]


@pytest.mark.parametrize(("text", "usual", "sentence"), REFUSED)
def test_what_is_refused(text: str, usual: str | None, sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)):
        read_amount(text, usual)


@given(st.text(max_size=70), st.sampled_from([None, "USD", "JPY", "BHD"]))
def test_any_text_is_an_amount_or_refused(text: str, usual: str | None) -> None:
    try:
        assert 0 <= read_amount(text, usual).minor <= MOST_MINOR
    except Refused as refusal:
        assert refusal.sentence.endswith(".")


@given(st.integers(0, MOST_MINOR), st.sampled_from(sorted(EXPONENTS)))
def test_what_a_form_shows_it_takes(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert read_amount(money.typed, is_spelled=True) == money


def test_three_digits_behind_a_sign_are_settled_by_what_the_form_shows() -> None:
    assert Money(1234, "BHD").typed == "1.234 BHD"
    assert read_amount("1.234 BHD", is_spelled=True) == Money(1234, "BHD")
    assert read_amount("1,234 BHD", is_spelled=True) == Money(1234000, "BHD")


@pytest.mark.parametrize("text", ["", "EU", "EURO", "XXX", "eurs"])
def test_no_currency(text: str) -> None:
    with pytest.raises(Refused, match="is no currency"):
        read_currency(text)
    assert read_currency(" eur ") == "EUR"
