"""What a fit says of an event: the asks meant for it, and the events that are still ahead."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models import Event, Foundation, Issue, Segment
from outreach.matching.store.stored import explain
from outreach.planning.fit.why import Fit, explain_fit
from tests import cast
from tests.cast import NOW


@pytest.fixture
def foundation(session: Session) -> Foundation:
    return cast.add_clocked(session)


@pytest.fixture
def vfx(session: Session, foundation: Foundation) -> Segment:
    return cast.add_segment(session, foundation)


@pytest.fixture
def issue(session: Session, foundation: Foundation, vfx: Segment) -> Issue:
    return cast.add_issue(session, cast.add_tracker(session, foundation), vfx)


def fit_of(session: Session, foundation: Foundation, vfx: Segment, event: Event) -> Fit:
    return explain_fit(session, foundation, vfx, event, NOW)


def test_an_ask_for_one_event_is_told_there_only(
    session: Session, foundation: Foundation, vfx: Segment, issue: Issue
) -> None:
    here = cast.add_event(session, foundation)
    there = cast.add_event(session, foundation, "SC24", date(2024, 11, 17), **cast.ATLANTA)
    cast.add_ask(session, issue, vfx, event_id=there.id, symptom="Jobs hang.")
    assert fit_of(session, foundation, vfx, here).sentences[2].head == (
        "where an open issue hits them,"
    )
    asked = fit_of(session, foundation, vfx, there).sentences[2]
    assert asked.head == "where a fix waits for testers,"
    assert asked.text.startswith("Jobs hang")


def test_its_own_ask_goes_before_a_general_one(
    session: Session, foundation: Foundation, vfx: Segment, issue: Issue
) -> None:
    here = cast.add_event(session, foundation)
    cast.add_ask(session, issue, vfx, symptom="In general.")
    cast.add_ask(session, issue, vfx, event_id=here.id, symptom="Here.")
    assert fit_of(session, foundation, vfx, here).sentences[2].text.startswith("Here:")


def test_a_match_counts_general_asks_only(
    session: Session, foundation: Foundation, vfx: Segment, issue: Issue
) -> None:
    event = cast.add_event(session, foundation)
    cast.add_gathering(session, vfx, event)
    (bare,) = explain(session, foundation, vfx, [event.id], NOW)
    cast.add_ask(session, issue, vfx, event_id=event.id)
    assert explain(session, foundation, vfx, [event.id], NOW) == [bare]
    cast.add_ask(session, issue, vfx)
    assert explain(session, foundation, vfx, [event.id], NOW)[0].points > bare.points


def test_elsewhere_means_ahead_of_the_planning_day(session: Session, vfx: Segment) -> None:
    """Also where the foundation has no clock of its own."""
    foundation = session.get_one(Foundation, vfx.foundation_id)
    foundation.clock = None
    shown = cast.add_event(session, foundation, "Far", date(2025, 3, 1))
    for name, day in (("over", date(2024, 7, 24)), ("next", date(2024, 8, 20))):
        other = cast.add_event(session, foundation, name, day, **cast.ATLANTA)
        cast.add_match(session, vfx, other)
    others = fit_of(session, foundation, vfx, shown).others
    assert [other.name for other in others] == ["next"]


def test_a_trip_reaches_no_farther_than_a_team_waits(
    session: Session, foundation: Foundation, vfx: Segment
) -> None:
    event = cast.add_event(session, foundation)
    for name, day in (("beside", 31), ("chained", 30)):
        cast.add_match(session, vfx, cast.add_event(session, foundation, name, date(2024, 7, day)))
    cast.add_match(session, vfx, event)
    cast.add_match(session, vfx, cast.add_event(session, foundation, "far", date(2024, 8, 1)))
    names = [one.name for one in fit_of(session, foundation, vfx, event).events]
    assert names == ["SIGGRAPH", "chained", "beside"]
