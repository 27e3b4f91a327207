"""Times the match and the import: the rules that work on many rows at once."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from bench.world_size import NOW
from models import Event, Foundation, IssueSegment
from models import Segment as StoredSegment
from outreach.catalog.importing.import_rows import CONFERENCE_DATA, import_rows
from outreach.catalog.reading.conference_data import read_events
from outreach.catalog.series.known import read_series
from outreach.matching.engine.match import Engine
from outreach.matching.engine.terms import SegmentText
from outreach.matching.store import stored
from outreach.matching.store.gathered import EVENT_FACTS, as_facts, as_segment, gather_evidence

SHARED = Path(__file__).parent.parent.parent / "shared/data/events/events.json"
IMPORTED = 2_359
FEW = 14
"""As many segments as the example foundation has."""


@dataclass(frozen=True)
class Timing:
    """How long something took, and how long it may."""

    what: str
    seconds: float
    target: float | None = None


def clock(act: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def match_all(session: Session, foundation: Foundation) -> None:
    """Compute every stored match: with the change or after it, as many as there are."""
    stored.refresh_foundation(session, foundation, NOW)
    session.commit()
    sessions = sessionmaker(session.get_bind(), expire_on_commit=False)
    while stored.catch_up(sessions, sessions, lambda: datetime.now(UTC)):
        pass


def time_engine(session: Session, foundation: Foundation) -> Iterator[Timing]:
    """Match all segments with all events of one year in memory, then change one thing at a time."""
    year = date(NOW.year, 1, 1), date(NOW.year, 12, 31)
    rows = session.execute(EVENT_FACTS.where(Event.starts_on.between(*year)).order_by(Event.id))
    events = [as_facts(row) for row in rows]
    segments = [
        as_segment(row) for row in session.scalars(select(StoredSegment).order_by(StoredSegment.id))
    ]
    evidence = gather_evidence(session, foundation, events, NOW.date())
    gazetteer = stored.known_series()

    def matched(some: Sequence[SegmentText]) -> Engine:
        engine = Engine(
            some,
            events,
            evidence,
            as_of=NOW.date(),
            gazetteer=gazetteer,
            organisation=foundation.name,
        )
        engine.all_hits()
        return engine

    year_of = f"segments × {len(events):,} events of {NOW.year}"
    yield Timing(f"{FEW} {year_of}, first in a process", clock(lambda: matched(segments[:FEW])))
    yield Timing(f"{FEW} {year_of}, again", clock(lambda: matched(segments[:FEW])), 1.0)
    yield Timing(f"{len(segments)} {year_of}", clock(lambda: matched(segments)), 1.0)
    engine, slug = matched(segments), segments[0].slug
    event = replace(events[0], name=f"{events[0].name} Summit")

    def change_event() -> None:
        engine.put_event(event)
        engine.all_hits()

    def change_segment() -> None:
        engine.put_segment(replace(segments[0], keywords=(*segments[0].keywords, "glibc")))
        engine.all_hits()

    def change_issue() -> None:
        engine.put_evidence(replace(evidence, issues=evidence.issues[1:]), [slug])
        engine.all_hits()

    yield Timing("in memory, after one event changed", clock(change_event), 0.1)
    yield Timing("in memory, after one segment changed", clock(change_segment), 0.1)
    yield Timing("in memory, after one issue changed", clock(change_issue), 0.1)


def time_stored(session: Session, foundation: Foundation) -> Iterator[Timing]:
    """Keep the stored matches of the whole foundation fresh after one change; nothing is kept."""
    event = session.scalars(select(Event).where(Event.starts_on > NOW.date()).limit(1)).one()
    issue = session.scalars(select(IssueSegment).limit(1)).one()
    changes: dict[str, Callable[[], None]] = {
        "event": lambda: stored.refresh_events(session, foundation, [event.id], NOW),
        "segment": lambda: stored.refresh_segments(session, foundation, [1], NOW),
        "issue": lambda: stored.refresh_issues(session, foundation, [issue.segment_id], NOW),
    }
    for what, refresh in changes.items():
        yield Timing(f"in the database, after one {what} changed", clock(refresh), 0.1)
        session.rollback()


def time_import(session: Session) -> Iterator[Timing]:
    """Import a file of events into an empty foundation, and match it."""
    foundation = Foundation(slug="import", name="Import", clock=NOW, created_at=NOW)
    session.add(foundation)
    session.flush()
    content = SHARED.read_bytes() if SHARED.exists() else made_events()
    counts: list[int] = []

    def take() -> None:
        rows = read_events(content)
        result = import_rows(session, foundation, rows, CONFERENCE_DATA, datetime.now(UTC))
        counts.append(len(result.created))
        match_all(session, foundation)

    seconds = clock(take)
    source = "" if SHARED.exists() else ", made up"
    yield Timing(f"import of {counts[0]:,} events{source}", seconds, 10.0)


def made_events(count: int = IMPORTED) -> bytes:
    """Make a file of conference-data where the real one is absent."""
    rows = read_series()
    return json.dumps(
        [
            {
                "name": f"{rows[number % len(rows)].name} {2024 + number // len(rows)}",
                "startDate": f"{2024 + number // len(rows)}-{number % 12 + 1:02}-10",
                "endDate": f"{2024 + number // len(rows)}-{number % 12 + 1:02}-12",
                "url": f"https://example.org/{number}",
                "city": "Berlin",
                "country": "Germany",
            }
            for number in range(count)
        ]
    ).encode()
