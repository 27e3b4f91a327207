"""Plans an import without writing: which rows create, change or repeat an event."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from models import Call, Event, EventSource, Foundation, Series, SeriesAlias
from outreach.accounts.rows import table_of, where_in
from outreach.catalog.facts import EventFacts, SourceRow, read_row
from outreach.catalog.importing.records import FreeKeys, KnownRecord, match_records
from outreach.catalog.importing.talk_calls import (
    CALL_COLUMNS,
    event_columns,
    find_talk_calls,
    shown_by,
)
from outreach.catalog.merging.duplicates import Lookalike, Pair, find_duplicates
from outreach.catalog.merging.offers import find_answered, load_candidates
from outreach.catalog.places.event_place import Columns, changed_columns, columns_of
from outreach.catalog.series.linking import SeriesLinks


@dataclass(slots=True)
class PlannedRow:
    """What one row will do: create an event, change one, or nothing new."""

    row: SourceRow
    facts: EventFacts
    columns: Columns
    event: Event | None = None
    source: EventSource | None = None
    talk_call: Call | None = None
    changes: Columns = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        """Tell whether the source's record is not the one that was read last."""
        return self.source is not None and dict(self.source.record) != dict(self.row.record)


Progress = Callable[[int, int], None]
"""Hears how many of how many rows are done."""
Facts = tuple[object, ...]


@dataclass(slots=True)
class ImportPlan:
    """What an import will do, read beside everybody else, and what that rests on."""

    foundation_id: int
    source: str
    steps: list[PlannedRow]
    links: SeriesLinks
    keys: FreeKeys
    newest: int
    """The number of the newest record whose key is known."""
    pairs: list[Pair]
    """What repeats what; a new event has the number of its row, negative."""
    rests_on: Facts

    @property
    def new(self) -> list[PlannedRow]:
        """Return the rows that create an event."""
        return [step for step in self.steps if step.source is None]

    @property
    def changed(self) -> list[PlannedRow]:
        """Return the rows that are not what their source said last."""
        return [step for step in self.steps if step.is_changed]

    def is_current(self, session: Session, foundation: Foundation) -> bool:
        """Tell whether what it rests on still stands."""
        return self.rests_on == facts_of(session, foundation, self.source, _known(self.steps))

    def leave_keys(self, session: Session) -> None:
        """Leave the keys to others that they took since, with imports that nobody sees so far."""
        newer = select(EventSource.id, EventSource.source_key).where(EventSource.id > self.newest)
        for number, key in session.execute(newer.order_by(EventSource.id)):
            self.keys.leave(key)
            self.newest = number


def read_steps(rows: Sequence[SourceRow], progress: Progress | None = None) -> list[PlannedRow]:
    """Settle the columns of the rows that carry facts, which takes longest and needs no database.

    A row that repeats another word by word has no step of its own.
    """
    steps: list[PlannedRow] = []
    for row in _each_once(rows):
        if row.facts:
            steps.append(PlannedRow(row, row.facts, columns_of(row.facts)))
        if progress:
            progress(len(steps), len(rows))
    return steps


def make_plan(
    session: Session, foundation: Foundation, steps: list[PlannedRow], source: str
) -> ImportPlan:
    """Plan an import without writing."""
    plan_steps(session, foundation, steps, source)
    links = SeriesLinks(session, foundation)
    records = select(EventSource.id, EventSource.source_key)
    found = session.execute(records.where(*_of_source(foundation.id, source)))
    taken = {row.id: row.source_key for row in found}
    return ImportPlan(
        foundation.id,
        source,
        steps,
        links,
        FreeKeys(taken.values()),
        max(taken, default=0),
        find_repeats(session, foundation, steps, links),
        facts_of(session, foundation, source, _known(steps)),
    )


def plan_import(
    session: Session, foundation: Foundation, rows: Sequence[SourceRow], source: str
) -> list[PlannedRow]:
    """Plan the rows that carry facts, in their order."""
    steps = read_steps(rows)
    plan_steps(session, foundation, steps, source)
    return steps


def plan_steps(
    session: Session, foundation: Foundation, steps: Sequence[PlannedRow], source: str
) -> None:
    """Find out which rows were read before, and what they change."""
    sources = _load_sources(session, foundation, source)
    known = [
        KnownRecord(one.id, facts) for one in sources.values() if (facts := _facts(one.record))
    ]
    found = match_records([step.facts for step in steps], known)
    for position, step in enumerate(steps):
        step.source = sources[found[position].id] if position in found else None
        step.event, step.talk_call = None, None
    _load_events(session, steps)
    for step in steps:
        step.changes = _changes(step)


