"""Plans an import without writing: which rows create, change or repeat an event."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, EventSource, Foundation
from outreach.catalog.facts import EventFacts, SourceRow, read_row
from outreach.catalog.importing.records import KnownRecord, match_records
from outreach.catalog.merging.duplicates import Lookalike, find_duplicates
from outreach.catalog.merging.offers import load_candidates
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
    changes: Columns = field(default_factory=dict)

    @property
    def is_changed(self) -> bool:
        """Tell whether the source's record is not the one that was read last."""
        return self.source is not None and dict(self.source.record) != dict(self.row.record)


def plan_import(
    session: Session, foundation: Foundation, rows: Sequence[SourceRow], source: str
) -> list[PlannedRow]:
    """Plan the rows that carry facts, in their order; a row that repeats another word by word
    has no step of its own.
    """
    steps = [
        PlannedRow(row, row.facts, columns_of(row.facts)) for row in _each_once(rows) if row.facts
    ]
    sources = _load_sources(session, foundation, source)
    known = [
        KnownRecord(one.id, facts) for one in sources.values() if (facts := _facts(one.record))
    ]
    found = match_records([step.facts for step in steps], known)
    for position, record in found.items():
        steps[position].source = sources[record.id]
    _load_events(session, steps)
    for step in steps:
        step.changes = _changes(step)
    return steps


def foresee_duplicates(
    session: Session, foundation: Foundation, steps: Sequence[PlannedRow]
) -> dict[int, tuple[str, int | None]]:
    """Tell for rows that would create an event which existing one each repeats, and why.

    By row number; the event's id is None where the other one is a row of the same import.
    """
    fresh = [step for step in steps if step.source is None]
    if not fresh:
        return {}
    links = SeriesLinks(session, foundation)
    first = min(step.facts.starts_on for step in fresh)
    last = max(step.facts.ends_on for step in fresh)
    pairs = find_duplicates(
        [_candidate(step, links) for step in fresh],
        load_candidates(session, foundation, first, last),
    )
    return {
        -pair.other_id: (pair.sentence, pair.kept_id if pair.kept_id > 0 else None)
        for pair in pairs
    }


def _each_once(rows: Sequence[SourceRow]) -> list[SourceRow]:
    seen = {json.dumps(dict(row.record), sort_keys=True): row for row in reversed(rows)}
    return list(reversed(seen.values()))


def _candidate(step: PlannedRow, links: SeriesLinks) -> Lookalike:
    """Describe a row that is no event yet; its id is its number, negative."""
    series = links.find(step.facts)
    return Lookalike(
        -step.row.number,
        step.facts.name,
        step.facts.starts_on,
        step.facts.ends_on,
        series.name if series else None,
        step.columns["city"],
        step.columns["country"],
        step.columns["latitude"],
        step.columns["longitude"],
        step.facts.is_online,
    )


def _load_sources(session: Session, foundation: Foundation, source: str) -> dict[int, EventSource]:
    rows = session.scalars(
        select(EventSource)
        .where(EventSource.foundation_id == foundation.id, EventSource.source == source)
        .order_by(EventSource.id)
    )
    return {row.id: row for row in rows}


def _load_events(session: Session, steps: Sequence[PlannedRow]) -> None:
    """Load the events of changed records only: an unchanged record needs no look at its event."""
    changed = [(step, step.source) for step in steps if step.source and step.is_changed]
    wanted = {source.event_id for _step, source in changed}
    events = {
        event.id: event for event in session.scalars(select(Event).where(Event.id.in_(wanted)))
    }
    for step, source in changed:
        step.event = events[source.event_id]


def _changes(step: PlannedRow) -> Columns:
    if step.event is None or step.source is None or not step.is_changed:
        return {}
    before = _facts(step.source.record)
    if before is None:
        return {}
    event = {column: getattr(step.event, column) for column in step.columns}
    edited = set(step.event.edited_fields)
    return changed_columns(columns_of(before), step.columns, event, edited)


def _facts(record: Mapping[str, Any]) -> EventFacts | None:
    return read_row(0, record).facts
