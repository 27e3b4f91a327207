"""The picture of a season's money: a bar for each month, hollow as planned, filled as spent."""

from dataclasses import dataclass

from outreach.amounts.money import Money
from outreach.planning.money.season_months import SeasonMonths
from views.plan.year_ruler import MONTH_NAMES

SLOT, WIDTH, INSET = 100 / 12, 6.0, 1.6
"""Percent of the picture's width: a month, its hollow bar, and by what the filled one is less."""
HIGH, BASE = 76.0, 86.0
"""Percent of its height: the highest bar, and where all stand; names are below."""


@dataclass(frozen=True, slots=True)
class SumColumn:
    """One bar, in percent of the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class MonthBars:
    """A month of the picture: its name, where that stands, and its two bars."""

    name: str
    at: float
    planned: SumColumn | None
    spent: SumColumn | None


def draw_months(season: SeasonMonths) -> list[MonthBars]:
    """Draw the twelve months side by side, by one scale."""
    most = season.most.minor or 1

    def column(money: Money, at: float, width: float) -> SumColumn | None:
        height = round(HIGH * money.minor / most, 1)
        at = round(at - width / 2, 2)
        return SumColumn(at, round(BASE - height, 1), width, height) if money.minor else None

    found = []
    for month in season.months:
        at = round((month.number - 0.5) * SLOT, 2)
        planned = column(month.planned.sum, at, WIDTH)
        spent = column(month.spent.sum, at, round(WIDTH - 2 * INSET, 2))
        found.append(MonthBars(MONTH_NAMES[month.number], at, planned, spent))
    return found
