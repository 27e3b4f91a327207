"""Imports rows of facts as events: again and again, all or nothing, never over people's edits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from models import ActSubject, Event, EventSource, Foundation, Person
from outreach.accounts import history
from outreach.accounts.rows import overwrite, to_json
from outreach.accounts.watching import Change
from outreach.catalog.facts import SourceRow
from outreach.catalog.importing.plan import ImportPlan, PlannedRow, make_plan, read_steps
from outreach.catalog.importing.records import source_key
from outreach.catalog.importing.talk_calls import (
    change_of,
    event_columns,
    insert_talk_calls,
    tell_made,
)
from outreach.catalog.merging.duplicates import Pair
from outreach.catalog.merging.offers import offer_pairs
from outreach.catalog.places.event_place import Columns
from outreach.locking import wait_for_others

CONFERENCE_DATA = "conference-data"
PASTE_BOX = "paste box"
IMPORTED = "imported"
"""What the history calls it."""


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


def say_import(result: ImportResult) -> str:
    """Say what an import did: "6 events added, 1 duplicate offered."."""
    parts = [
        f"{_count(len(result.created) - len(result.offers), 'event')} added",
        f"{_count(len(result.offers), 'duplicate')} offered" if result.offers else "",
        f"{_count(len(result.updated), 'event')} changed" if result.updated else "",
        f"{result.unchanged:,} here already" if result.unchanged else "",
    ]
    return f"{', '.join(part for part in parts if part)}."


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def import_rows(
    session: Session,
    foundation: Foundation,
    rows: Sequence[SourceRow],
    source: str,
    now: datetime,
    person: Person | None = None,
) -> ImportResult:
    """Import all rows, or none where one is bad, and flush.

    A record that is read again changes nothing; one that changed at its source changes the
    fields that nobody edited here. `now` is real time.
    """
    errors = find_errors(rows)
    if errors:
        return ImportResult(errors=errors)
    wait_for_others(session, foundation.id)
    plan = make_plan(session, foundation, read_steps(rows), source)
    return carry_out(session, foundation, plan, now, person)


def find_errors(rows: Sequence[SourceRow]) -> list[SourceRow]:
    """Return the bad rows."""
    return [row for row in rows if row.errors or row.facts is None]


def carry_out(
    session: Session,
    foundation: Foundation,
    plan: ImportPlan,
    now: datetime,
    person: Person | None,
) -> ImportResult:
    """Do what was planned, planned again where it rests on what has changed since; and flush."""
    wait_for_others(session, foundation.id)
    if not plan.is_current(session, foundation):
        plan = make_plan(session, foundation, plan.steps, plan.source)
    if not plan.new and not plan.changed:  # no act
        return ImportResult(unchanged=len(plan.steps))
    entry = history.add_line(session, now, person, foundation, IMPORTED)
    created = dict(write_new(session, plan, plan.new, foundation, entry))
    return complete(session, foundation, plan, created, entry)


def write_new(
    session: Session,
    plan: ImportPlan,
    steps: Sequence[PlannedRow],
    owner: Foundation,
    entry: history.Entry,
) -> Iterator[tuple[int, int]]:
    """Insert these events with their series and sources; return their numbers by those of rows.

    Where the owner is one that nobody sees, the sources are the foundation's own already: nobody
    looks at a source but beside its event.
    """
    if not steps:
        return iter(())
    plan.links.session, plan.links.owner_id = session, owner.id
    series = [plan.links.link(step.facts) for step in steps]
    session.flush()
    own = {"foundation_id": owner.id, "created_at": entry.at, "edited_fields": []}
    events = [
        {"series_id": one.id, **own, **event_columns(step.columns)}
        for one, step in zip(series, steps, strict=True)
    ]
    written = insert(Event).returning(Event.id, sort_by_parameter_order=True)
    numbers = session.scalars(written, events).all()
    plan.leave_keys(session)
    sources = [
        {
            "foundation_id": plan.foundation_id,
            "event_id": number,
            "source": plan.source,
            "source_key": plan.keys.take(source_key(step.facts)),
            "record": dict(step.row.record),
            "read_at": entry.at,
        }
        for number, step in zip(numbers, steps, strict=True)
    ]
    session.execute(insert(EventSource), sources)
    told = ((number, step.columns) for number, step in zip(numbers, steps, strict=True))
    insert_talk_calls(session, owner, plan.source, told)
    # A new event has no history that its number had before it.
    mine = (ActSubject.subject == "event", ActSubject.subject_id.in_(numbers))
    session.execute(delete(ActSubject).where(*mine))
    _add_subjects(session, numbers, entry)
    return zip((step.row.number for step in steps), numbers, strict=True)


def _add_subjects(session: Session, numbers: Sequence[int], entry: history.Entry) -> None:
    lines = [{"subject": "event", "subject_id": one, "entry_id": entry.id} for one in numbers]
    if lines:
        session.execute(insert(ActSubject), lines)


def complete(
    session: Session,
    foundation: Foundation,
    plan: ImportPlan,
    created: dict[int, int],
    entry: history.Entry,
) -> ImportResult:
    """Let known events follow their source, offer what is there twice, and say what was done."""
    changed = plan.changed
    changes = [change for step in changed for change in _changes(step, entry.at)]
    for table in ("call", "event", "event_source"):
        overwrite(session, table, [one for one in changes if one["table"] == table], "after")
    told = (step.event.id for step in changed if step.event and step.changes)
    updated = list(dict.fromkeys(told))  # several records may tell of one event
    calls = insert_talk_calls(session, foundation, plan.source, _first_calls(changed))
    made_calls, judged = tell_made(session, calls)
    _add_subjects(session, updated, entry)
    pairs = (
        Pair(created.get(-pair.kept_id, pair.kept_id), created.get(-pair.other_id, pair.other_id),
             pair.sentence)
        for pair in plan.pairs
    )  # fmt: skip
    offers = [offer.id for offer in offer_pairs(session, foundation, pairs, entry.at)]
    made = list(created.values())
    entry.detail = entry.detail | {
        "source": plan.source,
        "created": made,
        "series": [one.id for one in plan.links.created],
        "offers": offers,
        "changes": len(changed),
        "rows": [*changes, *made_calls],
        "columns": {"call": judged},
    }
    session.flush()
    return ImportResult(made, updated, len(plan.steps) - len(made) - len(updated), offers,
                        entry=entry)  # fmt: skip


def _first_calls(changed: Sequence[PlannedRow]) -> Iterable[tuple[int, Columns]]:
    """Return what is told of the calls of known events without one, once for each event."""
    told: dict[int, Columns] = {}
    for step in changed:
        if step.event and not step.talk_call:
            told[step.event.id] = told.get(step.event.id, {}) | step.changes
    return told.items()


def _changes(step: PlannedRow, now: datetime) -> Iterator[Change]:
    """Say as the history does what a changed record changes."""
    event, source = step.event, step.source
    if event is None or source is None:
        return
    if step.changes:
        own = event_columns(step.changes)  # none where its call alone follows: it changes with it
        before = {name: to_json(getattr(event, name)) for name in own}
        after = {name: to_json(value) for name, value in own.items()}
        yield {"table": "event", "key": [event.id], "before": before, "after": after}
    if step.talk_call and (change := change_of(step.talk_call, step.changes)):
        yield change
    old, new = (source.record, source.read_at), (dict(step.row.record), now)
    before, after = ({"record": one, "read_at": to_json(at)} for one, at in (old, new))
    yield {"table": "event_source", "key": [source.id], "before": before, "after": after}
