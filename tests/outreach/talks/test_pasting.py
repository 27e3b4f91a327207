"""Talks pasted from a spreadsheet: columns by heads or content, errors by cell, twins left."""

import pytest

from models.talks import LONGEST_TITLE
from outreach.catalog.reading.table import Settled
from outreach.talks.pasted_columns import read_level, read_minutes
from outreach.talks.pasting import TalkGround, TalkPaste, read_talks, split_cell

GROUND = TalkGround(frozenset(["three years"]), {"vfx": 7, "visual effects": 7})
HEADS = "Title\tSpeaker\tDuration\tLevel\tLanguage\tTrack\tSubmitted by"


def read(*lines: str, settled: Settled[str] | None = None) -> TalkPaste:
    return read_talks("\n".join(lines), GROUND, settled or Settled())  # type: ignore[arg-type]


def test_a_row_with_heads() -> None:
    (line,) = read(HEADS, "Four years\tAda Example, Max & Kim\t45 min\tIntro\ten\tVFX\tJoy").lines
    assert line.outcome == "new"
    assert line.row is not None
    assert line.row.facts == {
        "title": "Four years", "abstract": "", "minutes": 45, "level": "beginner",
        "language": "en", "segments": [7],
    }  # fmt: skip
    assert (line.row.speakers, line.row.owner) == (("Ada Example", "Max", "Kim"), "Joy")


def test_columns_without_heads_are_guessed_by_what_is_in_them() -> None:
    text = "A word. " * 40
    paste = read(
        f"Four years\tAda Example\t45 min\tbeginner\t{text}", f"Five\tKim\t30\teasy\t{text}"
    )
    assert paste.roles == ("title", "speakers", "minutes", "level", "abstract")
    assert [line.outcome for line in paste.lines] == ["new", "new"]


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ("\tAda\t45", 0, "1 to 1,000 letters"),
        ("x" * (LONGEST_TITLE + 1) + "\tAda\t45", 0, "1 to 1,000 letters"),
        ("Four\tAda\tlong", 2, "“long” is no length"),
        ("Four\tAda\t0", 2, "“0” is no length"),
        ("Four\tAda\t45\thuge", 3, "“huge” is no level"),
        ("Four\tAda\t45\teasy\tEnglish language", 4, "is no code like en"),
        ("Four\tAda\t45\teasy\ten\tKnitting", 5, "“Knitting” is no segment"),
    ],
)
def test_a_wrong_cell_is_said_where_it_stands(row: str, column: int, says: str) -> None:
    paste = read(HEADS, row)
    (line,) = paste.lines
    assert line.outcome == "bad"
    assert says in str(line.cells[column].error)
    assert paste.headline == "The row needs another look." or "another look" in paste.headline


def test_what_stands_already_or_twice_is_left_alone_and_what_is_left_out_too() -> None:
    rows = ("THREE YEARS\tA", "Four\tA", "four\tB", "Five\tC")
    paste = read("Title\tSpeaker", *rows, settled=Settled(left_out={4}))
    assert [line.outcome for line in paste.lines] == ["same", "new", "same", "left out"]
    assert paste.headline == "1 talk is ready."


def test_a_mended_cell_and_another_meaning() -> None:
    settled: Settled[str] = Settled(["title", "minutes"], {(1, 1): "1 h 30"})
    (line,) = read("Four\tlong", settled=settled).lines
    assert line.row is not None
    assert line.row.facts["minutes"] == 90
    assert read("Four\tlong", settled=Settled(["aside", "title"])).lines[0].row is not None
    assert read("a\tb", settled=Settled(["aside", "speakers"])).question


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("45", 45), ("45 min", 45), ("1 h", 60), ("1 h 30", 90), ("1:30", 90), ("90 Minutes", 90),
     ("1440", 1440), ("1441", None), ("0", None), ("", None), ("soon", None), ("-5", None)],
)  # fmt: skip
def test_lengths(cell: str, minutes: int | None) -> None:
    assert read_minutes(cell) == minutes


def test_levels_and_names() -> None:
    assert [read_level(word) for word in ("Beginner", "EXPERT", "?")] == [
        "beginner",
        "advanced",
        None,
    ]
    assert split_cell("Ada; Kim and Sol / Lin\nAda") == ("Ada", "Kim", "Sol", "Lin")
    assert split_cell("Anders Andersen") == ("Anders Andersen",)
