"""Reads a pasted money table: who asked what for which event, what was spent, what was paid."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from models import MoneyLine, MoneyRate, MoneyRequest
from models.money import PAYERS
from outreach.amounts.currencies import read_currency
from outreach.amounts.money import Money, Rate
from outreach.amounts.reading import read_amount
from outreach.calendars.clock import say_figure
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.columns import is_unknown
from outreach.catalog.reading.dates import NoDate, read_day, read_span
from outreach.catalog.reading.pasted import Outcome, PastedTable, RowReader
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.costs.sums import put_amount, refuse_too_much
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.planning.money.pasted_columns import AMOUNTS, DAYS, MEANINGS, Role, guess_roles
from outreach.planning.money.requests import read_rate
from outreach.planning.money.states import WORDS
from outreach.refusal import Refused

GONE = frozenset(["withdrawn", "withdrew", "cancelled", "canceled", "declined"])
LONGEST_NOTE = 300
BETWEEN = re.compile(r"\s*;\s*|\s+\+\s+")
"""What stands between the events of one request."""
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
_RATE = re.compile(
    r"1 (?P<base>[A-Z]{3}) = (?P<value>[\d.,]{1,20}) (?P<quote>[A-Z]{3}) on (?P<day>.{4,30})",
    re.ASCII,
)
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
    others: tuple[KnownEvent, ...] = ()
    """Further events of the same request, where the row names them."""
    payer: str = "traveller"
    has_receipt: bool | None = None
    receipt_link: str | None = None
    approver_id: int | None = None
    rates: tuple[Rate, ...] = ()
    """What leads from other currencies to that of the request."""


MoneyPaste = PastedTable[Role, MoneyRow]


def read_paste(text: str, ledger: Ledger, settled: Settled[Role]) -> MoneyPaste:
    """Read a pasted money table; a row that does not add up is bad."""
    table = open_table(text, settled, MEANINGS.by_heads, guess_roles)
    reader = _MoneyReader(table, ledger)
    reader.settle_days(*DAYS, "dates")
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

    def __init__(self, table: OpenTable[Role], ledger: Ledger) -> None:
        super().__init__(table)
        self.ledger = ledger

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
        event, *others = self._events(cells)
        number = self.ledger.people.get(fold_name(name))
        amounts, is_gone = self._amounts(cells)
        rates = self._rates(cells)
        if (number, event.id) not in self.ledger.asked:
            self._refuse_what_does_not_add_up(amounts, rates)
        notes = [text for text, role in zip(cells, self.table.roles, strict=True) if role == "note"]
        return MoneyRow(
            name=name,
            person_id=number,
            event=event,
            what=(self.cell(cells, "what") or _("Travel"))[:120],
            amounts=amounts,
            state="withdrawn" if is_gone else self._state(cells) or _state_by(amounts),
            days={role: self.day_in(cells, role) for role in DAYS},
            link=self._address(cells, "link"),
            note=" · ".join(text for text in notes if not is_unknown(text))[:LONGEST_NOTE],
            others=tuple(others),
            payer=self._payer(cells),
            has_receipt=_YES_NO.get(fold_name(self.cell(cells, "receipt"))),
            receipt_link=self._address(cells, "receipt_link"),
            approver_id=self.ledger.people.get(fold_name(self.cell(cells, "approved_by"))),
            rates=rates,
        )

    def _rates(self, cells: Sequence[str]) -> tuple[Rate, ...]:
        """Read rates, one for each currency, into the one in which requests are added up."""
        rates: dict[str, Rate] = {}
        for text in filter(None, map(str.strip, self.cell(cells, "rates").split(";"))):
            try:
                rate = self._rate(text)
            except (NoDate, Refused) as wrong:
                raise WrongCell("rates", str(wrong)) from wrong
            rates[rate.base] = rate
        return tuple(rates.values())

    def _rate(self, text: str) -> Rate:
        own, found = self.ledger.own, _RATE.fullmatch(text)
        if found is None or found["quote"] != own or found["base"] == own:
            other = "USD" if own == "EUR" else "EUR"
            like = f"1 {other} = 1.0842 {own}"
            raise Refused(_("Write each rate like %(rate)s on 2024-01-21.", rate=like))
        day = read_day(found["day"], self.order)
        if day > self.ledger.today:
            raise Refused(_("A rate is looked up on a day that has come."))
        return Rate(read_currency(found["base"]), own, Decimal(read_rate(found["value"])), day)

    def _address(self, cells: Sequence[str], role: Role) -> str | None:
        link = self.cell(cells, role).partition(" ")[0]
        return link if link.startswith(("https://", "http://")) and len(link) <= 500 else None

    def _state(self, cells: Sequence[str]) -> str | None:
        """Return the state that a row names in our words; other words are no state of ours."""
        word = fold_name(self.cell(cells, "state"))
        return next((code for code, said in WORDS.items() if word == fold_name(str(said))), None)

    def _payer(self, cells: Sequence[str]) -> str:
        word = fold_name(self.cell(cells, "payer")) or "traveller"
        if word not in PAYERS:
            raise WrongCell("payer", _("Say traveller, foundation, employer or organiser."))
        return word

    def _events(self, cells: Sequence[str]) -> list[KnownEvent]:
        """Find the events that a row names, with a + between them where they are several."""
        name, dates = self.cell(cells, "event"), self.cell(cells, "dates")
        if not name:
            raise WrongCell("event", _("Say for which event."))
        is_one = any(fold_name(one.name) == fold_name(name) for one in self.ledger.events)
        names = [name] if is_one else [one for one in BETWEEN.split(name) if one]
        return [self._event(one, dates) for one in names]

    def _event(self, name: str, dates: str) -> KnownEvent:
        """Find an event by its name; of several the one near the days of the row."""
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
            text = self._amount(cells, role)
            is_gone = is_gone or text.casefold() in GONE
            amounts[role] = None
            if text and text.casefold() not in GONE:
                try:
                    amounts[role] = read_amount(text, self.ledger.currency)
                except Refused as refusal:
                    raise WrongCell(role, refusal.sentence) from refusal
        return amounts, is_gone

    def _amount(self, cells: Sequence[str], role: Role) -> str:
        """Return an amount with the currency that stands in the column behind it."""
        text, roles = self.cell(cells, role), self.table.roles
        behind = roles.index(role) + 1 if text else len(roles)
        is_apart = behind < len(roles) and roles[behind] == "currency"
        return f"{text} {cells[behind]}".strip() if is_apart else text

    def _refuse_what_does_not_add_up(
        self, amounts: Mapping[str, Money | None], rates: Sequence[Rate]
    ) -> None:
        line = MoneyLine(what=_("Travel"), is_per_diem=False)
        for step, money in amounts.items():
            put_amount(line, step, money)
        request = MoneyRequest(currency=self.ledger.own, rates=[*map(stored_rate, rates)])
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


def stored_rate(rate: Rate, request_id: int | None = None) -> MoneyRate:
    """Return a rate as a request keeps it."""
    value = f"{rate.value:f}"
    return MoneyRate(request_id=request_id, currency=rate.base, value=value, dated=rate.dated)


def _is_named(event: KnownEvent, text: str) -> bool:
    """Tell whether a text names an event, with its year behind it or not."""
    own = fold_name(event.name)
    return fold_name(text) in (own, f"{own} {event.starts.year}")


def _state_by(amounts: Mapping[str, Any]) -> str:
    """Tell how far a request of former times came, by the last amount that is known."""
    ends = {"authorised": "settled", "spent": "spent", "approved": "approved"}
    return next((state for step, state in ends.items() if amounts[step] is not None), "wanted")
