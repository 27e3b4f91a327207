"""Trackers are read by themselves when it is time, once, and wait for a busy database."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address

import pytest
import stamina
from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models import Foundation, Issue, Match, Tracker, database
from models.database import make_engine, make_sessions
from outreach.fetching import Address, Fetcher, Resolve
from outreach.issues import linking
from outreach.issues.linking import relink_words
from outreach.matching.store.stored import refresh_foundation
from outreach.planning import synced
from outreach.planning.synced import BUSY, EVERY, is_busy, sync_due, sync_tracker
from tests import cast
from tests.cast import NOW, REAL
from tests.conftest import Stored
from tests.trackers import FakeGitHub, FakeTracker, served, status


@pytest.fixture
def github() -> Iterator[tuple[FakeTracker, Fetcher]]:
    fake = FakeGitHub()
    fake.fill(120, title="Houdini crashes")
    with served(fake) as pair, stamina.set_testing(True, attempts=2):
        yield pair


@pytest.fixture
def number(stored: Stored, github: tuple[FakeTracker, Fetcher]) -> int:
    """Watch the tracker for people who gather in Denver; return its number."""
    with stored() as session:
        foundation = cast.add_clocked(session)
        segment = cast.add_segment(session, foundation, software=["Houdini"])
        cast.add_gathering(session, segment, cast.add_event(session, foundation))
        refresh_foundation(session, foundation, NOW)
        fake = github[0]
        tracker = cast.add_tracker(
            session, foundation, kind="github", url=fake.url, projects=[fake.project]
        )
        return tracker.id


def test_what_is_due_is_read_matched_and_not_read_again(
    engine: Engine, stored: Stored, github: tuple[FakeTracker, Fetcher], number: int
) -> None:
    fake, fetcher = github
    make_session = make_sessions(engine)

    def run(minutes: int) -> list[int]:
        now = REAL + timedelta(minutes=minutes)
        return [one.added for one in sync_due(make_session, now, fetcher, clock=lambda: now)]

    with stored() as session:
        before = session.scalars(select(Match.rank)).one()
    assert run(0) == [120]
    with stored() as session:
        assert session.scalars(select(Match.rank)).one() > before
        assert session.get_one(Tracker, number).due_segments == []
    asked = len(fake.asked)
    assert run(59) == []
    assert len(fake.asked) == asked
    assert run(61) == [0]


def test_a_tracker_that_is_down_is_not_asked_all_the_time(
    engine: Engine, github: tuple[FakeTracker, Fetcher], number: int
) -> None:
    fake, fetcher = github
    fake.faults = [status(500)] * 99
    for minutes in (0, 1, 2, 59):
        sync_due(make_sessions(engine), REAL + timedelta(minutes=minutes), fetcher)
    assert len(fake.asked) <= 3


@pytest.mark.parametrize(
    ("columns", "every"),
    [
        ({}, timedelta(0)),
        ({"is_example": True}, EVERY),
        ({"removed_at": REAL}, EVERY),
    ],
)
def test_whose_are_left_alone(
    engine: Engine,
    stored: Stored,
    github: tuple[FakeTracker, Fetcher],
    number: int,
    columns: dict[str, object],
    every: timedelta,
) -> None:
    with stored() as session:
        session.execute(update(Foundation).values(**columns)) if columns else None
    assert sync_due(make_sessions(engine), REAL, github[1], every) == []
    assert github[0].asked == []


def test_a_sync_that_somebody_waits_for_ends_and_goes_on_later(
    engine: Engine, github: tuple[FakeTracker, Fetcher], number: int
) -> None:
    with make_sessions(engine)() as session:
        first = sync_tracker(session, number, github[1], until=0.0)
        assert first.pause == "The rest follows with the next sync."
        assert sync_tracker(session, number, github[1]).added + first.added == 120


def test_a_busy_database_is_waited_for_and_then_left_for_later(
    database_url: str,
    engine: Engine,
    github: tuple[FakeTracker, Fetcher],
    number: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if engine.dialect.name != "sqlite":
        pytest.skip("only SQLite lets one write at a time")
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    monkeypatch.setattr(synced, "PAUSES", (0.0, 0.0))
    impatient = make_engine(database_url)
    with make_sessions(engine)() as other, make_sessions(impatient)() as session:
        other.execute(select(Foundation.id))
        summary = sync_tracker(session, number, github[1])
        assert summary.trouble == BUSY
        other.rollback()
        assert sync_tracker(session, number, github[1]).added == 120
    impatient.dispose()


def test_only_a_lock_is_called_busy(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(Exception) as raised:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")
    assert not is_busy(OperationalError("", {}, raised.value.__cause__ or raised.value))


def test_issues_beyond_the_newest_are_judged_by_new_words_with_the_next_sync(
    engine: Engine,
    stored: Stored,
    github: tuple[FakeTracker, Fetcher],
    number: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(linking, "MOST_RELINKED", 50)
    with make_sessions(engine)() as session:
        sync_tracker(session, number, github[1])
        foundation = session.scalars(select(Foundation)).one()
        renderers = cast.add_segment(session, foundation, "render", keywords=["Houdini"])
        relink_words(session, foundation, renderers, ["Houdini"], NOW)
        session.commit()
        assert linked(session, renderers.id) == 50
        assert len(session.get_one(Tracker, number).due_issues) == 70
        sync_tracker(session, number, github[1])
        assert linked(session, renderers.id) == 120
        assert session.get_one(Tracker, number).due_issues == []


def linked(session: Session, segment: int) -> int:
    query = select(func.count(Issue.id)).where(Issue.links.any(segment_id=segment))
    return session.scalar(query) or 0


def failing(session: Session, number: int) -> tuple[bool, str]:
    tracker = session.get_one(Tracker, number, populate_existing=True)
    return tracker.failing_since == REAL, tracker.trouble


def no_such_name(_host: str, _port: int) -> list[Address]:
    raise UnicodeError("label empty or too long")


def inner(_host: str, _port: int) -> list[Address]:
    return [ip_address("10.0.0.1")]


@pytest.mark.parametrize("resolver", [no_such_name, inner])
def test_a_tracker_whose_host_cannot_be_reached_fails(
    session: Session, number: int, resolver: Resolve
) -> None:
    session.get_one(Tracker, number).url = "https://tracker.example"
    session.commit()
    fetcher = Fetcher(resolver=resolver)
    summary = sync_tracker(session, number, fetcher, lambda: REAL)
    assert failing(session, number) == (True, summary.trouble)
    assert "cannot be fetched" in summary.trouble


def test_a_tracker_that_cannot_be_asked_at_all_fails(
    session: Session, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.get_one(Tracker, number).url = "https://tracker.example"
    session.commit()
    monkeypatch.setenv("WHEREABOUTS_TOKEN_TRACKER_EXAMPLE", "\u00e9")
    summary = sync_tracker(session, number, clock=lambda: REAL)
    assert failing(session, number) == (True, summary.trouble)


def test_a_tracker_on_which_we_break_fails_until_it_is_read_again(
    session: Session,
    number: int,
    github: tuple[FakeTracker, Fetcher],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch, pytest.raises(ZeroDivisionError):
        patch.setattr(synced, "follow", lambda *_given: 1 / 0)
        sync_tracker(session, number, github[1], lambda: REAL)
    assert failing(session, number) == (True, synced.NOT_READ)
    sync_tracker(session, number, github[1], lambda: REAL)
    assert failing(session, number) == (False, "")
