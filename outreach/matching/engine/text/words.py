"""Turns text into comparable words: spellings brought together, compound names taken apart."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from outreach.catalog.series.edition_names import REGION_WORDS, fold, word_set
from outreach.matching.engine.text.lexicon import BROAD_WORDS, CANON, OCCASION_WORDS, STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:\+\+|#)?")
_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_EDITION = re.compile(r"(19|20)\d\d|\d+(st|nd|rd|th|x)|\d{1,2}")
_AFFIX = re.compile(r"^(?:euro|asia|afri|latin|nordic)?(.{3,}?)(?:con|conf|fest|days?|tage?|camp)$")
# One product, one word: their halves would speak of something else.
_WHOLE = word_set(
    "javascript typescript wordpress github gitlab postgresql mysql nosql devops graphql youtube"
    " openjdk almalinux coffeescript powershell devrel devsecops mlops"
)
LONGEST_GRAM = 3


def stem(word: str) -> str:
    """Take the plural off an English word; leave the rest alone."""
    if len(word) <= 3 or word.endswith(("ss", "us", "is", "os", "ics", "ops", "aas", "kubernetes")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") else word


_MEANINGS = {tuple(map(stem, words)): meaning for words, meaning in CANON.items()}
_LONGEST_SPELLING = max(map(len, _MEANINGS))


@lru_cache(maxsize=65536)
def phrase(text: str) -> tuple[str, ...]:
    """Return the words of a short text in order, each in the spelling that stands for its kind."""
    words = [stem(word) for word in _WORD.findall(fold(text))]
    return tuple(_canonical([word for word in words if not _EDITION.fullmatch(word)]))


def _canonical(words: list[str]) -> Iterator[str]:
    place = 0
    while place < len(words):
        for size in range(min(_LONGEST_SPELLING, len(words) - place), 0, -1):
            meaning = _MEANINGS.get(tuple(words[place : place + size]))
            if meaning:
                yield meaning
                place += size
                break
        else:
            yield words[place]
            place += 1


@lru_cache(maxsize=65536)
def compound_words(text: str) -> frozenset[str]:
    """Return the words inside compound names: "LinuxFest" holds linux, "EuroBSDcon" bsd."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        plain = fold(word)
        if plain in _WHOLE:
            continue
        parts = [fold(part) for part in _CAMEL.findall(word)]
        if len(parts) > 1:
            found.update(phrase(" ".join(part for part in parts if len(part) > 1)))
        bare = _AFFIX.match(plain)
        if bare:
            found.update(phrase(bare.group(1)))
    return frozenset(word for word in found if not is_empty(word))


def grams(words: tuple[str, ...]) -> set[str]:
    """Return the runs of one to three words that say something."""
    found: set[str] = set()
    for size in range(1, LONGEST_GRAM + 1):
        for place in range(len(words) - size + 1):
            run = words[place : place + size]
            if not (is_empty(run[0]) or is_empty(run[-1])):
                found.add(" ".join(run))
    return found


def is_empty(word: str) -> bool:
    """Tell whether a word says nothing about what an event is about."""
    return len(word) < 2 or word in STOP_WORDS or word in OCCASION_WORDS or word in REGION_WORDS


@lru_cache(maxsize=65536)
def breadth(gram: str) -> float:
    """Return the share of its weight that a gram keeps: broad words say little."""
    words = gram.split()
    broad = sum(word in BROAD_WORDS for word in words)
    if broad == len(words):
        return 0.12 if len(words) == 1 else 0.4
    return 1.0


def gram_weights(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Weigh the grams of several texts; a gram keeps the best weight that it gets."""
    weights: dict[str, float] = {}
    for text, weight in parts:
        for gram in grams(phrase(text)):
            if weights.get(gram, 0.0) < weight:
                weights[gram] = weight
    return weights


_ACRONYMS = word_set("hpc vfx ai llm iot ci cd sre hep cms ux sbc sbom iac msp gpu api bsd kde hci")
_SPELLED = {"".join(words): " ".join(words) for words in CANON if len(words) > 1}


@lru_cache(maxsize=65536)
def shown(gram: str) -> str:
    """Write a gram as a person would: "opensource" with its gap, "hpc" in capitals."""
    words = [_SPELLED.get(word, word) for word in gram.split()]
    return " ".join(word.upper() if word in _ACRONYMS else word for word in words)
