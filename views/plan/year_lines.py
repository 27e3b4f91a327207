"""The lines of the year's picture: what stands on each, and where, before they are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from markupsafe import Markup

from models.events import CALLED_OFF
from outreach.language import gettext as _
from outreach.planning.season.lines import SheetLine
from outreach.planning.season.run_sheet import Season
from views.plan.signs import draw_days_to_go, draw_pips, draw_staffing, draw_state
from views.plan.year_ruler import Bar, YearRuler

LONGEST_REASON = 60


@dataclass(frozen=True, slots=True)
class YearThread:
    """A stroke from the day on which a call closes to its event."""

    path: str
    is_past: bool


@dataclass(frozen=True, slots=True)
class YearLine:
    """One event of the year's picture."""

    line: SheetLine
    bar: Bar
    threads: Sequence[YearThread]
    is_past: bool
    lacks_somebody: bool
    signs: Sequence[Markup | str]
    """What is said of it beside its name, as far as there is room."""


@dataclass(frozen=True, slots=True)
class YearGroup:
    """The events of one trip, or one event alone."""

    lines: Sequence[YearLine]

    @property
    def is_trip(self) -> bool:
        """Tell whether one team serves them."""
        return len(self.lines) > 1


def draw_groups(season: Season, ruler: YearRuler) -> list[YearGroup]:
    """Lay the shown events on the ruler."""
    return [YearGroup([_draw(line, season, ruler) for line in group]) for group in season.groups]


def _draw(line: SheetLine, season: Season, ruler: YearRuler) -> YearLine:
    bar = ruler.bar(line.starts_on, line.ends_on, line.name)
    staffing = season.staffing.get(line.id)
    threads = [
        YearThread(path, call.ending.day < season.today)
        for call in season.closings.get(line.id, ())
        if call.ending.day and (path := ruler.thread(call.ending.day, line.starts_on))
    ]
    is_past, lacks = line.ends_on < season.today, bool(staffing and staffing.gaps)
    return YearLine(line, bar, threads, is_past, lacks, _signs(line, bar, season))


def _signs(line: SheetLine, bar: Bar, season: Season) -> list[Markup | str]:
    found: list[Markup | str] = [draw_state(line.state)]
    if bar.has_chip and line.ends_on >= season.today and line.decision not in CALLED_OFF:
        found.append(draw_days_to_go(line, season.today, season.waiting.get(line.id)))
    if line.state in CALLED_OFF and line.reason:
        found.append(shorten(line.reason, LONGEST_REASON, placeholder="…"))
    elif bar.has_more:
        found.append(_say_more(line, bar, season))
    return [sign for sign in found if sign]


def _say_more(line: SheetLine, bar: Bar, season: Season) -> Markup | str:
    """Say where it was, how its booth is staffed, or how many go."""
    if line.ends_on < season.today and line.city:
        return line.city
    if line.id in season.staffing:
        return draw_staffing(season.staffing[line.id], is_short=bar.has_chip)
    if line.decision == "go" and line.team_size:
        return draw_pips(line.pips) + _("%(count)s going", count=line.team_size)
    return ""
