"""Splits pasted text into a table: tabs, commas, semicolons or Markdown, quoted and ragged."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Generic, TypeVar

from outreach.language import gettext as _
from outreach.refusal import Refused

SEPARATORS = ("\t", ";", ",")
MOST_ROWS = 2000
MOST_CHARACTERS = 400_000
MOST_COLUMNS = 40
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet runs as a formula where a text begins with it: our lists quote it."""
_PROBED_ROWS = 200
_RULE = re.compile(r"^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*$", re.MULTILINE)
"""The line below the heads of a table in Markdown."""
_HINT = re.compile(r"\A\s*\"?sep=.\"?[ \t]*\n", re.IGNORECASE)
"""The first line by which a spreadsheet says how the cells are separated."""
Role = TypeVar("Role", bound=str)
Cells = Mapping[tuple[int, int], str]
"""Texts of cells by row and column; rows count from 1 below the head, columns from 0."""


@dataclass(frozen=True, slots=True)
class Settled(Generic[Role]):
    """What a person settled about a pasted table: meanings, mended cells, rows left out."""

    roles: Sequence[Role] | None = None
    cells: Cells = field(default_factory=dict)
    left_out: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as it stands, mended where a person mended it, and what is wrong with it."""

    text: str
    error: str | None = None
    is_mended: bool = False


@dataclass(frozen=True, slots=True)
class Understood(Generic[Role]):
    """What each column of a pasted table means; the words of its first line where it has heads."""

    roles: tuple[Role, ...]
    heads: tuple[str, ...]

    @property
    def columns(self) -> list[tuple[str, Role]]:
        """Name each column, by its head or its number, with what it means."""
        numbers = range(1, len(self.roles) + 1)
        names = self.heads or [_("Column %(number)s", number=number) for number in numbers]
        return list(zip(names, self.roles, strict=True))


@dataclass(frozen=True, slots=True)
class OpenTable(Understood[Role]):
    """A pasted table whose columns are understood and whose cells are still to be read."""

    lines: Sequence[Sequence[str]]
    mended: Collection[tuple[int, int]]

    @property
    def numbers(self) -> range:
        """Return the numbers of the rows, as a reader counts them."""
        return range(1, len(self.lines) + 1)

    def cells(self, number: int, errors: Mapping[int, str]) -> tuple[TableCell, ...]:
        """Return the cells of a row with what is wrong with them, by column."""
        return tuple(
            TableCell(text, errors.get(column), (number, column) in self.mended)
            for column, text in enumerate(self.lines[number - 1])
        )

    def column_of(self, *meanings: str) -> int:
        """Return the column of the first of these meanings that the table has."""
        columns: dict[object, int] = {}
        for column, role in enumerate(self.roles):
            columns.setdefault(role, column)
        return next((columns[one] for one in meanings if one in columns), 0)


class WrongCell(ValueError):
    """A cell cannot be right; `role` is what its column means."""

    def __init__(self, role: str, sentence: str) -> None:
        super().__init__(sentence)
        self.role = role


def open_table(
    text: str,
    settled: Settled[Role],
    read_heads: Callable[[Sequence[str]], Sequence[Role] | None],
    guess: Callable[[Sequence[Sequence[str]]], Sequence[Role]],
) -> OpenTable[Role]:
    """Split a pasted table and tell what its columns mean: as settled, by its heads, or guessed.

    Refuses what is too large.
    """
    table = split_table(text)
    heads = read_heads(table[0]) if table else None
    lines = table[1:] if heads else table
    mended = set()
    for (number, column), typed in settled.cells.items():
        line = lines[number - 1] if 1 <= number <= len(lines) else []
        if column < len(line) and line[column] != typed:  # a form also sends what nobody changed
            line[column] = typed
            mended.add((number, column))
    width = len(table[0]) if table else 0
    chosen = settled.roles if settled.roles and len(settled.roles) == width else None
    roles = chosen or heads or (guess(lines) if lines else ())
    return OpenTable(tuple(roles), tuple(table[0]) if heads else (), lines, frozenset(mended))


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
    plain = _HINT.sub("", plain)
    is_markdown = _RULE.search(plain) is not None
    rows = _rows_of_markdown(plain) if is_markdown else _rows(plain, guess_separator(plain))
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
    stripped = ([_unquoted(cell.strip()) for cell in row] for row in rows)
    return [row for row in stripped if any(row)]


def _unquoted(cell: str) -> str:
    """Return a cell without the quote that a list of ours put before what would be a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(RISKY) else cell


def _rows_of_markdown(text: str) -> list[list[str]]:
    """Read the rows of a table in Markdown; what stands around it is no part of it."""
    lines = (line.strip() for line in text.split("\n"))
    tabled = (line for line in lines if "|" in line and not _RULE.fullmatch(line))
    rows = [line.removeprefix("|").removesuffix("|").split("|") for line in tabled]
    return [row for row in ([cell.strip() for cell in row] for row in rows) if any(row)]


def _fitted(row: list[str], width: int) -> list[str]:
    if len(row) > width:
        return [*row[: width - 1], " ".join(row[width - 1 :])]
    return row + [""] * (width - len(row))
