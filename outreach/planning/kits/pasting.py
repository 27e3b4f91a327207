"""Reads kits and swag that people paste from a spreadsheet, and keeps those that are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Kit, Person, Swag
from models.events import NOT_CALLED_OFF
from outreach.accounts import history
from outreach.calendars.clock import say_figure
from outreach.catalog.facts import clean
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.dates import settle_order
from outreach.catalog.reading.named_events import find_named
from outreach.catalog.reading.pasted import (
    Meanings,
    Outcome,
    PastedTable,
    RowReader,
)
from outreach.catalog.reading.table import (
    MOST_COLUMNS,
    OpenTable,
    Role,
    Settled,
    WrongCell,
    open_table,
)
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.kits.kits import LONGEST_WHAT, TypedKit, spell_contents, write_kit
from outreach.planning.kits.load import STATE_SAID, load_kits
from outreach.planning.kits.swag import TypedSwag, write_swag
from outreach.refusal import Refused

PASTED_KITS, PASTED_SWAG = "pasted kits", "pasted swag"
KitRole = Literal["kit", "place", "state", "what", "how_many", "aside"]
KIT_ROLES: dict[KitRole, str] = {
    "kit": N_("Kit"), "place": N_("Kept in"), "state": N_("State"), "what": N_("What is in it"),
    "how_many": N_("How many"), "aside": N_("Leave it aside"),
}  # fmt: skip
KIT_MEANINGS: Meanings[KitRole] = Meanings(
    {
        "kit": "kit,name,box,case,crate,set",
        "place": "kept in,place,where,location,home,stored,storage",
        "state": "state,condition,status",
        "what": "what,item,thing,content,contents,what is in it",
        "how_many": "how many,count,quantity,qty,number,amount,pieces",
    },
    aside="aside",
    unknown="aside",
    enough="kit",
)
SwagRole = Literal[
    "event", "item", "ordered", "ordered_on", "file_by", "filed_on", "arrives_from", "arrives_by",
    "before", "after", "aside",
]  # fmt: skip
SWAG_ROLES: dict[SwagRole, str] = {
    "event": N_("Event"), "item": N_("What"), "ordered": N_("How many are ordered"),
    "ordered_on": N_("Ordered on"), "file_by": N_("The printer wants the file by"),
    "filed_on": N_("File sent on"), "arrives_from": N_("Parcels are taken from"),
    "arrives_by": N_("Arrives by"), "before": N_("Counted before the event"),
    "after": N_("Left after it"), "aside": N_("Leave it aside"),
}  # fmt: skip
SWAG_MEANINGS: Meanings[SwagRole] = Meanings(
    {
        "event": "event,conference,for,where",
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
class KitRow:
    """What a row says of a kit: a thing in it, or the kit alone."""

    name: str
    place: str
    state: str
    what: str
    how_many: int
    kit: Kit | None
    """The one that stands."""


@dataclass(frozen=True, slots=True)
class EventNamed:
    """An event that a row may be about."""

    id: int
    name: str
    key: str
    starts_on: date
    city: str | None


@dataclass(frozen=True, slots=True)
class SwagRow:
    """What a row says of something that is given away."""

    event: EventNamed
    told: Mapping[str, Any]
    """What it does not leave empty."""
    swag: Swag | None
    """The one that it changes, or repeats."""


KitPaste = PastedTable[KitRole, KitRow]
SwagPaste = PastedTable[SwagRole, SwagRow]


def read_kits(
    session: Session, foundation: Foundation, text: str, settled: Settled[KitRole]
) -> KitPaste:
    """Read a table of kits; a kit that stands once holds for the rows below it."""
    table = open_table(text, settled, KIT_MEANINGS.by_heads, _guess_kits)
    kits = load_kits(session, Kit.foundation_id == foundation.id)
    lines = _KitReader(table, kits).read(settled.left_out)
    question = "" if "kit" in table.roles else _("Which column names the kit?")
    return PastedTable(table.roles, table.heads, lines, say_rows, question)


def read_swag(
    session: Session, foundation: Foundation, text: str, settled: Settled[SwagRole]
) -> SwagPaste:
    """Read a table of swag; an event that stands once holds for the rows below it."""
    table = open_table(text, settled, SWAG_MEANINGS.by_heads, _guess_swag)
    there = session.scalars(select(Swag).where(Swag.foundation_id == foundation.id)).all()
    reader = _SwagReader(table, find_events(session, foundation), there)
    days = [at for at, role in enumerate(table.roles) if role in SWAG_DAYS]
    order = settle_order(line[at] for line in table.lines for at in days)
    reader.order = "day" if order == "ask" else order
    lines = reader.read(settled.left_out)
    needs = ("event" in table.roles, "item" in table.roles)
    question = "" if all(needs) else _("Which columns name the event and the thing?")
    return PastedTable(table.roles, table.heads, lines, say_rows, question)


def find_events(session: Session, foundation: Foundation) -> list[EventNamed]:
    """Return the events that a row may be about, the latest first."""
    rows = session.execute(
        select(Event.id, Event.name, Event.name_key, Event.starts_on, Event.city)
        .outerjoin(Event.decision)
        .where(Event.foundation_id == foundation.id, NOT_CALLED_OFF)
        .order_by(Event.starts_on.desc(), Event.id)
    )
    return [EventNamed(*row) for row in rows]


def say_rows(count: int) -> str:
    """Say how many rows: "14 rows"."""
    return ngettext("%(rows)s row", "%(rows)s rows", count, rows=say_figure(count))


def keep_kits(
    session: Session, foundation: Foundation, paste: KitPaste, by: Person, real: datetime
) -> history.Entry:
    """Add what the rows say to the kits that stand, and the kits that are new, in one act."""
    wait_for_others(session, foundation.id)
    by_kit: dict[str, list[KitRow]] = {}
    for row in paste.ready:
        by_kit.setdefault(fold_name(row.name), []).append(row)
    with history.act(session, real, by, foundation, PASTED_KITS) as act:
        for rows in by_kit.values():
            kit = rows[0].kit or Kit(foundation_id=foundation.id)
            lines = list(kit.lines) if rows[0].kit else []
            contents = {line.what.casefold(): (line.how_many, line.what) for line in lines}
            contents |= {row.what.casefold(): (row.how_many, row.what) for row in rows if row.what}
            place = next((row.place for row in rows if row.place), kit.place or "")
            state = next((row.state for row in rows if row.state), kit.state or "ready")
            name = kit.name or rows[0].name
            session.add(kit)
            typed = TypedKit(name, place, state, kit.note or "", spell_contents(lines))
            write_kit(session, kit, typed, list(contents.values()), lines)
        act.detail["name"] = say_rows(len(paste.ready))
    return act.entry


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


class _KitReader(RowReader[KitRole, KitRow]):
    """Reads one thing of a kit after the other."""

    near = ("kit", "what")

    def __init__(self, table: OpenTable[KitRole], kits: Sequence[Kit]) -> None:
        super().__init__(table)
        self.kits = {fold_name(kit.name): kit for kit in kits}
        self.name = ""
        self.seen: set[tuple[str, str]] = set()

    def row(self, cells: Sequence[str]) -> KitRow:
        self.name = clean(self.cell(cells, "kit")) or self.name
        what = clean(self.cell(cells, "what"))
        if not self.name or len(self.name) > LONGEST_WHAT:
            raise WrongCell("kit", _("Give the kit a name of at most 120 characters."))
        if len(what) > LONGEST_WHAT:
            raise WrongCell("what", _("Say in at most 120 characters what it is."))
        count = self.count_in(cells, "how_many", 1) or 1
        place = clean(self.cell(cells, "place"))[:120]
        kit = self.kits.get(fold_name(self.name))
        return KitRow(self.name, place, self._state(cells), what, count, kit)

    def outcome(self, row: KitRow) -> Outcome:
        key = (fold_name(row.name), row.what.casefold())
        is_repeated = key in self.seen
        self.seen.add(key)
        if is_repeated:
            return "same"
        if row.kit is None:
            return "new"
        there = {line.what.casefold(): line.how_many for line in row.kit.lines}
        is_same = row.place in ("", row.kit.place) and row.state in ("", row.kit.state)
        if row.what and row.what.casefold() not in there:
            return "new"
        is_same = is_same and (not row.what or there[row.what.casefold()] == row.how_many)
        return "same" if is_same else "change"

    def _state(self, cells: Sequence[str]) -> str:
        text = self.cell(cells, "state")
        states = {fold_name(str(said)): code for code, said in STATE_SAID.items()}
        state = states.get(fold_name(text), "") if text else ""
        if text and not state:
            raise WrongCell("state", _("“%(text)s” is no state known here.", text=text[:40]))
        return state


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
        event = find_named(self.event, self.events)
        item = clean(self.cell(cells, "item"))
        if not item or len(item) > LONGEST_WHAT:
            raise WrongCell("item", _("Say in at most 120 characters what it is."))
        told: dict[str, Any] = {"item": item, "ordered": self.count_in(cells, "ordered", 1)}
        told |= {role: self.day_in(cells, role) for role in SWAG_DAYS}
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


def _merged(row: SwagRow) -> TypedSwag:
    """Return what stands with what a row tells: what it leaves empty it does not take away."""
    names = asdict(TypedSwag("")).keys()
    standing = {name: getattr(row.swag, name, None) for name in names}
    return TypedSwag(**{**standing, **row.told})


def _guess(body: Sequence[Sequence[str]], words: Sequence[Role], counted: Role) -> list[Role]:
    """Tell by content which column counts; the others are words, in this order."""
    left, roles = list(words), list[Role]()
    for column in zip(*body[:100], strict=True):
        cells = [cell for cell in column if cell]
        is_count = cells and sum(map(str.isdecimal, cells)) * 2 > len(cells)
        roles.append(counted if is_count and counted not in roles else left.pop(0))
    return roles


def _guess_kits(body: Sequence[Sequence[str]]) -> list[KitRole]:
    words: list[KitRole] = ["kit", "what", "place"]
    return _guess(body, words + ["aside"] * MOST_COLUMNS, "how_many")


def _guess_swag(body: Sequence[Sequence[str]]) -> list[SwagRole]:
    words: list[SwagRole] = ["event", "item"]
    return _guess(body, words + ["aside"] * MOST_COLUMNS, "ordered")
