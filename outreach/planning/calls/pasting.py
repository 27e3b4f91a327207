"""Reads calls that people paste from a spreadsheet, and keeps those that are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Foundation, Person
from outreach.accounts import history
from outreach.calendars.clock import opening, say_figure, say_full_moment
from outreach.catalog.facts import address_error, read_address
from outreach.catalog.reading.dates import DayOrder
from outreach.catalog.reading.endings import Ending
from outreach.catalog.reading.named_events import (
    EventNamed,
    find_events,
    find_named,
    refuse_off,
    refuse_over,
)
from outreach.catalog.reading.pasted import Outcome, PastedTable, RowReader, order_of
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.locking import wait_for_others
from outreach.planning.calls.closing import MARKS, say_ending
from outreach.planning.calls.edit import LONGEST_TAKES, TypedCall, columns_of, write_call
from outreach.planning.calls.pasted_columns import MEANINGS, Role, guess_roles, read_kind
from outreach.refusal import Refused

ENDING_COLUMNS = frozenset(["closes", "zone", "word", "last_day", "closes_at", "marks"])
"""What an ending is kept in, all of it or nothing."""


@dataclass(frozen=True, slots=True)
class CallSetting:
    """By what a table is read: the events, their calls, the zone and the order of a batch."""

    events: Sequence[EventNamed]
    standing: Mapping[tuple[int, str, str], Call]
    """The calls there are, by event, kind and name."""
    today: date
    assumed: str = ""
    order: DayOrder | None = None


@dataclass(frozen=True, slots=True)
class PastedCall:
    """What a row says of a call."""

    event: EventNamed
    columns: Mapping[str, Any]
    call: Call | None = None
    """The one that it changes, or repeats."""

    @property
    def ending(self) -> Ending:
        """Return the ending that was read."""
        told = self.columns
        return Ending(
            told.get("word"),
            told.get("last_day"),
            told.get("closes_at"),
            told.get("zone", ""),
            frozenset(told.get("marks", ())),
        )

    def say_closing(self, today: date) -> str:
        """Say when it closes, as it was read."""
        return say_ending(self.ending, today)

    def say_instant(self) -> str:
        """Say the instant, and what is unsure of it."""
        marks = [opening(str(MARKS[mark])) for mark in sorted(self.ending.marks)]
        instant = self.ending.until
        if instant is None:
            return " ".join(f"{mark}." for mark in marks)
        said = [say_full_moment(instant) + " UTC"]
        if self.ending.at is None:
            said = [_("Perhaps until %(instant)s", instant=said[0])]
        return " ".join(f"{one}." for one in (*said, *marks))


CallPaste = PastedTable[Role, PastedCall]


def say_calls(count: int) -> str:
    """Say how many calls: "1 call"."""
    return ngettext("%(figure)s call", "%(figure)s calls", count, figure=say_figure(count))


def find_setting(
    session: Session, foundation: Foundation, today: date, assumed: str, order: DayOrder | None
) -> CallSetting:
    """Gather what a table of calls is read by: our events, what is still to come first."""
    events = find_events(session, foundation)
    events.sort(key=lambda one: (one.ends_on < today, abs(one.starts_on - today)))
    ours = Call.foundation_id == foundation.id
    standing = {(call.event_id, call.kind, call.name): call
                for call in session.scalars(select(Call).where(ours))}  # fmt: skip
    return CallSetting(events, standing, today, assumed, order)


def read_paste(text: str, setting: CallSetting, settled: Settled[Role]) -> CallPaste:
    """Read a pasted table of calls; an event that stands once holds for the rows below it."""
    table = open_table(text, settled, MEANINGS.by_heads, guess_roles)
    found = order_of(table, ("begins", "closes", "opens", "told"))
    order = setting.order or (None if found == "ask" else found)
    lines = _CallReader(table, setting, order).read(settled.left_out)
    is_open = found == "ask" and order is None
    first = _("Say which comes first, the day or the month.") if is_open else ""
    return PastedTable(table.roles, table.heads, lines, say_calls, _question(table.roles), first)


def _question(roles: Sequence[Role]) -> str:
    """Ask for the column without which no call can be read, if one is missing."""
    if "event" not in roles:
        return _("Which column names the event?")
    return "" if "closes" in roles else _("Which column says when it closes?")


def keep_paste(
    session: Session, foundation: Foundation, paste: CallPaste, by: Person, real: datetime
) -> history.Entry:
    """Add the new calls of a table and change those that changed, in one act."""
    wait_for_others(session, foundation.id)
    with history.act(session, real, by, foundation, "pasted calls") as act:
        for row in paste.ready:
            if row.call is not None:
                write_call(row.call, _told(row.columns))
            else:
                call = Call(foundation_id=foundation.id, event_id=row.event.id, **row.columns)
                session.add(call)
        session.flush()
        act.detail["name"] = say_calls(len(paste.ready))
    return act.entry


_ROLE_OF_FIELD: dict[str | None, Role] = {"closes": "closes", "opens_on": "opens"}


class _CallReader(RowReader[Role, PastedCall]):
    """Reads one row after the other; an event that stands once holds for the rows below it."""

    near = ("closes", "event")

    def __init__(
        self, table: OpenTable[Role], setting: CallSetting, order: DayOrder | None
    ) -> None:
        super().__init__(table)
        self.setting, self.order = setting, order
        self.event = ""
        self.seen: set[tuple[int, str, str]] = set()

    def row(self, cells: Sequence[str]) -> PastedCall:
        event = self._event(cells)
        columns = self._columns(cells, event)
        key = (event.id, columns["kind"], columns["name"])
        return PastedCall(event, columns, self.setting.standing.get(key))

    def outcome(self, row: PastedCall) -> Outcome:
        key = (row.event.id, row.columns["kind"], row.columns["name"])
        told, is_repeated = _told(row.columns), key in self.seen
        self.seen.add(key)
        call = row.call
        if is_repeated or (call and all(getattr(call, one) == told[one] for one in told)):
            return "same"
        return "new" if call is None else "change"

    def refuse(self, row: PastedCall) -> None:
        refuse_over(row.event, self.setting.today)
        refuse_off(row.event)

    def _event(self, row: Sequence[str]) -> EventNamed:
        self.event = self.cell(row, "event") or self.event
        begins = self.day_in(row, "begins")
        return find_named(self.event, self.setting.events, begins=begins)

    def _columns(self, row: Sequence[str], event: EventNamed) -> Mapping[str, Any]:
        kind = self.cell(row, "kind")
        url = self.cell(row, "url")
        if url and not read_address(url):
            raise WrongCell("url", address_error(url) or "")
        named = read_kind(kind) if kind else "talks"
        if named is None:
            raise WrongCell("kind", _("“%(word)s” is no kind of call known here.", word=kind[:40]))
        typed = TypedCall(
            named,
            self.cell(row, "closes"),
            self.cell(row, "zone"),
            self.setting.assumed,
            self.cell(row, "name")[:120],
            opens_on=self.day_in(row, "opens"),
            told_by=self.day_in(row, "told"),
            answer_by=self.day_in(row, "answer"),
            url=read_address(url) if url else None,
            takes=self.cell(row, "takes")[:LONGEST_TAKES],
        )
        try:
            return columns_of(typed, event.starts_on, event.timezone, self.order)
        except Refused as refusal:
            role = _ROLE_OF_FIELD.get(refusal.field, "closes")
            raise WrongCell(role, refusal.sentence) from refusal


def _told(columns: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a row tells of a call: what it leaves empty it does not take away."""
    told = {name: value for name, value in columns.items() if value or name in ENDING_COLUMNS}
    return {name: told[name] for name in told if columns["closes"] or name not in ENDING_COLUMNS}
