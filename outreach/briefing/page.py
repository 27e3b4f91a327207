"""What fits one printed page: heights are estimated from the lengths of the texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from unicodedata import east_asian_width

from outreach.calendars.clock import say_count

HEIGHT = 955.0
"""Pixels (96 an inch) that may be filled: Letter leaves 965 between its margins, A4 more."""
LINE, ROW, HEAD, GAP = 17.7, 26.5, 27.0, 9.0
"""A line of text; a row of people or shifts; the head of a part; the space before one."""
BIG, QUESTION = 35.5, 26.0
"""A line of the headline, and of a further card's question."""
FRAME, QR = 46.0, 215.0
"""What surrounds the lines of a card; the least height of one with its code beside."""
WIDE, CARD, COLUMN, HEADLINE = 105, 75, 49, 38
"""Letters in a line: of the whole page, of a card, of half the page, of the headline."""
FIXED = 48 + 8 + 10 + 6 + GAP + 26
"""The head and the foot of the page, and the spaces around the headline."""
LEAST = 200.0
"""What a second card must leave for everything below the cards."""
MOST = {"rows": 8, "talks": 2, "further": 6}
MOST_CONTACTS = 3
ROWS_BESIDE_ISSUES = 5
"""Of people or shifts, where further issues want the place below them."""


@dataclass(frozen=True, slots=True)
class PrintedAsk:
    """An ask as it is printed: its question, a text for each line, and the code beside them."""

    question: str
    lines: Sequence[str]
    has_code: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that want to be on the page, each as it is printed."""

    headline: str
    intro: str = ""
    cards: Sequence[PrintedAsk] = ()
    rows: Sequence[str] = ()
    talks: Sequence[str] = ()
    further: Sequence[str] = ()
    points: Sequence[str] = ()
    questions: Sequence[str] = ()
    links: Sequence[str] = ()
    contacts: Sequence[str] = ()


@dataclass(slots=True)
class Room:
    """How many of each fit."""

    cards: int = 0
    rows: int = 0
    talks: int = 0
    further: int = 0
    points: int = 0
    questions: int = 0
    links: int = 0
    contacts: int = MOST_CONTACTS
    left_out: int = 0
    """Lines of our own words that did not fit."""

    @property
    def say_left_out(self) -> str:
        """Say it to who wrote them: "Two lines of your words do not fit the page:"."""
        return say_count(
            "%(Number)s line of your words does not fit the page:",
            "%(Number)s lines of your words do not fit the page:",
            self.left_out,
        )


def fit_page(texts: Texts) -> Room:
    """Choose what is printed: cards first, then both columns below them, each part in turn."""
    room = Room()
    left = HEIGHT - FIXED - BIG * lines(texts.headline, HEADLINE)
    left -= LINE * lines(texts.intro, WIDE) + _call(texts.contacts)
    for number, card in enumerate(texts.cards[:2]):
        height = _card(card, is_first=number == 0)
        if number and left - height < LEAST:
            break
        left -= height
        room.cards += 1
    # A card that does not fit stands as a line before the further issues.
    demoted = ["".join(card.lines)[: 3 * COLUMN] for card in texts.cards[room.cards : 2]]
    further = [*demoted, *texts.further]
    rows = texts.rows[:ROWS_BESIDE_ISSUES] if further else texts.rows
    below = _fill(room, left, {"rows": rows})
    _fill(room, below, {"talks": texts.talks, "further": further})
    own = {"points": texts.points, "questions": texts.questions, "links": texts.links}
    _fill(room, left, own)
    room.left_out = sum(len(items) - getattr(room, part) for part, items in own.items())
    return room


def lines(text: str, width: int) -> int:
    """Return how many lines of `width` letters a text takes; wide letters count twice."""
    letters = sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
    return ceil(letters / width)


def _card(card: PrintedAsk, *, is_first: bool) -> float:
    height = FRAME + sum(LINE * lines(text, CARD) + 4 for text in card.lines)
    if not is_first:
        height += 8 + QUESTION * lines(card.question, CARD * 2 // 3)
    return max(height, QR) if card.has_code else height


def _call(contacts: Sequence[str]) -> float:
    """Contacts stand side by side while they are short, else one below the other."""
    if not contacts:
        return 0.0
    if sum(len(text) for text in contacts) <= WIDE - 10:
        return GAP + 14 + 2 * LINE
    return GAP + 14 + sum(LINE * (1 + lines(text, WIDE)) for text in contacts)


def _fill(room: Room, height: float, parts: dict[str, Sequence[str]]) -> float:
    """Take one item of each part in turn; a part ends where one does not fit. Return the rest."""
    full: set[str] = set()
    for part, text in _in_turn(parts):
        taken = getattr(room, part)
        need = ROW if part == "rows" else LINE * lines(text, COLUMN) + 4
        need += 0 if taken else HEAD + GAP + (LINE if part == "rows" else 0)
        if part in full or taken >= MOST.get(part, len(parts[part])) or need > height:
            full.add(part)
            continue
        height -= need
        setattr(room, part, taken + 1)
    return height


def _in_turn(parts: dict[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for number in range(max((len(items) for items in parts.values()), default=0)):
        for part, items in parts.items():
            if number < len(items):
                yield part, items[number]
