"""Splits pasted text into a table: tabs, commas or semicolons, quoted cells, ragged rows."""

import csv
from collections import Counter
from io import StringIO

from outreach.refusal import Refused

SEPARATORS = ("\t", ";", ",")
MOST_ROWS = 2000
MOST_CHARACTERS = 400_000
MOST_COLUMNS = 40
_PROBED_ROWS = 200


def split_table(text: str) -> list[list[str]]:
    """Return the cells of all lines that have any, each line as long as the longest.

    Refuses what is too much for one paste.
    """
    if len(text) > MOST_CHARACTERS:
        raise Refused(
            f"This is {len(text):,} characters long; one paste takes {MOST_CHARACTERS:,}."
            " Split it, or import a file.",
            "text",
        )
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ").lstrip("\ufeff")
    rows = _rows(plain, guess_separator(plain))
    if len(rows) > MOST_ROWS:
        raise Refused(
            f"This has {len(rows):,} rows; one paste takes {MOST_ROWS:,}."
            " Split it, or import a file.",
            "text",
        )
    width = min(max((len(row) for row in rows), default=0), MOST_COLUMNS)
    return [_fitted(row, width) for row in rows]


def guess_separator(text: str) -> str:
    """Count which separator cuts most lines into the same number of cells, at least two."""
    probe = "\n".join(text.split("\n")[:_PROBED_ROWS])
    best = max(SEPARATORS, key=lambda separator: _evenness(probe, separator))
    return best if _evenness(probe, best) > 0 else "\t"


def _evenness(text: str, separator: str) -> float:
    """Weigh a separator: the share of rows with the commonest number of cells, if that is > 1.

    A tab is never typed by accident, so it counts more than a semicolon, and that more than
    a comma, which also stands inside "Denver, CO".
    """
    widths = Counter(len(row) for row in _rows(text, separator))
    total = sum(widths.values())
    widths.pop(1, None)
    if not widths:
        return 0.0
    return widths.most_common(1)[0][1] / total * (3 - SEPARATORS.index(separator))


def _rows(text: str, separator: str) -> list[list[str]]:
    """Read the rows; an opening quote that nothing closes would swallow the rest of the text."""
    try:
        rows = list(csv.reader(StringIO(text), delimiter=separator, strict=True))
    except csv.Error:
        rows = [line.split(separator) for line in text.split("\n")]
    stripped = ([cell.strip() for cell in row] for row in rows)
    return [row for row in stripped if any(row)]


def _fitted(row: list[str], width: int) -> list[str]:
    if len(row) > width:
        return [*row[: width - 1], " ".join(row[width - 1 :])]
    return row + [""] * (width - len(row))
