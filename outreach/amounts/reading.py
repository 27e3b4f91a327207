"""Reads amounts as people type them: "252.68 €", "US $1404.12", "1 234,50 EUR"."""

import re

from outreach.amounts.currencies import exponent, meant_by
from outreach.amounts.money import MOST_MINOR, Money
from outreach.language import gettext as _
from outreach.refusal import Refused

LONGEST = 60
_GAPS = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f"), " ")
_AMOUNT = re.compile(
    r"(?P<before>[^\d\s.,'’+-][^\d\s]*(?:\s+[^\d\s.,'’+-][^\d\s]*)?)?\s*"
    r"(?P<number>\d(?:[\d.,'’ ]*\d)?)(?:[.,][-–—]{1,2})?"
    r"\s*(?P<after>[^\d\s.,'’+-][^\d\s]*(?:\s+[^\d\s.,'’+-][^\d\s]*)?)?",
    re.ASCII,
)
_SIGN = re.compile(r"[A-Za-z]*[$€£¥₹₩₪₽₺₴₫฿₱₦]|[^\W\d_]+\.?")
_BELOW_ZERO = re.compile(r"\(.*\)|.*[-−–]\s*\d.*")
_IN_GROUPS = re.compile(r"[1-9]\d{0,2}(?:(?P<gap>[.,'’ ])\d{3})(?:(?P=gap)\d{3})*", re.ASCII)
_INDIAN = re.compile(r"[1-9]\d?(?:,\d\d)+,\d{3}", re.ASCII)
_PLAIN = re.compile(r"\d+", re.ASCII)


def read_amount(text: str, usual: str | None = None, *, is_spelled: bool = False) -> Money:
    """Read one amount; `usual` is the currency where none is written.

    Refuses what can be read in two ways, in a sentence. `is_spelled` where a form shows amounts
    with a point, so that "1.234 BHD" is no thousand there.
    """
    given = text.translate(_GAPS).strip()
    found = _AMOUNT.fullmatch(given) if len(given) <= LONGEST else None
    if found is None:
        raise Refused(_why_not(given))
    currency = meant_by([*_signs(found["before"]), *_signs(found["after"])], usual)
    if currency is None:
        raise Refused(_("Give the currency of “%(text)s”: write it like 250 EUR.", text=given))
    minor = _minor(found["number"], currency, is_spelled)
    if minor > MOST_MINOR:
        raise Refused(_("“%(text)s” is more than can be kept here.", text=given))
    return Money(minor, currency)


def amount_error(text: str, usual: str | None = None) -> str | None:
    """Say why what stands in a form is no amount; None where it is one."""
    try:
        read_amount(text, usual, is_spelled=True)
    except Refused as refusal:
        return refusal.sentence
    return None


def _why_not(given: str) -> str:
    if _BELOW_ZERO.fullmatch(given[:LONGEST]):
        return _("“%(text)s”: an amount is one number that is not below zero.", text=given[:40])
    return _("“%(text)s” is no amount: write it like 1,234.50 EUR.", text=given[:40])


def _signs(words: str | None) -> list[str]:
    """Cut what stands beside a number into signs: "US $" into two, "CAD" is one."""
    found: list[str] = []
    for word in (words or "").split():
        signs = _SIGN.findall(word)
        if "".join(signs) != word:
            raise Refused(_("“%(sign)s” is no currency that is known here.", sign=word[:20]))
        found += signs
    return found


def _minor(number: str, currency: str, is_spelled: bool) -> int:
    """Return how many of the smallest unit a number says, whatever its points and commas mean."""
    readings = {one for one in _readings(number, exponent(currency)) if one is not None}
    if len(readings) == 1:
        return readings.pop()
    if readings and is_spelled:
        return min(readings) if "." in number else max(readings)
    if readings:
        raise Refused(
            _(
                "“%(number)s” may be thousands or parts of one %(currency)s: write it without"
                " a sign between thousands.",
                number=number,
                currency=currency,
            )
        )
    raise Refused(
        _(
            "“%(number)s” is no amount of %(currency)s, which has %(digits)s digits behind"
            " the point.",
            number=number,
            currency=currency,
            digits=exponent(currency),
        )
    )


def _readings(number: str, digits: int) -> list[int | None]:
    """Return what a number may mean: all of it whole units, or the end of it parts of one."""
    whole = _whole(number)
    means = [None if whole is None else whole * 10**digits]
    head, mark, tail = _cut(number)
    units = _whole(head)
    is_apart = mark and mark not in head and 0 < len(tail) <= digits
    if is_apart and units is not None and _PLAIN.fullmatch(tail):
        means.append(units * 10**digits + int(tail.ljust(digits, "0")))
    return means


def _cut(number: str) -> tuple[str, str, str]:
    """Cut a number at its last point or comma."""
    place = max(number.rfind("."), number.rfind(","))
    return (number, "", "") if place < 0 else (number[:place], number[place], number[place + 1 :])


def _whole(number: str) -> int | None:
    """Read whole units, in groups of thousands or not; None where it is neither."""
    ways = (_PLAIN, _IN_GROUPS, _INDIAN)
    if not any(way.fullmatch(number) for way in ways):
        return None
    return int(re.sub(r"\D", "", number))
