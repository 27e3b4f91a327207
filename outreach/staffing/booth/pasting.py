"""Reads shifts that people paste from a spreadsheet: columns guessed, errors cell by cell."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from outreach.catalog.reading.pasted import Outcome, PastedTable, RowReader
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.language import gettext as _
from outreach.refusal import Refused
from outreach.staffing.booth.drawing import Drawn, say_shifts
from outreach.staffing.booth.hours import OpenHours, read_hours
from outreach.staffing.booth.needs import KnownSegment, read_needs
from outreach.staffing.booth.pasted_columns import KINDS, MEANINGS, PEOPLE, Role, guess_roles

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{1,2}:\d{2})(?::\d{2}(?:\.\d+)?)?", re.ASCII)
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


ShiftPaste = PastedTable[Role, Drawn]


def read_paste(text: str, setting: Setting, settled: Settled[Role]) -> ShiftPaste:
    """Read a pasted table of shifts; a day that stands once holds for the rows below it."""
    days = (setting.first, setting.last)
    table = open_table(text, settled, MEANINGS.by_heads, lambda lines: guess_roles(lines, days))
    lines = _ShiftReader(table, setting).read(settled.left_out)
    return PastedTable(table.roles, table.heads, lines, say_shifts, _question(table.roles))


def _question(roles: Collection[Role]) -> str:
    """Ask for the columns that say when a shift is, unless they are there."""
    timed = "when" in roles or "time" in roles or {"start", "end"} <= set(roles)
    if timed and {"when", "day", "start"} & set(roles):
        return ""
    return _("Which columns hold the day and the time?")


class _ShiftReader(RowReader[Role, Drawn]):
    """Reads one row after the other; the day of the row above holds where none is given."""

    near = ("when", "time", "start", "day")

    def __init__(self, table: OpenTable[Role], setting: Setting) -> None:
        super().__init__(table)
        self.setting = setting
        self.seen = set(setting.standing)
        self.day = ""
        self.ended: dict[date, time] = {}

    def outcome(self, row: Drawn) -> Outcome:
        key = (row.kind, row.starts, row.ends)
        if key in self.seen:
            return "same"
        self.seen.add(key)
        return "new"

    def row(self, cells: Sequence[str]) -> Drawn:
        stretch = self._stretch(cells)
        starts, ends = stretch.instants(self.setting.zone)
        least, most = self._people(cells)
        try:
            needs = tuple(read_needs(self.cell(cells, "needs"), self.setting.segments))
        except Refused as refusal:
            raise WrongCell("needs", refusal.sentence) from refusal
        notes = [
            text.strip()
            for text, role in zip(cells, self.table.roles, strict=True)
            if role == "note"
        ]
        note = " · ".join(text for text in notes if text)[:LONGEST_NOTE]
        return Drawn(stretch.kind, starts, ends, least, most, needs, note)

    def _stretch(self, row: Sequence[str]) -> OpenHours:
        """Read when the shift is, from one cell or from several."""
        days = (self.setting.first, self.setting.last)
        kind = self._kind(self.cell(row, "kind"))
        when, day = self.cell(row, "when"), self.cell(row, "day")
        if day and not read_hours(f"{day} 00:00-24:00", *days).stretches:
            raise WrongCell("day", _("“%(text)s” is no day near the event.", text=day[:40]))
        self.day = day or self.day
        hours = when or self.cell(row, "time")
        if not hours and self.cell(row, "start"):
            hours = f"{self.cell(row, 'start')}-{self.cell(row, 'end')}"
        whole = self._whole(row)
        found = read_hours(hours, *days, self.ended)
        if not found.stretches:
            found = read_hours(f"{self.day} {hours}", *days, self.ended)
        if whole is None and len(found.stretches) != 1:
            role: Role = "when" if when else "time"
            nothing = _("“%(text)s” is no time like 09:30–11:30.", text=hours[:40] or _("Nothing"))
            raise WrongCell(role, found.asks or nothing)
        one = whole or found.stretches[0]
        self.ended[one.day] = one.ends
        self.day = self.day if day else one.day.isoformat()
        return OpenHours(one.day, one.starts, one.ends, kind or one.kind)

    def _whole(self, row: Sequence[str]) -> OpenHours | None:
        """Read a start and an end that each name their day, as calendars write them."""
        edges = [_MOMENT.fullmatch(self.cell(row, role)) for role in ("start", "end")]
        if not (edges[0] and edges[1]):
            return None
        try:
            first, last = (datetime.fromisoformat(f"{one[1]}T{one[2]:0>5}") for one in edges if one)
        except ValueError:
            return None
        if not first < last <= first + timedelta(days=1):
            raise WrongCell("end", _("A shift ends after it starts, within a day."))
        return OpenHours(first.date(), first.time(), last.time())

    def _kind(self, cell: str) -> str | None:
        found = KINDS.search(cell)
        if found is None:
            return None
        return "set_up" if found[1] else "tear_down" if found[2] else "booth"

    def _people(self, row: Sequence[str]) -> tuple[int, int]:
        least, most = self.setting.least, self.setting.most
        cell = self.cell(row, "people")
        if cell:
            found = PEOPLE.fullmatch(cell)
            if not found:
                raise WrongCell(
                    "people",
                    _("“%(text)s” is no number of people like 2 or 2-3.", text=cell[:40]),
                )
            least, most = int(found[1]), int(found[2] or max(int(found[1]), most))
        least = self._number(row, "least", least)
        most = self._number(row, "most", most if cell else max(least, most))
        if not 0 <= least <= most or most < 1:
            role: Role = "most" if "most" in self.table.roles else "people"
            raise WrongCell(
                role,
                _("%(least)s at least and %(most)s at most cannot be.", least=least, most=most),
            )
        return least, most

    def _number(self, row: Sequence[str], role: Role, usual: int) -> int:
        cell = self.cell(row, role)
        if not cell:
            return usual
        if not (cell.isascii() and cell.isdecimal() and int(cell[:4]) <= MOST_PEOPLE):
            raise WrongCell(
                role,
                _("“%(text)s” is no number up to %(most)s.", text=cell[:40], most=MOST_PEOPLE),
            )
        return int(cell)
