"""A pasted table row by row: what was read, what will happen to each row, how that is said.

A table of one kind says what its columns can mean (`Meanings`) and how one row is read
(a `RowReader`); the rest is the same for all of them.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Generic, Literal, TypeVar

from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.dates import (
    DayOrder,
    NoDate,
    read_day,
    read_day_near,
    settle_order,
)
from outreach.catalog.reading.paste import say_bad_rows
from outreach.catalog.reading.table import OpenTable, Role, TableCell, Understood, WrongCell
from outreach.language import gettext as _
from outreach.language import ngettext

Outcome = Literal["new", "change", "same", "bad", "left out"]
MOST = 10**7
"""The most that a cell counts."""
_GAPS = re.compile(r"(?<=\d)[,.'’ ](?=\d{3}\b)", re.ASCII)
"""Signs between thousands."""
READY: tuple[Outcome, ...] = ("new", "change")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PastedLine(Generic[Row]):
    """One row of the table: its cells, what was read from them, and what will happen."""

    number: int
    cells: tuple[TableCell, ...]
    outcome: Outcome
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class PastedTable(Understood[Role], Generic[Role, Row]):
    """A pasted table as it was understood."""

    lines: tuple[PastedLine[Row], ...]
    say_things: Callable[[int], str]
    """Says how many: "14 shifts"."""
    question: str = ""
    """Asks for the column without which no row can be read."""
    before_all: str = ""
    """What a person must say first, as a headline."""

    def of(self, *outcomes: Outcome) -> list[PastedLine[Row]]:
        """Return the rows to which one of these happens."""
        return [line for line in self.lines if line.outcome in outcomes]

    @property
    def bad(self) -> list[PastedLine[Row]]:
        """Return the rows with a cell that cannot be right."""
        return self.of("bad")

    @property
    def ready(self) -> list[Row]:
        """Return what was read from the rows that are taken over."""
        return [line.row for line in self.of(*READY) if line.row is not None]

    @property
    def headline(self) -> str:
        """Say what somebody must do about it: "2 of 14 rows need another look."."""
        ready = len(self.ready)
        if self.before_all:
            return self.before_all
        if self.bad:
            return say_bad_rows(len(self.bad), len(self.lines))
        if not ready:
            return _("Nothing is new here.")
        return ngettext("%(things)s is ready.", "%(things)s are ready.", ready,
                        things=self.say_things(ready))  # fmt: skip

    @property
    def said(self) -> str:
        """Say the counts: "6 new, 1 here already."."""
        words: dict[Outcome, str] = {
            "new": _("new"), "change": _("changed"), "same": _("here already"),
            "left out": _("left out"),
        }  # fmt: skip
        counts = {outcome: len(self.of(outcome)) for outcome in words}
        parts = [f"{counts[key]} {word}" for key, word in words.items() if counts[key]]
        return f"{', '.join(parts)}." if parts else ""

    @property
    def say_wanted(self) -> str:
        """Say on the button what is kept: "Keep 14 shifts"; "" where there is nothing.

        Rows that cannot be right are not counted: none is kept until it is mended.
        """
        if self.bad:
            return _("Keep all, mended")
        ready = len(self.ready)
        return _("Keep %(things)s", things=self.say_things(ready)) if ready else ""

    @property
    def say_leaving(self) -> str:
        """Say on a button what is kept, and what is left out; "" where nothing has to be."""
        ready, bad = len(self.ready), len(self.bad)
        if not ready or not bad:
            return ""
        things = self.say_things(ready)
        return _("Keep %(things)s, leave out %(bad)s", things=things, bad=bad)


@dataclass(frozen=True, slots=True)
class Meanings(Generic[Role]):
    """What the columns of a kind of table can mean, with the heads by which that is known."""

    heads: Mapping[Role, str]
    aside: Role
    """What is not read."""
    unknown: Role
    """What a column is whose head nobody knows."""
    repeated: Collection[Role] = ()
    """What more than one column may mean."""
    enough: Role | None = None
    """What makes a row one of heads by itself; else half of them must be known."""

    def by_heads(self, row: Sequence[str]) -> list[Role] | None:
        """Read the first row as heads; None where it is a row like the others."""
        known = {word: role for role, words in self.heads.items() for word in words.split(",")}
        roles = [known.get(fold_name(cell)) for cell in row]
        found = sum(role is not None for role in roles)
        is_half = bool(found) and found * 2 >= len([cell for cell in row if cell])
        if not (self.enough in roles if self.enough else is_half):
            return None
        return self.each_once([role or self.unknown for role in roles])

    def each_once(self, roles: Sequence[Role]) -> list[Role]:
        """Let each meaning stand once; the rest is left aside."""
        kept: list[Role] = []
        for role in roles:
            is_free = role in self.repeated or role not in kept
            kept.append(role if is_free else self.aside)
        return kept


def first_of_most(
    cells: Collection[str], tests: Sequence[tuple[Role, Callable[[str], bool]]], otherwise: Role
) -> Role:
    """Tell what most cells of a column are: the first meaning whose test more than half pass."""
    for role, test in tests:
        if cells and sum(map(test, cells)) * 2 > len(cells):
            return role
    return otherwise


def guess_words(
    body: Sequence[Sequence[str]], words: Sequence[Role], counted: Role, aside: Role
) -> list[Role]:
    """Tell by content which column counts; the others are words, in this order."""
    left, roles = list(words), list[Role]()
    for column in zip(*body[:100], strict=True):
        cells = [cell for cell in column if cell]
        is_count = cells and sum(map(str.isdecimal, cells)) * 2 > len(cells)
        if is_count and counted not in roles:
            roles.append(counted)
        else:
            roles.append(left.pop(0) if left else aside)
    return roles


def order_of(table: OpenTable[Role], roles: Collection[Role]) -> DayOrder | Literal["ask"] | None:
    """Tell which comes first in the days of these columns, "ask" where either can be meant."""
    days = [at for at, role in enumerate(table.roles) if role in roles]
    return settle_order(line[at] for line in table.lines for at in days)


class RowReader(Generic[Role, Row]):
    """Reads one row after the other; what cannot be right is said beside its cell."""

    near: ClassVar[Sequence[str]] = ()
    """Where a cell is mended whose own column the table has not."""

    order: DayOrder | None = None
    """Which comes first in 03/04/2024."""

    def __init__(self, table: OpenTable[Role]) -> None:
        self.table = table
        self.wrong: dict[Role | str, str] = {}
        """Sentences about the cells of the row that is read."""

    def row(self, cells: Sequence[str]) -> Row:
        """Read a row. Raises WrongCell, or notes in `wrong`, what cannot be right."""
        raise NotImplementedError

    def outcome(self, row: Row) -> Outcome:
        """Tell what happens to a row that is wanted and right."""
        raise NotImplementedError

    def refuse(self, row: Row) -> None:
        """Raise WrongCell where a row cannot be taken over, though it could stand as it is."""

    def read(self, left_out: Collection[int]) -> tuple[PastedLine[Row], ...]:
        """Read all rows; those of these numbers are not wanted."""
        return tuple(self._line(number, number in left_out) for number in self.table.numbers)

    def settle_days(self, *roles: Role) -> None:
        """Read days as these columns show them; the day first where either can be meant."""
        found = order_of(self.table, roles)
        self.order = "day" if found == "ask" else found

    def cell(self, cells: Sequence[str], role: Role) -> str:
        """Return the cell of a meaning; "" where the table has none."""
        roles = self.table.roles
        return cells[roles.index(role)].strip() if role in roles else ""

    def day_in(self, cells: Sequence[str], role: Role, near: date | None = None) -> date | None:
        """Return the day in the cell of a meaning, None where it is empty.

        Without a year it is the one `near` a day that the row tells otherwise.
        """
        cell = self.cell(cells, role)
        try:
            if not cell or near is None:
                return read_day(cell, self.order) if cell else None
            return read_day_near(cell, near, self.order)
        except NoDate as wrong:
            raise WrongCell(role, str(wrong)) from wrong

    def count_in(self, cells: Sequence[str], role: Role, least: int = 0) -> int | None:
        """Return the whole number in the cell of a meaning, None where it is empty."""
        cell = _GAPS.sub("", self.cell(cells, role))
        if not cell:
            return None
        if not cell.isdecimal() or not cell.isascii() or not least <= int(cell) <= MOST:
            raise WrongCell(role, _("“%(text)s” is no count like 400.", text=cell[:40]))
        return int(cell)

    def _line(self, number: int, is_unwanted: bool) -> PastedLine[Row]:
        self.wrong = {}
        row, outcome = self._row_or_wrong(self.table.lines[number - 1], is_unwanted)
        errors = {self.table.column_of(role, *self.near): said for role, said in self.wrong.items()}
        return PastedLine(number, self.table.cells(number, errors), outcome, row)

    def _row_or_wrong(self, cells: Sequence[str], is_unwanted: bool) -> tuple[Row | None, Outcome]:
        outcome: Outcome = "bad"
        row = None
        try:
            row = self.row(cells)
            outcome = "bad" if self.wrong or is_unwanted else self.outcome(row)
            if outcome in READY:
                self.refuse(row)
        except WrongCell as wrong:
            self.wrong[wrong.role] = str(wrong)
        if self.wrong:
            row, outcome = None, "bad"
        return row, "left out" if is_unwanted else outcome
