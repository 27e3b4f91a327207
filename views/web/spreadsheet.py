"""Lists for spreadsheets, as CSV and as workbooks: opened without running anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from flask import Response

from models.contacts import plain
from outreach.catalog.reading.table import RISKY

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL, FIRST_YEAR = 32_767, 1900
"""What a cell of a workbook holds, and the first year that it knows as a date."""
NARROW, WIDE = 8, 48
"""How many letters wide a column is."""


@dataclass(frozen=True, slots=True)
class BookSheet:
    """A list on its way out: its name, the words above its columns, its rows.

    A time with a zone is written by UTC, one without stands by the clock of its place.
    """

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[object]]


def as_spreadsheet(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Answer with a CSV file; a cell that a spreadsheet would run as a formula is quoted."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return _attached("\ufeff" + text.getvalue(), "text/csv", f"{name}.csv")


def as_workbook(name: str, sheets: Iterable[BookSheet]) -> Response:
    """Answer with a workbook: days and numbers as such, every text a text whatever it begins with.

    A text is written as one, so that it needs no quotes here.
    """
    from xlsxwriter import Workbook  # large, and no other page needs it

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as book:
        styles = _Styles(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), sheet, styles)
    return _attached(file.getvalue(), XLSX, f"{name}.xlsx")


def wall_time(instant: datetime | None, zone: tzinfo) -> datetime | None:
    """Return what the clock on a wall there shows."""
    return instant.astimezone(zone).replace(tzinfo=None) if instant else None


def safe_cell(cell: object) -> object:
    """Quote a text that a spreadsheet would run as a formula, and let none turn its row."""
    if isinstance(cell, str):
        text = plain(cell)
        return f"'{text}" if text.startswith(RISKY) else text
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return "" if cell is None else cell


def _attached(content: str | bytes, kind: str, name: str) -> Response:
    disposition = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(content, mimetype=kind, headers=disposition)


class _Styles:
    """How the cells of a workbook look."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.time = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._book, self._amounts = book, dict[int, Any]()

    def amount(self, money: Decimal) -> Any:
        """Return the look of an amount: as many digits as it has behind the point."""
        digits = max(0, -int(money.as_tuple().exponent))
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        if digits not in self._amounts:
            self._amounts[digits] = self._book.add_format({"num_format": pattern})
        return self._amounts[digits]


def _write(page: Any, sheet: BookSheet, styles: _Styles) -> None:
    page.freeze_panes(1, 0)
    widths = [len(word) for word in sheet.head]
    for column, word in enumerate(sheet.head):
        page.write_string(0, column, word, styles.head)
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            _write_cell(page, number, column, cell, styles)
            widths[column] = max(widths[column], len(str(cell or "")[:WIDE]))
    for column, width in enumerate(widths):
        page.set_column(column, column, max(NARROW, min(width + 2, WIDE)))


def _write_cell(page: Any, row: int, column: int, cell: object, styles: _Styles) -> None:
    match cell:
        case None | "":
            return
        case bool():
            page.write_boolean(row, column, cell)
        case Decimal():
            page.write_number(row, column, cell, styles.amount(cell))
        case int() | float():
            page.write_number(row, column, cell)
        case datetime() if cell.year >= FIRST_YEAR:
            moment = cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell
            page.write_datetime(row, column, moment, styles.time)
        case date() if cell.year >= FIRST_YEAR:
            page.write_datetime(row, column, cell, styles.day)
        case _:
            page.write_string(row, column, plain(str(cell))[:LONGEST_CELL])
