"""The Go beside an event: found with its gain, in order, and said in one line."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from models import Event, Foundation
from outreach.matching.store.stored import explain
from outreach.planning.fit.neighbours import Neighbour, list_neighbours, say_neighbours
from tests import cast
from tests.cast import NOW, TODAY
from tests.conftest import CountQueries


@pytest.fixture
def foundation(session: Session) -> Foundation:
    return cast.add_clocked(session)


def beside(session: Session, foundation: Foundation, event: Event) -> list[tuple[str, float]]:
    segment = cast.add_segment(session, foundation)
    (match,) = explain(session, foundation, segment, [event.id], NOW)
    return [(other.name, other.gain) for other in list_neighbours(session, match)]


def test_one_trip_gains_and_a_clash_loses(session: Session, foundation: Foundation) -> None:
    event = cast.add_event(session, foundation)
    osd = cast.add_event(session, foundation, "Open Source Days", date(2024, 7, 30))
    far = cast.add_event(session, foundation, "SouthEast", **cast.ATLANTA)
    undecided = cast.add_event(session, foundation, "Denver Meetup")
    later = cast.add_event(session, foundation, "Later", date(2024, 9, 9))
    for other in (osd, far, later):
        cast.add_decision(session, other, decided_on=TODAY)
    cast.add_decision(session, undecided, "proposed", decided_on=TODAY)
    assert beside(session, foundation, event) == [("SouthEast", -15), ("Open Source Days", 6)]


def test_a_go_of_tomorrow_is_none_today(session: Session, foundation: Foundation) -> None:
    event = cast.add_event(session, foundation)
    other = cast.add_event(session, foundation, "Open Source Days")
    cast.add_decision(session, other, decided_on=date(2024, 7, 26))
    assert beside(session, foundation, event) == []


def test_nobody_beside_costs_no_query(
    session: Session, foundation: Foundation, count_queries: CountQueries
) -> None:
    event, segment = cast.add_event(session, foundation), cast.add_segment(session, foundation)
    (match,) = explain(session, foundation, segment, [event.id], NOW)
    with count_queries() as queries:
        assert list_neighbours(session, match) == []
    assert queries == []


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ([], ""),
        ([6], "It makes one trip with one Go"),
        ([6, 6], "It makes one trip with two Go"),
        ([-15], "It clashes with one Go"),
        ([6, -15], "It makes one trip with one Go and clashes with one Go"),
    ],
)
def test_it_is_said_in_one_line(gains: list[float], said: str) -> None:
    assert say_neighbours([Neighbour(1, "n", None, TODAY, gain) for gain in gains]) == said
