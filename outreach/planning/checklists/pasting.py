"""Reads a checklist that people paste from a spreadsheet, and keeps the items that are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ChecklistItem, Event, Foundation, Person
from outreach.accounts import history
from outreach.calendars.clock import say_figure
from outreach.catalog.facts import address_error, read_address
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.dates import NoDate, read_day
from outreach.catalog.reading.pasted import (
    Meanings,
    Outcome,
    PastedTable,
    RowReader,
    first_of_most,
)
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.checklists.edit import TypedItem, columns_of, read_when, refuse_too_many
from outreach.planning.checklists.listing import list_owners
from outreach.planning.checklists.templates import KINDS, MOST_DAYS
from outreach.refusal import Refused

ItemRole = Literal["what", "when", "kind", "opens", "owner", "evidence", "done", "done_by", "aside"]
ROLE_WORDS: dict[ItemRole, str] = {
    "what": N_("What"),
    "when": N_("By when"),
    "kind": N_("Kind"),
    "opens": N_("Days open before it"),
    "owner": N_("Who sees to it"),
    "evidence": N_("Where it shows"),
    "done": N_("Done on"),
    "done_by": N_("Done by"),
    "aside": N_("Leave it aside"),
}
MEANINGS: Meanings[ItemRole] = Meanings(
    {
        "what": "what,item,task,to do,todo,title,name,action,step",
        "when": "by when,when,due,due date,by,deadline,date,t,days",
        "kind": "kind,type,category",
        "opens": "days open,opens,open for,window,opens before",
        "owner": "owner,who,assignee,responsible,assigned to,who sees to it",
        "evidence": "evidence,link,url,address,where it shows,ticket,issue",
        "done": "done on,done,completed,finished,done at",
        "done_by": "done by,ticked by,completed by",
    },
    aside="aside",
    unknown="aside",
)
LONGEST = 200


@dataclass(frozen=True, slots=True)
class PastedItem:
    """What a row says of an item: what it leaves empty it does not take away."""

    columns: Mapping[str, Any]
    item: ChecklistItem | None = None
    """The one that it changes, or repeats."""


ItemPaste = PastedTable[ItemRole, PastedItem]


def say_items(count: int) -> str:
    """Say how many items: "1 item"."""
    return ngettext("%(figure)s item", "%(figure)s items", count, figure=say_figure(count))


def read_paste(session: Session, event: Event, text: str, settled: Settled[ItemRole]) -> ItemPaste:
    """Read a pasted checklist of one event."""
    table = open_table(text, settled, MEANINGS.by_heads, _guess_roles)
    lines = _ItemReader(table, session, event).read(settled.left_out)
    missing = [ROLE_WORDS[role] for role in ("what", "when") if role not in table.roles]
    question = _("Which column is “%(head)s”?", head=str(missing[0])) if missing else ""
    return PastedTable(table.roles, table.heads, lines, say_items, question)


def keep_paste(
    session: Session,
    foundation: Foundation,
    event: Event,
    paste: ItemPaste,
    by: Person,
    real: datetime,
) -> history.Entry:
    """Add the new items of a table and change those that changed, in one act."""
    wait_for_others(session, foundation.id)
    refuse_too_many(session, event, sum(row.item is None for row in paste.ready))
    with history.act(session, real, by, foundation, "pasted checklist", event) as act:
        for row in paste.ready:
            if row.item is None:
                made = ChecklistItem(foundation_id=foundation.id, event_id=event.id, **row.columns)
                session.add(made)
            else:
                for name, value in row.columns.items():
                    setattr(row.item, name, value)
        session.flush()
        act.detail["name"] = say_items(len(paste.ready))
    return act.entry


class _ItemReader(RowReader[ItemRole, PastedItem]):
    """Reads one row after the other; an item is known again by what is to be done."""

    near = ("when", "what")

    def __init__(self, table: OpenTable[ItemRole], session: Session, event: Event) -> None:
        super().__init__(table)
        items = session.scalars(select(ChecklistItem).where(ChecklistItem.event_id == event.id))
        self.standing = {fold_name(item.what): item for item in items}
        there = {n for one in self.standing.values() for n in (one.owner_id, one.done_by_id)}
        known = session.execute(select(Person.id, Person.name).where(Person.id.in_(there - {None})))
        both = (*known, *list_owners(session, event))
        self.people: dict[str, int] = {fold_name(name): number for number, name in both}
        self.seen: set[str] = set()

    def row(self, cells: Sequence[str]) -> PastedItem:
        what = self.cell(cells, "what")[:LONGEST]
        if not what:
            raise WrongCell("what", _("Say what is to be done."))
        typed = TypedItem(
            what,
            self.cell(cells, "when"),
            self._kind(self.cell(cells, "kind")),
            opens_before=self._opens(cells),
            owner_id=self._person(cells, "owner"),
            evidence=self._evidence(self.cell(cells, "evidence")),
        )
        try:
            columns = columns_of(typed)
        except Refused as refusal:
            raise WrongCell("when", refusal.sentence) from refusal
        told = {name: value for name, value in columns.items() if self._tells(name, value)}
        done = self.cell(cells, "done")
        if done:
            told |= {"done_on": self._day(done), "done_by_id": self._person(cells, "done_by")}
        if "done_by" not in self.table.roles or not told.get("done_by_id"):
            told.pop("done_by_id", None)
        return PastedItem(told, self.standing.get(fold_name(what)))

    def outcome(self, row: PastedItem) -> Outcome:
        key = fold_name(row.columns["what"])
        is_repeated, item = key in self.seen, row.item
        self.seen.add(key)
        if is_repeated or (item and all(getattr(item, k) == v for k, v in row.columns.items())):
            return "same"
        return "new" if item is None else "change"

    def _tells(self, column: str, value: Any) -> bool:
        if column == "kind":
            return "kind" in self.table.roles
        return column in ("what", "days", "fixed_on") or value is not None

    def _kind(self, word: str) -> str:
        """Read a kind by its word, or by its code; nothing else is one."""
        known = {fold_name(str(said)): code for code, said in KINDS.items()}
        known |= {code: code for code in KINDS}
        code = known.get(fold_name(word)) if word else "task"
        if code is None:
            raise WrongCell("kind", _("“%(word)s” is no kind known here.", word=word[:40]))
        return code

    def _opens(self, cells: Sequence[str]) -> int | None:
        """Read how many days it is open before its own."""
        days = self.count_in(cells, "opens", 1)
        if days is not None and days > MOST_DAYS:
            raise WrongCell("opens", _("At most %(days)s days.", days=MOST_DAYS))
        return days

    def _person(self, cells: Sequence[str], role: ItemRole) -> int | None:
        name = self.cell(cells, role)
        if not name:
            return None
        if fold_name(name) not in self.people:
            told = _("Nobody of staff, and no lead of the event, is called “%(name)s”.",
                     name=name[:40])  # fmt: skip
            raise WrongCell(role, told)
        return self.people[fold_name(name)]

    def _evidence(self, text: str) -> str | None:
        if text and not read_address(text):
            raise WrongCell("evidence", address_error(text) or "")
        return read_address(text) if text else None

    def _day(self, text: str) -> date:
        try:
            return read_day(text)
        except NoDate as wrong:
            raise WrongCell("done", str(wrong)) from wrong


def _guess_roles(body: Sequence[Sequence[str]]) -> list[ItemRole]:
    """Tell by content what each column holds: the first of words says what is to be done."""
    found: list[ItemRole] = []
    for column in zip(*body[:100], strict=True):
        cells = [cell for cell in column if cell]
        tests = (
            ("evidence", lambda cell: bool(read_address(cell))),
            ("when", _is_when),
            ("what", lambda _cell: True),
        )
        found.append(first_of_most(cells, [one for one in tests if one[0] not in found], "aside"))  # type: ignore[misc]
    return found


def _is_when(cell: str) -> bool:
    try:
        return read_when(cell) is not None
    except Refused:
        return False
