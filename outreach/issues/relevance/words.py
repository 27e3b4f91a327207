"""Text as folded words with their places, so that every match can be shown verbatim."""

import re
from functools import lru_cache
from typing import NamedTuple

# Letters and digits part company, so that "RHEL9", "RHEL 9" and "rhel-9" are the same two words.
WORD = re.compile(r"[^\W\d_]+|\d+")
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z]{2})|[A-Z]?[a-z]+|[A-Z]+")


class Word(NamedTuple):
    """One folded word and the half-open span of the text it was read from."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return the word in lower case without a plural ending."""
    lowered = word.lower()
    if len(lowered) > 3 and lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")):
        return lowered[:-1]
    return "vm" if lowered == "vms" else lowered


def read_words(text: str) -> list[Word]:
    """Return the words of the text in order."""
    return [Word(fold(m.group()), m.start(), m.end()) for m in WORD.finditer(text)]


def fold_phrase(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase; phrases that differ in spelling only come out equal."""
    return tuple(fold(m.group()) for m in WORD.finditer(phrase))


def split_names(text: str) -> list[Word]:
    """Return the parts of names written in camel case, as in "DroidCalib", three letters or longer.

    Repository names are often two words run together; shorter parts ("xArm") mislead.
    """
    found = []
    for whole in WORD.finditer(text):
        parts = list(CAMEL.finditer(whole.group()))
        if len(parts) < 2 or min(len(part.group()) for part in parts) < 3:
            continue
        shift = whole.start()
        found += [Word(fold(p.group()), shift + p.start(), shift + p.end()) for p in parts]
    return found
