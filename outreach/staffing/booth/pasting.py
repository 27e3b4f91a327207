"""Reads shifts that people paste from a spreadsheet: columns guessed, errors cell by cell."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from outreach.calendars.clock import say_figure
from outreach.catalog.reading.outcomes import Outcome, say_outcomes, those_of
from outreach.catalog.reading.paste import say_bad_rows
from outreach.catalog.reading.table import (
    OpenTable,
    Settled,
    TableCell,
    Understood,
    open_table,
)
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.refusal import Refused
from outreach.staffing.booth.drawing import Drawn, say_shifts
from outreach.staffing.booth.hours import OpenHours, read_hours
from outreach.staffing.booth.needs import KnownSegment, read_needs
from outreach.staffing.booth.pasted_columns import KINDS, PEOPLE, Role, guess_roles, head_roles

MOST_PEOPLE = 99
LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class Setting:
    """By what a table is read: the event's days and zone, what stands, what is usual."""

    first: date
    last: date
    zone: ZoneInfo
    least: int = 2
    most: int = 3
    segments: tuple[KnownSegment, ...] = ()
    standing: frozenset[tuple[str, object, object]] = frozenset()
    """Kind, start and end of the shifts that are there already."""


@dataclass(frozen=True, slots=True)
class PastedShift:
    """One row of the table: its cells, the shift read from it, and what will happen."""

    number: int
    cells: tuple[TableCell, ...]
    outcome: Outcome
    drawn: Drawn | None = None


@dataclass(frozen=True, slots=True)
class ShiftPaste(Understood[Role]):
    """A pasted table of shifts as it was understood."""

    lines: tuple[PastedShift, ...]

    def of(self, outcome: Outcome) -> list[PastedShift]:
        """Return the rows to which this happens."""
        return those_of(self.lines, outcome)

    @property
    def headline(self) -> str:
        """Say what somebody must do about it: "2 of 14 rows need another look."."""
        bad, new = len(self.of("bad")), len(self.of("new"))
        if bad:
            return say_bad_rows(bad, len(self.lines))
        if new:
            shifts = say_figure(new)
            return ngettext("%(shifts)s shift is ready.", "%(shifts)s shifts are ready.", new,
                            shifts=shifts)  # fmt: skip
        return _("Nothing is new here.")

    @property
    def said(self) -> str:
        """Say the counts: "6 new, 1 here already."."""
        return say_outcomes(self.lines)

    @property
    def say_wanted(self) -> str:
        """Say what would be added: "14 shifts"."""
        return say_shifts(len(self.of("new")) + len(self.of("bad")))

    @property
    def say_leaving(self) -> str:
        """Say on a button what is added, and what is left out."""
        new, bad = len(self.of("new")), len(self.of("bad"))
        return _("Add %(new)s, leave out %(bad)s", new=new, bad=bad)

    @property
    def lacks_times(self) -> bool:
        """Tell whether no column can say when a shift is."""
        roles = set(self.roles)
        timed = "when" in roles or "time" in roles or {"start", "end"} <= roles
        return not timed or not roles & {"when", "day", "start"}


def read_paste(text: str, setting: Setting, settled: Settled[Role]) -> ShiftPaste:
    """Read a pasted table of shifts; a day that stands once holds for the rows below it."""
    days = (setting.first, setting.last)
    table = open_table(text, settled, head_roles, lambda lines: guess_roles(lines, days))
    reader = _Reader(table, setting, settled.left_out)
    lines = tuple(reader.read(number, row) for number, row in enumerate(table.lines, start=1))
    return ShiftPaste(table.roles, table.heads, lines)


class _Wrong(ValueError):
    """A cell cannot be right; `role` says which."""

    def __init__(self, role: Role, sentence: str) -> None:
        super().__init__(sentence)
        self.role = role