def find_repeats(
    session: Session, foundation: Foundation, steps: Sequence[PlannedRow], links: SeriesLinks
) -> list[Pair]:
    """Pair what would be created or changed with what it repeats."""
    changed = {step.event.id for step in steps if step.event and step.changes}
    fresh = [step for step in steps if step.source is None or step.changes]
    if not fresh:
        return []
    fresh.sort(key=lambda step: step.source is None)
    first = min(step.facts.starts_on for step in fresh)
    last = max(step.facts.ends_on for step in fresh)
    near = load_candidates(session, foundation, first, last)
    candidates = {one.id: one for one in (_candidate(step, links) for step in fresh)}
    return find_duplicates(
        list(candidates.values()),
        [one for one in near if one.id not in changed],
        find_answered(session, foundation),
    )


def foresee_duplicates(
    session: Session, foundation: Foundation, steps: Sequence[PlannedRow]
) -> dict[int, tuple[str, int | None]]:
    """Tell for rows that would create an event which existing one each repeats, and why.

    By row number; the event's id is None where the other one is a row of the same import.
    """
    pairs = find_repeats(session, foundation, steps, SeriesLinks(session, foundation))
    return {
        -pair.other_id: (pair.sentence, pair.kept_id if pair.kept_id > 0 else None)
        for pair in pairs
        if pair.other_id < 0
    }


def _of_source(foundation_id: int, source: str) -> tuple[ColumnElement[bool], ...]:
    return EventSource.foundation_id == foundation_id, EventSource.source == source


def _is_seen(foundation: Foundation) -> ColumnElement[bool]:
    """Tell whether a record's event is not one that just comes in or goes back."""
    ours = (Event.id == EventSource.event_id, Event.foundation_id == foundation.id)
    return exists().where(*ours)


def _known(steps: Sequence[PlannedRow]) -> set[int]:
    return {step.event.id for step in steps if step.event}


def facts_of(
    session: Session, foundation: Foundation, source: str, events: Collection[int]
) -> Facts:
    """Return what a plan for a source rests on, in a few numbers that differ once it changed."""
    marks = (func.count(), func.max(EventSource.id), func.sum(EventSource.event_id))
    records = select(*marks, func.max(EventSource.read_at)).where(
        *_of_source(foundation.id, source), _is_seen(foundation)
    )
    series = [
        select(func.count(), func.max(one.id)).where(one.foundation_id == foundation.id)
        for one in (Series, SeriesAlias)
    ]
    counted = [tuple(session.execute(one).one()) for one in (records, *series)]
    versions: set[tuple[str, int, int]] = set()
    for table, event_id in ((table_of("event"), "id"), (table_of("call"), "event_id")):
        for condition in where_in(table.c[event_id], events):
            found = session.execute(select(table.c.id, table.c.version).where(condition))
            versions |= {(table.name, number, version) for number, version in found}
    return (*counted, frozenset(versions))


def _each_once(rows: Sequence[SourceRow]) -> list[SourceRow]:
    seen = {json.dumps(dict(row.record), sort_keys=True): row for row in reversed(rows)}
    return list(reversed(seen.values()))


def _candidate(step: PlannedRow, links: SeriesLinks) -> Lookalike:
    """Describe an event as it would be."""
    series = links.find(step.facts)
    columns = step.columns
    if step.event is not None:
        columns = _shown(step.event, columns) | step.changes
    return Lookalike(
        step.event.id if step.event else -step.row.number,
        columns["name"],
        columns["starts_on"],
        columns["ends_on"],
        series.name if series else None,
        columns["city"],
        columns["country"],
        columns["latitude"],
        columns["longitude"],
        columns["is_online"],
    )


def _load_sources(session: Session, foundation: Foundation, source: str) -> dict[int, EventSource]:
    rows = session.scalars(
        select(EventSource)
        .where(*_of_source(foundation.id, source), _is_seen(foundation))
        .order_by(EventSource.id)
    )
    return {row.id: row for row in rows}


def _load_events(session: Session, steps: Sequence[PlannedRow]) -> None:
    """Load the events of changed records only, with their calls for talks."""
    changed = [(step, step.source) for step in steps if step.source and step.is_changed]
    wanted = {one.event_id for _step, one in changed}
    events: dict[int, Event] = {}
    for condition in where_in(table_of("event").c.id, wanted):
        events |= {event.id: event for event in session.scalars(select(Event).where(condition))}
    calls = find_talk_calls(session, wanted)
    for step, source in changed:
        step.event = events[source.event_id]
        step.talk_call = calls.get(source.event_id)


def _shown(event: Event, columns: Columns) -> Columns:
    """Return what an event holds of these columns."""
    return {name: getattr(event, name) for name in event_columns(columns)}


def _changes(step: PlannedRow) -> Columns:
    if step.event is None or step.source is None or not step.is_changed:
        return {}
    before = _facts(step.source.record)
    if before is None:
        return {}
    shown = _shown(step.event, step.columns) | shown_by(step.talk_call)
    edited = set(step.event.edited_fields)
    if step.talk_call and not step.talk_call.source:  # a person wrote it
        edited |= CALL_COLUMNS
    return changed_columns(columns_of(before), step.columns, shown, edited)


def _facts(record: Mapping[str, Any]) -> EventFacts | None:
    return read_row(0, record).facts
