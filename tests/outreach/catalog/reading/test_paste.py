"""Pasted tables are understood with a head or without; what is not understood is a note."""

from datetime import date

import pytest

from outreach.catalog.facts import EventFacts
from outreach.catalog.reading.paste import EventPaste, read_paste
from outreach.catalog.reading.table import Settled, guess_separator, split_table
from outreach.refusal import Refused


def facts_of(paste: EventPaste) -> list[EventFacts]:
    assert not paste.bad_rows, [row.row.errors for row in paste.bad_rows]
    return [row.row.facts for row in paste.rows if row.row.facts]


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a\tb\nc\td", "\t"),
        ("a;b\nc;d", ";"),
        ("a,b\nc,d", ","),
        ("Event\tCity\nX\tDenver, CO, USA\nY\tRaleigh, NC, USA", "\t"),
        ("X;Denver, CO\nY;Raleigh, NC", ";"),
        ("just words", "\t"),
    ],
)
def test_the_separator_is_guessed_by_counting(text: str, separator: str) -> None:
    assert guess_separator(text) == separator


def test_quoted_cells_hold_separators_quotes_and_line_ends() -> None:
    assert split_table('"a, ""b""","c\nd"\ne,f') == [['a, "b"', "c\nd"], ["e", "f"]]


def test_an_open_quote_does_not_swallow_the_rest() -> None:
    assert split_table('"a,b\nc,d') == [['"a', "b"], ["c", "d"]]


def test_ragged_rows_are_filled_and_empty_ones_left_out() -> None:
    assert split_table("a,b,c\r\n\r\nd\r ,, \n") == [["a", "b", "c"], ["d", "", ""]]


@pytest.mark.parametrize("text", ["x" * 400_001, "a\n" * 2001])
def test_a_paste_that_is_too_large_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="Split it"):
        split_table(text)


def test_heads_are_understood_in_several_spellings() -> None:
    text = "Conference;When;Location;Website;CFP deadline\nFOSDEM;1-2 Feb 2025;Brussels, Belgium;"
    (facts,) = facts_of(read_paste(text + "fosdem.org;1 Dec 2024"))
    assert (facts.name, facts.starts_on, facts.ends_on) == (
        "FOSDEM",
        date(2025, 2, 1),
        date(2025, 2, 2),
    )
    assert (facts.city, facts.country, facts.url) == ("Brussels", "Belgium", "https://fosdem.org")
    assert facts.cfp_closes_on == date(2024, 12, 1)


def test_whom_to_turn_to_and_the_manual_are_read() -> None:
    text = "Name;Date;Organiser;Organizer email;Exhibitor manual\nFOSDEM;1 Feb 2025;Info desk;"
    (facts,) = facts_of(read_paste(text + "info@fosdem.example, +32 1;fosdem.example/manual"))
    assert (facts.organiser, facts.organiser_contact, facts.manual_url) == (
        "Info desk",
        "info@fosdem.example, +32 1",
        "https://fosdem.example/manual",
    )


def test_without_a_head_columns_are_known_by_what_is_in_them() -> None:
    text = (
        "SC24,2024-11-17,2024-11-22,Atlanta,USA,https://sc24.supercomputing.org,2024-04-01\n"
        "FOSDEM,2025-02-01,2025-02-02,Brussels,Belgium,https://fosdem.org,2024-12-01\n"
    )
    paste = read_paste(text)
    assert paste.roles == ("name", "start", "end", "city", "country", "url", "cfp_end")
    assert facts_of(paste)[0].ends_on == date(2024, 11, 22)


@pytest.mark.parametrize(
    ("cell", "city", "country"),
    [
        ("Rust, Germany", "Rust", "Germany"),
        ("Denver, CO, USA", "Denver, CO", "USA"),
        ("Raleigh, NC", "Raleigh, NC", None),
        ("London, UK", "London", "UK"),
        ("Germany", None, "Germany"),
        ("Denver", "Denver", None),
    ],
)
def test_city_and_country_may_share_a_cell(
    cell: str, city: str | None, country: str | None
) -> None:
    (facts,) = facts_of(read_paste(f"Event\tDate\tWhere\nX\t2024-07-28\t{cell}"))
    assert (facts.city, facts.country) == (city, country)


@pytest.mark.parametrize(
    ("cell", "is_online"),
    [("yes", True), ("Hybrid", True), ("in-person", False), ("no", False), ("?", None)],
)
def test_words_for_online(cell: str, is_online: bool | None) -> None:
    (facts,) = facts_of(read_paste(f"Event\tDate\tOnline\nX\t2024-07-28\t{cell}"))
    assert facts.is_online is is_online


def test_a_place_that_says_online_is_online() -> None:
    (facts,) = facts_of(read_paste("Event\tDate\tWhere\nX\t2024-07-28\tOnline"))
    assert (facts.is_online, facts.city) == (True, None)


