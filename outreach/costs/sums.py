"""What a request adds up to, step by step: only lines that the foundation bears are counted."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Protocol

from models import MoneyLine, MoneyRate, MoneyRequest
from outreach.amounts.money import Money, Rate, Total, convert, total
from outreach.language import N_
from outreach.language import gettext as _
from outreach.refusal import Refused

OURS = ("traveller", "foundation")
"""Payers whose lines the foundation bears."""
PAYER_WORDS = {
    "traveller": N_("the traveller, who gets it back"),
    "foundation": N_("the foundation"),
    "employer": N_("an employer"),
    "organiser": N_("the organiser"),
}
HELD_BY = {"approved": "approved", "accepted": "approved", "spent": "spent",
            "settled": "authorised"}  # fmt: skip
"""Which step tells what a request costs, by its state; wanted and withdrawn cost nothing."""


class Summed(Protocol):
    """A request, or what is read of one to add it up."""

    @property
    def currency(self) -> str: ...
    @property
    def lines(self) -> Sequence[Any]: ...
    @property
    def rates(self) -> Sequence[MoneyRate]: ...


def amount_of(line: Any, step: str) -> Money | None:
    """Return what is known of a line at a step."""
    minor, currency = getattr(line, step), getattr(line, f"{step}_in")
    return None if minor is None else Money(minor, currency)


def put_amount(line: MoneyLine, step: str, money: Money | None) -> None:
    """Set what is known of a line at a step."""
    setattr(line, step, money.minor if money else None)
    setattr(line, f"{step}_in", money.currency if money else None)


def said_of(line: MoneyLine) -> str:
    """Say what a line is for."""
    return _("Per-diem") if line.is_per_diem else line.what


def rate_of(request: Summed, row: MoneyRate) -> Rate:
    """Return a rate as arithmetic takes it."""
    return Rate(row.currency, request.currency, Decimal(row.value), row.dated)


def rates_of(request: Summed) -> dict[str, Rate]:
    """Return the rates of a request by their currency."""
    return {row.currency: rate_of(request, row) for row in request.rates}


def sum_at(request: Summed, step: str, payers: Sequence[str] = OURS) -> Total:
    """Return what the lines come to at a step; what is not known is not in it."""
    amounts = (amount_of(line, step) for line in request.lines if line.payer in payers)
    return total((one for one in amounts if one), request.currency, rates_of(request))


def held_by(request: MoneyRequest) -> Total:
    """Return what a request costs the foundation as it stands."""
    step = HELD_BY.get(request.state)
    return sum_at(request, step) if step else Total(Money(0, request.currency))


def wanted_by(request: MoneyRequest) -> Total:
    """Return what a request would cost that nobody has answered."""
    is_wanted = request.state == "wanted"
    return sum_at(request, "estimated") if is_wanted else Total(Money(0, request.currency))


def left_to_pay(request: MoneyRequest) -> Money:
    """Return what the traveller gets, below zero what they give back."""
    advance = Money(request.advance or 0, request.currency)
    return sum_at(request, "authorised", ("traveller",)).sum - advance


def refuse_too_much(
    request: MoneyRequest, line: MoneyLine, step: str, money: Money, field: str | None = None
) -> None:
    """Refuse an amount that the step before does not bear: more approved than asked, more paid
    than spent.

    Two currencies are held against each other by the rates of the request, never without.
    """
    before = amount_of(line, {"approved": "estimated", "authorised": "spent"}[step])
    if before is None:
        raise Refused(_("“%(what)s” has no amount to go by yet.", what=said_of(line)), field)
    both = _in_one(request, money, before)
    if both is None:
        raise Refused(
            _(
                "%(new)s and %(old)s are two currencies: give their rate and its day first.",
                new=money.say(),
                old=before.say(),
            ),
            field,
        )
    if both[0] > both[1]:
        raise Refused(_say_too_much(step, money, before), field)


def _say_too_much(step: str, money: Money, before: Money) -> str:
    if step == "approved":
        return _(
            "%(new)s is more than the %(old)s that was asked for.",
            new=money.say(),
            old=before.say(),
        )
    return _("%(new)s is more than the %(old)s that was spent.", new=money.say(), old=before.say())


def _in_one(request: MoneyRequest, one: Money, other: Money) -> tuple[Money, Money] | None:
    """Return both in one currency; None where no rate leads there."""
    if one.currency == other.currency:
        return one, other
    rates = rates_of(request)
    found = []
    for money in (one, other):
        if money.currency == request.currency:
            found.append(money)
        elif money.currency in rates:
            found.append(convert(money, rates[money.currency]))
    return (found[0], found[1]) if len(found) == 2 else None
