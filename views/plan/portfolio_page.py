"""What the page of a portfolio shows: the plan as sums that reach for their caps, and its proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

from models import Portfolio
from outreach.calendars.clock import say_count, say_figure, say_list, say_number, say_share
from outreach.language import ngettext
from outreach.planning.portfolio.load_season import SeasonAhead
from outreach.planning.portfolio.problem import PlanFigures
from outreach.planning.portfolio.propose import STEP, read_figures
from outreach.planning.portfolio.sought import read_sought

LEVELS = {
    "reached": "how many segments can be reached",
    "well": "how well they can be met",
    "money": "how little that can cost",
    "people_days": "how few days it can take",
}
CAP_AT = 80.0
"""Where on a line the cap stands, in percent; beyond it is room for what is out."""
TURN = 50.0
"""From where on a bar's words stand left of it."""
STEPS_WIDE, STEPS_HIGH, STEPS_LEFT, ABOVE = 360, 120, 30, 12


@dataclass(frozen=True, slots=True)
class SumBar:
    """A stretch of a sum: where it begins and how long it is, in percent, and its words."""

    at: float
    width: float
    words: str

    @property
    def is_left(self) -> bool:
        """Tell whether the words stand before it."""
        return self.at + self.width > TURN

    @property
    def text_at(self) -> float:
        return self.at if self.is_left else self.at + self.width


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    """An event of the season with what the plan says of it."""

    row: Any
    is_in: bool
    is_must: bool
    why: str
    without: str
    money: SumBar
    days: SumBar

    @property
    def can_be_proposed(self) -> bool:
        return self.is_in and self.row.state is None


@dataclass(frozen=True, slots=True)
class StepPoint:
    """A cap on money that was looked at."""

    x: float
    y: float
    reached: int
    is_ours: bool

    @property
    def above(self) -> float:
        """Return where the words above it stand."""
        return self.y - ABOVE


