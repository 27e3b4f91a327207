"""Reads what people paste from a spreadsheet into rows of facts, cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from outreach.calendars.clock import say_figure
from outreach.catalog.facts import SourceRow, clean, read_row
from outreach.catalog.reading.cells import read_cell
from outreach.catalog.reading.columns import (
    Role,
    guess_columns,
    guess_head,
    is_address,
    is_head_of_notes,
    is_unknown,
)
from outreach.catalog.reading.dates import DayOrder, NoDate, settle_order
from outreach.catalog.reading.table import split_table
from outreach.language import ngettext

DATE_ROLES: tuple[Role, ...] = ("start", "end", "cfp_end", "cfp")
_KEYS: dict[str, Role] = {
    "name": "name",
    "startDate": "start",
    "endDate": "end",
    "city": "city",
    "country": "country",
    "url": "url",
    "cfpUrl": "cfp_url",
    "cfpEndDate": "cfp_end",
    "cocUrl": "coc",
    "locales": "languages",
    "note": "note",
}
"""Which column a sentence about a key of the record belongs to."""
_LONGEST_NOTE = 1000
_PROBED_ROWS = 100


@dataclass(frozen=True, slots=True)
class EventCell:
    """A cell as it stands, corrected where a person corrected it, and what is wrong with it."""

    text: str
    error: str | None = None
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One line of the table: its cells, and the row of facts read from them."""

    cells: tuple[EventCell, ...]
    row: SourceRow


@dataclass(frozen=True, slots=True)
class EventPaste:
    """A pasted table as it was understood.

    `order` says which comes first in 03/04/2024; "ask" when only a person can tell.
    `heads` are the words of the first line, where it was one.
    """

    roles: tuple[Role, ...]
    rows: tuple[PastedRow, ...]
    order: DayOrder | Literal["ask"] | None = None
    heads: tuple[str, ...] = ()
    missing: tuple[Role, ...] = field(default=())
    """Columns without which no event can be read."""

    @property
    def bad_rows(self) -> list[PastedRow]:
        """Rows with a cell that cannot be right."""
        return [row for row in self.rows if row.row.errors]


Corrections = Mapping[tuple[int, int], str]
"""Texts that a person put in place of cells, by row number and column, both from 1 and 0."""


def read_paste(
    text: str,
    roles: Sequence[Role] | None = None,
    order: DayOrder | None = None,
    corrections: Corrections | None = None,
) -> EventPaste:
    """Read a pasted table; `roles`, `order` and `corrections` are what a person settled.

    Rows are numbered from 1 below the head. Only a name and a date are needed; what is not
    understood is kept as a note. Refuses what is too large.
    """
    table = split_table(text)
    head = guess_head(table[0]) if table else None
    body = table[1:] if head else table
    lines, corrected = _mended(body, corrections or {})
    width = len(table[0]) if table else 0
    settled = list(roles) if roles and len(roles) == width else head or _guess(lines)
    asked = order or _order(lines, settled)
    heads = tuple(table[0]) if head else ()
    rows = tuple(
        _pasted_row(number, line, _Reading(settled, asked, heads), corrected)
        for number, line in enumerate(lines, start=1)
    )
    needed: tuple[Role, ...] = ("name", "start")
    missing = tuple(role for role in needed if role not in settled) if lines else ()
    return EventPaste(tuple(settled), rows, asked, heads, missing)


def _mended(
    body: Sequence[Sequence[str]], corrections: Corrections
) -> tuple[list[list[str]], Corrections]:
    """Put corrections in place; a form also sends the cells that nobody changed."""
    lines = [list(line) for line in body]
    changed = {}
    for (number, column), text in corrections.items():
        line = lines[number - 1] if 1 <= number <= len(lines) else []
        if column < len(line) and line[column] != text:
            changed[number, column] = line[column] = text
    return lines, changed


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the cells of every line are read."""

    roles: Sequence[Role]
    order: DayOrder | Literal["ask"] | None
    heads: tuple[str, ...]

    @property
    def settled_order(self) -> DayOrder | None:
        return None if self.order == "ask" else self.order

    def column(self, role: Role) -> int | None:
        return self.roles.index(role) if role in self.roles else None


def _guess(lines: Sequence[Sequence[str]]) -> list[Role]:
    return guess_columns(lines[:_PROBED_ROWS]) if lines else []


def _order(
    lines: Sequence[Sequence[str]], roles: Sequence[Role]
) -> DayOrder | Literal["ask"] | None:
    """Settle the order of day and month over all columns of dates together."""
    dated = [n for n, role in enumerate(roles) if role in DATE_ROLES]
    return settle_order(line[n] for line in lines for n in dated if not is_address(line[n]))


def _pasted_row(
    number: int, line: Sequence[str], reading: _Reading, corrected: Corrections
) -> PastedRow:
    record, wrong = _record(line, reading)
    row = read_row(number, record)
    errors = {**_by_column(row.errors, reading, record), **wrong}
    cells = tuple(
        EventCell(text, errors.get(n), (number, n) in corrected) for n, text in enumerate(line)
    )
    sentences = {str(n): sentence for n, sentence in errors.items()}
    if errors:
        return PastedRow(cells, SourceRow(number, record, None, sentences))
    return PastedRow(cells, row)


def _by_column(
    errors: Mapping[str, str], reading: _Reading, record: Mapping[str, Any]
) -> dict[int, str]:
    """Put each sentence about the record beside the cell that it is about."""
    found: dict[int, str] = {}
    for key, sentence in errors.items():
        role = _KEYS.get(key, "note")
        places = (role, *_STANDINS.get(role, ()))
        columns = [n for place in places if (n := reading.column(place)) is not None]
        found.setdefault(columns[0] if columns else 0, sentence)
    return found


_STANDINS: dict[Role, tuple[Role, ...]] = {
    "city": ("place",),
    "country": ("place",),
    "end": ("start",),
    "cfp_url": ("cfp",),
    "cfp_end": ("cfp",),
}


def _record(line: Sequence[str], reading: _Reading) -> tuple[dict[str, Any], dict[int, str]]:
    """Turn one line into a record in the words of conference-data, and name its bad cells."""
    record: dict[str, Any] = {}
    wrong: dict[int, str] = {}
    notes: list[str] = []
    for number, (cell, role) in enumerate(zip(line, reading.roles, strict=True)):
        if role == "note":
            notes.append(_note(clean(cell), number, reading.heads))
        elif not is_unknown(cell):
            try:
                left = read_cell(role, record, cell, reading.settled_order)
            except NoDate as error:
                wrong[number] = str(error)
            else:
                notes.append(left)
    note = " · ".join(note for note in notes if note)
    if note:
        record["note"] = note[:_LONGEST_NOTE]
    return record, wrong


def _note(cell: str, column: int, heads: tuple[str, ...]) -> str:
    """Keep a cell that nobody understands under its own head, unless that says "note"."""
    if not cell or is_unknown(cell):
        return ""
    head = clean(heads[column]) if heads else ""
    return f"{head}: {cell}" if head and not is_head_of_notes(head) else cell


def say_bad_rows(bad: int, rows: int) -> str:
    """Say how many rows somebody must look at: "1 row of 14 needs another look."."""
    return ngettext(
        "%(bad)s row of %(rows)s needs another look.",
        "%(bad)s rows of %(rows)s need another look.",
        bad,
        bad=say_figure(bad),
        rows=rows,
    )
