"""Reads kits with their bookings that people paste from a spreadsheet, and keeps those wanted."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.orm import Session

from models import Event, Foundation, Kit, KitBooking, Person
from outreach.accounts import history
from outreach.calendars.clock import say_date, say_figure, say_list
from outreach.catalog.facts import clean
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.named_events import (
    BEGINS,
    EventNamed,
    find_events,
    find_named,
    refuse_off,
)
from outreach.catalog.reading.pasted import Meanings, Outcome, PastedTable, RowReader, guess_words
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.language import N_, ngettext
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.kits.bookings import (
    LONGEST_REASON,
    MOST_DAYS,
    TypedBooking,
    refuse_days,
    say_shared,
    write_booking,
)
from outreach.planning.kits.hand_over import Booked, find_clashes
from outreach.planning.kits.kits import (
    LONGEST_WHAT,
    TypedKit,
    read_contents,
    spell_contents,
    write_kit,
)
from outreach.planning.kits.load import STATE_SAID, booked_of, is_off, load_kits, open_kit
from outreach.refusal import Refused

PASTED_KITS = "pasted kits"
KitRole = Literal[
    "kit", "place", "state", "what", "how_many", "event", "begins", "days_before", "days_after",
    "sent_on", "arrived_on", "before", "after", "reason", "aside",
]  # fmt: skip
KIT_ROLES: dict[KitRole, str] = {
    "kit": N_("Kit"), "place": N_("Kept in"), "state": N_("State"), "what": N_("What is in it"),
    "how_many": N_("How many"), "event": N_("Booked for"), "begins": N_("The event begins"),
    "days_before": N_("Days on the way there"), "days_after": N_("Days on the way back"),
    "sent_on": N_("Sent on"), "arrived_on": N_("Arrived on"), "before": N_("How many came"),
    "after": N_("How many went back"), "reason": N_("Why two events on one day"),
    "aside": N_("Leave it aside"),
}  # fmt: skip
KIT_MEANINGS: Meanings[KitRole] = Meanings(
    {
        "kit": "kit,name,box,case,crate,set",
        "place": "kept in,place,where,location,home,stored,storage",
        "state": "state,condition,status",
        "what": "what,item,thing,content,contents,what is in it",
        "how_many": "how many,count,quantity,qty,number,amount,pieces",
        "event": "event,conference,for,booked for,goes to",
        "begins": BEGINS,
        "days_before": "days before,days there,days on the way there,travel days before",
        "days_after": "days after,days back,days on the way back,travel days after",
        "sent_on": "sent,sent on,shipped,shipped on",
        "arrived_on": "arrived,arrived on",
        "before": "came,before,counted before",
        "after": "went back,after,counted after,came back",
        "reason": "reason,why",
    },
    aside="aside",
    unknown="aside",
    enough="kit",
)
KIT_DAYS: tuple[KitRole, ...] = ("sent_on", "arrived_on")


@dataclass(frozen=True, slots=True)
class KitRow:
    """What a row says of a kit: a thing in it, and of its booking; or the kit alone."""

    name: str
    place: str
    state: str
    what: str
    how_many: int
    kit: Kit | None
    """The one that stands."""
    event: EventNamed | None
    """What it is booked for."""
    told: Mapping[str, Any]
    """What it says of the booking; what is empty it does not take away."""
    counts: Mapping[str, int]
    """How many came and went back."""

    @property
    def booking(self) -> KitBooking | None:
        """Return the booking that it changes, or repeats."""
        there = self.kit.bookings if self.kit else ()
        return next((one for one in there if self.event and one.event_id == self.event.id), None)


KitPaste = PastedTable[KitRole, KitRow]


def read_kits(
    session: Session, foundation: Foundation, text: str, settled: Settled[KitRole]
) -> KitPaste:
    """Read a table of kits; a kit that stands once holds for the rows below it."""
    table = open_table(text, settled, KIT_MEANINGS.by_heads, _guess_kits)
    kits = load_kits(session, Kit.foundation_id == foundation.id)
    reader = _KitReader(table, kits, find_events(session, foundation))
    reader.settle_days("begins", *KIT_DAYS)
    lines = reader.read(settled.left_out)
    question = "" if "kit" in table.roles else _("Which column names the kit?")
    return PastedTable(table.roles, table.heads, lines, say_rows, question)


def say_rows(count: int) -> str:
    """Say how many rows: "14 rows"."""
    return ngettext("%(rows)s row", "%(rows)s rows", count, rows=say_figure(count))


def say_booking(row: KitRow) -> str:
    """Say what a row books: "SIGGRAPH, 28 Jul: 5 days there, sent on Mon 22 Jul"; "" for none."""
    if row.event is None:
        return ""
    said = _("%(event)s, %(day)s", event=row.event.name, day=say_date(row.event.starts_on))
    facts = list(_say_facts(row.told))
    return _("%(event)s: %(facts)s", event=said, facts=say_list(facts)) if facts else said


def _say_facts(told: Mapping[str, Any]) -> Iterator[str]:
    if "days_before" in told:
        yield ngettext("%(num)s day there", "%(num)s days there", told["days_before"])
    if "days_after" in told:
        yield ngettext("%(num)s day back", "%(num)s days back", told["days_after"])
    if "sent_on" in told:
        yield _("sent on %(day)s", day=say_date(told["sent_on"]))
    if "arrived_on" in told:
        yield _("arrived on %(day)s", day=say_date(told["arrived_on"]))


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
            _keep_bookings(session, kit, rows)
        act.detail["name"] = say_rows(len(paste.ready))
    return act.entry


def _keep_bookings(session: Session, kit: Kit, rows: Sequence[KitRow]) -> None:
    """Book the kit for the events that rows name, or change what stands about that."""
    lines = {line.what.casefold(): line.id for line in open_kit(session, kit).lines}
    by_event: dict[int, list[KitRow]] = {}
    for row in rows:
        if row.event:
            by_event.setdefault(row.event.id, []).append(row)
    for number, ours in by_event.items():
        typed = _merged(ours[0].booking, {name: value for row in ours for name, value
                                          in row.told.items()})  # fmt: skip
        counts = {lines[row.what.casefold()]: row for row in ours if row.counts}
        typed = replace(typed, counts={line: _counted(row, line) for line, row in counts.items()})
        booking = ours[0].booking or KitBooking(
            foundation_id=kit.foundation_id, kit_id=kit.id, event_id=number
        )
        event = session.get_one(Event, number)
        session.add(booking)
        write_booking(session, kit, booking, typed, event)


def _merged(booking: KitBooking | None, told: Mapping[str, Any]) -> TypedBooking:
    """Return a booking as it stands with what rows tell; the counts stay out of it."""
    names = ("days_before", "days_after", "sent_on", "arrived_on", "reason")
    standing = {name: getattr(booking, name) for name in names} if booking else {}
    return TypedBooking(**{**standing, **told})


def _counted(row: KitRow, line: int) -> tuple[int | None, int | None]:
    """Return how many came and went back, as a row tells it and else as it stands."""
    there = row.booking.counts if row.booking else ()
    stands = next((one for one in there if one.line_id == line), None)
    before, after = (row.counts.get(name, getattr(stands, name, None))
                     for name in ("before", "after"))  # fmt: skip
    return before, after


_SEVERAL = re.compile(r"[;,]\s*\d+\s*[x×*]\s", re.IGNORECASE)
"""Several things in one cell: "1 × banner, 2 × cloth"."""


class _KitReader(RowReader[KitRole, KitRow]):
    """Reads one thing of a kit after the other."""

    near = ("kit", "what")

    def __init__(
        self, table: OpenTable[KitRole], kits: Sequence[Kit], events: Sequence[EventNamed]
    ) -> None:
        super().__init__(table)
        self.kits = {fold_name(kit.name): kit for kit in kits}
        self.events, self.name = events, ""
        self.seen: set[tuple[str, str, int | None]] = set()
        self.booked: dict[str, dict[int, tuple[Booked, bool]]] = {}
        """Where each kit is booked by now, by event, and whether that has a reason."""
        self.told: dict[tuple[str, int], dict[str, Any]] = {}
        """What the rows above say of a booking."""

    def row(self, cells: Sequence[str]) -> KitRow:
        self.name = clean(self.cell(cells, "kit")) or self.name
        what = clean(self.cell(cells, "what"))
        if not self.name or len(self.name) > LONGEST_WHAT:
            raise WrongCell("kit", _("Give the kit a name of at most 120 characters."))
        count = self.count_in(cells, "how_many", 1)
        if what and count is None:
            count, what = _thing(what)
        if len(what) > LONGEST_WHAT:
            raise WrongCell("what", _("Say in at most 120 characters what it is."))
        place = clean(self.cell(cells, "place"))[:120]
        kit, event = self.kits.get(fold_name(self.name)), self._event(cells)
        told, counts = self._booking(cells), self._counts(cells, what) if event else {}
        row = KitRow(self.name, place, self._state(cells), what, count or 1, kit, event,
                     told if event else {}, counts)  # fmt: skip
        if event:
            _refuse_days(row, event)
        return row

    def outcome(self, row: KitRow) -> Outcome:
        key = (fold_name(row.name), row.what.casefold(), row.event.id if row.event else None)
        is_repeated = key in self.seen
        self.seen.add(key)
        if is_repeated:
            return "same"
        if row.kit is None or row.event and row.booking is None:
            return "new"
        there = {line.what.casefold(): line for line in row.kit.lines}
        line = there.get(row.what.casefold())
        if row.what and line is None:
            return "new"
        is_same = row.place in ("", row.kit.place) and row.state in ("", row.kit.state)
        is_same = is_same and (line is None or line.how_many == row.how_many)
        is_same = is_same and all(getattr(row.booking, n) == v for n, v in row.told.items())
        return "same" if is_same and _is_counted(row, line.id if line else 0) else "change"

    def refuse(self, row: KitRow) -> None:
        if row.event:
            refuse_off(row.event)
            self._refuse_shared(row, row.event)

    def _refuse_shared(self, row: KitRow, event: EventNamed) -> None:
        """Refuse days shared with what is booked, or with what a row above books."""
        name = fold_name(row.name)
        if name not in self.booked:
            there = row.kit.bookings if row.kit else ()
            self.booked[name] = {
                one.event_id: (replace(booked_of(one), id=one.event_id), bool(one.reason))
                for one in there
                if not is_off(one)
            }
        ours = self.booked[name]
        told = self.told.setdefault((name, event.id), {})
        told |= row.told
        typed = _merged(row.booking, told)
        place, days = event.city or event.name, (typed.days_before, typed.days_after)
        mine = Booked(event.id, event.name, place, event.starts_on, event.ends_on, *days)
        before, ours[event.id] = ours.get(event.id), (mine, bool(typed.reason))
        for one in find_clashes([booked for booked, _has_reason in ours.values()]):
            pair = (one.first.id, one.then.id)
            if one.is_shared and event.id in pair and not any(ours[n][1] for n in pair):
                del ours[event.id]
                ours |= {event.id: before} if before else {}
                raise WrongCell("reason", say_shared(one, row.name))

    def _event(self, cells: Sequence[str]) -> EventNamed | None:
        name = self.cell(cells, "event")
        begins = self.day_in(cells, "begins")
        return find_named(name, self.events, begins=begins) if name else None

    def _booking(self, cells: Sequence[str]) -> dict[str, Any]:
        told: dict[str, Any] = {role: self.day_in(cells, role) for role in KIT_DAYS}
        for role in ("days_before", "days_after"):
            told[role] = days = self.count_in(cells, role)
            if days is not None and days > MOST_DAYS:
                most = _("At most %(days)s days.", days=MOST_DAYS)
                raise WrongCell(role, most)
        told["reason"] = clean(self.cell(cells, "reason"))[:LONGEST_REASON] or None
        return {name: value for name, value in told.items() if value is not None}

    def _counts(self, cells: Sequence[str], what: str) -> dict[str, int]:
        counts = {name: self.count_in(cells, name) for name in ("before", "after")}
        return {name: count for name, count in counts.items() if what and count is not None}

    def _state(self, cells: Sequence[str]) -> str:
        text = self.cell(cells, "state")
        states = {fold_name(str(said)): code for code, said in STATE_SAID.items()}
        state = states.get(fold_name(text), "") if text else ""
        if text and not state:
            raise WrongCell("state", _("“%(text)s” is no state known here.", text=text[:40]))
        return state


def _thing(text: str) -> tuple[int, str]:
    """Read a thing with its number, as the form of a kit takes it: "2 × banner"."""
    try:
        found = [] if _SEVERAL.search(text) else read_contents(text)
    except Refused as refusal:
        raise WrongCell("what", str(refusal.sentence)) from refusal
    if len(found) != 1:
        raise WrongCell("what", _("Give each thing a row of its own, like 2 × banner."))
    return found[0]


def _refuse_days(row: KitRow, event: EventNamed) -> None:
    try:
        refuse_days(_merged(row.booking, row.told), event)
    except Refused as refusal:
        raise WrongCell(refusal.field or "event", refusal.sentence) from refusal


def _is_counted(row: KitRow, line: int) -> bool:
    """Tell whether what a row counts is what stands."""
    there = row.booking.counts if row.booking else ()
    stands = next((one for one in there if one.line_id == line), None)
    return all(getattr(stands, name, None) == count for name, count in row.counts.items())


def _guess_kits(body: Sequence[Sequence[str]]) -> list[KitRole]:
    return guess_words(body, ["kit", "what", "place"], "how_many", "aside")
