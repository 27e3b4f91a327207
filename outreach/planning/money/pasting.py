"""Reads a pasted money table: who asked what for which event, what was spent, what was paid."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from models import MoneyLine, MoneyRequest
from outreach.amounts.money import Money
from outreach.amounts.reading import read_amount
from outreach.calendars.clock import say_count
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.columns import is_unknown
from outreach.catalog.reading.dates import DayOrder, NoDate, read_day, read_span, settle_order
from outreach.catalog.reading.outcomes import Outcome, say_outcomes, those_of
from outreach.catalog.reading.paste import say_bad_rows
from outreach.catalog.reading.table import (
    OpenTable,
    Settled,
    TableCell,
    Understood,
    WrongCell,
    open_table,
)
from outreach.language import gettext as _
from outreach.planning.money.pasted_columns import AMOUNTS, DAYS, Role, guess_roles, head_roles
from outreach.planning.money.sums import put_amount, refuse_too_much
from outreach.refusal import Refused

GONE = frozenset(["withdrawn", "withdrew", "cancelled", "canceled", "declined"])
LONGEST_NOTE = 300
NEAR_COLUMNS = ("name", "first", "event")
"""Where a cell is mended whose own column the table has not."""
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


@dataclass(frozen=True, slots=True)
class PastedMoney:
    """One row of the table: its cells, what was read from it, and what will happen."""

    number: int
    cells: tuple[TableCell, ...]
    outcome: Outcome
    row: MoneyRow | None = None


@dataclass(frozen=True, slots=True)
class MoneyPaste(Understood[Role]):
    """A pasted money table as it was understood."""

    lines: tuple[PastedMoney, ...]

    def of(self, outcome: Outcome) -> list[PastedMoney]:
        """Return the rows to which this happens."""
        return those_of(self.lines, outcome)

    @property
    def headline(self) -> str:
        """Say what somebody must do about it."""
        bad, new = len(self.of("bad")), len(self.of("new"))
        if bad:
            return say_bad_rows(bad, len(self.lines))
        return (
            say_count("%(Number)s row is ready.", "%(Number)s rows are ready.", new)
            if new
            else (_("Nothing is new here."))
        )

    @property
    def said(self) -> str:
        """Say the counts."""
        return say_outcomes(self.lines)

    @property
    def say_leaving(self) -> str:
        """Say on a button what is added, and what is left out."""
        new, bad = len(self.of("new")), len(self.of("bad"))
        return _("Add %(new)s, leave out %(bad)s", new=new, bad=bad)

    @property
    def lacks_columns(self) -> bool:
        """Tell whether no column can say who asked, or for what."""
        roles = set(self.roles)
        return not roles & {"name", "first", "last"} or "event" not in roles


def read_paste(text: str, ledger: Ledger, settled: Settled[Role]) -> MoneyPaste:
    """Read a pasted money table; a row that does not add up is bad."""
    table = open_table(text, settled, head_roles, guess_roles)
    dated = [n for n, role in enumerate(table.roles) if role in (*DAYS, "dates")]
    order = settle_order(line[n] for line in table.lines for n in dated)
    reader = _MoneyReader(table, ledger, settled.left_out, "day" if order == "ask" else order)
    lines = tuple(reader.read(number, row) for number, row in enumerate(table.lines, start=1))
    return MoneyPaste(table.roles, table.heads, lines)


class _MoneyReader:
    """Reads one row after the other."""

    def __init__(
        self,
        table: OpenTable[Role],
        ledger: Ledger,
        left_out: Collection[int],
        order: DayOrder | None,
    ) -> None:
        self.table, self.roles, self.ledger = table, table.roles, ledger
        self.left_out, self.order = left_out, order
        self.asked = set(ledger.asked)

    def read(self, number: int, cells: Sequence[str]) -> PastedMoney:
        row, errors = None, {}
        try:
            row = self._row(cells)
        except WrongCell as wrong:
            errors = {self.table.column_of(wrong.role, *NEAR_COLUMNS): str(wrong)}
        return PastedMoney(
            number, self.table.cells(number, errors), self._outcome(number, row), row
        )

    def _outcome(self, number: int, row: MoneyRow | None) -> Outcome:
        if number in self.left_out:
            return "left out"
        if row is None:
            return "bad"
        return "same" if (row.person_id, row.event.id) in self.asked else "new"

    def _cell(self, cells: Sequence[str], role: Role) -> str:
        text = cells[self.roles.index(role)].strip() if role in self.roles else ""
        return "" if is_unknown(text) else text

    def _row(self, cells: Sequence[str]) -> MoneyRow:
        parts = [self._cell(cells, role) for role in ("first", "last")]
        name = " ".join((self._cell(cells, "name") or " ".join(parts)).split())
        if not name or len(name) > 200:
            raise WrongCell("name", _("Say who asked."))
        event = self._event(cells)
        amounts, is_gone = self._amounts(cells)
        notes = [text for text, role in zip(cells, self.roles, strict=True) if role == "note"]
        link = self._cell(cells, "link").partition(" ")[0]
        return MoneyRow(
            name=name,
            person_id=self.ledger.people.get(fold_name(name)),
            event=event,
            what=(self._cell(cells, "what") or _("Travel"))[:120],
            amounts=amounts,
            state="withdrawn" if is_gone else _state_by(amounts),
            days={role: self._day(cells, role) for role in DAYS},
            link=link if link.startswith(("https://", "http://")) and len(link) <= 500 else None,
            note=" · ".join(text for text in notes if not is_unknown(text))[:LONGEST_NOTE],
        )

    def _event(self, cells: Sequence[str]) -> KnownEvent:
        """Find the event that a row names; of several the one near its days."""
        name, dates = self._cell(cells, "event"), self._cell(cells, "dates")
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
            text = self._cell(cells, role)
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

    def _day(self, cells: Sequence[str], role: Role) -> date | None:
        text = self._cell(cells, role)
        try:
            return read_day(text, self.order) if text else None
        except NoDate as error:
            raise WrongCell(role, str(error)) from error


def _is_named(event: KnownEvent, text: str) -> bool:
    """Tell whether a text names an event, with its year behind it or not."""
    own = fold_name(event.name)
    return fold_name(text) in (own, f"{own} {event.starts.year}")


def _state_by(amounts: Mapping[str, Any]) -> str:
    """Tell how far a request of former times came, by the last amount that is known."""
    ends = {"authorised": "settled", "spent": "spent", "approved": "approved"}
    return next((state for step, state in ends.items() if amounts[step] is not None), "wanted")
