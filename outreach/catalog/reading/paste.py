"""Reads what people paste from a spreadsheet into rows of facts, cell by cell."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from outreach.calendars.clock import say_figure
from outreach.catalog.facts import EventFacts, SourceRow, clean, read_row
from outreach.catalog.reading.cells import read_cell
from outreach.catalog.reading.columns import (
    Role,
    guess_columns,
    guess_head,
    is_address,
    is_head_of_notes,
    is_unknown,
)
from outreach.catalog.reading.dates import DayOrder, NoDate, NoYear, read_span, settle_order
from outreach.catalog.reading.keyed import tabled
from outreach.catalog.reading.table import OpenTable, Settled, TableCell, Understood, open_table
from outreach.language import gettext as _
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
    "organiser": "organiser",
    "organiserContact": "organiser_contact",
    "manualUrl": "manual",
    "locales": "languages",
    "note": "note",
}
"""Which column a sentence about a key of the record belongs to."""
_LONGEST_NOTE = 1000
_PROBED_ROWS = 100
_YEAR = re.compile(r"(?<!\d)20[0-9]{2}(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One line of the table: its cells, and the row of facts read from them."""

    cells: tuple[TableCell, ...]
    row: SourceRow


@dataclass(frozen=True, slots=True)
class EventPaste(Understood[Role]):
    """A pasted table of events as it was understood.

    `order` says which comes first in 03/04/2024; "ask" when only a person can tell.
    """

    rows: tuple[PastedRow, ...]
    order: DayOrder | Literal["ask"] | None = None
    missing: tuple[Role, ...] = field(default=())
    """Columns without which no event can be read."""
    asks_year: bool = False
    """Whether dates leave their year out, and nobody has said which it is."""
    year_guess: int | None = None

    @property
    def bad_rows(self) -> list[PastedRow]:
        """Rows with a cell that cannot be right."""
        return [row for row in self.rows if row.row.errors]


def read_paste(
    text: str,
    settled: Settled[Role] | None = None,
    order: DayOrder | None = None,
    year: int | None = None,
) -> EventPaste:
    """Read a pasted table; `settled`, `order` and `year` are what a person settled about it.

    Only a name and a date are needed; what is not understood is kept as a note.
    """
    table = open_table(
        tabled(text),
        settled or Settled(),
        guess_head,
        lambda lines: guess_columns(lines[:_PROBED_ROWS]),
    )
    asked = order or _order(table.lines, table.roles)
    reading = _Reading(table, asked, year)
    rows = tuple(_pasted_row(number, reading) for number in range(1, len(table.lines) + 1))
    needed: tuple[Role, ...] = ("name", "start")
    missing = tuple(role for role in needed if role not in table.roles) if rows else ()
    guess = _guess_year(text) if reading.without_year else None
    return EventPaste(
        table.roles, table.heads, rows, asked, missing, bool(reading.without_year), guess
    )


def _guess_year(text: str) -> int | None:
    """Return the year that the text names most often, wherever it stands in it."""
    named = Counter(_YEAR.findall(text))
    return int(named.most_common(1)[0][0]) if named else None


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the cells of every line are read."""

    table: OpenTable[Role]
    order: DayOrder | Literal["ask"] | None
    year: int | None = None
    without_year: list[int] = field(default_factory=list)
    """The columns of the dates that leave the year out, one for each such date."""

    @property
    def settled_order(self) -> DayOrder | None:
        return None if self.order == "ask" else self.order

    def column(self, role: Role) -> int | None:
        roles = self.table.roles
        return roles.index(role) if role in roles else None


def _order(
    lines: Sequence[Sequence[str]], roles: Sequence[Role]
) -> DayOrder | Literal["ask"] | None:
    """Settle the order of day and month over all columns of dates together."""
    dated = [n for n, role in enumerate(roles) if role in DATE_ROLES]
    return settle_order(line[n] for line in lines for n in dated if not is_address(line[n]))


def _pasted_row(number: int, reading: _Reading) -> PastedRow:
    record, wrong = _record(reading.table.lines[number - 1], reading)
    row = read_row(number, record)
    said = dict(row.errors) if row.facts is None else _slips(row.facts)
    errors = {**_by_column(said, reading, record), **wrong}
    cells = reading.table.cells(number, errors)
    sentences = {str(n): sentence for n, sentence in errors.items()}
    if errors:
        return PastedRow(cells, SourceRow(number, record, None, sentences))
    return PastedRow(cells, row)


def _slips(facts: EventFacts) -> dict[str, str]:
    """Say what is most likely a slip of the year, to be looked at before it is taken over."""
    closes = facts.cfp_closes_on
    if closes is None or closes <= facts.ends_on:
        return {}
    over = _("The call would close on %(day)s, after the event.", day=closes)
    return {"cfpEndDate": over}


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
    for number, (cell, role) in enumerate(zip(line, reading.table.roles, strict=True)):
        if role == "note":
            notes.append(_note(clean(cell), number, reading.table.heads))
        elif not is_unknown(cell):
            try:
                left = _read_cell(role, record, cell, reading)
            except NoYear as error:
                reading.without_year.append(number)
                wrong[number] = str(error)
            except NoDate as error:
                wrong[number] = str(error)
            else:
                notes.append(left)
    if region := record.pop("region", ""):
        if "city" in record:
            record["city"] = f"{record['city']}, {region}"
        else:
            notes.append(f"Place: {region}")
    note = " · ".join(note for note in notes if note)
    if note:
        record["note"] = note[:_LONGEST_NOTE]
    return record, wrong


def _read_cell(role: Role, record: dict[str, Any], cell: str, reading: _Reading) -> str:
    """Read a cell; a date without its year is one of the year that a person said."""
    order = reading.settled_order
    try:
        return read_cell(role, record, cell, order)
    except NoYear:
        if reading.year is None:
            raise
        span = read_span(cell, order, reading.year)
        return read_cell(role, record, f"{span.first} - {span.last}", order)


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