class _Reader:
    """Reads one row after the other; the day of the row above holds where none is given."""

    def __init__(self, table: OpenTable[Role], setting: Setting, left_out: Collection[int]) -> None:
        self.table, self.roles, self.setting, self.left_out = table, table.roles, setting, left_out
        self.seen = set(setting.standing)
        self.day = ""

    def read(self, number: int, row: Sequence[str]) -> PastedShift:
        drawn, errors = None, {}
        try:
            drawn = self._drawn(row)
        except _Wrong as wrong:
            errors = {self._column(wrong.role): str(wrong)}
        cells = self.table.cells(number, errors)
        return PastedShift(number, cells, self._outcome(number, drawn), drawn)

    def _outcome(self, number: int, drawn: Drawn | None) -> Outcome:
        if number in self.left_out:
            return "left out"
        if drawn is None:
            return "bad"
        key = (drawn.kind, drawn.starts, drawn.ends)
        if key in self.seen:
            return "same"
        self.seen.add(key)
        return "new"

    def _column(self, wrong: Role) -> int:
        """Return the column to mend, or one near it where the table has none of that meaning."""
        near: tuple[Role, ...] = (wrong, "when", "time", "start", "day")
        return next((self.roles.index(role) for role in near if role in self.roles), 0)

    def _cell(self, row: Sequence[str], role: Role) -> str:
        return row[self.roles.index(role)].strip() if role in self.roles else ""

    def _drawn(self, row: Sequence[str]) -> Drawn:
        stretch = self._stretch(row)
        starts, ends = stretch.instants(self.setting.zone)
        least, most = self._people(row)
        try:
            needs = tuple(read_needs(self._cell(row, "needs"), self.setting.segments))
        except Refused as refusal:
            raise _Wrong("needs", refusal.sentence) from refusal
        notes = [text.strip() for text, role in zip(row, self.roles, strict=True) if role == "note"]
        note = " · ".join(text for text in notes if text)[:LONGEST_NOTE]
        return Drawn(stretch.kind, starts, ends, least, most, needs, note)

    def _stretch(self, row: Sequence[str]) -> OpenHours:
        """Read when the shift is, from one cell or from several."""
        days = (self.setting.first, self.setting.last)
        kind = self._kind(self._cell(row, "kind"))
        when, day = self._cell(row, "when"), self._cell(row, "day")
        if day and not read_hours(f"{day} 00:00-24:00", *days).stretches:
            raise _Wrong("day", _("“%(text)s” is no day near the event.", text=day[:40]))
        self.day = day or self.day
        hours = when or self._cell(row, "time")
        if not hours and self._cell(row, "start"):
            hours = f"{self._cell(row, 'start')}-{self._cell(row, 'end')}"
        found = read_hours(hours, *days)
        if not found.stretches:
            found = read_hours(f"{self.day} {hours}", *days)
        if len(found.stretches) != 1:
            role: Role = "when" if when else "time"
            raise _Wrong(
                role, _("“%(text)s” is no time like 09:30-11:30.", text=hours[:40] or _("Nothing"))
            )
        one = found.stretches[0]
        self.day = self.day if day else one.day.isoformat()
        return OpenHours(one.day, one.starts, one.ends, kind or one.kind)

    def _kind(self, cell: str) -> str | None:
        found = KINDS.search(cell)
        if found is None:
            return None
        return "set_up" if found[1] else "tear_down" if found[2] else "booth"

    def _people(self, row: Sequence[str]) -> tuple[int, int]:
        least, most = self.setting.least, self.setting.most
        cell = self._cell(row, "people")
        if cell:
            found = PEOPLE.fullmatch(cell)
            if not found:
                raise _Wrong(
                    "people",
                    _("“%(text)s” is no number of people like 2 or 2-3.", text=cell[:40]),
                )
            least, most = int(found[1]), int(found[2] or max(int(found[1]), most))
        least = self._number(row, "least", least)
        most = self._number(row, "most", most if cell else max(least, most))
        if not 0 <= least <= most or most < 1:
            role: Role = "most" if "most" in self.roles else "people"
            raise _Wrong(
                role,
                _("%(least)s at least and %(most)s at most cannot be.", least=least, most=most),
            )
        return least, most

    def _number(self, row: Sequence[str], role: Role, usual: int) -> int:
        cell = self._cell(row, role)
        if not cell:
            return usual
        if not (cell.isascii() and cell.isdecimal() and int(cell[:4]) <= MOST_PEOPLE):
            raise _Wrong(
                role,
                _("“%(text)s” is no number up to %(most)s.", text=cell[:40], most=MOST_PEOPLE),
            )
        return int(cell)
