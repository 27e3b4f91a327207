"""Shows what an import of a pasted table would do, row by row, before anything is stored."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation
from outreach.calendars.clock import say_count, say_figure, say_number
from outreach.catalog.importing.import_rows import PASTE_BOX
from outreach.catalog.importing.plan import PlannedRow, foresee_duplicates, plan_import
from outreach.catalog.reading.columns import ROLE_WORDS, Role
from outreach.catalog.reading.paste import EventPaste, PastedRow, say_bad_rows
from outreach.language import gettext as _
from outreach.language import ngettext

Outcome = Literal["new", "duplicate", "change", "same", "bad", "left out"]
Part = Literal["name", "days", "place", "online", "cfp", "url", "note"]

PARTS: dict[Role, Part] = {
    "name": "name",
    "start": "days",
    "end": "days",
    "city": "place",
    "region": "place",
    "country": "place",
    "place": "place",
    "online": "online",
    "cfp": "cfp",
    "cfp_url": "cfp",
    "cfp_end": "cfp",
    "url": "url",
    "coc": "url",
}
"""Under which column of the preview the cells of a pasted column stand; others under notes."""
_MOST_PLAIN = 100
_MOST_SHOWN = 300
_WORDS = {
    "url": "web address",
    "starts_on": "first day",
    "ends_on": "last day",
    "is_online": "online",
    "cfp_url": "CFP address",
    "cfp_closes_on": "CFP closes",
    "coc_url": "code of conduct",
    "organiser_contact": "organiser's contact",
    "manual_url": "exhibitor manual",
}


@dataclass(frozen=True, slots=True)
class Input:
    """A cell that can be mended in place."""

    column: int
    label: str
    text: str
    error: str | None
    is_mended: bool


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One row of the preview: what it says, what it will do, and which cells can be mended."""

    number: int
    outcome: Outcome
    name: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    place: str = ""
    is_online: bool | None = None
    cfp_closes_on: date | None = None
    cfp_url: str | None = None
    url: str | None = None
    note: str = ""
    sentence: str = ""
    event_id: int | None = None
    event_name: str = ""
    inputs: Mapping[Part, Sequence[Input]] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Tell whether nobody needs to look at it."""
        return self.outcome in ("new", "same") and not self.inputs

    @property
    def is_touched(self) -> bool:
        """Tell whether a person left it out or mended a cell of it: the form must carry that."""
        mended = (one.is_mended for part in self.inputs.values() for one in part)
        return self.outcome == "left out" or any(mended)


def say_events(count: int) -> str:
    """Say how many events: "1 event", "1,200 events"."""
    return ngettext("%(figure)s event", "%(figure)s events", count, figure=say_figure(count))


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do; of very many rows only those that matter are shown."""

    paste: EventPaste
    lines: Sequence[PreviewLine]
    shown: Sequence[PreviewLine]

    @property
    def counts(self) -> Counter[str]:
        """Count the rows by what they would do."""
        return Counter(line.outcome for line in self.lines)

    @property
    def ask_for_column(self) -> str:
        """Ask for the column without which no event can be read; "" where none is missing."""
        if not self.paste.missing:
            return ""
        if "name" in self.paste.missing:
            return _("Which column holds the name?")
        return _("Which column holds the date?")

    @property
    def said(self) -> str:
        """Say the counts: "6 new, 1 that may be here already."."""
        words = {
            "new": "new",
            "duplicate": "that may be here already",
            "change": "with changes",
            "same": "here already",
            "left out": "left out",
        }
        counts = self.counts
        parts = [f"{counts[key]:,} {word}" for key, word in words.items() if counts[key]]
        return f"{', '.join(parts)}." if parts else ""

    @property
    def headline(self) -> str:
        """Say what somebody must do about it."""
        bad, wanted = self.counts["bad"], self.wanted
        if self.paste.order == "ask":
            return _("Say which comes first, the day or the month.")
        if self.paste.asks_year:
            return _("Say which year it is.")
        if bad:
            return say_bad_rows(bad, len(self.lines))
        if not wanted:
            return _("Every row is left out.")
        rows = say_figure(wanted)
        return ngettext("%(rows)s row is ready.", "%(rows)s rows are ready.", wanted, rows=rows)

    @property
    def say_mend(self) -> str:
        """Say why nothing was imported."""
        return ngettext(
            "Nothing was imported. Mend the marked cell, or leave that row out.",
            "Nothing was imported. Mend the marked cells, or leave those rows out.",
            self.counts["bad"],
        )

    @property
    def say_import(self) -> str:
        """Say on the button what is imported."""
        if self.counts["bad"]:
            return _("Import all, mended")
        return _("Import %(events)s", events=say_events(self.wanted))

    @property
    def say_leaving(self) -> str:
        """Say on a button what is imported and what is left out; "" where that is no choice."""
        bad = self.counts["bad"]
        ready = self.wanted - bad
        named = {"ready": say_figure(ready), "bad": say_figure(bad)}
        return _("Import %(ready)s, leave out %(bad)s", **named) if bad and ready else ""

    @property
    def say_more(self) -> str:
        """Say how many rows are not shown; "" where all are."""
        more = len(self.lines) - len(self.shown)
        return ngettext("and %(figure)s more row like these.",
                        "and %(figure)s more rows like these.", more,
                        figure=say_figure(more)) if more else ""  # fmt: skip

    @property
    def wanted(self) -> int:
        """Count the rows that are not left out."""
        return len(self.lines) - self.counts["left out"]


