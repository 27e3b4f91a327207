"""Which acts one page of a history shows: those of a week, or of one kind, the newest last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, true
from sqlalchemy.orm import Session

from models import Foundation
from outreach.accounts.history import Entry
from outreach.calendars.clock import opening, say_count, say_date, say_figure, say_opening_number
from outreach.catalog.importing.import_rows import IMPORTED
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.history.lines import Lines, select_lines

MOST_SHOWN = 25
WEEK, IMPORTS = "week", "imports"
KINDS: dict[str, ColumnElement[bool]] = {
    WEEK: true(),
    IMPORTS: Entry.act == IMPORTED,
    "people": Entry.person_id.is_not(None),
    "syncs": Entry.person_id.is_(None),
    "back": Entry.taken_back_at.is_not(None),
}
"""What can be asked for, and which acts that lets through."""

Found = Sequence[tuple[Entry, str | None]]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Acts in the order they were done, with how many there are before, after and besides."""

    kind: str
    rows: Found
    counts: dict[str, int]
    """Of each kind; every act is of some week."""
    earlier: int
    later: int
    since: datetime | None
    monday: date | None
    """Of the week that they are of, where only one was asked for."""

    @property
    def total(self) -> int:
        """Return how many acts there are of all kinds."""
        return self.counts[WEEK]

    @property
    def offered(self) -> dict[str, str]:
        """Return what else can be asked for, with its word on the page."""
        words = {
            WEEK: _("this week"),
            IMPORTS: _("imports"),
            "people": _("by people"),
            "syncs": _("by syncs"),
            "back": _("taken back"),
        }
        shown = (kind for kind in words if self.counts[kind] or kind in (WEEK, self.kind))
        return {kind: words[kind] for kind in shown}

    @property
    def says_earlier(self) -> str:
        """Say how many were done before these."""
        return _("%(count)s earlier:", count=say_figure(self.earlier))

    @property
    def word_for_earlier(self) -> str:
        """Say what comes before these: the week before, or more of the same."""
        if self.monday and len(self.rows) < MOST_SHOWN:
            return _("week before")
        return _("those before")

    @property
    def says_later(self) -> str:
        """Say how many were done after these."""
        return _("%(count)s later:", count=say_figure(self.later))

    @property
    def says_total(self) -> str:
        """Say how much is kept: "1,204 changes since 4 Jan 2023"."""
        if self.since is None:
            return ""
        return ngettext(
            "a change on %(day)s", "%(count)s changes since %(day)s", self.total,
            count=say_figure(self.total), day=say_date(self.since.date()),
        )  # fmt: skip

    def say(self, whose: str, today: date, going_back: int) -> str:
        """Say what the page holds: "Nine changes this week. Seven of them can go back."."""
        if not self.total:
            return _("Nothing was done yet.")
        what = opening(self._say_rows(today))
        if whose:
            what = _("%(whose)s: %(what)s", whose=whose, what=self._say_rows(today))
        if not self.rows:
            return f"{what}."
        return f"{what}. {_say_going(going_back, len(self.rows))}"

    def _say_rows(self, today: date) -> str:
        count = len(self.rows)
        if self.monday and self.monday + timedelta(7) > today:
            return say_count("one change this week", "%(number)s changes this week", count)
        if self.monday:
            return say_count(
                "one change in the week of %(day)s",
                "%(number)s changes in the week of %(day)s",
                count,
                day=say_date(self.monday),
            )
        match self.kind:
            case "imports":
                return say_count("one import", "%(number)s imports", count)
            case "people":
                return say_count("one change by people", "%(number)s changes by people", count)
            case "syncs":
                return say_count("one change by syncs", "%(number)s changes by syncs", count)
        return say_count("one change was taken back", "%(number)s changes were taken back", count)


def _say_going(going_back: int, count: int) -> str:
    """Say how many of the acts that are shown can be taken back."""
    if going_back == count:
        return ngettext("It can be taken back.", "All of them can be taken back.", count)
    if not going_back:
        return ngettext("It cannot be taken back.", "None of them can be taken back.", count)
    return _("%(number)s of them can be taken back.", number=say_opening_number(going_back))


def find_stretch(
    session: Session,
    foundation: Foundation,
    about: tuple[str, int] | None,
    kind: str,
    before: int,
) -> Stretch:
    """Return the newest acts of a kind; those before the line of a number, where it is not 0."""
    lines, condition = select_lines(foundation, about), KINDS[kind]
    asked = lines.where(condition).limit(MOST_SHOWN)
    if before:
        asked = asked.where(Entry.id < before)
    rows = [(row[0], row[1]) for row in session.execute(asked)]
    monday = None
    if kind == WEEK and rows:
        days = [entry.at.astimezone(foundation.zone).date() for entry, _who in rows]
        monday = days[0] - timedelta(days[0].weekday())
        rows = [row for row, day in zip(rows, days, strict=True) if day >= monday]
    return _counted(session, lines, kind, rows[::-1], monday)


def _counted(
    session: Session, lines: Lines, kind: str, rows: Found, monday: date | None
) -> Stretch:
    """Count what is shown and what is not, with one question."""
    first, last = (rows[0][0].id, rows[-1][0].id) if rows else (0, 0)
    counts = {name: func.count().filter(condition) for name, condition in KINDS.items()}
    counted = lines.order_by(None).with_only_columns(
        func.min(Entry.at),
        func.count().filter(KINDS[kind], Entry.id < first),
        func.count().filter(KINDS[kind], Entry.id > last) if rows else 0 * func.count(),
        *counts.values(),
        maintain_column_froms=True,
    )
    since, earlier, later, *found = session.execute(counted).one()
    return Stretch(kind, rows, dict(zip(counts, found, strict=True)), earlier, later, since, monday)
