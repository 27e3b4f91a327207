"""Finds whom a text names with an @, among those who can read it."""

import re
from collections.abc import Iterable, Mapping

from models.people import first_name_of


def spell_mentions(text: str, people: Mapping[int, str]) -> tuple[str, set[int]]:
    """Return the text with each name spelled out, and the numbers of those whom it names.

    `people` are numbers and whole names of those who can read it. A first name is enough where
    one of them alone has it; what names nobody stays as it is, and so does a mail address.
    """
    known = _spellings(people.items())
    if not known:
        return text, set()
    words = sorted(map(re.escape, known), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.@])@({'|'.join(words)})(?!\w)", re.IGNORECASE)
    found: set[int] = set()

    def spelled(one: re.Match[str]) -> str:
        number = known[one[1].casefold()]
        found.add(number)
        return f"@{people[number]}"

    return pattern.sub(spelled, text), found


def _spellings(people: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return the person whom each spelling means; what means two of them means nobody."""
    meant: dict[str, set[int]] = {}
    for number, name in people:
        for spelling in {name.casefold(), first_name_of(name).casefold()} - {""}:
            meant.setdefault(spelling, set()).add(number)
    return {word: numbers.pop() for word, numbers in meant.items() if len(numbers) == 1}
