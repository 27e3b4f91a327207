"""CSV: what a spreadsheet opens must not run."""

import csv
import io
from datetime import date

import pytest
from flask import Flask

from views.web.spreadsheet import as_spreadsheet


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
