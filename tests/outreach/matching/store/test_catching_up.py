"""What takes long is computed after the change, beside everybody else, and comes to the same."""

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from models import Match, Segment
from models.database import make_sessions
from outreach.matching.store import stored
from outreach.matching.store.stored import catch_up, refresh_events, refresh_foundation
from tests import cast
from tests.cast import NOW, REAL

Rows = list[tuple[object, ...]]


class World:
    """A foundation whose matches are too many to be computed with a change."""

    def __init__(self, engine: Engine, session: Session, patch: pytest.MonkeyPatch) -> None:
        self.session, self.patch = session, patch
        self.reading, self.writing = make_sessions(engine, writes=False), make_sessions(engine)
        self.ours = cast.add_clocked(session)
        self.segments = [cast.add_segment(session, self.ours, one) for one in ("vfx", "hpc")]
        self.event = cast.add_event(session, self.ours, "SIGGRAPH")
        refresh_foundation(session, self.ours, NOW)
        for segment in self.segments:
            cast.add_gathering(session, segment, self.event)
        patch.setattr(stored, "MOST_AT_ONCE", 1)
        refresh_foundation(session, self.ours, NOW)
        session.commit()

    def rows(self) -> Rows:
        """Read the stored matches as they are now."""
        found = select(Match.segment_id, Match.event_id, Match.score, Match.rank)
        with self.reading() as session:
            return [tuple(row) for row in session.execute(found.order_by(Match.segment_id))]

    def marks(self) -> list[str | None]:
        """Read which segments wait."""
        with self.reading() as session:
            return list(session.scalars(select(Segment.stale).order_by(Segment.id)))

    def catch_up(self) -> None:
        """Compute until nothing waits."""
        while catch_up(self.reading, self.writing, lambda: REAL):
            pass

    def recomputed(self) -> Rows:
        """Compute everything at once."""
        self.patch.setattr(stored, "MOST_AT_ONCE", 1_000_000)
        refresh_foundation(self.session, self.ours, NOW)
        self.session.commit()
        return self.rows()


@pytest.fixture
def world(engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(engine, session, monkeypatch)


def test_a_long_computation_is_left_for_later_and_comes_to_the_same(world: World) -> None:
    before = world.rows()
    assert all(world.marks())
    world.catch_up()
    assert world.rows() != before
    assert world.marks() == [None, None]
    assert world.rows() == world.recomputed()


def change(world: World) -> None:
    """Change what matches rest on, and let the little follow that follows at once."""
    cast.add_decision(world.session, world.event)
    refresh_events(world.session, world.ours, [world.event.id], NOW)
    world.session.commit()


def test_what_changes_while_it_is_computed_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute: Callable[..., object] = stored._rows
    changes = [change]

    def interrupted(*given: object) -> object:
        rows = compute(*given)
        if changes:
            changes.pop()(world)
        return rows

    monkeypatch.setattr(stored, "_rows", interrupted)
    assert catch_up(world.reading, world.writing, lambda: REAL)
    assert all(world.marks())
    world.catch_up()
    assert world.marks() == [None, None]
    assert world.rows() == world.recomputed()


def test_a_segment_that_is_removed_meanwhile_is_left_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute: Callable[..., object] = stored._rows

    def interrupted(*given: object) -> object:
        with world.writing() as session:
            gone = session.get(Segment, world.segments[0].id)
            if gone is not None:
                session.delete(gone)
            session.commit()
        return compute(*given)

    monkeypatch.setattr(stored, "_rows", interrupted)
    world.catch_up()
    assert world.marks() == [None]
