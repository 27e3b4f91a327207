"""Amounts, pure: exact in the smallest unit of their currency, and never converted by guess."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from outreach.amounts.currencies import exponent
from outreach.calendars.clock import say_decimal, say_full_date, say_list
from outreach.language import gettext as _

MOST_MINOR = 10**14
"""The most that one amount may be, so that sums of many still fit a database's number."""
WHOLE_DAY = 3
"""A day in thirds: a day of travel counts one, two or three of them."""


@dataclass(frozen=True, slots=True)
class Money:
    """So many of a currency's smallest units."""

    minor: int
    currency: str

    @classmethod
    def of_whole(cls, units: int, currency: str) -> "Money":
        """Return so many whole units: what is kept without cents."""
        return cls(units * 10 ** exponent(currency), currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other).minor

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError("two currencies are added by a rate")
        return other

    @property
    def amount(self) -> Decimal:
        """Return it in whole units, exactly."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    @property
    def figure(self) -> str:
        """Say it without its currency, with all digits: "1,500.00"."""
        return say_decimal(self.amount, exponent(self.currency))

    @property
    def typed(self) -> str:
        """Spell it as a form takes it, whatever the language: "1500.00 EUR"."""
        return f"{self.amount:f} {self.currency}"

    def say(self) -> str:
        """Say it in a sentence: "1,500 USD", "1,404.12 USD"."""
        if self.minor % 10 ** exponent(self.currency) == 0:
            return say_whole(self.amount, self.currency)
        return _("%(figure)s %(currency)s", figure=self.figure, currency=self.currency)


def say_whole(units: float | Decimal, currency: str) -> str:
    """Say an amount in whole units, as prices are told: "1,500 USD"."""
    figure = say_decimal(units, 0)
    return _("%(figure)s %(currency)s", figure=figure, currency=currency)


@dataclass(frozen=True, slots=True)
class Rate:
    """What one unit of a currency is in another, on a day."""

    base: str
    quote: str
    value: Decimal
    dated: date

    def say(self) -> str:
        """Say it: "1 EUR = 1.0842 USD on 21 January 2019"."""
        return _(
            "1 %(base)s = %(value)s %(quote)s on %(day)s",
            base=self.base,
            value=f"{self.value.normalize():f}",
            quote=self.quote,
            day=say_full_date(self.dated),
        )

    @property
    def typed(self) -> str:
        """Spell it as a table takes it: "1 EUR = 1.0842 USD on 2019-01-21"."""
        return f"1 {self.base} = {self.value:f} {self.quote} on {self.dated.isoformat()}"


def convert(money: Money, rate: Rate) -> Money:
    """Return what it is by a rate, half of the smallest unit rounded up."""
    if money.currency != rate.base:
        raise ValueError("a rate is for its own currency")
    shift = Fraction(10) ** (exponent(rate.quote) - exponent(rate.base))
    return Money(half_up(money.minor * Fraction(rate.value) * shift), rate.quote)


def half_up(exact: Fraction) -> int:
    """Round to a whole number, half up."""
    return (exact + Fraction(1, 2)).__floor__()


@dataclass(frozen=True, slots=True)
class Total:
    """A sum in one currency, and beside it what no rate leads there."""

    sum: Money
    apart: tuple[Money, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it is in the sum."""
        return not self.apart

    @property
    def moneys(self) -> tuple[Money, ...]:
        """Return all that it is made of, each in its currency."""
        return (self.sum, *self.apart)

    def say(self) -> str:
        """Say it: "1,404 USD", "1,404 USD and 252.68 EUR"."""
        parts = self.moneys if self.sum.minor or self.is_whole else self.apart
        return say_list([one.say() for one in parts])


def total(amounts: Iterable[Money], into: str, rates: Mapping[str, Rate] | None = None) -> Total:
    """Add amounts up in one currency; each is converted by the rate of its own, if there is one."""
    whole, apart = 0, dict[str, int]()
    for one in amounts:
        rate = (rates or {}).get(one.currency)
        if one.currency == into:
            whole += one.minor
        elif rate is not None and rate.quote == into:
            whole += convert(one, rate).minor
        else:
            apart[one.currency] = apart.get(one.currency, 0) + one.minor
    return Total(Money(whole, into), tuple(Money(apart[word], word) for word in sorted(apart)))


def share(money: Money, among: int) -> list[Money]:
    """Cut an amount into equal parts that add up to it; the first take what is left over."""
    return share_by(money, [1] * among)


def share_by(money: Money, parts: Sequence[int]) -> list[Money]:
    """Cut an amount by parts, above zero in sum, into shares that add up to it.

    The units that are left over go to the shares that were rounded down most, the first of equals.
    """
    whole = sum(parts)
    shares = [money.minor * part // whole for part in parts]
    lost = [money.minor * part % whole for part in parts]
    left = money.minor - sum(shares)
    for place in sorted(range(len(parts)), key=lambda place: -lost[place])[:left]:
        shares[place] += 1
    return [Money(minor, money.currency) for minor in shares]


def per_diem(rate: Money, whole_days: int, travel_days: int, thirds: int) -> Money:
    """Return the allowance for a journey; a day of travel counts so many thirds of a day.

    It is rounded once, at the end.
    """
    days = WHOLE_DAY * whole_days + thirds * travel_days
    return Money(half_up(Fraction(rate.minor * days, WHOLE_DAY)), rate.currency)
