"""Stored matches follow what they are made of, and a change touches no more than it must."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Gathering, IssueSegment, Match, Segment
from outreach.matching.engine.terms import Weights
from outreach.matching.store import stored
from outreach.matching.store.stored import (
    explain,
    rank_with,
    refresh_events,
    refresh_foundation,
    refresh_issues,
    refresh_segments,
    weights_of,
)
from outreach.planning.fit.weights import preview_weights, set_weights
from tests import cast
from tests.cast import NOW, REAL, TODAY
from tests.sign_ins import add_person


class World:
    """Two segments, two events in Denver where one of them meets, and one far away."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ours = cast.add_clocked(session)
        self.vfx = cast.add_segment(session, self.ours, "vfx", keywords=["visual effects"])
        self.hpc = cast.add_segment(session, self.ours, "hpc", keywords=["cluster"])
        self.siggraph = cast.add_event(session, self.ours)
        self.osd = cast.add_event(session, self.ours, "Open Source Days")
        self.sc = cast.add_event(session, self.ours, "SC24", date(2024, 11, 17), **cast.ATLANTA)
        cast.add_gathering(session, self.vfx, self.siggraph)
        cast.add_gathering(session, self.hpc, self.sc)
        refresh_foundation(session, self.ours, NOW)

    def rows(self) -> dict[tuple[str, str], tuple[int | None, float, float]]:
        found = self.session.execute(
            select(Segment.slug, Event.name, Match.score, Match.rank, Match.gathers)
            .join(Segment, Segment.id == Match.segment_id)
            .join(Event, Event.id == Match.event_id)
        )
        return {(slug, name): (score, rank, gathers) for slug, name, score, rank, gathers in found}

    def recomputed(self) -> dict[tuple[str, str], tuple[int | None, float, float]]:
        refresh_foundation(self.session, self.ours, NOW)
        return self.rows()


@pytest.fixture
def world(session: Session) -> World:
    return World(session)


def test_who_meets_there_is_stored(world: World) -> None:
    rows = world.rows()
    score, rank, gathers = rows["vfx", "SIGGRAPH"]
    assert score is not None
    assert score > 50
    assert gathers >= 0.5
    assert rows.get(("hpc", "SIGGRAPH"), (None, 0.0, 0.0))[1] < rank


def test_an_event_keeps_its_best_rank(world: World, session: Session) -> None:
    for event in (world.siggraph, world.sc, world.osd):
        session.refresh(event)
        best = max((row[1] for key, row in world.rows().items() if key[1] == event.name), default=0)
        assert event.best_rank == pytest.approx(best)


def test_what_has_no_matches_any_more_has_no_rank(world: World, session: Session) -> None:
    for row in session.scalars(select(Gathering)):
        session.delete(row)
    refresh_foundation(session, world.ours, NOW)
    session.refresh(world.siggraph)
    best = max((row[1] for key, row in world.rows().items() if key[1] == "SIGGRAPH"), default=0.0)
    assert world.siggraph.best_rank == pytest.approx(best)


def test_computing_again_changes_nothing(world: World) -> None:
    before = world.rows()
    assert world.recomputed() == before


def test_new_evidence_moves_its_segment_and_no_other(world: World, session: Session) -> None:
    before = world.rows()
    cast.add_gathering(session, world.vfx, world.osd)
    refresh_segments(session, world.ours, [world.vfx.id], NOW)
    after = world.rows()
    moved = {key for key in before | after if before.get(key) != after.get(key)}
    assert ("vfx", "Open Source Days") in moved
    assert {slug for slug, _ in moved} == {"vfx"}
    assert world.recomputed() == after


