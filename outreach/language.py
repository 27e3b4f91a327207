"""The language that sentences are said in: English as they are written, others from a file each."""

import gettext as catalogs
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language that the sentences are written in."""
NAMES: Mapping[str, str] = {
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "ja": "日本語",
}
"""Those that a reader may choose, as their own speakers call them."""
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


def choose(wanted: Iterable[str]) -> str | None:
    """Return the first language that we speak of those that a reader wants, `de` for `de-CH`."""
    codes = (one.replace("_", "-").partition("-")[0].lower() for one in wanted)
    return next((code for code in codes if code in NAMES), None)


def file_of(code: str) -> Path:
    """Return where a language's sentences are."""
    return FILES / code / "LC_MESSAGES" / f"{DOMAIN}.po"


@lru_cache
def _catalog(code: str) -> catalogs.NullTranslations:
    """Read a language once, as translators write it: there is no compiled file to forget."""
    file = file_of(code)
    if code == SOURCE or not file.exists():
        return catalogs.NullTranslations()
    with file.open("rb") as lines:
        catalog = read_po(lines, locale=code)
    for one in list(catalog):
        if isinstance(one.string, tuple | list) and not all(one.string):
            catalog.delete(one.id, one.context)  # it would count in English by the forms of ours
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return catalogs.GNUTranslations(compiled)


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
