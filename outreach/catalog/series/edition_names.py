"""Strips what changes from edition to edition, so that "SCaLE 22x" reads as "scale"."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+[+#]*")
_YEAR = re.compile(r"(19|20)\d\d")
_ORDINAL = re.compile(r"\d+(st|nd|rd|th|x)")
_GLUED_YEAR = re.compile(r"([a-z]{2,})'?((?:19|20)\d\d|[0-3]\d)")
_ROMAN = re.compile(r"(?:x{1,3}(?:ix|iv|v?i{0,3})|ix|iv|vi{0,3}|i{2,3})")


def word_set(words: str) -> frozenset[str]:
    """Read a list of words as people write it: with spaces between them."""
    return frozenset(words.split())


EDITION_WORDS = word_set(
    "the a annual edition volume vol virtual online hybrid live onsite in at of and spring fall"
    " autumn summer winter january february march april may june july august september october"
    " november december q1 q2 q3 q4"
)
REGION_WORDS = word_set(
    "africa america americas asia apac australia austria belgium brazil canada china colombia"
    " denmark eu europe european emea finland france germany global greece india international"
    " ireland italy japan kenya korea latam latin mexico na nepal netherlands nigeria nordic"
    " nordics north norway pacific poland portugal singapore south spain sweden switzerland"
    " taiwan thailand turkey uk us usa vietnam west east world york new"
)


def fold(text: str) -> str:
    """Bring spellings together: case, accents and odd spaces do not make another name."""
    if text.isascii():
        return text.lower()
    text = text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l")
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def name_words(name: str) -> list[str]:
    """Split a name into words without its edition: years, ordinals, "22x", "SC24" → "sc"."""
    words = _WORD.findall(fold(name).replace("&", " and "))
    kept = [_without_year(word) for word in words]
    kept = [word for word in kept if word and word != "annual" and word != "edition"]
    while len(kept) > 1 and (_ROMAN.fullmatch(kept[-1]) or re.fullmatch(r"\d{1,2}", kept[-1])):
        kept.pop()
    return kept or words


def _without_year(word: str) -> str:
    if _YEAR.fullmatch(word) or _ORDINAL.fullmatch(word):
        return ""
    glued = _GLUED_YEAR.fullmatch(word)
    return glued.group(1) if glued else word


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """Return the key under which all editions and spellings of a name meet."""
    words = name_words(name)
    return "".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def is_edition_detail(words: list[str]) -> bool:
    """Tell whether these words only say which edition: a region, a season, "online"."""
    return all(word in EDITION_WORDS or word in REGION_WORDS or word == "+" for word in words)
