"""Reads trackers from first to last: their issues, whom those concern, and the matches of these."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from models import Foundation, Tracker
from outreach.calendars.clock import say_list
from outreach.fetching import Fetcher
from outreach.issues.sync import Summary, follow, note_failing
from outreach.issues.trackers import open_client
from outreach.issues.trackers.asking import SECONDS, Trouble
from outreach.issues.trackers.tokens import find_token
from outreach.locking import wait_for_others
from outreach.matching.store.stored import refresh_issues
from outreach.refusal import Refused

EVERY = timedelta(minutes=60)
PAUSES = (1.0, 5.0)
"""Seconds before the second and the third try where the database is busy."""
BUSY = "The database is busy with something else, so it is read on later."
NOT_READ = "It answers in a way that stops us. The log says how."
_BUSY_CODES = frozenset(["SQLITE_BUSY", "SQLITE_LOCKED", "40001", "40P01", "55P03"])

Tells = Callable[[Summary], object]
Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


def sync_due(
    make_session: sessionmaker[Session],
    now: datetime,
    fetcher: Fetcher | None = None,
    every: timedelta = EVERY,
    clock: Clock = real_clock,
) -> list[Summary]:
    """Read the trackers that were not asked for so long; `every` zero: none.

    Each is claimed first, so that of several workers one reads it. The example's are left
    alone: its clock stands still and its story is complete.
    """
    if not every:
        return []
    with make_session() as session:
        numbers = _find_due(session, now - every)
        session.rollback()
        return [
            sync_tracker(session, number, fetcher, clock)
            for number in numbers
            if _claim(session, number, now, every)
        ]


def sync_tracker(
    session: Session,
    number: int,
    fetcher: Fetcher | None = None,
    clock: Clock = real_clock,
    told: Tells = lambda _summary: None,
    until: float | None = None,
) -> Summary:
    """Read one tracker to its end and commit as it goes; what went wrong stands in the summary.

    `told` is called after each page. `until`: leave off when `time.monotonic` has come so far;
    the next sync goes on there. A busy database is waited for, then left for later.
    """
    for pause in (*PAUSES, None):
        try:
            return _sync(session, number, fetcher, clock, told, until)
        except OperationalError as trouble:
            session.rollback()
            if not is_busy(trouble):
                raise
            if pause is not None:
                time.sleep(pause)
        except Exception:
            session.rollback()
            if tracker := session.get(Tracker, number, with_for_update=True):
                note_failing(tracker, NOT_READ, clock())
            session.commit()
            raise
    return Summary(_name(session, number), trouble=BUSY)


def is_busy(trouble: OperationalError) -> bool:
    """Tell whether somebody else holds the database, or a row of it, for too long."""
    error = trouble.orig
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return str(code).partition("_SNAPSHOT")[0] in _BUSY_CODES


def say_summary(summary: Summary, projects: Sequence[str]) -> str:
    """Say in a line what a sync did with a tracker."""
    counts = [
        f"{summary.added:,} new",
        f"{summary.changed:,} changed",
        *([f"{summary.hidden:,} hidden"] if summary.hidden else []),
    ]
    size = f"{summary.requests:,} requests, {-(-summary.received // 1024):,} kB"
    idle = "" if projects else "It watches no project yet."
    notes = [f" {note}" for note in (summary.trouble, summary.pause, idle) if note]
    return f"{summary.tracker}: {say_list(counts)} ({size}).{''.join(notes)}"


def refresh_due(session: Session, owner: Foundation, tracker: Tracker, now: datetime) -> None:
    """Compute the matches of the segments whose issues changed; those of a sync before too."""
    wait_for_others(session, owner.id)
    found = session.get(Tracker, tracker.id, populate_existing=True)
    if found is None or not found.due_segments:
        return
    refresh_issues(session, owner, found.due_segments, owner.now(now))
    found.due_segments = []


def _sync(
    session: Session,
    number: int,
    fetcher: Fetcher | None,
    clock: Clock,
    told: Tells,
    until: float | None,
) -> Summary:
    tracker = session.get_one(Tracker, number, populate_existing=True)
    owner = session.get_one(Foundation, tracker.foundation_id)
    summary = Summary(tracker.name)
    guard = fetcher or Fetcher(seconds=SECONDS)
    try:
        client = open_client(tracker.kind, tracker.url, find_token(tracker.url), guard, clock)
    except (Refused, Trouble) as refusal:
        summary.trouble = refusal.sentence
        note_failing(tracker, refusal.sentence, clock())
        session.commit()
        return summary
    try:
        for summary in follow(session, owner, tracker, client):
            session.commit()
            told(summary)
            if until is not None and time.monotonic() > until:
                summary.pause = "The rest follows with the next sync."
                break
    finally:
        client.close()
    refresh_due(session, owner, tracker, clock())
    session.commit()
    return summary


def _find_due(session: Session, before: datetime) -> Sequence[int]:
    query = (
        select(Tracker.id)
        .join(Foundation, Foundation.id == Tracker.foundation_id)
        .where(
            Foundation.removed_at.is_(None),
            ~Foundation.is_example,
            or_(Tracker.tried_at.is_(None), Tracker.tried_at <= before),
        )
        .order_by(Tracker.tried_at.asc().nulls_first(), Tracker.id)
    )
    return session.scalars(query).all()


def _claim(session: Session, number: int, now: datetime, every: timedelta) -> bool:
    """Take a tracker for this worker; False where another was quicker."""
    is_due = or_(Tracker.tried_at.is_(None), Tracker.tried_at <= now - every)
    claim = update(Tracker).where(Tracker.id == number, is_due).values(tried_at=now)
    taken = session.execute(claim.execution_options(synchronize_session=False))
    session.commit()
    return bool(getattr(taken, "rowcount", 0))


def _name(session: Session, number: int) -> str:
    try:
        return session.scalar(select(Tracker.name).where(Tracker.id == number)) or ""
    except OperationalError:
        session.rollback()
        return "A tracker"
