"""Kills the worker again and again while it reminds thousands of people, and counts the mails.

`make torture` runs it in full, the tests in a short form. It ends with an error where a promise
was broken: a reminder lost, more duplicates than kills, or a duplicate under another Message-ID.
"""

import argparse
import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, sessionmaker

from bench.worker_processes import WORKERS, Workers, worker_processes
from models import Booth, Event, Foundation, Message, Person, Shift, SignUp
from models.database import make_engine, make_sessions
from outreach.messages.due import BATCH
from tests.mail_servers import Box, serving

A_SHIFT = 10
"""How many people stand on each."""
LONGEST_STALL = 120
"""Seconds without a mail after which the run is broken off."""


@dataclass(frozen=True)
class Figures:
    """What a run has shown."""

    reminders: int
    kills: int
    mails: int
    lost: int
    doubled: int
    renamed: int
    """People who got the same reminder under two Message-IDs."""
    unsent: int
    seconds: float

    @property
    def is_kept(self) -> bool:
        """Tell whether every promise held."""
        return not (self.lost or self.renamed or self.unsent) and self.doubled <= self.kills

    def say(self) -> str:
        """Say the figures in a line."""
        return (
            f"{self.reminders:,} reminders, worker killed {self.kills} times: {self.lost} lost,"
            f" {self.doubled} sent twice ({self.renamed} under another Message-ID),"
            f" {self.unsent} not sent, {self.mails / self.seconds:,.0f} mails/s"
        )


