"""Whether all is well: what can be written, how old the worker's rounds are, what fails."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from models import Foundation, Heartbeat, Message, Tracker
from models.database import file_of
from outreach.calendars.clock import (
    say_count,
    say_figure,
    say_full_moment,
    say_length,
)
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.operations.sqlite_files import size_of
from outreach.refusal import Refused

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "versions"
_REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
_AFTER = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)
WRITTEN = "database"
FRESH = timedelta(seconds=15)
"""A write that is younger tells enough: whoever asks often does not write often."""
OLDEST = {
    "offers": timedelta(minutes=5),
    "reminders": timedelta(minutes=5),
    "alarms": timedelta(minutes=15),
    "deadlines": timedelta(minutes=30),
    "mail": timedelta(minutes=5),
    "trackers": timedelta(minutes=30),
    "rosters": timedelta(minutes=15),
    "portfolios": timedelta(minutes=15),
    "imports": timedelta(minutes=30),
    "matches": timedelta(minutes=30),
    "retention": timedelta(hours=26),
    "integrity": timedelta(hours=26),
}
"""The worker's rounds, and how old the last good one of each may be."""
DAILY = timedelta(hours=20)
LONGEST_WAIT = timedelta(hours=1)
MEGABYTE = 10**6
LEAST_FREE = 200 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Check:
    """What was found about one thing."""

    name: str
    words: str
    is_well: bool = True
    stops: bool = False
    """Whether pages do not work without it."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What is looked at."""

    reading: sessionmaker[Session]
    writing: sessionmaker[Session]
    url: str
    home: Path
    has_mail: bool


def examine(installation: Installation, now: datetime) -> list[Check]:
    """Look at everything; where the database does not answer, at nothing else in it."""
    disk = _look_at_disk(installation)
    try:
        with installation.reading() as session:
            refuse_other_schema(session)
            found = [*_look_at_rounds(session, now), *_look_inside(session, installation, now)]
            written = session.scalar(select(Heartbeat.done_at).where(Heartbeat.name == WRITTEN))
        if written is None or now - written >= FRESH:
            with installation.writing.begin() as session:
                note_round(session, WRITTEN, now, went_well=True)
    except Refused as refusal:
        return [Check("schema", refusal.sentence, is_well=False, stops=True), disk]
    except DatabaseError:
        words = _("It cannot be read and written. The log tells why.")
        return [Check(WRITTEN, words, is_well=False, stops=True), disk]
    at = _("It is at %(revision)s, as this version needs.", revision=newest_revision())
    return [Check(WRITTEN, _("It can be written.")), Check("schema", at), disk, *found]


def say_health(found: list[Check]) -> str:
    """Say whether all is well."""
    count = sum(not one.is_well for one in found)
    if not count:
        return _("All is well")
    return say_count("%(Number)s thing wants a look", "%(Number)s things want a look", count)


def note_round(session: Session, name: str, now: datetime, *, went_well: bool) -> None:
    """Note what became of one more round; what fails does so since the first time."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert(Heartbeat) if on_postgresql else sqlite.insert(Heartbeat)
    row = {"done_at": now, "failing_since": None} if went_well else {"failing_since": now}
    since = func.coalesce(Heartbeat.failing_since, now)
    session.execute(
        insert.values(name=name, **row).on_conflict_do_update(
            index_elements=[Heartbeat.name], set_=row if went_well else {"failing_since": since}
        )
    )


def is_round_due(session: Session, name: str, now: datetime) -> bool:
    """Tell whether something that is done once a day was not done today, or fails."""
    one = session.get(Heartbeat, name)
    return not one or not one.done_at or one.failing_since is not None or now - one.done_at >= DAILY


@cache
def newest_revision() -> str:
    """Return the newest migration of this version, without what runs it: none follows it."""
    texts = [path.read_text() for path in MIGRATIONS.glob("0*.py")]
    after = {found[1] for text in texts if (found := _AFTER.search(text))}
    (newest,) = {found[1] for text in texts if (found := _REVISION.search(text))} - after
    return newest


def refuse_other_schema(session: Session) -> None:
    """Refuse a database that is not at this version's newest migration."""
    found, needed = (
        session.scalar(text("SELECT version_num FROM alembic_version")),
        newest_revision(),
    )
    if found != needed:
        raise Refused(
            f"The database is at {found}, this version needs {needed}. Run flask prepare."
        )


def _look_at_rounds(session: Session, now: datetime) -> Iterator[Check]:
    rounds = {one.name: one for one in session.scalars(select(Heartbeat))}
    if rounds.keys() <= {WRITTEN}:
        yield Check("worker", _("No worker has done anything yet."), is_well=False)
        return
    for name, oldest in OLDEST.items():
        one, kind = rounds.get(name), f"worker: {name}"
        if one is None or one.done_at is None:
            yield Check(kind, _("It has never gone well."), is_well=False)
            continue
        age, words = now - one.done_at, _("It went well just now.")
        if age >= timedelta(minutes=1):
            words = _("It went well %(length)s ago.", length=say_length(age))
        if one.failing_since:
            moment = say_full_moment(one.failing_since)
            words += " " + _("It fails since %(moment)s UTC.", moment=moment)
        yield Check(kind, words, is_well=not one.failing_since and age <= oldest)


def _look_inside(session: Session, installation: Installation, now: datetime) -> Iterator[Check]:
    """Look at what waits in the outbox and at trackers, the example's left out."""
    alive = (Foundation.removed_at.is_(None), Foundation.is_example.is_(False))
    count, oldest = session.execute(
        select(func.count(Message.id), func.min(Message.created_at))
        .join(Foundation, Foundation.id == Message.foundation_id)
        .where(Message.state == "waiting", *alive)
    ).one()
    yield _check_outbox(count, now - oldest if count else timedelta(), installation.has_mail)
    failing = session.scalar(
        select(func.count(Tracker.id))
        .join(Foundation, Foundation.id == Tracker.foundation_id)
        .where(Tracker.failing_since.is_not(None), *alive)
    )
    words = ngettext("%(number)s tracker cannot be read.", "%(number)s trackers cannot be read.",
                     failing or 0, number=say_figure(failing or 0))  # fmt: skip
    yield Check("trackers", words if failing else _("None fails."), is_well=not failing)


def _check_outbox(count: int, age: timedelta, has_mail: bool) -> Check:
    waits = ngettext("%(number)s letter waits", "%(number)s letters wait", count,
                     number=say_figure(count))  # fmt: skip
    if not count:
        return Check("outbox", _("No letter waits."))
    if not has_mail:
        words = _("Mail is not set up; %(waits)s.", waits=waits)
        return Check("outbox", words, is_well=False)
    words = _("%(waits)s, the oldest for %(length)s.", waits=waits, length=say_length(age))
    return Check("outbox", words, is_well=age <= LONGEST_WAIT)


def _look_at_disk(installation: Installation) -> Check:
    """Look at the disk of the database, or of what else is kept where that is elsewhere."""
    file = file_of(installation.url)
    folder = file.absolute().parent if file else installation.home
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    needed = max(LEAST_FREE, size_of(file) if file else 0)
    words = _("%(number)s MB are free.", number=say_figure(free // MEGABYTE))
    return Check("disk", words, is_well=free >= needed)