class PortfolioPage:
    """A portfolio beside the season as it is."""

    def __init__(self, season: SeasonAhead, portfolio: Portfolio | None, currency: str) -> None:
        self.season, self.portfolio, self.currency = season, portfolio, currency
        self.found: Mapping[str, Any] = portfolio.found if portfolio else {}
        self.limits = read_sought(portfolio.limits).limits if portfolio else None

    @property
    def is_open(self) -> bool:
        return self.portfolio is not None and self.portfolio.is_open

    @property
    def has_plan(self) -> bool:
        return "figures" in self.found

    @property
    def figures(self) -> PlanFigures:
        return read_figures(dict(self.found))

    @property
    def hindrance(self) -> str:
        """Say why there is no plan where the search is over."""
        if self.portfolio is None or self.is_open or self.has_plan:
            return ""
        if self.portfolio.state == "failed":
            return "The search broke off by an error. Ask again."
        if self.portfolio.state == "cancelled":
            return "The search was ended before it found a plan."
        return str(self.found.get("hindrance") or "No plan was found in time.")

    @property
    def headline(self) -> str:
        if not self.has_plan:
            if self.is_open:
                return "The best set of events is being sought."
            return (
                "No set of events keeps these limits."
                if self.hindrance
                else ("Which events make the best season?")
            )
        told, limits = self.figures, self.limits
        assert limits is not None  # noqa: S101 - there is a plan
        money = _of(told.money, limits.money)
        days = _of(told.people_days, limits.people_days)
        events = say_count("%(Number)s event", "%(Number)s events", len(self.found["chosen"]))
        verb = "reaches" if len(self.found["chosen"]) == 1 else "reach"
        return (
            f"{events} for {money} {self.currency} and {days} people-days {verb}"
            f" {say_number(told.reached)} of {say_number(self.sought_count)} segments."
        )

    @property
    def sought_count(self) -> int:
        return len(self._sought_segments)

    @cached_property
    def _sought_segments(self) -> list[int]:
        assert self.portfolio is not None  # noqa: S101 - there is a plan
        stored = read_sought(self.portfolio.limits).segments
        return [one for one in self.season.segments if one in stored]

    @property
    def missed(self) -> list[str]:
        """Return the segments that the plan does not reach."""
        reached = set(self.found["reached"])
        return [self.season.segments[one] for one in self._sought_segments if one not in reached]

    @property
    def say_missed(self) -> str:
        missed = self.missed
        if not missed:
            return "Every segment is reached."
        verb = "is" if len(missed) == 1 else "are"
        return f"Not reached {verb} {say_list(missed)}."

    @property
    def stage(self) -> str:
        """Say how far the search is."""
        progress = self.portfolio.progress if self.portfolio else {}
        if progress.get("stage") == "why":
            return "Working out what each must costs and what more money buys"
        if "level" in progress:
            return f"Proving {LEVELS[progress['level']]}"
        return "The search begins soon"

    @property
    def is_proven(self) -> bool:
        return all(one["is_proven"] for one in self.found["levels"])

    @property
    def proof(self) -> str:
        """Say what was proven, or how far from the best it is at most."""
        if self.is_proven:
            return (
                "No set within the limits reaches more segments. None that reaches as many meets"
                " them better, and none as good costs less."
            )
        return " ".join(_say_gap(one, self.currency) for one in self.found["levels"]
                        if not one["is_proven"])  # fmt: skip

    @cached_property
    def lines(self) -> list[PortfolioLine]:
        """Return every event that was looked at and is still there, by time."""
        rows = {row.id: row for row in self.season.rows}
        stored = [one for one in self.found["lines"] if one["event"] in rows]
        whole = self._whole("money"), self._whole("people_days")
        sums, found = [0, 0], []
        for one in stored:
            bars = []
            for place, name in enumerate(("money", "people_days")):
                at = sums[place] if one["is_in"] else getattr(self.figures, name)
                words = say_figure(one[name]) if name == "money" else _days(one[name])
                bars.append(_bar(at, one[name], whole[place], words))
                sums[place] += one[name] if one["is_in"] else 0
            found.append(self._line(rows[one["event"]], one, *bars))
        return found

    def cells(self) -> list[tuple[object, ...]]:
        """Return the same events for a spreadsheet."""
        rows = {row.id: row for row in self.season.rows}
        return [
            (
                *(row.name, row.starts_on, row.ends_on, row.city, one["is_in"]),
                *(row.id in self.found["musts"], one["money"], one["people_days"], one["why"]),
            )
            for one in self.found["lines"]
            if (row := rows.get(one["event"]))
        ]

    def _line(self, row: Any, one: Mapping[str, Any], money: SumBar, days: SumBar) -> PortfolioLine:
        return PortfolioLine(
            row,
            one["is_in"],
            row.id in self.found["musts"],
            one["why"],
            self.found.get("without", {}).get(str(row.id), ""),
            money,
            days,
        )

    def _whole(self, name: str) -> float:
        """Return what the whole width of a line stands for."""
        assert self.limits is not None  # noqa: S101 - there is a plan
        return (getattr(self.limits, name) or getattr(self.figures, name) or 1) * 100 / CAP_AT

    @property
    def changed(self) -> int:
        """Return how many of its events are called off, removed or over meanwhile."""
        return len(self.found["lines"]) - len(self.lines)

    @property
    def say_changed(self) -> str:
        return say_count(
            "%(Number)s of its events is not ahead any more. Work it out again.",
            "%(Number)s of its events are not ahead any more. Work it out again.",
            self.changed,
        )

    @property
    def say_sums(self) -> str:
        out = len(self.lines) - sum(line.is_in for line in self.lines)
        into = say_count("%(Number)s in", "%(Number)s in", len(self.found["chosen"]))
        return f"{into}, {say_number(out)} out"

    @property
    def money_left(self) -> str:
        left = (
            None
            if self.limits is None or self.limits.money is None
            else (self.limits.money - self.figures.money)
        )
        return "" if left is None else f"{say_figure(left)} {self.currency} left"

    @property
    def days_left(self) -> str:
        if self.limits is None or self.limits.people_days is None:
            return ""
        return f"{_days(self.limits.people_days - self.figures.people_days)} left"

    @property
    def can_propose(self) -> bool:
        return any(line.can_be_proposed for line in self.lines)

    @cached_property
    def buys(self) -> list[dict[str, Any]]:
        """Return what other caps on money come to, this plan among them, by money."""
        assert self.limits is not None  # noqa: S101 - there is a plan
        if self.limits.money is None:
            return []
        ours = {"money": self.limits.money, "figures": self.figures._asdict(), "sentence": ""}
        found = [one | {"is_ours": False} for one in self.found.get("buys", [])]
        return sorted([*found, ours | {"is_ours": True}], key=lambda one: int(one["money"]))

    @property
    def has_bought(self) -> bool:
        """Tell whether any other cap was looked at."""
        return len(self.buys) > 1

    @property
    def next_event(self) -> str:
        """Say what a little more money buys; "" where nobody knows."""
        assert self.limits is not None  # noqa: S101 - there is a plan
        more = f"{say_figure(STEP)} {self.currency} more"
        for one in self.buys:
            if one["money"] == (self.limits.money or 0) + STEP:
                bought = one["sentence"]
                return f"{more} buys nothing." if bought == SAME else f"{more}: {bought}"
        return ""

    @property
    def steps(self) -> list[StepPoint]:
        """Return the caps that were looked at as places of a picture."""
        first, last = self.buys[0]["money"], self.buys[-1]["money"]
        wide = STEPS_WIDE / ((last - first) or 1)
        least = min(one["figures"]["reached"] for one in self.buys)
        most = max(one["figures"]["reached"] for one in self.buys)
        high = (STEPS_HIGH - 40) / ((most - least) or 1)
        return [
            StepPoint(
                round(STEPS_LEFT + (one["money"] - first) * wide, 1),
                round(STEPS_HIGH - 10 - (one["figures"]["reached"] - least) * high, 1),
                one["figures"]["reached"],
                one["is_ours"],
            )
            for one in self.buys
        ]

    @property
    def step_path(self) -> str:
        """Return the steps through those places."""
        first, *others = self.steps
        return f"M{first.x} {first.y}" + "".join(f"H{one.x}V{one.y}" for one in others)

    def say_reached(self, one: Mapping[str, Any]) -> str:
        return say_count("%(number)s segment", "%(number)s segments", one["figures"]["reached"])


SAME = "The same events."


def _of(count: int, most: int | None) -> str:
    return say_figure(count) if most is None else f"{say_figure(count)} of {say_figure(most)}"


def _days(count: int) -> str:
    return ngettext("%(figure)s day", "%(figure)s days", count, figure=say_figure(count))


def _bar(at: int, length: int, whole: float, words: str) -> SumBar:
    start = min(at / whole * 100, 100.0)
    return SumBar(round(start, 2), round(min(length / whole * 100, 100 - start), 2), words)


def _say_gap(level: Mapping[str, Any], currency: str) -> str:
    """Name how far from the best a figure may be."""
    value, bound = level["value"], level["bound"]
    match level["name"]:
        case "reached":
            return f"At most {say_number(int(-bound))} segments can be reached."
        case "well":
            share = say_share(ceil(100 * (value - bound) / (abs(value) or 1)) / 100)
            return f"They can be met at most {share} better."
        case "money":
            return f"It costs at least {say_figure(int(bound))} {currency}."
        case _:
            return f"It takes at least {_days(int(bound))}."
