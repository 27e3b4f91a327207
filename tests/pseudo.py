"""A language in which every translated letter is one sign: what stays readable is untranslated.

Days, lists and numbers are Greek then, and so must be what people typed (`in_greek`).
"""

import gettext as catalogs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import Column, String, select, update
from sqlalchemy.orm import Mapper, Session

from models import Base
from outreach import language
from outreach.messages.outbox import WORD_JOINER
from outreach.messages.written import LINK_PLACE

LANGUAGE = "el"
LESS = "el_CY"
"""The same with some sentences only, so that neither is remembered for the other."""
SIGN = "ж"
PLACES = re.compile(r"(%\(\w+\)[sd]|\$\w+|<[^>]*>|&\w+;|https?://\S+|\S+@\S+)|[A-Za-z]")
LEFT = re.compile(r"[A-Za-z][A-Za-z’']+")
READ = ("aria-label", "title", "placeholder", "alt")
"""Attributes that somebody reads or hears."""
UNREAD = {"script", "style", "code", "kbd"}
AS_IT_IS = ("translate", "no")
"""On what is typed in the one spelling that the program reads, and on what other programs read."""
EMPTY = {"br", "col", "hr", "img", "input", "link", "meta", "wbr"}
TYPED = {"name", "short_name", "city", "country", "label", "note", "reason", "title", "symptom"}
"""Columns that hold what people typed, and pages show."""
NOT_SAID = re.compile(
    r"https?://\S+|webcal://\S+|\S+@\S+|\S+\.ics|\b[\w.-]+/\S+|\b\w*\d\w*|\b[0-9a-f]{8,}\b"
)
OURS = {"EUR", "Whereabouts", "Denver", "MB", "MDT", "MST", "CEST", "CET", "NZST", "UTC", "USD"}
"""Ours, and what is called so in every language."""


def said(sentence: str) -> str:
    """Translate: letters become signs, places for names stay."""
    return PLACES.sub(lambda found: found[1] or SIGN, sentence)


class Pseudo(catalogs.NullTranslations):
    """Knows every sentence that is asked for, or these only; another stays readable."""

    def __init__(self, only: frozenset[str] | None = None) -> None:
        super().__init__()
        self.only = only

    def gettext(self, message: str) -> str:
        return said(message) if self.only is None or message in self.only else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        form = msgid1 if n == 1 else msgid2
        return said(form) if self.only is None or msgid1 in self.only else form

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)


@contextmanager
def spoken(only: frozenset[str] | None = None) -> Iterator[None]:
    """Speak it, on pages and in letters; with these sentences only, where some are given."""
    known = (catalogs.NullTranslations(), Pseudo(only))
    code = LANGUAGE if only is None else LESS
    with pytest.MonkeyPatch.context() as patch, language.spoken(code):
        patch.setattr(language, "_catalog", lambda asked: known[asked == code])
        yield


def _typed() -> Iterator[tuple[Mapper[Any], Column[Any]]]:
    for mapper in Base.registry.mappers:
        for column in mapper.local_table.columns:
            if column.name in TYPED and isinstance(column.type, String):
                yield mapper, column


def typed(session: Session) -> set[str]:
    """Return the words that people typed."""
    texts = (session.scalars(select(column)) for _, column in _typed())
    return {word for rows in texts for text in rows if text for word in LEFT.findall(text)}


def in_greek(session: Session) -> None:
    """Let what people typed have no Latin letter."""
    for mapper, column in _typed():
        session.execute(update(mapper).values({column.name: "Αλφα"}).where(column != ""))


class _Texts(HTMLParser):
    """Gathers what is read of a page, without what says of itself that nobody translates it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.hidden: list[str] = []
        """What is open of which nothing is read, the outermost first."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kept = AS_IT_IS in attrs
        if not (kept or self.hidden):
            self.found += [value or "" for name, value in attrs if name in READ]
        if (kept or self.hidden or tag in UNREAD) and tag not in EMPTY:
            self.hidden.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.hidden and tag not in EMPTY:
            assert self.hidden.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


def untranslated(text: str) -> set[str]:
    """Return the words of a text that nobody translated."""
    return (
        set(LEFT.findall(NOT_SAID.sub(" ", text.replace(LINK_PLACE, "").replace(WORD_JOINER, ""))))
        - OURS
    )


def untranslated_in(page: str) -> set[str]:
    """Return the words of a page that nobody translated."""
    parser = _Texts()
    parser.feed(page)
    return untranslated(" ".join(parser.found))
