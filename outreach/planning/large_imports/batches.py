"""What is asked of the worker: a large import, or to take one back; and how far it is."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Foundation, ImportBatch, ImportRecords, Person
from models.searches import STILL_ON
from outreach.accounts import history
from outreach.accounts.audit import record
from outreach.calendars.clock import say_figure
from outreach.catalog.facts import SourceRow
from outreach.catalog.importing.import_rows import IMPORTED
from outreach.claims import LEASE
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.refusal import Refused

MOST_AT_ONCE = 500
"""Rows that an import may have, or may have changed, to be done while somebody waits for it."""


def is_large(count: int) -> bool:
    """Tell whether so many rows are left to the worker."""
    return count > MOST_AT_ONCE


def count_rows(entry: history.Entry) -> int:
    """Return how many rows taking an import back concerns."""
    return len(entry.detail.get("created", ())) + len(entry.detail.get("rows", ()))


def ask_import(
    session: Session,
    foundation: Foundation,
    rows: Sequence[SourceRow],
    source: str,
    now: datetime,
    person: Person | None,
) -> ImportBatch:
    """Leave an import of good rows to the worker; its line of the history is nobody's so far."""
    staging = stage(session, now)
    entry = record(session, now, person, staging, IMPORTED, "event", None, dict(history.NO_ROWS))
    batch = ImportBatch(
        id=entry.id,
        foundation_id=foundation.id,
        staging_id=staging.id,
        person_id=person.id if person else None,
        source=source,
        asked_at=now,
    )
    session.add(batch)
    session.flush()
    session.add(ImportRecords(batch_id=batch.id, records=[dict(row.record) for row in rows]))
    session.flush()
    return batch


def ask_back(session: Session, entry: history.Entry, by: Person, now: datetime) -> ImportBatch:
    """Leave it to the worker to take an import back."""
    wait_for_others(session, entry.foundation_id)
    session.refresh(entry)
    refusal = history.find_hindrance(entry)
    if refusal or entry.foundation_id is None:
        raise Refused(refusal or history.NOTHING)
    batch = session.get(ImportBatch, entry.id)
    if batch is None:
        batch = ImportBatch(id=entry.id, foundation_id=entry.foundation_id, asked_at=now)
        batch.source = entry.detail["source"]
        session.add(batch)
    elif batch.state != "done":
        return batch
    batch.state, batch.is_back, batch.asked_at, batch.said = "waiting", True, now, ""
    batch.person_id = by.id
    session.flush()
    return batch


def stage(session: Session, now: datetime) -> Foundation:
    """Make a foundation that no page shows."""
    name = f"import-{secrets.token_hex(8)}"
    staging = Foundation(slug=name, name=name, created_at=now, removed_at=now)
    session.add(staging)
    session.flush()
    return staging


def find_batch(session: Session, foundation: Foundation, number: int) -> ImportBatch | None:
    """Return the batch of an import of this foundation."""
    batch = session.get(ImportBatch, number)
    return batch if batch is not None and batch.foundation_id == foundation.id else None


def is_open(batch: ImportBatch) -> bool:
    """Tell whether what it comes to is still to be decided."""
    return batch.state in STILL_ON


def has_line(session: Session, batch: ImportBatch) -> bool:
    """Tell whether an import came to something, which the history tells of."""
    ours = history.Entry.foundation_id == batch.foundation_id
    line = select(history.Entry.id).where(history.Entry.id == batch.id, ours)
    return session.scalar(line) is not None


def say_state(batch: ImportBatch, now: datetime) -> str:
    """Say how far a batch is: "1,200 of 20,000 read."; `now` is real time."""
    if not is_open(batch):
        return batch.said
    since = batch.claimed_until or batch.asked_at + LEASE
    if now > since + LEASE:
        return _("Nobody works on this. It goes on as soon as `flask work` runs.")
    done = {name: say_figure(batch.progress.get(name, 0)) for name in ("done", "total")}
    match batch.progress.get("stage"):
        case "read":
            return _("%(done)s of %(total)s read.", **done)
        case "written":
            return _("%(done)s of %(total)s written. They show all at once.", **done)
    return _("This begins in a moment.")
