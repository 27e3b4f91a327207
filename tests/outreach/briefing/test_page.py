"""What fits one printed page, by the lengths of the texts."""

import pytest

from outreach.briefing.page import CARD, COLUMN, PrintedAsk, Room, Texts, fit_page, lines

SHORT = PrintedAsk("Does it crash?", ["It crashes at start.", "matched: Houdini"])
TALL = PrintedAsk("Does it crash?", ["x" * 3 * CARD] * 8)
LINE = "x" * (2 * COLUMN)


def fit(**parts: object) -> Room:
    return fit_page(Texts(**({"headline": "Does it crash?", "intro": "Meet ten."} | parts)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("x", 1), ("x" * 10, 1), ("x" * 11, 2), ("日" * 5, 1), ("日" * 6, 2)],
)
def test_lines_are_counted_by_letters(text: str, count: int) -> None:
    assert lines(text, 10) == count


def test_an_empty_page_has_room_for_nothing_to_print() -> None:
    assert fit() == Room()


@pytest.mark.parametrize(
    ("cards", "shown"),
    [((), 0), ((SHORT,), 1), ((SHORT, SHORT), 2), ((SHORT,) * 3, 2), ((TALL, TALL), 1)],
)
def test_a_second_card_is_shown_where_the_rest_keeps_room(
    cards: tuple[PrintedAsk, ...], shown: int
) -> None:
    assert fit(cards=cards).cards == shown


def test_a_code_beside_a_card_needs_its_height() -> None:
    coded = PrintedAsk(SHORT.question, SHORT.lines, has_code=True)
    rows = [fit(cards=[card], further=[LINE * 3] * 6).further for card in (SHORT, coded)]
    assert rows[1] < rows[0]


def test_the_first_card_is_shown_whatever_it_takes() -> None:
    assert fit(cards=[PrintedAsk("x" * 300, ["x" * 900] * 9)]).cards == 1


def test_a_card_that_does_not_fit_becomes_a_line() -> None:
    assert fit(cards=[SHORT, TALL]).further == 1
    assert fit(cards=[SHORT, SHORT]).further == 0


def test_people_come_before_talks_and_leave_issues_some_room() -> None:
    room = fit(cards=[TALL], rows=[""] * 6, talks=[LINE] * 2, further=[LINE] * 6)
    assert room.rows == 5
    assert room.further < 6
    assert fit(cards=[TALL], rows=[""] * 6, talks=[LINE] * 2).rows == 6


@pytest.mark.parametrize(
    ("part", "most"), [("rows", 8), ("talks", 2), ("further", 6), ("points", 9)]
)
def test_a_list_has_its_end(part: str, most: int) -> None:
    assert getattr(fit(**{part: ["x"] * 9}), part) == most


def test_our_own_words_give_way_in_turn_and_are_counted() -> None:
    texts = {"points": [LINE] * 3, "questions": [LINE] * 3, "links": [LINE] * 2}
    assert fit(**texts).left_out == 0
    room = fit(cards=[TALL], rows=[""] * 5, **texts)
    assert 0 < room.left_out == 8 - room.points - room.questions - room.links
    assert min(room.points, room.questions, room.links) >= 1


def test_a_part_ends_where_one_does_not_fit() -> None:
    """A short line after a long one is not taken in its place."""
    room = fit(cards=[TALL], points=["x", "x" * 5000, "x"])
    assert (room.points, room.left_out) == (1, 2)


def test_more_on_the_page_never_makes_room() -> None:
    sizes = [
        fit(cards=cards, contacts=contacts, further=[LINE] * 6).further
        for cards, contacts in (
            ((), ()),
            ((SHORT,), ()),
            ((SHORT,), ["Ada Example, 555-0100"] * 3),
            ((TALL,), ["x" * 150] * 3),
        )
    ]
    assert sizes == sorted(sizes, reverse=True)
