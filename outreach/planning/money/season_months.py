"""What a season was to cost and what was spent, month by month, as it is drawn and listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from outreach.amounts.money import Money, Total, total
from outreach.calendars.clock import say_list
from outreach.language import gettext as _
from outreach.planning.money.season_sums import SeasonMoney

STANDS = ("approved", "accepted", "spent", "settled")
"""States in which somebody said yes, and nobody withdrew."""


@dataclass(frozen=True, slots=True)
class MoneyMonth:
    """One month: what is planned for its events and journeys, and what was spent on them."""

    number: int
    planned: Total
    spent: Total

    @property
    def is_empty(self) -> bool:
        return not any(one.minor for side in (self.planned, self.spent) for one in side.moneys)


@dataclass(frozen=True)
class SeasonMonths:
    """The months of a season's money, and what they come to.

    A journey is in the month of its first day; what a trip shares is in those of its events.
    """

    money: SeasonMoney

    @cached_property
    def months(self) -> list[MoneyMonth]:
        """Return all twelve."""
        planned, spent = ([list[Money]() for _month in range(12)] for _side in range(2))
        for month, cost in self.money.standing:
            planned[month - 1] += cost.planned
            spent[month - 1] += cost.spent
        for row in self.money.rows:
            if row.state in STANDS:
                planned[row.month - 1] += row.at("approved")
                spent[row.month - 1] += row.at("spent")
        return [
            MoneyMonth(number, self._total(one), self._total(other))
            for number, (one, other) in enumerate(zip(planned, spent, strict=True), 1)
        ]

    @property
    def told(self) -> list[MoneyMonth]:
        """Return the months in which there is anything."""
        return [one for one in self.months if not one.is_empty]

    @property
    def planned(self) -> Total:
        return self._total(money for one in self.months for money in one.planned.moneys)

    @property
    def spent(self) -> Total:
        return self._total(money for one in self.months for money in one.spent.moneys)

    @property
    def most(self) -> Money:
        """Return what the highest month comes to."""
        sums = [side.sum for one in self.months for side in (one.planned, one.spent)]
        return max(sums, key=lambda money: money.minor)

    def say(self) -> str:
        """Say it in a line: "2024: 3,090 USD planned, 1,404 USD spent"."""
        named = {"planned": self.planned.sum.say(), "spent": self.spent.sum.say()}
        return _(
            "%(year)s: %(planned)s planned, %(spent)s spent", year=str(self.money.year), **named
        )

    def say_apart(self) -> str:
        """Name what is in no sum, for no rate leads there; "" where all is."""
        parts = []
        if self.planned.apart:
            sums = say_list(one.say() for one in self.planned.apart)
            parts.append(_("%(sums)s planned", sums=sums))
        if self.spent.apart:
            sums = say_list(one.say() for one in self.spent.apart)
            parts.append(_("%(sums)s spent", sums=sums))
        return _("In no sum, for want of a rate: %(sums)s.", sums=say_list(parts)) if parts else ""

    def _total(self, moneys: Iterable[Money]) -> Total:
        return total(moneys, self.money.currency)
