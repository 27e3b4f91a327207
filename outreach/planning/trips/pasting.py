"""Reads who is on which trip from a pasted table, and keeps what is wanted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, Person, Trip, TripStop
from outreach.accounts import history
from outreach.catalog.facts import clean
from outreach.catalog.places.spelling import fold_name
from outreach.catalog.reading.dates import DayOrder, NoDate, read_day, settle_order
from outreach.catalog.reading.named_events import find_named
from outreach.catalog.reading.pasted import (
    Meanings,
    Outcome,
    PastedTable,
    RowReader,
    first_of_most,
)
from outreach.catalog.reading.table import OpenTable, Settled, WrongCell, open_table
from outreach.language import N_
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.planning.kits.pasting import EventNamed, find_events, say_rows
from outreach.planning.trips.load import load_trips
from outreach.planning.trips.trips import Stay, refuse_days, write_stays
from outreach.refusal import Refused

PASTED = "pasted trips"
BETWEEN = re.compile(r"\s*;\s*|\s+\+\s+")
"""What stands between the events of one trip."""
TripRole = Literal["trip", "events", "name", "arrives", "leaves", "note", "aside"]
TRIP_ROLES: dict[TripRole, str] = {
    "trip": N_("Trip"), "events": N_("Its events"), "name": N_("Who"), "arrives": N_("Arrives"),
    "leaves": N_("Leaves"), "note": N_("Note"), "aside": N_("Leave it aside"),
}  # fmt: skip
TRIP_MEANINGS: Meanings[TripRole] = Meanings(
    {
        "trip": "trip,journey,where,destination",
        "events": "events,event,conference,for",
        "name": "name,who,person,traveller,traveler",
        "arrives": "arrives,arrival,from,check in,in,arrives on",
        "leaves": "leaves,departure,until,check out,out,leaves on",
        "note": "note,notes,comment,room,flight",
    },
    aside="aside",
    unknown="aside",
)


@dataclass(frozen=True, slots=True)
class TripRow:
    """What a row says: who is on which trip, from when until when."""

    trip: Trip | None
    """The one that stands."""
    place: str
    """Of a new one."""
    events: tuple[EventNamed, ...]
    person_id: int
    name: str
    stay: Stay


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
    days = [at for at, role in enumerate(table.roles) if role in ("arrives", "leaves")]
    order: DayOrder | Literal["ask"] | None = settle_order(
        line[at] for line in table.lines for at in days
    )
    reader.order = "day" if order == "ask" else order
    lines = reader.read(settled.left_out)
    has_place = {"trip", "events"} & set(table.roles)
    needs = has_place and {"name", "arrives", "leaves"} <= set(table.roles)
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
            write_stays(session, trip, {row.person_id: row.stay})
        act.detail["name"] = say_rows(len(paste.ready))
    return act.entry


class _TripReader(RowReader[TripRole, TripRow]):
    """Reads one person after the other."""

    near = ("name", "trip", "events")

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
        self.seen: set[tuple[object, int]] = set()

    def row(self, cells: Sequence[str]) -> TripRow:
        if self.cell(cells, "trip") or self.cell(cells, "events"):
            self.place, self.named = self.cell(cells, "trip"), self.cell(cells, "events")
        trip, events = self._trip()
        name = clean(self.cell(cells, "name"))
        number = self.people.get(fold_name(name)) if name else None
        if number is None:
            raise WrongCell("name", _("“%(name)s” is not on your list of people.", name=name[:40]))
        stay = self._stay(cells, trip)
        place = clean(self.place) or "".join(one.city or one.name for one in events[:1])
        return TripRow(trip, place[:120], events, number, name, stay)

    def outcome(self, row: TripRow) -> Outcome:
        key = (row.trip.id if row.trip else row.events, row.person_id)
        is_repeated = key in self.seen
        self.seen.add(key)
        there = {one.person_id: one for one in row.trip.people} if row.trip else {}
        if is_repeated:
            return "same"
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
        found = [find_named(name, self.events, "events") for name in names or [self.place]]
        taken = {self.by_event[one.id].id for one in found if one.id in self.by_event}
        if len(taken) > 1 or taken and not all(one.id in self.by_event for one in found):
            raise WrongCell("events", _("One of these is in another trip already."))
        events = tuple(dict.fromkeys(found))
        return (self.by_event[found[0].id], ()) if taken else (None, events)

    def _stay(self, cells: Sequence[str], trip: Trip | None) -> Stay:
        arrives, leaves = self.day_in(cells, "arrives"), self.day_in(cells, "leaves")
        for role, day in (("arrives", arrives), ("leaves", leaves)):
            if day is None:
                raise WrongCell(role, _("Give the day."))
        note = clean(self.cell(cells, "note"))[:120]
        stay = Stay(arrives or date.min, leaves or date.min, note=note)
        try:
            refuse_days(trip.events if trip else (), stay)
        except Refused as refusal:
            raise WrongCell(
                (refusal.field or "").removesuffix("_on"), refusal.sentence
            ) from refusal
        return stay


def _guess(body: Sequence[Sequence[str]]) -> list[TripRole]:
    words: list[TripRole] = ["events", "name", "note"]
    days: list[TripRole] = ["arrives", "leaves"]
    roles: list[TripRole] = []
    for column in zip(*body[:100], strict=True):
        is_day = first_of_most([cell for cell in column if cell], [("arrives", _is_day)], "aside")
        left = days if is_day == "arrives" else words
        roles.append(left.pop(0) if left else "aside")
    return roles


def _is_day(cell: str) -> bool:
    try:
        return bool(read_day(cell, "day"))
    except NoDate:
        return False
