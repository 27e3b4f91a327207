"""Text as folded words with their places, so that every match can be shown verbatim."""

import re
from functools import lru_cache
from typing import NamedTuple

# Letters and digits part company, so that "RHEL9", "RHEL 9" and "rhel-9" are the same two words.
WORD = re.compile(r"[^\W\d_]+|\d+")
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z]{2})|[A-Z]?[a-z]+|[A-Z]+")


class Words(NamedTuple):
    """The folded words of a text, and for each the half-open span it was read from."""

    folded: list[str]
    spans: list[tuple[int, int]]


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return the word in lower case without a plural ending."""
    lowered = word.lower()
    if len(lowered) > 3 and lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")):
        return lowered[:-1]
    return "vm" if lowered == "vms" else lowered


def read_words(text: str) -> Words:
    """Return the words of the text in order."""
    matches = list(WORD.finditer(text))
    return Words([fold(match[0]) for match in matches], [match.span() for match in matches])


def fold_phrase(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase; phrases that differ in spelling only come out equal."""
    return tuple(map(fold, WORD.findall(phrase)))


def split_names(text: str) -> Words:
    """Return the parts of names written in camel case, as in "DroidCalib", three letters or longer.

    Repository names are often two words run together; shorter parts ("xArm") mislead.
    """
    words = Words([], [])
    for whole in WORD.finditer(text):
        parts = list(CAMEL.finditer(text, *whole.span()))
        if len(parts) > 1 and min(len(part[0]) for part in parts) > 2:
            words.folded.extend(fold(part[0]) for part in parts)
            words.spans.extend(part.span() for part in parts)
    return words
