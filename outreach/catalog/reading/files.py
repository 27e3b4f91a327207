"""Reads a file of any usual kind as a table in text: what it is shows in its first bytes."""

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, LargeZipFile, ZipFile

from outreach.catalog.reading.paste import read_paste
from outreach.catalog.reading.records import (
    MOST_RECORDS,
    read_pages,
    read_records,
    write_table,
)
from outreach.catalog.reading.text import read_text
from outreach.refusal import Refused

ZIP = b"PK\x03\x04"
MOST_UNPACKED, MOST_PAGES, MOST_COLUMNS = 40_000_000, 2_000, 200
MOST_ROWS, MOST_SHEETS = MOST_RECORDS + 1, 20
PAGES = (".md", ".markdown", ".mdx", ".html", ".yml", ".yaml", ".toml")


def read_file(content: bytes) -> str:
    """Return the table that a file holds, as text for the paste box. Refuses any other file."""
    if content.startswith(ZIP):
        return _unpack(content)
    text = read_text(content)
    return read_records(text) or text


def read_folder(folder: Path) -> str:
    """Return the table that the pages of a folder hold in their front matter."""
    pages = sorted(one for one in folder.rglob("*") if one.suffix.lower() in PAGES)
    if not pages:
        raise Refused("There is no page with front matter in the folder.", "file")
    return read_pages(read_text(page.read_bytes()) for page in pages[:MOST_PAGES])


def _unpack(content: bytes) -> str:
    """Read a workbook, or pages with front matter; what would unpack to too much is refused."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise Refused("Unpacked, the file would be too large.", "file")
            if "xl/workbook.xml" in names or "content.xml" in names:
                return _read_workbook(content)
            return read_pages(_pages(packed))
    except (BadZipFile, LargeZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise Refused("The file is damaged, or locked with a password.", "file") from error


def _pages(packed: ZipFile) -> Iterator[str]:
    """Give the text of each page, by the names of the files."""
    pages = [one for one in packed.infolist() if one.filename.lower().endswith(PAGES)]
    if not pages:
        raise Refused("There is no page with front matter in the file.", "file")
    if len(pages) > MOST_PAGES:
        raise Refused(f"The file has {len(pages)} pages; at most {MOST_PAGES} fit.", "file")
    left = MOST_UNPACKED
    for page in sorted(pages, key=lambda one: one.filename):
        with packed.open(page) as stream:
            content = stream.read(left + 1)  # what a head says of its length may be a lie
        left -= len(content)
        if left < 0:
            raise Refused("Unpacked, the file would be too large.", "file")
        yield read_text(content)


def _read_workbook(content: bytes) -> str:
    """Return the sheet of a workbook from which most rows can be read as events."""
    # Only here: a program that reads no workbook need not load it.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [
            write_table(map(_words, islice(book.get_sheet_by_name(name).iter_rows(), MOST_ROWS)))
            for name in book.sheet_names[:MOST_SHEETS]
        ]
    except (CalamineError, ValueError, OverflowError) as error:
        raise Refused("The spreadsheet cannot be read: save it anew, or as CSV.", "file") from error
    if not any(sheet.strip() for sheet in sheets):
        raise Refused("The spreadsheet is empty.", "file")
    return max(sheets, key=_count_events)


def _words(row: list[Any]) -> list[str]:
    return [_word(cell) for cell in row[:MOST_COLUMNS]]


def _word(cell: Any) -> str:
    """Write a cell as a person would type it: a day without midnight, a whole number as one."""
    if isinstance(cell, datetime) and cell.time() == time():
        cell = cell.date()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, (date, time)) else str(cell)


def _count_events(sheet: str) -> int:
    try:
        return sum(not one.row.errors for one in read_paste(sheet).rows)
    except Refused:
        return -1