def preview_paste(
    session: Session, foundation: Foundation, paste: EventPaste, left_out: Collection[int] = ()
) -> Preview:
    """Plan the rows that are not left out, without writing anything."""
    rows = [one.row for one in paste.rows if one.row.number not in left_out]
    steps = plan_import(session, foundation, rows, PASTE_BOX)
    repeats = foresee_duplicates(session, foundation, steps)
    names = _names(session, steps, [event_id for _, event_id in repeats.values() if event_id])
    planned = {step.row.number: step for step in steps}
    lines = []
    for pasted in paste.rows:
        number = pasted.row.number
        what = _left_out() if number in left_out else _told(pasted, planned, repeats, names)
        lines.append(_line(pasted, paste.roles, what))
    return Preview(paste, lines, _shown(lines))


@dataclass(frozen=True, slots=True)
class _Told:
    outcome: Outcome
    sentence: str = ""
    event_id: int | None = None
    event_name: str = ""


def _left_out() -> _Told:
    return _Told("left out", "Left out.")


def _told(
    pasted: PastedRow,
    planned: Mapping[int, PlannedRow],
    repeats: Mapping[int, tuple[str, int | None]],
    names: Mapping[int, str],
) -> _Told:
    """Say what a row will do."""
    number = pasted.row.number
    if pasted.row.errors:
        return _Told("bad", "Needs another look.")
    if number not in planned:
        return _Told("same", "Repeats another row, word by word.")
    if number in repeats:
        sentence, event_id = repeats[number]
        return _Told("duplicate", sentence, event_id, names.get(event_id or 0, "another row"))
    step = planned[number]
    if step.source is None:
        return _Told("new", "New.")
    event_id = step.source.event_id
    words = [_WORDS.get(column, column) for column in step.changes if column in _SAID]
    if words:
        return _Told("change", f"Changes: {', '.join(words)}.", event_id, names[event_id])
    return _Told("same", "Here already, nothing changes.", event_id, names[event_id])


_SAID = frozenset(
    "name starts_on ends_on url city country is_online topics languages cfp_url cfp_closes_on"
    " coc_url organiser organiser_contact manual_url note".split()
)
"""Columns whose change is worth a word; the others follow from them."""


def _names(session: Session, steps: Sequence[PlannedRow], more: Sequence[int]) -> dict[int, str]:
    wanted = {step.source.event_id for step in steps if step.source} | set(more)
    rows = session.execute(select(Event.id, Event.name).where(Event.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _line(pasted: PastedRow, roles: Sequence[Role], told: _Told) -> PreviewLine:
    facts, record = pasted.row.facts, pasted.row.record
    city, country = record.get("city") or "", record.get("country") or ""
    starts_on = facts.starts_on if facts else _day(record.get("startDate"))
    return PreviewLine(
        number=pasted.row.number,
        outcome=told.outcome,
        name=record.get("name") or "",
        starts_on=starts_on,
        ends_on=facts.ends_on if facts else _day(record.get("endDate")) or starts_on,
        place=", ".join(part for part in (city, country) if part),
        is_online=record.get("online"),
        cfp_closes_on=_day(record.get("cfpEndDate")),
        cfp_url=record.get("cfpUrl"),
        url=record.get("url"),
        note=record.get("note") or "",
        sentence=told.sentence,
        event_id=told.event_id,
        event_name=told.event_name,
        inputs=_inputs(pasted, roles),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _inputs(pasted: PastedRow, roles: Sequence[Role]) -> dict[Part, list[Input]]:
    """Offer the cells to mend that are wrong or were mended before."""
    found: dict[Part, list[Input]] = {}
    for number, (cell, role) in enumerate(zip(pasted.cells, roles, strict=True)):
        if cell.error or cell.is_mended:
            wanted = Input(number, ROLE_WORDS[role], cell.text, cell.error, cell.is_mended)
            found.setdefault(PARTS.get(role, "note"), []).append(wanted)
    return found


def _shown(lines: Sequence[PreviewLine]) -> list[PreviewLine]:
    """Choose the lines to show: all that a person touched, most that matter, some others."""
    plain, matter = 0, 0
    shown = []
    for line in lines:
        plain += line.is_plain
        matter += not line.is_plain
        few = plain <= _MOST_PLAIN if line.is_plain else matter <= _MOST_SHOWN
        if few or line.is_touched:
            shown.append(line)
    return shown


def say_nothing_imported(bad: int) -> str:
    """Say above the box what it is for, or why nothing came of what was pasted."""
    return (
        say_count(
            "Nothing was imported: %(number)s row needs another look.",
            "Nothing was imported: %(number)s rows need another look.",
            bad,
        )
        if bad
        else _("Paste the events you have.")
    )


def say_more_rows(count: int) -> str:
    """Say how many bad rows are not shown; "" where all are."""
    return ngettext("and %(num)s more row.", "and %(num)s more rows.", count) if count > 0 else ""


def say_more_events(count: int) -> str:
    """Say how many events are not shown; "" where all are."""
    return _("and %(figure)s more.", figure=say_figure(count)) if count > 0 else ""


def say_created(created: int, pairs: int) -> str:
    """Say what an import brought: "12 events are on the list; two may be here twice."."""
    named = {"figure": say_figure(created), "pairs": say_number(pairs)}
    if not pairs:
        return ngettext("%(figure)s event is on the list.", "%(figure)s events are on the list.",
                        created, **named)  # fmt: skip
    return ngettext("%(figure)s event is on the list; %(pairs)s may be here twice.",
                    "%(figure)s events are on the list; %(pairs)s may be here twice.",
                    created, **named)  # fmt: skip


def say_changed(count: int) -> str:
    """Say how many records changed at their source; "" where none did."""
    return ngettext("%(figure)s record changed at the source since last time.",
                    "%(figure)s records changed at the source since last time.", count,
                    figure=say_figure(count)) if count else ""  # fmt: skip