def test_what_is_not_understood_is_a_note() -> None:
    text = (
        "Event\tDate\tBudget\tURL\tOnline\tNotes\tCFP\n"
        "X\t2024-07-28\t500 EUR\tsee wiki\tperhaps\task Ann\trolling"
    )
    (facts,) = facts_of(read_paste(text))
    assert facts.note == (
        "Budget: 500 EUR · Web address: see wiki · Online: perhaps · ask Ann · CFP: rolling"
    )
    assert (facts.url, facts.is_online, facts.cfp_closes_on) == (None, None, None)


def test_a_cfp_column_holds_an_address_or_a_day_or_nothing() -> None:
    text = "Event\tDate\tCFP\nA\t2024-07-28\thttps://cfp.example.org\nB\t2024-07-28\t1 May 2024\n"
    one, two, three = facts_of(read_paste(text + "C\t2024-07-28\tTBD"))
    assert one.cfp_url == "https://cfp.example.org"
    assert two.cfp_closes_on == date(2024, 5, 1)
    assert (three.cfp_url, three.cfp_closes_on, three.note) == (None, None, "")


def test_the_sentence_stands_beside_the_bad_cell() -> None:
    paste = read_paste("Event\tDate\tCity\nA\t2024-07-28\tDenver\nB\t31 Feb 2024\tDenver\n")
    (bad,) = paste.bad_rows
    assert bad.row.number == 2
    assert [cell.error for cell in bad.cells] == [
        None,
        "“31 Feb 2024” is no day of the calendar.",
        None,
    ]


def test_a_corrected_cell_is_read_instead() -> None:
    text = "Event\tDate\nA\t2024-07-28\nB\tsoon\n"
    paste = read_paste(text, Settled(cells={(2, 1): "28 Feb 2024"}))
    assert facts_of(paste)[1].starts_on == date(2024, 2, 28)
    assert paste.rows[1].cells[1].is_mended


def test_a_form_sends_unchanged_cells_and_cells_that_are_not_there() -> None:
    text = "Event\tDate\nA\t2024-07-28\n"
    sent = {(1, 1): "2024-07-28", (9, 1): "x", (1, 9): "x", (0, 0): "x"}
    paste = read_paste(text, Settled(cells=sent))
    assert [cell.is_mended for cell in paste.rows[0].cells] == [False, False]
    assert facts_of(paste)[0].name == "A"


def test_an_order_that_nobody_can_tell_is_asked_for() -> None:
    text = "Event\tDate\nA\t03/04/2024\n"
    assert read_paste(text).order == "ask"
    assert read_paste(text).bad_rows
    assert facts_of(read_paste(text, order="day"))[0].starts_on == date(2024, 4, 3)


def test_the_order_is_settled_over_all_columns_of_dates() -> None:
    text = "Event\tStart\tEnd\nA\t03/04/2024\t05/04/2024\nB\t30/04/2024\t01/05/2024\n"
    paste = read_paste(text)
    assert paste.order == "day"
    assert facts_of(paste)[0].starts_on == date(2024, 4, 3)


def test_columns_that_a_person_settled_win() -> None:
    paste = read_paste("A\tB\nFOSDEM\t2025-02-01", Settled(["name", "start"]))
    assert paste.bad_rows[0].row.number == 1
    assert paste.rows[1].row.facts is not None


def test_columns_without_which_nothing_can_be_read_are_named() -> None:
    assert read_paste("FOSDEM\nSCaLE").missing == ("start",)


def test_nothing_pasted_is_no_rows() -> None:
    assert read_paste(" \n\n").rows == ()


@pytest.mark.parametrize(
    "text",
    ["Event\tDate\nX\t28.07.2024 - 1.8.2024", "Event\tStart\tEnd\nX\t28.07.2024\t01.08.2024"],
)
def test_a_span_in_one_cell_or_two(text: str) -> None:
    (facts,) = facts_of(read_paste(text))
    assert (facts.starts_on, facts.ends_on) == (date(2024, 7, 28), date(2024, 8, 1))


def test_hostile_text_is_read_and_bounded(shared_data) -> None:
    import json

    strings = json.loads((shared_data / "naughty/blns.json").read_text(encoding="utf-8"))
    lines = "\n".join(f"{' '.join(text.split())}\t2024-07-28" for text in strings)
    for row in read_paste("Event\tDate\n" + lines).rows:
        assert row.row.facts or row.row.errors


@pytest.mark.parametrize(
    ("closes", "is_slip"), [("2027-05-04", False), ("2027-05-05", True), ("2028-01-31", True)]
)
def test_a_call_that_closes_after_the_event_wants_a_look(closes: str, is_slip: bool) -> None:
    text = f"Name,Date,End,CFP closes\nLate Call,2027-05-03,2027-05-04,{closes}"
    [row] = read_paste(text).rows
    assert bool(row.row.errors) is is_slip
    assert (row.cells[3].error or "").startswith("The call would close on") is is_slip
