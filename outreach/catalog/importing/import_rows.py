"""Imports rows of facts as events: again and again, all or nothing, never over people's edits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, EventSource, Foundation, Person
from outreach.accounts import history
from outreach.accounts.putting_back import TakingBack, put_back_touched
from outreach.calendars.clock import say_some
from outreach.catalog.facts import SourceRow
from outreach.catalog.importing.plan import PlannedRow, plan_import
from outreach.catalog.importing.records import FreeKeys, source_key
from outreach.catalog.merging.offers import offer_duplicates
from outreach.catalog.series.linking import SeriesLinks
from outreach.locking import wait_for_others

Progress = Callable[[int, int], None]
_BATCH = 200

CONFERENCE_DATA = "conference-data"
PASTE_BOX = "paste box"
IMPORTED = "imported"
"""What the history calls it."""
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did; `errors` are the bad rows, and then nothing was done at all."""

    created: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    unchanged: int = 0
    offers: list[int] = field(default_factory=list)
    errors: list[SourceRow] = field(default_factory=list)
    entry: history.Entry | None = None
    """The line of the history; None where nothing changed."""

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
    new = [step for step in steps if step.source is None]
    changed = [step for step in steps if step.is_changed]
    if progress and not new:
        progress(len(rows), len(rows))
    if not new and not changed:  # no act
        return ImportResult(unchanged=len(steps))
    with history.act(session, now, person, foundation, IMPORTED) as act:
        writing = _Writing(session, foundation, source, now)
        writing.create(new, progress)
        updated = writing.update(changed)
        session.flush()
        created = [event.id for event in writing.created]
        touched = created + updated
        offers = [offer.id for offer in offer_duplicates(session, foundation, touched, now)]
        act.detail |= {"source": source, "created": created, "offers": offers}
        act.detail["changes"] = len(changed)
    return ImportResult(created, updated, len(steps) - len(touched), offers, entry=act.entry)


def _put_back(taking: TakingBack) -> None:
    """Remove what an import created and nobody touched; what it changed is restored."""
    session, created = taking.session, taking.entry.detail["created"]
    ours = select(Event.name).where(Event.id.in_(created), Event.created_at == taking.entry.at)
    before = len(session.scalars(ours).all())
    put_back_touched(taking)
    names = list(session.scalars(ours.order_by(Event.starts_on, Event.id)))
    gone = before - len(names)
    taking.said = f"{gone:,} {'event' if gone == 1 else 'events'} removed"
    if names:
        stay = "stays: somebody works with it" if len(names) == 1 else "stay: they are in use"
        taking.remarks.append(f"{say_some(names, MOST_NAMED)} {stay} by now.")


history.teach(history.Way(_put_back, again=False), "event", IMPORTED)


class _Writing:
    """One import while it writes."""

    def __init__(
        self, session: Session, foundation: Foundation, source: str, now: datetime
    ) -> None:
        self.session = session
        self.foundation = foundation
        self.source = source
        self.now = now
        self.created: list[Event] = []

    def create(self, steps: Sequence[PlannedRow], progress: Progress | None) -> None:
        """Insert new events in bulk: first their series, then they, then their sources."""
        if not steps:
            return
        links = SeriesLinks(self.session, self.foundation)
        linked = [links.link(step.facts) for step in steps]
        self.session.flush()
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

    def update(self, steps: Sequence[PlannedRow]) -> list[int]:
        """Follow records that changed at their source; return the events that changed with them."""
        updated: list[int] = []
        for step in steps:
            if step.event is None or step.source is None:
                continue
            for column, value in step.changes.items():
                setattr(step.event, column, value)
            step.source.record = dict(step.row.record)
            step.source.read_at = self.now
            if step.changes:
                updated.append(step.event.id)
        return updated