@pytest.mark.parametrize("few", [0, 20])
def test_of_few_segments_only_their_events_are_weighed_and_it_makes_no_difference(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(stored, "FEW_SEGMENTS", few)
    cast.add_event(session, world.ours, "Visual effects days", date(2025, 3, 1))
    cast.add_event(session, world.ours, "Cluster days", date(2025, 4, 1), **cast.ATLANTA)
    cast.add_decision(session, world.osd)
    refresh_segments(session, world.ours, [world.hpc.id, world.vfx.id], NOW)
    after = world.rows()
    assert ("vfx", "Visual effects days") in after
    assert world.recomputed() == after


def test_a_new_issue_moves_what_is_stored_and_finds_no_event(
    world: World, session: Session
) -> None:
    before = world.rows()
    cast.add_event(session, world.ours, "Visual effects days", date(2025, 3, 1))
    issue = cast.add_issue(session, cast.add_tracker(session, world.ours), world.vfx)
    cast.add_ask(session, issue, world.vfx)
    refresh_issues(session, world.ours, [world.vfx.id], NOW)
    after = world.rows()
    moved = {key for key in before | after if before.get(key) != after.get(key)}
    assert ("vfx", "SIGGRAPH") in moved
    assert {slug for slug, _ in moved} == {"vfx"}
    assert after.keys() == before.keys()
    again = world.recomputed()
    assert {key: row for key, row in again.items() if key in after} == after


def test_an_issue_counts_from_the_day_of_its_match(world: World, session: Session) -> None:
    before = world.rows()
    tracker = cast.add_tracker(session, world.ours)
    issue = cast.add_issue(session, tracker, world.vfx)
    link = session.get_one(IssueSegment, (issue.id, world.vfx.id))
    link.matched_at = NOW + timedelta(days=1)
    refresh_issues(session, world.ours, [world.vfx.id], NOW)
    assert world.rows() == before
    cast.add_issue(session, tracker, world.vfx, "OLDER-1")
    refresh_issues(session, world.ours, [world.vfx.id], NOW)
    assert world.rows() != before


def test_who_is_a_neighbour_feels_a_go_that_is_taken_back(world: World, session: Session) -> None:
    before = world.rows()
    decision = cast.add_decision(session, world.osd)
    refresh_events(session, world.ours, [world.osd.id], NOW)
    session.delete(decision)
    refresh_events(session, world.ours, [world.osd.id], NOW, [world.osd.id])
    assert world.rows() == before


def test_a_decision_moves_its_neighbours_and_nothing_far(world: World, session: Session) -> None:
    before = world.rows()
    cast.add_decision(session, world.osd)
    refresh_events(session, world.ours, [world.osd.id], NOW)
    after = world.rows()
    assert {key: row for key, row in after.items() if key[1] == "SC24"} == {
        key: row for key, row in before.items() if key[1] == "SC24"
    }
    assert after["vfx", "SIGGRAPH"][0] == before["vfx", "SIGGRAPH"][0]  # the order, not the score
    assert after["vfx", "SIGGRAPH"][1] > before["vfx", "SIGGRAPH"][1]
    assert world.recomputed() == after


def test_a_new_event_is_matched_alone(world: World, session: Session) -> None:
    before = world.rows()
    late = cast.add_event(
        session, world.ours, "Visual effects days", date(2025, 3, 1), topics=["visual effects"]
    )
    refresh_events(session, world.ours, [late.id], NOW)
    after = world.rows()
    assert {key: row for key, row in after.items() if key in before} == before
    assert ("vfx", "Visual effects days") in after


def test_events_long_over_have_no_matches(world: World, session: Session) -> None:
    old = cast.add_event(session, world.ours, "SIGGRAPH", TODAY - timedelta(days=366))
    kept = cast.add_event(session, world.ours, "SIGGRAPH past", TODAY - timedelta(days=365))
    for event in (old, kept):
        cast.add_gathering(session, world.vfx, event)
    refresh_foundation(session, world.ours, NOW)
    ids = set(session.scalars(select(Match.event_id)))
    assert old.id not in ids
    assert kept.id in ids


def test_other_foundations_keep_theirs(world: World, session: Session) -> None:
    theirs = cast.add_clocked(session, "theirs")
    segment = cast.add_segment(session, theirs, "theirs", keywords=["visual effects"])
    event = cast.add_event(session, theirs, "Theirs")
    cast.add_gathering(session, segment, event)
    refresh_foundation(session, theirs, NOW)
    before = world.rows()
    refresh_foundation(session, world.ours, NOW)
    assert world.rows() == before
    assert {key for key in before if "theirs" in key[0]} == {("theirs", "Theirs")}


def test_what_is_stored_is_what_is_explained(world: World, session: Session) -> None:
    for event in (world.siggraph, world.sc):
        (match,) = explain(session, world.ours, world.vfx, [event.id], NOW)
        stored = session.get(Match, (world.vfx.id, event.id))
        if stored is not None:
            assert stored.rank == pytest.approx(match.rank)
            assert stored.known == match.known
            assert stored.score == (None if match.score is None else round(match.score))


class TestWeights:
    """A foundation's own weights, and what others would do."""

    def test_the_defaults_stand_for_what_is_missing(self) -> None:
        assert weights_of(Foundation(weights={})) == Weights()
        assert weights_of(Foundation(weights={"issue": 90})) == Weights(issue=90)

    def test_set_twice_they_change_once(self, world: World, session: Session) -> None:
        person = add_person(session, foundation=world.ours)
        entry = set_weights(session, world.ours, Weights(issue=90), person, REAL)
        assert weights_of(world.ours) == Weights(issue=90)
        assert entry is not None and entry.detail["change"] == ["issue 15", "issue 90"]
        assert set_weights(session, world.ours, Weights(issue=90), person, REAL) is None

    def test_a_preview_tells_moves_of_coming_events_and_stores_nothing(
        self, world: World, session: Session
    ) -> None:
        cast.add_gathering(session, world.vfx, world.osd)
        issue = cast.add_issue(session, cast.add_tracker(session, world.ours), world.vfx)
        cast.add_ask(session, issue, world.vfx)
        over = cast.add_event(session, world.ours, "Over", TODAY - timedelta(days=9))
        cast.add_gathering(session, world.vfx, over)
        refresh_foundation(session, world.ours, NOW)
        before = world.rows()
        moves = preview_weights(session, world.ours, world.vfx, Weights(community=1), NOW)
        assert [move.after for move in moves] == list(range(1, len(moves) + 1))
        assert "Over" not in {move.name for move in moves}
        assert {"SIGGRAPH", "Open Source Days"} <= {move.name for move in moves}
        same = preview_weights(session, world.ours, world.vfx, Weights(), NOW)
        assert {move.words for move in same} == {"stays"}
        assert world.rows() == before

    def test_an_order_by_other_weights(self, world: World, session: Session) -> None:
        (hits,) = rank_with(session, world.ours, world.vfx, [Weights()], NOW)
        assert [hit.rank for hit in hits] == sorted((hit.rank for hit in hits), reverse=True)
        assert hits[0].event == str(world.siggraph.id)
