"""Tickets and lists of points are read as the tables they could have been."""

from datetime import date

import pytest

from outreach.catalog.reading.keyed import tabled
from outreach.catalog.reading.paste import EventPaste, read_paste

LIST = """# Events 2026

- [North Days](https://north.example/)
  > Date: 15th - 17th April || Mode: In-person || Location: Town Hall, Brussels, Belgium.
- [Home Camp](https://home.example/)
  > Date: 20th April || Mode: Online || Location: Global
"""
TICKET = """# North Days

## About you
* **Name**: Ada
* **What do you do?** (2-3 sentences): Talks.

## About the event
* **Event name(s)**: North Days 2026
* **Event dates**<!--e.g. from 1 to 2 March-->: from 29 January to 1 February, 2026
* **Event location(s)**: Brussels, Belgium
* **Event URL(s)**: https://north.example/2026/ and https://north.example/fringe
"""


def days_of(paste: EventPaste) -> list[tuple[str, date, date]]:
    assert not paste.bad_rows, [row.row.errors for row in paste.bad_rows]
    facts = [row.row.facts for row in paste.rows if row.row.facts]
    return [(one.name, one.starts_on, one.ends_on) for one in facts]


def test_a_list_of_points_asks_for_its_year_once_and_guesses_it() -> None:
    asked = read_paste(LIST)
    assert (asked.asks_year, asked.year_guess, len(asked.bad_rows)) == (True, 2026, 2)
    paste = read_paste(LIST, year=2026)
    assert days_of(paste) == [
        ("North Days", date(2026, 4, 15), date(2026, 4, 17)),
        ("Home Camp", date(2026, 4, 20), date(2026, 4, 20)),
    ]
    first, second = (row.row.facts for row in paste.rows)
    assert first and second and not paste.asks_year
    assert (first.city, first.country, first.is_online) == ("Brussels", "Belgium", False)
    assert (first.url, first.note) == ("https://north.example/", "Place: Town Hall")
    assert second.is_online


@pytest.mark.parametrize("heading", ["## April 2026 :sparkles:", "<h2> April 2026 </h2>"])
def test_a_heading_of_a_month_and_a_year_completes_the_days_below_it(heading: str) -> None:
    text = f"{heading}\n{LIST}".replace("# Events 2026\n", "").replace("15th - 17th April", "15-17")
    assert days_of(read_paste(text))[0][1:] == (date(2026, 4, 15), date(2026, 4, 17))


def test_a_ticket_is_an_event_and_its_author_is_not() -> None:
    (row,) = read_paste(TICKET).rows
    facts = row.row.facts
    assert facts, row.row.errors
    assert (facts.name, facts.city, facts.country) == ("North Days 2026", "Brussels", "Belgium")
    assert (facts.starts_on, facts.ends_on) == (date(2026, 1, 29), date(2026, 2, 1))
    assert facts.url == "https://north.example/2026/"
    assert "https://north.example/fringe" in facts.note


def test_several_events_stand_in_one_text() -> None:
    text = "Event: A\nDate: 3 May 2027\nCity: Oslo\n\nEvent: B\nDate: 4 May 2027\nCity: Paris\n"
    assert [name for name, *_ in days_of(read_paste(text))] == ["A", "B"]


def test_a_table_without_years_keeps_what_it_says() -> None:
    text = "Event\tDate\nA\t28 Dec - 2 Jan\nB\t3 May 2025\n"
    assert read_paste(text).asks_year
    assert days_of(read_paste(text, year=2026)) == [
        ("A", date(2026, 12, 28), date(2027, 1, 2)),
        ("B", date(2025, 5, 3), date(2025, 5, 3)),
    ]


@pytest.mark.parametrize("part", ["<!--a-->", " ", "(a) ", " · ", "**"])
def test_a_long_line_is_read_at_once(part: str) -> None:
    """Where a part could belong to many signs, the ways to try would double with each."""
    line = "Key " + part * 5000 + "x"
    assert tabled(f"- **X**\n{line}\n{line}") == f"- **X**\n{line}\n{line}"
