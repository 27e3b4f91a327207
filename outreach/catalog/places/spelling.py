"""Fold the many spellings of a name of a place into one key that can be compared and sorted."""

import re
import unicodedata

LONGEST_NAME = 200
"""Characters; nothing on earth is longer, and what is comes from a slip of the paste key."""

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)
_WORDS = {"st": "saint", "sankt": "saint", "ft": "fort", "mt": "mount"}
_DOT_BETWEEN_WORDS = re.compile(r"\.(?=\w{2})")
_DROPPED = re.compile("[.'’‘ʼʻ`´]")
_APART = re.compile(r"[\W_]+")


def fold_name(text: str) -> str:
    """Return the key of a name: "St. Gallen" → "saint gallen", "Łódź" → "lodz", "D.C." → "dc".

    Empty for anything without letters or digits and for anything longer than a name.
    """
    if len(text) > LONGEST_NAME:
        return ""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(mark for mark in plain if not unicodedata.combining(mark)).translate(_LETTERS)
    plain = _DROPPED.sub("", _DOT_BETWEEN_WORDS.sub(" ", plain))
    return " ".join(_WORDS.get(word, word) for word in _APART.split(plain) if word)
