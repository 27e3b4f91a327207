"""Reads a pasted money table: who asked what for which event, what was spent, what was paid."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models import MoneyLine, MoneyRequest
from outreach.amounts.money import Money
from outreach.amounts.reading import read_amount
from outreach.calendars.clock import say_figure
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.columns import is_unknown
from outreach.catalog.reading.dates import DayOrder, NoDate, read_span, settle_order
from outreach.catalog.reading.pasted import Outcome, PastedTable, RowReader
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.costs.sums import put_amount, refuse_too_much
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.money.pasted_columns import AMOUNTS, DAYS, MEANINGS, Role, guess_roles
from outreach.refusal import Refused

GONE = frozenset(["withdrawn", "withdrew", "cancelled", "canceled", "declined"])
LONGEST_NOTE = 300
NEAR_DAYS = 14
"""So far from an event the days of a journey to it may lie."""


@dataclass(frozen=True, slots=True)
class KnownEvent:
    """An event of the foundation, as a table may name it."""

    id: int
    name: str
    starts: date
    ends: date


@dataclass(frozen=True, slots=True)
class Ledger:
    """By what a table is read: the usual currency, our events and people, what is there."""

    currency: str
    own: str
    """The foundation's, in which requests are added up."""
    today: date
    events: Sequence[KnownEvent] = ()
    people: Mapping[str, int] = field(default_factory=dict)
    """Numbers by folded names."""
    asked: Collection[tuple[int, int]] = ()
    """People and events for which there is a request."""


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """What a row of the table says."""

    name: str
    person_id: int | None
    """None for somebody who is not on the list yet."""
    event: KnownEvent
    what: str
    amounts: Mapping[str, Money | None]
    state: str
    days: Mapping[str, date | None]
    link: str | None
    note: str


MoneyPaste = PastedTable[Role, MoneyRow]


def read_paste(text: str, ledger: Ledger, settled: Settled[Role]) -> MoneyPaste:
    """Read a pasted money table; a row that does not add up is bad."""
    table = open_table(text, settled, MEANINGS.by_heads, guess_roles)
    dated = [n for n, role in enumerate(table.roles) if role in (*DAYS, "dates")]
    order = settle_order(line[n] for line in table.lines for n in dated)
    reader = _MoneyReader(table, ledger, "day" if order == "ask" else order)
    lines = reader.read(settled.left_out)
    return PastedTable(table.roles, table.heads, lines, say_rows, _question(table.roles))


def say_rows(count: int) -> str:
    """Say how many rows: "14 rows"."""
    return ngettext("%(rows)s row", "%(rows)s rows", count, rows=say_figure(count))


def _question(roles: Collection[Role]) -> str:
    """Ask for the columns that say who asked, and for what, unless they are there."""
    is_named = {"name", "first", "last"} & set(roles)
    return "" if is_named and "event" in roles else _("Which columns hold the name and the event?")


class _MoneyReader(RowReader[Role, MoneyRow]):
    """Reads one row after the other."""

    near = ("name", "first", "event")

    def __init__(self, table: OpenTable[Role], ledger: Ledger, order: DayOrder | None) -> None:
        super().__init__(table)
        self.ledger, self.order = ledger, order

    def outcome(self, row: MoneyRow) -> Outcome:
        return "same" if (row.person_id, row.event.id) in self.ledger.asked else "new"

    def cell(self, cells: Sequence[str], role: Role) -> str:
        text = super().cell(cells, role)
        return "" if is_unknown(text) else text

    def row(self, cells: Sequence[str]) -> MoneyRow:
        parts = [self.cell(cells, role) for role in ("first", "last")]
        name = " ".join((self.cell(cells, "name") or " ".join(parts)).split())
        if not name or len(name) > 200:
            raise WrongCell("name", _("Say who asked."))
        event = self._event(cells)
        amounts, is_gone = self._amounts(cells)
        notes = [text for text, role in zip(cells, self.table.roles, strict=True) if role == "note"]
        link = self.cell(cells, "link").partition(" ")[0]
        return MoneyRow(
            name=name,
            person_id=self.ledger.people.get(fold_name(name)),
            event=event,
            what=(self.cell(cells, "what") or _("Travel"))[:120],
            amounts=amounts,
            state="withdrawn" if is_gone else _state_by(amounts),
            days={role: self.day_in(cells, role) for role in DAYS},
            link=link if link.startswith(("https://", "http://")) and len(link) <= 500 else None,
            note=" · ".join(text for text in notes if not is_unknown(text))[:LONGEST_NOTE],
        )

    def _event(self, cells: Sequence[str]) -> KnownEvent:
        """Find the event that a row names; of several the one near its days."""
        name, dates = self.cell(cells, "event"), self.cell(cells, "dates")
        if not name:
            raise WrongCell("event", _("Say for which event."))
        events = self.ledger.events
        named = [one for one in events if fold_name(one.name) == fold_name(name)]
        named = named or [one for one in events if _is_named(one, name)]
        if not named:
            raise WrongCell(
                "event",
                _("No event called “%(name)s” is on your list: add it first.", name=name[:60]),
            )
        if len(named) == 1:
            return named[0]
        near = [one for one in named if self._is_near(one, dates)]
        if len(near) == 1:
            return near[0]
        raise WrongCell(
            "event",
            _("Several events are called “%(name)s”: write the year behind it.", name=name[:60]),
        )

    def _is_near(self, event: KnownEvent, dates: str) -> bool:
        try:
            span = read_span(dates, self.order)
        except NoDate:
            return False
        apart = max((span.first - event.ends).days, (event.starts - span.last).days)
        return apart <= NEAR_DAYS

    def _amounts(self, cells: Sequence[str]) -> tuple[dict[str, Money | None], bool]:
        """Read the amounts of a row, held against each other; and whether it was withdrawn."""
        amounts: dict[str, Money | None] = {}
        is_gone = False
        for role in AMOUNTS:
            text = self.cell(cells, role)
            is_gone = is_gone or text.casefold() in GONE
            amounts[role] = None
            if text and text.casefold() not in GONE:
                try:
                    amounts[role] = read_amount(text, self.ledger.currency)
                except Refused as refusal:
                    raise WrongCell(role, refusal.sentence) from refusal
        self._refuse_what_does_not_add_up(amounts)
        return amounts, is_gone

    def _refuse_what_does_not_add_up(self, amounts: Mapping[str, Money | None]) -> None:
        line = MoneyLine(what=_("Travel"), is_per_diem=False)
        for step, money in amounts.items():
            put_amount(line, step, money)
        request = MoneyRequest(currency=self.ledger.own, rates=[])
        held: tuple[Role, ...] = ("authorised",)
        if amounts["estimated"] is not None:
            held = ("approved", "authorised")
        for role in held:
            money = amounts[role]
            try:
                if money is not None:
                    refuse_too_much(request, line, role, money)
            except Refused as refusal:
                raise WrongCell(role, refusal.sentence) from refusal


def _is_named(event: KnownEvent, text: str) -> bool:
    """Tell whether a text names an event, with its year behind it or not."""
    own = fold_name(event.name)
    return fold_name(text) in (own, f"{own} {event.starts.year}")


def _state_by(amounts: Mapping[str, Any]) -> str:
    """Tell how far a request of former times came, by the last amount that is known."""
    ends = {"authorised": "settled", "spent": "spent", "approved": "approved"}
    return next((state for step, state in ends.items() if amounts[step] is not None), "wanted")
