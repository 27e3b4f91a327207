"""The arithmetic of the year's line: days become places on a ruler of 366 units."""

from calendar import month_abbr
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from outreach.matching.engine.terms import Reason
from outreach.planning.fit.why import MOST_NAMED

UNITS = 366
MONTH_NAMES = tuple(month_abbr)
LETTER = 0.95
"""Percent of the line that a letter of a name takes, at the width that shows the line."""
STATE, CHIP, MORE = 11, 8, 11
"""Percent that the state, the T-chip and what is said after them take beside a bar."""
TODAY_HIDES = 6
"""Percent around today's chip in which a month's name would collide with it."""
LEAST_WIDTH, BAND, BRACE = 1.4, 0.9, 20
"""An event's least width and half of today's, in units; percent that the words of a brace take."""
WORDS_LEFT = 30
"""Percent of a score's line left of which words have no room."""
FIRST_DOT, DOT = 871, 28
"""Where the first person stands on the line map, and how far from the next."""


@dataclass(frozen=True, slots=True)
class Month:
    """The first day of a month on the ruler."""

    name: str
    at: float
    percent: int
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """An event on the ruler: its place in units, its label's edges in percent."""

    x: float
    width: float
    before: int
    after: int
    name_is_left: bool
    has_chip: bool
    has_more: bool

    @property
    def has_brace(self) -> bool:
        """Tell whether the words of a trip have room left of it."""
        return self.before > BRACE


@dataclass(frozen=True, slots=True)
class YearRuler:
    """One year as a line from 0 to UNITS; `today` only where it falls into the year."""

    year: int
    today: date

    def at(self, day: date) -> float:
        """Return the place of a day's beginning, kept inside the year."""
        days = (day - date(self.year, 1, 1)).days
        return float(min(max(days, 0), UNITS))

    @property
    def today_at(self) -> float | None:
        """Return the middle of today, None in another year."""
        return self.at(self.today) + 0.5 if self.today.year == self.year else None

    @property
    def band(self) -> tuple[float, float] | None:
        """Return the edges of today's band, None in another year."""
        at = self.today_at
        return None if at is None else (round(at - BAND, 1), round(at + BAND, 1))

    @property
    def today_percent(self) -> int:
        """Return the place of today in percent."""
        return _percent(self.today_at or 0)

    @property
    def months(self) -> list[Month]:
        """Return the twelve months; the name beside today's chip is hidden."""
        found = []
        for number in range(1, 13):
            place = self.at(date(self.year, number, 1))
            percent = _percent(place)
            near = self.today_at is not None and 0 <= self.today_percent - percent <= TODAY_HIDES
            found.append(Month(MONTH_NAMES[number], place, percent, near))
        return found

    def thread(self, closes: date, starts: date) -> str:
        """Return the path from the day on which a call closes to its event; "" out of the year."""
        if closes.year != self.year:
            return ""
        at = self.at(closes)
        return f"M{at:g} 0V14M{at:g} 7H{self.at(starts):g}"

    def bar(self, first: date, last: date, name: str) -> Bar:
        """Place an event that lasts from `first` to `last`, both included, and its label.

        A label never runs over the line's end nor over today. Where the right has no room
        for the name it stands left; where the left has none either, it stands where there is
        more, and the signs give way: the table below the line repeats them.
        """
        x, end = self.at(first), self.at(last + timedelta(days=1))
        width = max(end - x, LEAST_WIDTH)
        before, after = _percent(x), min(ceil((x + width) / UNITS * 100), 100)
        is_past = self.today_at is not None and last < self.today
        long = len(name) * LETTER
        room: float = (self.today_percent if is_past else 100) - after
        left = before - (0 if is_past else self.today_percent)
        is_tight = long + STATE + (0 if is_past else CHIP) > room
        name_is_left = is_tight and (long <= left or left > room)
        room -= STATE + (0 if name_is_left else long)
        has_chip = room >= CHIP
        return Bar(x, round(width, 1), before, after, name_is_left, has_chip, room >= CHIP + MORE)


def _percent(place: float) -> int:
    return round(place / UNITS * 100)


@dataclass(frozen=True, slots=True)
class ReasonBar:
    """A reason's bar: where the ones before it ended, how much was reached, how much could be.

    All in percent of the whole weight.
    """

    at: float
    reached: float
    room: float


@dataclass(frozen=True, slots=True)
class ScoreRuler:
    """The reasons of a match laid end to end, as they are shown from top to bottom."""

    reasons: tuple[Reason, ...]

    @property
    def whole(self) -> float:
        """Return the sum of all weights, at least 1 so that it can divide."""
        return sum(reason.weight for reason in self.reasons) or 1.0

    @property
    def stretches(self) -> list[ReasonBar]:
        """Return one bar for each reason, in their order."""
        found, at = [], 0.0
        for reason in self.reasons:
            room = 100 * reason.weight / self.whole
            reached = 100 * reason.points / self.whole if reason.known else 0.0
            found.append(ReasonBar(round(at, 2), round(reached, 2), round(room, 2)))
            at += room
        return found

    @property
    def known_percent(self) -> float:
        """Return how far the known weight reaches."""
        return round(100 * sum(r.weight for r in self.reasons if r.known) / self.whole, 2)

    @property
    def point_percent(self) -> float:
        """Return how far the points reach."""
        return round(100 * sum(r.points for r in self.reasons if r.known) / self.whole, 2)

    @property
    def point_anchor(self) -> str:
        """Return which end of the words beside the point stands at it, to have room for them."""
        return "start" if self.point_percent < WORDS_LEFT else "end"


def dots(count: int) -> range:
    """Return where the people stand on the line map of a match."""
    return range(FIRST_DOT, FIRST_DOT + DOT * min(count, MOST_NAMED), DOT)
