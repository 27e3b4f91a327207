"""Text as folded words with their places, so that every match can be shown verbatim."""

import re
from functools import lru_cache

# Letters and digits part company, so that "RHEL9", "RHEL 9" and "rhel-9" are the same two words.
WORD = re.compile(r"[^\W\d_]+|\d+")
CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z]{2})|[A-Z]?[a-z]+|[A-Z]+")


class Words:
    """The folded words of a text, and the way back to how the text spells them."""

    __slots__ = ("_spans", "_text", "folded")

    def __init__(self, text: str, folded: list[str], spans: list[tuple[int, int]] | None) -> None:
        """Keep the words; spans that are None are looked up when somebody asks for a quote."""
        self.folded, self._text, self._spans = folded, text, spans

    def quote(self, first: int, after: int) -> str:
        """Return the text from one word up to another, which is left out, as it is written."""
        if self._spans is None:
            self._spans = [match.span() for match in WORD.finditer(self._text)]
        return self._text[self._spans[first][0] : self._spans[after - 1][1]]


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """Return the word in lower case without a plural ending."""
    lowered = word.lower()
    if len(lowered) > 3 and lowered.endswith("s") and not lowered.endswith(("ss", "us", "is")):
        return lowered[:-1]
    return "vm" if lowered == "vms" else lowered


def read_words(text: str) -> Words:
    """Return the words of the text in order."""
    return Words(text, list(map(fold, WORD.findall(text))), None)


def fold_phrase(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase; phrases that differ in spelling only come out equal."""
    return tuple(map(fold, WORD.findall(phrase)))


def split_names(text: str) -> Words:
    """Return the parts of names written in camel case, as in "DroidCalib", three letters or longer.

    Repository names are often two words run together; shorter parts ("xArm") mislead.
    """
    folded: list[str] = []
    spans: list[tuple[int, int]] = []
    for whole in WORD.finditer(text):
        parts = list(CAMEL.finditer(text, *whole.span()))
        if len(parts) > 1 and min(len(part[0]) for part in parts) > 2:
            folded.extend(fold(part[0]) for part in parts)
            spans.extend(part.span() for part in parts)
    return Words(text, folded, spans)
