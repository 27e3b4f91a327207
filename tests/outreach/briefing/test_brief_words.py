"""The brief's words: a line each, back as they were typed, never more than fit a page."""

from collections.abc import Callable

import pytest

from models import Brief
from outreach.briefing.words import (
    LONGEST_LINE,
    MOST_LETTERS,
    Lines,
    check_letters,
    read_contacts,
    read_links,
    read_points,
    read_questions,
    write_lines,
)
from outreach.refusal import Refused

READERS = {
    "points": read_points,
    "questions": read_questions,
    "contacts": read_contacts,
    "links": read_links,
}


@pytest.mark.parametrize(
    ("reader", "line", "parts"),
    [
        (read_points, "It is yours. Nobody sells it.", ["It is yours.", "Nobody sells it."]),
        (read_points, "It is yours", ["It is yours", ""]),
        (read_points, "  Two \t spaces.  here ", ["Two spaces.", "here"]),
        (read_questions, "Is it safe? Take a spare one.", ["Is it safe?", "Take a spare one."]),
        (read_questions, "No mark at all", ["No mark at all", ""]),
        (read_contacts, "Help: Lin Example, 555-0100", ["Help", "Lin Example", "555-0100"]),
        (read_contacts, "Keys, parcels: Noor, 555", ["Keys, parcels", "Noor", "555"]),
        (read_contacts, "Help: Lin", ["Help", "Lin", ""]),
        (read_contacts, "Help", ["Help", "", ""]),
        (read_links, "Call: https://x.example.org/a", ["Call", "https://x.example.org/a"]),
    ],
)
def test_a_line_is_read(reader: Callable[[str], Lines], line: str, parts: list[str]) -> None:
    (found,) = reader(f"\n{line}\n\n")
    assert list(found.values()) == parts


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("points", "It is yours. Nobody sells it.\nA head alone"),
        ("questions", "Is it safe? Take a spare one."),
        ("contacts", "Help: Lin Example, 555-0100\nKeys, parcels: Noor"),
        ("links", "Call: https://x.example.org/a?b=c"),
    ],
)
def test_what_was_typed_comes_back(part: str, text: str) -> None:
    lines = {name: reader("") for name, reader in READERS.items()}
    lines[part] = READERS[part](text)
    written = write_lines(Brief(**lines))
    assert written[part].strip() == text.strip()
    assert READERS[part](written[part]) == lines[part]


@pytest.mark.parametrize(
    ("part", "lines", "fits"),
    [
        *((part, 3, True) for part in ("points", "questions", "contacts")),
        *((part, 4, False) for part in ("points", "questions", "contacts")),
        ("links", 3, True),
        ("links", 4, False),
    ],
)
def test_no_more_lines_than_fit(part: str, lines: int, fits: bool) -> None:
    text = "\n".join(["a: https://x.example.org"] * lines)
    if fits:
        assert len(READERS[part](text)) == lines
    else:
        with pytest.raises(Refused, match="lines fit on the page") as refusal:
            READERS[part](text)
        assert refusal.value.field == part


def test_no_longer_than_a_line() -> None:
    assert read_points("x" * LONGEST_LINE)
    with pytest.raises(Refused, match="to 120 characters"):
        read_points("x" * (LONGEST_LINE + 1))


def test_no_more_letters_than_the_page_holds() -> None:
    fits = {
        "points": [{"head": "x" * 100, "text": "x" * 500}],
        "links": [{"label": "x" * 300, "url": "x" * (MOST_LETTERS - 900)}],
    }
    check_letters(fits)
    with pytest.raises(Refused, match="they have 1001") as refusal:
        check_letters(fits | {"contacts": [{"what": "x", "who": "", "phone": ""}]})
    assert refusal.value.field == "points"


@pytest.mark.parametrize(
    "line", ["Call: nowhere", "https://x.example.org", "x: javascript:alert(1)"]
)
def test_a_link_is_a_web_address(line: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_links(line)
    assert refusal.value.field == "links"
