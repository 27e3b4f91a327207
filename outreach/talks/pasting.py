"""Reads talks that people paste from a spreadsheet: columns guessed, errors cell by cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.talks import LONGEST_TITLE
from outreach.calendars.clock import say_figure
from outreach.catalog.reading.columns import is_unknown
from outreach.catalog.reading.pasted import Outcome, PastedTable, RowReader
from outreach.catalog.reading.table import OpenTable, Settled, open_table
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.talks.pasted_columns import (
    LANGUAGE,
    LONGEST_ABSTRACT,
    MEANINGS,
    Role,
    guess_roles,
    read_level,
    read_minutes,
)


@dataclass(frozen=True, slots=True)
class TalkGround:
    """By what a table is read: titles that stand, and segments by what they are called."""

    titles: frozenset[str] = frozenset()
    segments: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True)
class TypedTalk:
    """A talk as a row has it; its people are names still."""

    facts: Mapping[str, Any]
    speakers: tuple[str, ...]
    owner: str


TalkPaste = PastedTable[Role, TypedTalk]


def say_talks(count: int) -> str:
    """Say how many talks: "14 talks"."""
    return ngettext("%(talks)s talk", "%(talks)s talks", count, talks=say_figure(count))


def read_talks(text: str, ground: TalkGround, settled: Settled[Role]) -> TalkPaste:
    """Read a pasted table of talks; a title that stands in the library already is left alone."""
    table = open_table(text, settled, MEANINGS.by_heads, guess_roles)
    lines = _TalkReader(table, ground).read(settled.left_out)
    question = "" if "title" in table.roles else _("Which column holds the titles?")
    return PastedTable(table.roles, table.heads, lines, say_talks, question)


class _TalkReader(RowReader[Role, TypedTalk]):
    """Reads one row after the other; a title counts once."""

    def __init__(self, table: OpenTable[Role], ground: TalkGround) -> None:
        super().__init__(table)
        self.segments = ground.segments or {}
        self.seen = set(ground.titles)

    def outcome(self, row: TypedTalk) -> Outcome:
        title = row.facts["title"].casefold()
        if title in self.seen:
            return "same"
        self.seen.add(title)
        return "new"

    def cell(self, cells: Sequence[str], role: Role) -> str:
        text = super().cell(cells, role)
        return "" if is_unknown(text) else text

    def row(self, cells: Sequence[str]) -> TypedTalk:
        title = " ".join(self.cell(cells, "title").split())
        if not title or len(title) > LONGEST_TITLE:
            most = LONGEST_TITLE
            self.wrong["title"] = _("A title has 1 to %(most)s letters.", most=say_figure(most))
        abstract = self.cell(cells, "abstract")
        if len(abstract) > LONGEST_ABSTRACT:
            most = LONGEST_ABSTRACT
            self.wrong["abstract"] = _("Keep it under %(most)s letters.", most=say_figure(most))
        facts: dict[str, Any] = {
            "title": title,
            "abstract": abstract,
            "segments": self._segments(cells),
        }
        facts |= {"minutes": None, "level": None, "language": None}
        if length := self.cell(cells, "minutes"):
            facts["minutes"] = read_minutes(length)
            if facts["minutes"] is None:
                self.wrong["minutes"] = _("“%(text)s” is no length like 45 min.", text=length[:40])
        if level := self.cell(cells, "level"):
            facts["level"] = read_level(level)
            if facts["level"] is None:
                self.wrong["level"] = _("“%(text)s” is no level like beginner.", text=level[:40])
        if language := self.cell(cells, "language"):
            facts["language"] = language
            if not re.fullmatch(LANGUAGE, language) or len(language) > 35:
                self.wrong["language"] = _("“%(text)s” is no code like en.", text=language[:40])
        return TypedTalk(facts, split_cell(self.cell(cells, "speakers")), self.cell(cells, "owner"))

    def _segments(self, cells: Sequence[str]) -> list[int]:
        found, names = list[int](), list[str]()
        for part in map(str.strip, re.split(r"[;\n]", self.cell(cells, "segments"))):
            names += [part] if part.casefold() in self.segments else split_cell(part)
        for name in dict.fromkeys(names):
            number = self.segments.get(name.casefold())
            if number is None:
                self.wrong["segments"] = _("“%(text)s” is no segment of yours.", text=name[:40])
            else:
                found.append(number)
        return found


def split_cell(cell: str) -> tuple[str, ...]:
    """Return the names in one cell: with commas, semicolons, "and" or "&" between them."""
    parts = (" ".join(part.split()) for part in re.split(r"[,;\n/&]|\band\b|\bund\b", cell))
    return tuple(dict.fromkeys(part for part in parts if part))
