"""The language that sentences are said in: English as they are written, others from a file each."""

import gettext as catalogs
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

SOURCE = "en"
"""The language that the sentences are written in."""
FILES = Path(__file__).parent.parent / "data/languages"
DOMAIN = "whereabouts"
_SPOKEN = ContextVar("language", default=SOURCE)


def current() -> str:
    """Return the code of the language that is spoken now."""
    return _SPOKEN.get()


@contextmanager
def spoken(code: str) -> Iterator[None]:
    """Say everything within in this language."""
    before = _SPOKEN.set(code)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


@lru_cache
def _catalog(code: str) -> catalogs.NullTranslations:
    return catalogs.translation(DOMAIN, FILES, [code], fallback=True)


def catalog() -> catalogs.NullTranslations:
    """Return the sentences of the language that is spoken now; what it lacks stays English."""
    return _catalog(_SPOKEN.get())


def gettext(sentence: str, /, **named: Any) -> str:
    """Say a sentence, with what its `%(places)s` stand for."""
    said = catalog().gettext(sentence)
    return said % named if named else said


class SaidLater:
    """A sentence of a form or a table: said when it is shown, in the language of that moment."""

    def __init__(self, sentence: str, named: dict[str, Any] | None = None) -> None:
        self.sentence, self.named = sentence, named or {}

    def __str__(self) -> str:
        return gettext(self.sentence, **self.named)

    def __mod__(self, named: dict[str, Any]) -> str:
        return gettext(self.sentence, **{**self.named, **named})


def N_(sentence: str, /, **named: Any) -> Any:  # noqa: N802 - as those who collect sentences know it
    """Mark a sentence where no language is known yet; say it with `str`, or let a page do so."""
    return SaidLater(sentence, named)


def ngettext(one: str, many: str, num: int, /, **named: Any) -> str:
    """Say a sentence that counts, as the language does for this number."""
    return catalog().ngettext(one, many, num) % {"num": num, **named}


def pgettext(meaning: str, word: str, /, **named: Any) -> str:
    """Say a word that has more than one meaning."""
    said = catalog().pgettext(meaning, word)
    return said % named if named else said
