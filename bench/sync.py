"""Times a sync end to end: `python -m bench.sync` reads a tracker on loopback into the example."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.rules import Timing
from bench.scratch import scratch
from models import Foundation, Tracker
from models.database import make_engine, make_sessions
from outreach.example.load import load_example
from outreach.fetching import Fetcher
from outreach.issues.sync import follow
from outreach.issues.trackers import open_client
from outreach.planning.synced import refresh_due
from tests.trackers import FakeGitHub, served

ISSUES = 10_000
MOST_SECONDS, MOST_SECONDS_ONE = 60.0, 1.0
SHARED = Path(__file__).parent.parent.parent / "shared/data/issues/issues-open-noisy.jsonl"


def fill(tracker: FakeGitHub, count: int) -> None:
    """Fill the tracker with real texts, over and over; with made-up ones where they are absent."""
    tracker.fill(count)
    texts = (
        [json.loads(line) for line in SHARED.read_text().splitlines()] if SHARED.exists() else []
    )
    for number, ticket in tracker.tickets.items() if texts else ():
        text = texts[number % len(texts)]
        ticket.title, ticket.body, ticket.labels = text["title"], text["body"], text["labels"]


def sync(session: Session, tracker: Tracker, fetcher: Fetcher) -> tuple[float, int]:
    """Sync as the command does; return seconds and bytes."""
    owner = session.get_one(Foundation, tracker.foundation_id)
    begun = time.perf_counter()
    client = open_client(tracker.kind, tracker.url, None, fetcher, lambda: datetime.now(UTC))
    for _ in follow(session, owner, tracker, client):
        session.commit()
    refresh_due(session, owner, tracker, datetime.now(UTC))
    session.commit()
    client.close()
    return time.perf_counter() - begun, client.talk.line.received


def time_sync(session: Session) -> Iterator[Timing]:
    """Sync a new tracker, then again, then with one issue changed."""
    load_example(session, datetime.now(UTC))
    owner = session.scalars(select(Foundation)).one()
    fake = FakeGitHub()
    fill(fake, ISSUES)
    with served(fake) as (_, fetcher):
        tracker = Tracker(
            foundation_id=owner.id, kind="github", name="Bench", url=fake.url,
            projects=[fake.project],
        )  # fmt: skip
        session.add(tracker)
        session.commit()
        first, received = sync(session, tracker, fetcher)
        yield Timing(f"sync of {ISSUES:,} issues, relevance and matches", first, MOST_SECONDS)
        again, more = sync(session, tracker, fetcher)
        yield Timing(f"again, with {more / received:.2%} of the bytes", again)
        later = datetime.now(UTC) + timedelta(seconds=1)
        fake.change(5, later, title="Houdini crashes after the update of glibc")
        one, _ = sync(session, tracker, fetcher)
        yield Timing("one issue changed, to its matches", one, MOST_SECONDS_ONE)


def main() -> None:
    """Run it and print it."""
    with scratch("sync") as urls:
        engine = make_engine(urls["sync"])
        with make_sessions(engine)() as session:
            for row in time_sync(session):
                target = f", at most {row.target:g}" if row.target else ""
                print(f"{row.what}: {row.seconds:.2f} s{target}", flush=True)
        engine.dispose()


if __name__ == "__main__":
    main()
