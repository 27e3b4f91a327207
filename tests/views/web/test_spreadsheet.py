"""CSV and workbooks: what a spreadsheet opens must not run, and comes back as it was."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from views.web.spreadsheet import BookSheet, as_spreadsheet, as_workbook


def read_back(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("sign", list("=+-@\t\r\n＝＋－＠"))
def test_a_cell_that_begins_like_a_formula_is_quoted(app: Flask, sign: str) -> None:
    with app.test_request_context():
        answer = as_spreadsheet("x", ("a",), [(f'{sign}HYPERLINK("http://x","y")',)])
    (cell,) = read_back(answer.get_data(as_text=True))[1]
    assert cell.replace("\r\n", "\n").startswith("'")
    assert "HYPERLINK" in cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (date(2024, 7, 28), "2024-07-28"),
        (-5, "-5"),
        ("Denver, CO", "Denver, CO"),
        ('say "hi"', 'say "hi"'),
        ("a=b", "a=b"),
        ("two\nlines", "two\nlines"),
        ("アルマ", "アルマ"),
    ],
)
def test_everything_else_comes_back_as_it_was(app: Flask, value: object, cell: str) -> None:
    with app.test_request_context():
        answer = as_spreadsheet("x", ("a", "b"), [(value, "end")])
    assert read_back(answer.get_data(as_text=True))[1] == [cell, "end"]


def test_it_is_a_file_that_a_spreadsheet_reads_as_unicode(app: Flask) -> None:
    with app.test_request_context():
        response = as_spreadsheet("season-2024", ("a",), [])
    assert response.data.startswith(b"\xef\xbb\xbf")
    assert response.mimetype == "text/csv"
    assert response.headers["Content-Disposition"] == "attachment; filename=season-2024.csv"


def test_a_workbook_holds_days_and_amounts_as_such_and_texts_as_texts(app: Flask) -> None:
    """Another program's reader opens it; what is not there stays empty."""
    noon = datetime(2024, 7, 31, 12, 30, tzinfo=UTC)
    texts = ("=1+1", "+1", "-1", "@x", "http://x", "007", "a\x0bb", "x" * 40_000)
    rows = [(date(2024, 7, 28), noon, Decimal("1500.50"), 3, True, None), texts]
    with app.test_request_context():
        answer = as_workbook("x", [BookSheet("one", "abcdefgh", rows), BookSheet("two", "a", [])])
    assert answer.headers["Content-Disposition"] == "attachment; filename=x.xlsx"
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    assert book.sheet_names == ["one", "two"]
    _head, values, kept = book.get_sheet_by_name("one").to_python()
    assert values[:6] == [date(2024, 7, 28), noon.replace(tzinfo=None), 1500.5, 3.0, True, ""]
    assert kept[:6] == list(texts[:6])
    assert len(kept[7]) == 32_767
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(answer.data)).read("xl/worksheets/sheet1.xml")
