"""Imports rows of facts as events: again and again, all or nothing, never over people's edits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import AuditEntry, Event, EventSource, Foundation, Person
from outreach.accounts.audit import record
from outreach.catalog.facts import SourceRow
from outreach.catalog.importing.plan import PlannedRow, plan_import
from outreach.catalog.importing.records import FreeKeys, source_key
from outreach.catalog.importing.stored_json import to_json
from outreach.catalog.merging.offers import offer_duplicates
from outreach.catalog.series.linking import SeriesLinks
from outreach.locking import wait_for_others

Progress = Callable[[int, int], None]
_BATCH = 200

CONFERENCE_DATA = "conference-data"
PASTE_BOX = "paste box"
IMPORTED = "imported"
"""The act in the audit that an import can be undone by."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did; `errors` are the bad rows, and then nothing was done at all."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: int = 0
    offers: list[int] = field(default_factory=list)
    errors: list[SourceRow] = field(default_factory=list)
    entry: AuditEntry | None = None
    """The audit entry by which the import can be undone; None where nothing changed."""

    @property
    def touched(self) -> list[int]:
        """Ids of the events whose matches have to be computed again."""
        return [*self.created, *self.updated]


def import_rows(
    session: Session,
    foundation: Foundation,
    rows: Sequence[SourceRow],
    source: str,
    now: datetime,
    progress: Progress | None = None,
    person: Person | None = None,
) -> ImportResult:
    """Import all rows, or none where one is bad, and flush.

    A record that is read again changes nothing; one that changed at its source changes the
    fields that nobody edited here. `now` is real time; `progress` hears (done, of).
    """
    errors = [row for row in rows if row.errors or row.facts is None]
    if errors:
        return ImportResult(errors=errors)
    wait_for_others(session, foundation.id)
    steps = plan_import(session, foundation, rows, source)
    writing = _Writing(session, foundation, source, now)
    writing.create([step for step in steps if step.source is None], progress)
    writing.update([step for step in steps if step.is_changed])
    session.flush()
    if progress and not writing.created:
        progress(len(rows), len(rows))
    created = [event.id for event in writing.created]
    touched = created + [change["id"] for change in writing.changes if change["after"]]
    offers = [offer.id for offer in offer_duplicates(session, foundation, touched, now)]
    return ImportResult(
        created=created,
        updated=touched[len(created) :],
        unchanged=len(steps) - len(touched),
        offers=offers,
        entry=writing.note(person, created, offers),
    )


class _Writing:
    """One import while it writes, and what its undo has to know."""

    def __init__(
        self, session: Session, foundation: Foundation, source: str, now: datetime
    ) -> None:
        self.session = session
        self.foundation = foundation
        self.source = source
        self.now = now
        self.created: list[Event] = []
        self.changes: list[dict[str, Any]] = []
        self.series: list[int] = []

    def create(self, steps: Sequence[PlannedRow], progress: Progress | None) -> None:
        """Insert new events in bulk: first their series, then they, then their sources."""
        if not steps:
            return
        links = SeriesLinks(self.session, self.foundation)
        linked = [links.link(step.facts) for step in steps]
        self.session.flush()
        self.series = [series.id for series in links.created]
        for start in range(0, len(steps), _BATCH):
            part = slice(start, start + _BATCH)
            events = [
                self._event(step, series.id)
                for step, series in zip(steps[part], linked[part], strict=True)
            ]
            self.session.add_all(events)
            self.session.flush()
            self.created += events
            if progress:
                progress(len(self.created), len(steps))
        self._add_sources(steps)

    def _event(self, step: PlannedRow, series_id: int) -> Event:
        return Event(
            foundation_id=self.foundation.id,
            series_id=series_id,
            created_at=self.now,
            edited_fields=[],
            **step.columns,
        )

    def _add_sources(self, steps: Sequence[PlannedRow]) -> None:
        taken = select(EventSource.source_key).where(
            EventSource.foundation_id == self.foundation.id, EventSource.source == self.source
        )
        keys = FreeKeys(self.session.scalars(taken))
        self.session.add_all(
            EventSource(
                foundation_id=self.foundation.id,
                event_id=event.id,
                source=self.source,
                source_key=keys.take(source_key(step.facts)),
                record=dict(step.row.record),
                read_at=self.now,
            )
            for step, event in zip(steps, self.created, strict=True)
        )

    def update(self, steps: Sequence[PlannedRow]) -> None:
        """Follow records that changed at their source."""
        for step in steps:
            if step.event is None or step.source is None:
                continue
            self.changes.append(_change_of(step))
            for column, value in step.changes.items():
                setattr(step.event, column, value)
            step.source.record = dict(step.row.record)
            step.source.read_at = self.now

    def note(
        self, person: Person | None, created: list[int], offers: list[int]
    ) -> AuditEntry | None:
        """Write into the audit what an undo needs; an import that changed nothing is no act."""
        if not created and not self.changes:
            return None
        detail = {
            "source": self.source,
            "created": created,
            "changes": self.changes,
            "series": self.series,
            "offers": offers,
        }
        return record(
            self.session, self.now, person, self.foundation, IMPORTED, "event", None, detail
        )


def _change_of(step: PlannedRow) -> dict[str, Any]:
    """Note what a step changes, before and after, as JSON."""
    assert step.event is not None and step.source is not None  # noqa: S101 - see update()
    return {
        "id": step.event.id,
        "before": {column: to_json(getattr(step.event, column)) for column in step.changes},
        "after": {column: to_json(value) for column, value in step.changes.items()},
        "source": step.source.id,
        "record": dict(step.source.record),
    }
