"""Reads who is on which trip from a pasted table, and keeps what is wanted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Person, Trip, TripCost, TripStop
from outreach.accounts import history
from outreach.amounts.currencies import read_currency
from outreach.amounts.money import Money
from outreach.amounts.reading import read_amount
from outreach.catalog.facts import clean
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.dates import NoDate, NoYear, read_day
from outreach.catalog.reading.named_events import (
    BEGINS,
    EventNamed,
    find_events,
    find_named,
    refuse_off,
)
from outreach.catalog.reading.pasted import (
    Meanings,
    Outcome,
    PastedTable,
    RowReader,
    first_of_most,
)
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.costs.shared import estimate_of, spent_of
from outreach.language import N_
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.kits.pasting import say_rows
from outreach.planning.trips.costs import MOST_PARTS, TypedCost, refuse_cost, write_cost
from outreach.planning.trips.load import load_trips
from outreach.planning.trips.trips import Stay, refuse_days, write_stays
from outreach.refusal import Refused

PASTED = "pasted trips"
BETWEEN = re.compile(r"\s*;\s*|\s+\+\s+")
"""What stands between the events of one trip."""
TripRole = Literal[
    "trip", "events", "begins", "name", "arrives", "leaves", "nights", "note", "cost", "estimated",
    "spent", "currency", "parts", "aside",
]  # fmt: skip
TRIP_ROLES: dict[TripRole, str] = {
    "trip": N_("Trip"), "events": N_("Its events"), "begins": N_("The first begins"),
    "name": N_("Who"), "arrives": N_("Arrives"),
    "leaves": N_("Leaves"), "nights": N_("Nights, or: at home"), "note": N_("Note"),
    "cost": N_("Shared cost"), "estimated": N_("Estimated"), "spent": N_("Spent"),
    "currency": N_("Currency"), "parts": N_("Parts, as 2 + 1"), "aside": N_("Leave it aside"),
}  # fmt: skip
TRIP_MEANINGS: Meanings[TripRole] = Meanings(
    {
        "trip": "trip,journey,where,destination",
        "events": "events,event,conference,for",
        "begins": BEGINS,
        "name": "name,who,person,traveller,traveler",
        "arrives": "arrives,arrival,from,check in,in,arrives on",
        "leaves": "leaves,departure,until,check out,out,leaves on",
        "nights": "nights,night,sleeps",
        "note": "note,notes,comment,room,flight",
        "cost": "shared cost,cost,shared",
        "estimated": "estimated,estimate,budget",
        "spent": "spent,paid,actual",
        "currency": "currency",
        "parts": "parts,shares",
    },
    aside="aside",
    unknown="aside",
)


@dataclass(frozen=True, slots=True)
class TripRow:
    """What a row says: who is on which trip, from when until when; or what its events share."""

    trip: Trip | None
    """The one that stands."""
    place: str
    """Of a new one."""
    events: tuple[EventNamed, ...]
    person_id: int | None
    name: str
    stay: Stay | None
    cost: TypedCost | None = None

    @property
    def standing(self) -> TripCost | None:
        """Return the shared cost that it changes, or repeats."""
        what = self.cost.what.casefold() if self.cost else ""
        there = self.trip.costs if self.trip else ()
        return next((one for one in there if one.what.casefold() == what), None)


TripPaste = PastedTable[TripRole, TripRow]


def read_trips(
    session: Session, foundation: Foundation, text: str, settled: Settled[TripRole]
) -> TripPaste:
    """Read a table of trips; a trip that stands once holds for the rows below it."""
    table = open_table(text, settled, TRIP_MEANINGS.by_heads, _guess)
    trips = load_trips(session, Trip.foundation_id == foundation.id)
    people = session.execute(
        select(Person.id, Person.name).where(Person.foundation_id == foundation.id)
    )
    named = {fold_name(name): number for number, name in people}
    reader = _TripReader(table, trips, find_events(session, foundation), named)
    reader.usual = foundation.currency
    reader.settle_days("begins", "arrives", "leaves")
    lines = reader.read(settled.left_out)
    has_place = {"trip", "events"} & set(table.roles)
    is_whole = {"name", "arrives", "leaves"} <= set(table.roles) or "cost" in table.roles
    needs = has_place and is_whole
    question = "" if needs else _("Which columns say who, to which event, from when until when?")
    return PastedTable(table.roles, table.heads, lines, say_rows, question)


def keep_trips(
    session: Session, foundation: Foundation, paste: TripPaste, by: Person, real: datetime
) -> history.Entry:
    """Make the trips that are new and put people on them, for their nights, in one act."""
    wait_for_others(session, foundation.id)
    made: dict[tuple[EventNamed, ...], Trip] = {}
    with history.act(session, real, by, foundation, PASTED) as act:
        for row in paste.ready:
            trip = row.trip or made.get(row.events)
            if trip is None:
                trip = made[row.events] = Trip(foundation_id=foundation.id, name=row.place)
                session.add(trip)
                session.flush()
                session.add_all(TripStop(event_id=one.id, trip_id=trip.id) for one in row.events)
            if row.person_id and row.stay:
                write_stays(session, trip, {row.person_id: row.stay})
            if row.cost:
                write_cost(session, trip, row.standing, row.cost, foundation.currency)
        act.detail["name"] = say_rows(len(paste.ready))
    return act.entry


class _TripReader(RowReader[TripRole, TripRow]):
    """Reads one person after the other."""

    near = ("name", "cost", "trip", "events")
    usual = ""
    """The currency of an amount beside which none stands."""

    def __init__(
        self,
        table: OpenTable[TripRole],
        trips: Sequence[Trip],
        events: Sequence[EventNamed],
        people: Mapping[str, int],
    ) -> None:
        super().__init__(table)
        self.events, self.people = events, people
        self.trips = {fold_name(trip.name): trip for trip in trips}
        self.by_event = {event.id: trip for trip in trips for event in trip.events}
        self.place, self.named = "", ""
        self.begins: date | None = None
        self.seen: set[tuple[object, object]] = set()

    def row(self, cells: Sequence[str]) -> TripRow:
        if self.cell(cells, "trip") or self.cell(cells, "events"):
            self.place, self.named = self.cell(cells, "trip"), self.cell(cells, "events")
            self.begins = self.day_in(cells, "begins")
        trip, events = self._trip()
        place = clean(self.place) or "".join(one.city or one.name for one in events[:1])
        what = clean(self.cell(cells, "cost"))[:120]
        if what:
            cost = self._cost(cells, what, [*(trip.events if trip else ()), *events])
            return TripRow(trip, place[:120], events, None, what, None, cost)
        name = clean(self.cell(cells, "name"))
        number = self.people.get(fold_name(name)) if name else None
        if number is None:
            raise WrongCell("name", _("“%(name)s” is not on your list of people.", name=name[:40]))
        stay = self._stay(cells, trip, trip.events if trip else events)
        return TripRow(trip, place[:120], events, number, name, stay)

    def outcome(self, row: TripRow) -> Outcome:
        thing = row.cost.what.casefold() if row.cost else row.person_id
        key = (row.trip.id if row.trip else row.events, thing)
        is_repeated = key in self.seen
        self.seen.add(key)
        there = {one.person_id: one for one in row.trip.people} if row.trip else {}
        if is_repeated:
            return "same"
        if row.cost:
            return "new" if row.standing is None else _compared(row.cost, row.standing)
        if row.person_id not in there:
            return "new"
        one = there[row.person_id]
        stands = Stay(one.arrives_on, one.leaves_on, one.is_at_home, one.note)
        return "same" if stands == row.stay else "change"

    def _trip(self) -> tuple[Trip | None, tuple[EventNamed, ...]]:
        """Find the trip that is meant: by its name, else the one that its events are in."""
        trip = self.trips.get(fold_name(self.place)) if self.place else None
        if trip is not None:
            return trip, ()
        names = [name for name in BETWEEN.split(self.named) if name]
        if not names and not self.place:
            raise WrongCell("events", _("Say to which event."))
        found = [find_named(name, self.events, "events", self.begins)
                 for name in names or [self.place]]  # fmt: skip
        taken = {self.by_event[one.id].id for one in found if one.id in self.by_event}
        if len(taken) > 1 or taken and not all(one.id in self.by_event for one in found):
            raise WrongCell("events", _("One of these is in another trip already."))
        events = tuple(dict.fromkeys(found))
        return (self.by_event[found[0].id], ()) if taken else (None, events)

    def refuse(self, row: TripRow) -> None:
        for event in row.events:
            refuse_off(event, "events")

    def _cost(
        self, cells: Sequence[str], what: str, events: Sequence[Event | EventNamed]
    ) -> TypedCost:
        """Read a shared cost; its parts stand in the order of the events."""
        estimated, spent = self._money(cells, "estimated"), self._money(cells, "spent")
        text = self.cell(cells, "parts")
        counts = re.split(r"\s*\+\s*", text) if text else []
        if counts and len(counts) != len(events) or not all(map(_is_part, counts)):
            raise WrongCell("parts", _("Give a part for each event, like 2 + 1."))
        by_event = zip((one.id for one in events), map(int, counts), strict=False)
        cost = TypedCost(what, estimated, spent, dict(by_event))
        try:
            refuse_cost(cost)
        except Refused as refusal:
            raise WrongCell("spent", refusal.sentence) from refusal
        return cost

    def _money(self, cells: Sequence[str], role: TripRole) -> Money | None:
        text, currency = self.cell(cells, role), self.cell(cells, "currency")
        try:
            usual = read_currency(currency) if currency else self.usual
            return read_amount(text, usual) if text else None
        except Refused as refusal:
            raise WrongCell(role, refusal.sentence) from refusal

    def _stay(
        self, cells: Sequence[str], trip: Trip | None, events: Sequence[Event | EventNamed]
    ) -> Stay:
        near = next((one.starts_on for one in events), None)
        arrives, leaves = (self.day_in(cells, role, near) for role in ("arrives", "leaves"))
        for role, day in (("arrives", arrives), ("leaves", leaves)):
            if day is None:
                raise WrongCell(role, _("Give the day."))
        note = clean(self.cell(cells, "note"))[:120]
        at_home = fold_name(self.cell(cells, "nights")) == fold_name(_("at home"))
        stay = Stay(arrives or date.min, leaves or date.min, at_home, note)
        try:
            refuse_days(trip.events if trip else (), stay)
        except Refused as refusal:
            raise WrongCell(
                (refusal.field or "").removesuffix("_on"), refusal.sentence
            ) from refusal
        return stay


def _compared(typed: TypedCost, cost: TripCost) -> Outcome:
    """Tell whether a row tells of a cost what stands; what it leaves empty counts too."""
    amounts = (estimate_of(cost), spent_of(cost))
    parts = {one.event_id: one.parts for one in cost.shares}
    told = {event: count for event, count in typed.parts.items() if count}
    return "same" if (typed.estimated, typed.spent, told) == (*amounts, parts) else "change"


def _guess(body: Sequence[Sequence[str]]) -> list[TripRole]:
    words: list[TripRole] = ["events", "name", "note"]
    days: list[TripRole] = ["arrives", "leaves"]
    roles: list[TripRole] = []
    for column in zip(*body[:100], strict=True):
        is_day = first_of_most([cell for cell in column if cell], [("arrives", _is_day)], "aside")
        left = days if is_day == "arrives" else words
        roles.append(left.pop(0) if left else "aside")
    return roles


def _is_part(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) <= MOST_PARTS


def _is_day(cell: str) -> bool:
    try:
        return bool(read_day(cell, "day"))
    except NoYear:
        return True
    except NoDate:
        return False
