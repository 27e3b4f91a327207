"""Reads swag that people paste from a spreadsheet, and keeps what is wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person, Swag
from outreach.accounts import history
from outreach.catalog.facts import clean
from outreach.catalog.reading.named_events import (
    BEGINS,
    EventNamed,
    find_events,
    find_named,
    refuse_off,
)
from outreach.catalog.reading.pasted import Meanings, Outcome, PastedTable, RowReader, guess_words
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.language import N_
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.kits.kits import LONGEST_WHAT
from outreach.planning.kits.pasting import say_rows
from outreach.planning.kits.swag import TypedSwag, write_swag
from outreach.refusal import Refused

PASTED_SWAG = "pasted swag"
SwagRole = Literal[
    "event", "begins", "item", "ordered", "ordered_on", "file_by", "filed_on", "arrives_from",
    "arrives_by", "before", "after", "aside",
]  # fmt: skip
SWAG_ROLES: dict[SwagRole, str] = {
    "event": N_("Event"), "begins": N_("The event begins"), "item": N_("What"),
    "ordered": N_("How many are ordered"),
    "ordered_on": N_("Ordered on"), "file_by": N_("The printer wants the file by"),
    "filed_on": N_("File sent on"), "arrives_from": N_("Parcels are taken from"),
    "arrives_by": N_("Arrives by"), "before": N_("Counted before the event"),
    "after": N_("Left after it"), "aside": N_("Leave it aside"),
}  # fmt: skip
SWAG_MEANINGS: Meanings[SwagRole] = Meanings(
    {
        "event": "event,conference,for,where",
        "begins": BEGINS,
        "item": "what,item,swag,thing,product,article",
        "ordered": "ordered,how many,count,quantity,qty,number,amount,pieces",
        "ordered_on": "ordered on,order date,date ordered",
        "file_by": "file by,file due,artwork by,artwork due,print file by,printer deadline",
        "filed_on": "file sent,file sent on,artwork sent",
        "arrives_from": "arrives from,parcels from,warehouse opens",
        "arrives_by": "arrives by,arrives,arrival,due,delivery,delivered by",
        "before": "before,counted before,came,start,at start",
        "after": "after,left,left after,counted after,end,at end,rest",
    },
    aside="aside",
    unknown="aside",
)
SWAG_DAYS: tuple[SwagRole, ...] = (
    "ordered_on", "file_by", "filed_on", "arrives_from", "arrives_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SwagRow:
    """What a row says of something that is given away."""

    event: EventNamed
    told: Mapping[str, Any]
    """What it does not leave empty."""
    swag: Swag | None
    """The one that it changes, or repeats."""


SwagPaste = PastedTable[SwagRole, SwagRow]


def read_swag(
    session: Session, foundation: Foundation, text: str, settled: Settled[SwagRole]
) -> SwagPaste:
    """Read a table of swag; an event that stands once holds for the rows below it."""
    table = open_table(text, settled, SWAG_MEANINGS.by_heads, _guess_swag)
    there = session.scalars(select(Swag).where(Swag.foundation_id == foundation.id)).all()
    reader = _SwagReader(table, find_events(session, foundation), there)
    reader.settle_days("begins", *SWAG_DAYS)
    lines = reader.read(settled.left_out)
    needs = ("event" in table.roles, "item" in table.roles)
    question = "" if all(needs) else _("Which columns name the event and the thing?")
    return PastedTable(table.roles, table.heads, lines, say_rows, question)


def keep_swag(
    session: Session, foundation: Foundation, paste: SwagPaste, by: Person, real: datetime
) -> history.Entry:
    """Add the new things to give away and change those that changed, in one act."""
    wait_for_others(session, foundation.id)
    with history.act(session, real, by, foundation, PASTED_SWAG) as act:
        for row in paste.ready:
            swag = row.swag or Swag(foundation_id=foundation.id, event_id=row.event.id)
            write_swag(swag, _merged(row))
            session.add(swag)
        session.flush()
        act.detail["name"] = say_rows(len(paste.ready))
    return act.entry


class _SwagReader(RowReader[SwagRole, SwagRow]):
    """Reads one thing that is given away after the other."""

    near = ("item", "event")

    def __init__(
        self, table: OpenTable[SwagRole], events: Sequence[EventNamed], there: Sequence[Swag]
    ) -> None:
        super().__init__(table)
        self.events, self.event = events, ""
        self.there = {(one.event_id, one.item.casefold()): one for one in there}
        self.seen: set[tuple[int, str]] = set()

    def row(self, cells: Sequence[str]) -> SwagRow:
        self.event = self.cell(cells, "event") or self.event
        event = find_named(self.event, self.events, begins=self.day_in(cells, "begins"))
        item = clean(self.cell(cells, "item"))
        if not item or len(item) > LONGEST_WHAT:
            raise WrongCell("item", _("Say in at most 120 characters what it is."))
        told: dict[str, Any] = {"item": item, "ordered": self.count_in(cells, "ordered", 1)}
        told |= {role: self.day_in(cells, role, event.starts_on) for role in SWAG_DAYS}
        told |= {"before": self.count_in(cells, "before"), "after": self.count_in(cells, "after")}
        told = {name: value for name, value in told.items() if value is not None}
        row = SwagRow(event, told, self.there.get((event.id, item.casefold())))
        try:
            write_swag(Swag(), _merged(row))
        except Refused as refusal:
            raise WrongCell(refusal.field or "item", refusal.sentence) from refusal
        return row

    def outcome(self, row: SwagRow) -> Outcome:
        key = (row.event.id, row.told["item"].casefold())
        is_repeated, swag = key in self.seen, row.swag
        self.seen.add(key)
        if is_repeated or (swag and all(getattr(swag, n) == v for n, v in row.told.items())):
            return "same"
        return "new" if swag is None else "change"

    def refuse(self, row: SwagRow) -> None:
        refuse_off(row.event)


def _merged(row: SwagRow) -> TypedSwag:
    """Return what stands with what a row tells: what it leaves empty it does not take away."""
    names = asdict(TypedSwag("")).keys()
    standing = {name: getattr(row.swag, name, None) for name in names}
    return TypedSwag(**{**standing, **row.told})


def _guess_swag(body: Sequence[Sequence[str]]) -> list[SwagRole]:
    return guess_words(body, ["event", "item"], "ordered", "aside")
