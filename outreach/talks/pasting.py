"""Reads talks that people paste from a spreadsheet: columns guessed, errors cell by cell."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from models.talks import LONGEST_TITLE
from outreach.calendars.clock import say_figure
from outreach.catalog.reading.columns import is_unknown
from outreach.catalog.reading.paste import say_bad_rows
from outreach.catalog.reading.table import (
    OpenTable,
    Settled,
    TableCell,
    Understood,
    open_table,
)
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.talks.pasted_columns import (
    LANGUAGE,
    LONGEST_ABSTRACT,
    Role,
    guess_roles,
    head_roles,
    read_level,
    read_minutes,
)

Outcome = Literal["new", "same", "bad", "left out"]


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


@dataclass(frozen=True, slots=True)
class PastedTalk:
    """One row of the table: its cells, the talk read from them, and what will happen."""

    number: int
    cells: tuple[TableCell, ...]
    outcome: Outcome
    talk: TypedTalk | None = None


@dataclass(frozen=True, slots=True)
class TalkPaste(Understood[Role]):
    """A pasted table of talks as it was understood."""

    lines: tuple[PastedTalk, ...]

    def of(self, outcome: Outcome) -> list[PastedTalk]:
        """Return the rows to which this happens."""
        return [line for line in self.lines if line.outcome == outcome]

    @property
    def headline(self) -> str:
        """Say what somebody must do about it: "2 of 14 rows need another look."."""
        if bad := len(self.of("bad")):
            return say_bad_rows(bad, len(self.lines))
        if new := len(self.of("new")):
            return ngettext("%(talks)s talk is ready.", "%(talks)s talks are ready.", new,
                            talks=say_figure(new))  # fmt: skip
        return _("Nothing is new here.")

    @property
    def say_wanted(self) -> str:
        """Say what would be added: "14 talks"."""
        return say_talks(len(self.of("new")) + len(self.of("bad")))

    @property
    def say_leaving(self) -> str:
        """Say on a button what is added, and what is left out."""
        new, bad = len(self.of("new")), len(self.of("bad"))
        return _("Add %(new)s, leave out %(bad)s", new=new, bad=bad)

    @property
    def lacks_titles(self) -> bool:
        """Tell whether no column holds the titles."""
        return "title" not in self.roles


def say_talks(count: int) -> str:
    """Say how many talks: "14 talks"."""
    return ngettext("%(talks)s talk", "%(talks)s talks", count, talks=say_figure(count))


def read_talks(text: str, ground: TalkGround, settled: Settled[Role]) -> TalkPaste:
    """Read a pasted table of talks; a title that stands in the library already is left alone."""
    table = open_table(text, settled, head_roles, guess_roles)
    reader = _TalkReader(table, ground, settled.left_out)
    lines = tuple(reader.read(number, row) for number, row in enumerate(table.lines, start=1))
    return TalkPaste(table.roles, table.heads, lines)


class _TalkReader:
    """Reads one row after the other; a title counts once."""

    def __init__(
        self, table: OpenTable[Role], ground: TalkGround, left_out: Collection[int]
    ) -> None:
        self.table, self.roles, self.left_out = table, table.roles, left_out
        self.segments = ground.segments or {}
        self.seen = set(ground.titles)

    def read(self, number: int, row: Sequence[str]) -> PastedTalk:
        cells: dict[Role, str] = {
            role: "" if is_unknown(cell) else cell
            for role, cell in zip(self.roles, row, strict=True)
            if role != "aside"
        }
        wrong: dict[Role, str] = {}
        talk = self._talk(cells, wrong)
        errors = {self._column(role): sentence for role, sentence in wrong.items()}
        outcome = self._outcome(number, talk, wrong)
        shown = self.table.cells(number, errors)
        return PastedTalk(number, shown, outcome, None if wrong else talk)

    def _outcome(self, number: int, talk: TypedTalk, wrong: Mapping[Role, str]) -> Outcome:
        if number in self.left_out:
            return "left out"
        if wrong:
            return "bad"
        title = talk.facts["title"].casefold()
        if title in self.seen:
            return "same"
        self.seen.add(title)
        return "new"

    def _column(self, role: Role) -> int:
        return self.roles.index(role) if role in self.roles else 0

    def _talk(self, cells: Mapping[Role, str], wrong: dict[Role, str]) -> TypedTalk:
        """Read the cells of a row; what cannot be right is said in `wrong`."""
        title = " ".join(cells.get("title", "").split())
        if not title or len(title) > LONGEST_TITLE:
            most = LONGEST_TITLE
            wrong["title"] = _("A title has 1 to %(most)s letters.", most=say_figure(most))
        abstract = cells.get("abstract", "")
        if len(abstract) > LONGEST_ABSTRACT:
            most = LONGEST_ABSTRACT
            wrong["abstract"] = _("Keep it under %(most)s letters.", most=say_figure(most))
        facts: dict[str, Any] = {
            "title": title,
            "abstract": abstract,
            "segments": self._segments(cells, wrong),
        }
        facts |= {"minutes": None, "level": None, "language": None}
        if length := cells.get("minutes", ""):
            facts["minutes"] = read_minutes(length)
            if facts["minutes"] is None:
                wrong["minutes"] = _("“%(text)s” is no length like 45 min.", text=length[:40])
        if level := cells.get("level", ""):
            facts["level"] = read_level(level)
            if facts["level"] is None:
                wrong["level"] = _("“%(text)s” is no level like beginner.", text=level[:40])
        if language := cells.get("language", ""):
            facts["language"] = language
            if not re.fullmatch(LANGUAGE, language) or len(language) > 35:
                wrong["language"] = _("“%(text)s” is no code like en.", text=language[:40])
        return TypedTalk(facts, split_cell(cells.get("speakers", "")), cells.get("owner", ""))

    def _segments(self, cells: Mapping[Role, str], wrong: dict[Role, str]) -> list[int]:
        found = []
        for name in split_cell(cells.get("segments", "")):
            number = self.segments.get(name.casefold())
            if number is None:
                wrong["segments"] = _("“%(text)s” is no segment of yours.", text=name[:40])
            else:
                found.append(number)
        return found


def split_cell(cell: str) -> tuple[str, ...]:
    """Return the names in one cell: with commas, semicolons, "and" or "&" between them."""
    parts = (" ".join(part.split()) for part in re.split(r"[,;\n/&]|\band\b|\bund\b", cell))
    return tuple(dict.fromkeys(part for part in parts if part))