def torture(url: str, home: Path, reminders: int, kills: int, seed: int) -> Figures:
    """Remind that many people while workers are killed; the database at `url` is migrated."""
    engine = make_engine(url)
    with make_sessions(engine).begin() as session:
        lay_ground(session, reminders)
    sessions = make_sessions(engine, writes=False)
    started = time.monotonic()
    with serving() as box, worker_processes(url, home, box) as workers:
        # As many as can be left over with a worker that died are not waited for.
        reach = max(kills, reminders - WORKERS * BATCH * kills // 4)
        points = sorted(random.Random(seed).sample(range(reach), kills - WORKERS))
        done = _kill_at(workers, box, sessions, points) + WORKERS
        _let_time_pass(workers, make_sessions(engine))
        _finish(workers, box, sessions, reminders)
        seconds = time.monotonic() - started
        unsent = _count_unsent(sessions)
        figures = _figures(box, reminders, done, unsent, seconds)
    engine.dispose()
    return figures


def lay_ground(session: Session, people: int) -> None:
    """Put so many people on shifts that begin in some hours."""
    now = datetime.now(UTC)
    ours = Foundation(slug="torture", name="Torture", created_at=now)
    session.add(ours)
    session.flush()
    day = (now + timedelta(hours=20)).date()
    event = Event(
        foundation_id=ours.id, name="Event", name_key="event", starts_on=day,
        ends_on=day + timedelta(days=1), timezone="America/Denver", created_at=now,
    )  # fmt: skip
    session.add(event)
    session.flush()
    booth = Booth(event_id=event.id, code="torture2")
    session.add(booth)
    session.flush()
    starts, long_ago = now + timedelta(hours=20), now - timedelta(days=3)
    session.execute(
        insert(Shift),
        [
            {"booth_id": booth.id, "starts_at": starts, "ends_at": starts + timedelta(hours=2),
             "min_people": 0, "max_people": A_SHIFT, "created_at": long_ago}
            for _ in range(-(-people // A_SHIFT))
        ],
    )  # fmt: skip
    _sign_up(session, ours, booth, people, long_ago)


def _sign_up(session: Session, ours: Foundation, booth: Booth, people: int, at: datetime) -> None:
    session.execute(
        insert(Person),
        [
            {"foundation_id": ours.id, "name": f"Person{number} Example", "created_at": at,
             "email": f"p{number}@example.org", "email_key": f"p{number}@example.org"}
            for number in range(people)
        ],
    )  # fmt: skip
    keys = session.scalars(select(Person.id).where(Person.foundation_id == ours.id)).all()
    shifts = session.scalars(select(Shift.id).where(Shift.booth_id == booth.id)).all()
    session.execute(
        insert(SignUp),
        [
            {"shift_id": shifts[number // A_SHIFT], "person_id": key, "state": "taken",
             "confirmed_at": at, "created_at": at, "changed_at": at}
            for number, key in enumerate(keys)
        ],
    )  # fmt: skip


def _kill_at(workers: Workers, box: Box, sessions: sessionmaker[Session], points: list[int]) -> int:
    """Kill a worker each time so many mails have arrived; return how often it was done."""
    done, since, seen = 0, time.monotonic(), 0
    for number, point in enumerate(points):
        while len(box.taken) < point:
            if len(box.taken) > seen:
                seen, since = len(box.taken), time.monotonic()
            if time.monotonic() - since > 5 and _all_are_claimed(sessions):
                return done
            _refuse_stall(since)
            time.sleep(0.002)
        time.sleep(random.Random(point).random() * 0.01)
        workers.kill_one(number % WORKERS)
        done += 1
    return done


def _all_are_claimed(sessions: sessionmaker[Session]) -> bool:
    """Tell whether only workers that died have mail left."""
    free = select(func.count(Message.id)).where(
        Message.state == "waiting", Message.claimed_until.is_(None)
    )
    with sessions() as session:
        return not session.scalar(free)


def _let_time_pass(workers: Workers, writing: sessionmaker[Session]) -> None:
    """Kill all workers, and let the claims of dead ones be over."""
    workers.kill_all()
    with writing.begin() as session:
        session.execute(update(Message).values(claimed_until=None))


def _finish(workers: Workers, box: Box, sessions: sessionmaker[Session], reminders: int) -> None:
    """Let a worker that is not killed do the rest."""
    workers.start()
    since, seen = time.monotonic(), len(box.taken)
    while _count_unsent(sessions) or _count_posted(sessions) < reminders:
        if len(box.taken) > seen:
            seen, since = len(box.taken), time.monotonic()
        _refuse_stall(since)
        time.sleep(0.1)


def _refuse_stall(since: float) -> None:
    if time.monotonic() - since > LONGEST_STALL:
        raise RuntimeError("no mail has arrived for two minutes")


def _count_unsent(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count(Message.id)).where(Message.state != "sent")) or 0


def _count_posted(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count(Message.id))) or 0


def _figures(box: Box, reminders: int, kills: int, unsent: int, seconds: float) -> Figures:
    ids = box.ids()
    people = Counter(str(mail["To"]) for mail in box.taken)
    names = Counter(to for to, _ in {(str(m["To"]), str(m["Message-ID"])) for m in box.taken})
    return Figures(
        reminders=reminders,
        kills=kills,
        mails=len(box.taken),
        lost=reminders - len(people),
        doubled=len(box.taken) - len(ids),
        renamed=sum(count > 1 for count in names.values()),
        unsent=unsent,
        seconds=seconds,
    )


def main() -> None:
    """Run it, on SQLite and where TEST_DATABASE_URL names a server on PostgreSQL."""
    from tempfile import TemporaryDirectory

    from tests import databases

    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--reminders", type=int, default=10_000)
    words.add_argument("--kills", type=int, default=100)
    words.add_argument("--seed", type=int, default=20240731)
    asked = words.parse_args()
    with TemporaryDirectory() as folder:
        prepared = databases.prepare(Path(folder))
        url = prepared.copy(Path(folder))
        try:
            figures = torture(url, Path(folder), asked.reminders, asked.kills, asked.seed)
        finally:
            prepared.drop(url)
            prepared.close()
    print(f"{url.partition(':')[0]}: {figures.say()}")
    if not figures.is_kept:
        raise SystemExit("A promise was broken.")


if __name__ == "__main__":
    main()
