"""The worker's way through a large import: written unseen, then shown or taken away all at once.

Nobody is held up for long meanwhile: rows are written some at a time, and what makes them a
foundation's own, or takes them from it, is one short transaction.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models import (
    ActSubject,
    Call,
    Event,
    Foundation,
    ImportBatch,
    ImportRecords,
    Person,
    Series,
    SeriesAlias,
)
from outreach.accounts import history
from outreach.accounts.audit import record
from outreach.accounts.watching import Change
from outreach.catalog.facts import read_row
from outreach.catalog.importing import going_back
from outreach.catalog.importing.import_rows import complete, say_import, write_new
from outreach.catalog.importing.plan import (
    ImportPlan,
    Progress,
    facts_of,
    make_plan,
    read_steps,
)
from outreach.claims import LEASE, Clock, Columns, Hold, Lost, Sessions, claim, has_waiting
from outreach.language import gettext as _
from outreach.locking import wait_for_others
from outreach.matching.store.stored import leave_for_later
from outreach.planning.large_imports.batches import stage

SIZES = (20, 500)
"""So many rows are written or thrown away before others have their turn, at least and at most."""
MOST_HELD = 0.05
"""Seconds that others are kept from writing by such a portion; the next one is sized by it."""
EVERY = timedelta(seconds=1)
"""Between two signs of life while rows are read."""
BROKEN = "This broke off by an error. Nothing was changed."


def run_waiting(
    reading: Sessions,
    writing: Sessions,
    now: Clock,
    should_stop: Callable[[], bool] = lambda: False,
    told: Progress = lambda _done, _total: None,
) -> ImportBatch | None:
    """Do one batch that waits, from claim to end; return it as it was claimed.

    A worker that is told to end gives it back; one that is killed loses it when its lease runs
    out, and the next one begins with throwing away what was written so far.
    """
    with reading() as session:
        if not has_waiting(session, ImportBatch, now()):
            return None
    hold = claim(ImportBatch, writing, now, ImportBatch.asked_at)
    if hold is None:
        return None
    with reading() as session:
        batch = session.get_one(ImportBatch, hold.number)
    work = _BatchWork(reading, hold, should_stop, told, batch)
    try:
        work.run()
    except Lost:
        pass
    except _Ended:
        hold.write({"claimed_until": None})
    except OperationalError:  # the database is busy or gone: it is tried again after the lease
        raise
    except Exception:
        hold.write({"state": "clearing", "claimed_until": None, "said": BROKEN})
        raise
    return batch


class _Ended(Exception):
    """The worker is told to end."""


@dataclass
class _BatchWork:
    """A worker's way through one batch."""

    reading: Sessions
    hold: Hold
    should_stop: Callable[[], bool]
    told: Progress
    batch: ImportBatch
    created: dict[int, int] = field(default_factory=dict)
    """Staged events by the numbers of their rows."""
    size: int = field(default_factory=lambda: SIZES[0])
    """Rows of the next portion."""

    def run(self) -> None:
        made: list[int] = []
        if self.batch.state == "running" and self.batch.is_back:
            self._take_back()
        elif self.batch.state == "running":
            self._import()
        if self.batch.is_back:
            with self.reading() as session:
                made = going_back.series_of(session.get_one(history.Entry, self.batch.id))
        self._clear()
        self._finish(made)

    @contextmanager
    def _portion(self, columns: Columns | None = None) -> Iterator[Session]:
        """Write so many rows as `size` says; how long that kept others out says the next size.

        Then they have as long for themselves: they may be more than have their turn meanwhile.
        """
        with self.hold.turn(columns) as session:
            begun = time.monotonic()
            yield session
        held, (least, most) = time.monotonic() - begun, SIZES
        self.size = min(most, max(least, round(self.size * min(2, MOST_HELD / held))))
        time.sleep(held)

    def _import(self) -> None:
        with self.reading() as session:
            records = session.get_one(ImportRecords, self.batch.id).records
        rows = [read_row(number, one) for number, one in enumerate(records, start=1)]
        steps = read_steps(rows, self._tell_read)
        is_done = False
        while not is_done:
            self._clear()
            with self.reading() as session:
                foundation = session.get_one(Foundation, self.batch.foundation_id)
                plan = make_plan(session, foundation, steps, self.batch.source)
            self._write_new(plan)
            is_done = self._publish(plan)

    def _tell_read(self, done: int, total: int) -> None:
        since = self.hold.now() + LEASE - self.hold.until
        if done == total or since >= EVERY:
            self.hold.write(self._progress("read", done, total))

    def _progress(self, stage: str, done: int, total: int) -> Columns:
        """Tell whoever listens, and return what the page tells by."""
        if self.should_stop():
            raise _Ended
        self.told(done, total)
        return {"progress": {"stage": stage, "done": done, "total": total}}

    def _write_new(self, plan: ImportPlan) -> None:
        """Write new events to the staging foundation."""
        self.created, new, done = {}, plan.new, 0
        while part := new[done : done + self.size]:
            with self._portion(self._progress("written", done, len(new))) as session:
                wait_for_others(session, self.batch.foundation_id)
                entry = session.get_one(history.Entry, self.batch.id)
                staging = session.get_one(Foundation, self.batch.staging_id)
                self.created |= dict(write_new(session, plan, part, staging, entry))
            done += len(part)

    def _publish(self, plan: ImportPlan) -> bool:
        """Let everybody see all of it; False where the plan rests on what is different by now."""
        done: Columns = {"state": "clearing"}
        with self.hold.turn() as session:
            foundation = session.get_one(Foundation, self.batch.foundation_id)
            wait_for_others(session, foundation.id)
            if not plan.is_current(session, foundation):
                return False
            if plan.new or plan.changed:
                for model in (Series, SeriesAlias, Event, Call):
                    ours = update(model).where(model.foundation_id == self.batch.staging_id)
                    session.execute(
                        ours.values(foundation_id=foundation.id),
                        execution_options=going_back.UNSEEN,
                    )
                entry = session.get_one(history.Entry, self.batch.id)
                result = complete(session, foundation, plan, self.created, entry)
                entry.foundation_id = foundation.id
                leave_for_later(session, foundation)
                done["said"] = say_import(result)
            else:
                done["said"] = _("Nothing is new: all of it is here already.")
            session.execute(update(ImportBatch).where(self._is_this()).values(done))
        return True

    def _is_this(self) -> ColumnElement[bool]:
        return ImportBatch.id == self.batch.id

    def _take_back(self) -> None:
        with self.reading() as session:
            entry = session.get_one(history.Entry, self.batch.id)
            foundation = session.get_one(Foundation, self.batch.foundation_id)
            changed = [one["key"][0] for one in entry.detail["rows"] if one["table"] == "event"]
            seen = facts_of(session, foundation, self.batch.source, changed)
            changes = going_back.find_set_back(session, entry)
            staying = going_back.find_staying(session, entry)
        with self.hold.turn() as session:
            foundation = session.get_one(Foundation, self.batch.foundation_id)
            wait_for_others(session, foundation.id)
            entry = session.get_one(history.Entry, self.batch.id)
            said = history.TWICE
            if entry.detail["rows"] and seen != facts_of(
                session, foundation, self.batch.source, changed
            ):
                changes = going_back.find_set_back(session, entry)
            if entry.taken_back_at is None:
                self.batch.staging_id = stage(session, self.hold.now()).id
                said = self._take_from(session, foundation, entry, staying, changes)
            done = {"state": "clearing", "said": said, "staging_id": self.batch.staging_id}
            session.execute(update(ImportBatch).where(self._is_this()).values(done))

    def _take_from(
        self,
        session: Session,
        foundation: Foundation,
        entry: history.Entry,
        staying: Collection[int],
        changes: list[Change],
    ) -> str:
        """Take from a foundation what an import brought, and say what came of it."""
        staging = session.get_one(Foundation, self.batch.staging_id)
        going_back.set_back(session, changes)
        going_back.withdraw_offers(session, entry)
        gone = going_back.take_events_away(session, entry, staying, staging)
        entry.taken_back_at = self.batch.asked_at
        by = session.get(Person, self.batch.person_id) if self.batch.person_id else None
        detail = history.NO_ROWS | {"of": entry.id, "first": entry.act}
        at = self.batch.asked_at
        record(session, at, by, foundation, history.TOOK_BACK, "event", None, detail)
        leave_for_later(session, foundation)
        said, remarks = going_back.say_gone(session, entry, gone)
        return " ".join([f"{said}.", *remarks])

    def _clear(self) -> None:
        """Throw away what nobody sees, some at a time."""
        for model in (Event, Series):
            mine = select(model.id).where(model.foundation_id == self.batch.staging_id)
            while True:
                with self._portion() as session:
                    some = session.scalars(mine.limit(self.size)).all()
                    if not some:
                        break
                    if self.batch.is_back and model is Event:
                        some = self._give_back(session, some)
                    session.execute(delete(model).where(model.id.in_(some)))
                    told = ActSubject.entry_id == self.batch.id, ActSubject.subject_id.in_(some)
                    if model is Event:
                        session.execute(delete(ActSubject).where(*told))

    def _give_back(self, session: Session, events: Sequence[int]) -> Sequence[int]:
        """Give events back that somebody began to work with just then; return the others."""
        unused = going_back.find_unused(session, events)
        used = [number for number in events if number not in unused]
        if used:
            back = (
                update(Event)
                .where(Event.id.in_(used))
                .values(foundation_id=self.batch.foundation_id)
            )
            session.execute(back, execution_options=going_back.UNSEEN)
            foundation = session.get_one(Foundation, self.batch.foundation_id)
            going_back.move_calls(session, foundation, used)
        return [*unused]

    def _finish(self, made: Sequence[int]) -> None:
        """Remove the series that nothing is an edition of any more, and the staging foundation."""
        while made:
            part, made = made[: self.size], made[self.size :]
            with self._portion() as session:
                going_back.remove_series(session, part)
        with self.hold.turn({"state": "done", "progress": {}, "claimed_until": None}) as session:
            session.execute(delete(ImportRecords).where(ImportRecords.batch_id == self.batch.id))
            session.execute(delete(Foundation).where(Foundation.id == self.batch.staging_id))
