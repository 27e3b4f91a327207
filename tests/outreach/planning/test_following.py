"""What rests on an act follows it: stored matches are those that computing all anew would give."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Match, Person
from outreach.accounts import history
from outreach.amounts.money import Money
from outreach.catalog.removing import remove_event
from outreach.matching.store.stored import refresh_foundation
from outreach.planning.decisions.decisions import decide
from outreach.planning.following import follow_acts
from outreach.planning.money import requests
from outreach.planning.money.requests import Asked, AskedLine, Doing
from outreach.planning.trips.costs import TypedCost, keep_cost
from outreach.planning.trips.load import open_trip
from outreach.planning.trips.trips import TypedTrip, change_trip, make_trip, remove_trip
from tests import cast
from tests.cast import NOW, REAL, TODAY
from tests.sign_ins import add_person

Rows = list[tuple[object, ...]]
Act = Callable[[Session, Foundation, Event, Person], object]


def rows(session: Session) -> Rows:
    found = select(Match.segment_id, Match.event_id, Match.score, Match.rank)
    return [tuple(row) for row in session.execute(found.order_by(Match.segment_id, Match.event_id))]


def take_back(session: Session, ours: Foundation, event: Event, by: Person) -> None:
    (entry,) = history.list_acts(session, event, "decided")
    history.undo(session, entry, by, NOW, REAL)


def turn_down(session: Session, ours: Foundation, event: Event, by: Person) -> None:
    decide(session, ours, [event], "no_go", "far", by, TODAY, REAL)


def remove(session: Session, ours: Foundation, event: Event, by: Person) -> None:
    remove_event(session, ours, event, by, NOW, REAL)


def move(session: Session, ours: Foundation, event: Event, by: Person) -> None:
    with history.act(session, REAL, by, ours, "edited", event):
        event.starts_on = event.ends_on = date(2024, 12, 1)


@pytest.mark.parametrize("act", [take_back, turn_down, remove, move])
def test_who_is_beside_a_go_feels_that_it_is_none_any_more(session: Session, act: Act) -> None:
    ours, ada = cast.add_clocked(session), add_person(session)
    vfx = cast.add_segment(session, ours, "vfx", software=["Houdini"])
    osd = cast.add_event(session, ours, "Open Source Days")
    siggraph = cast.add_event(session, ours, "SIGGRAPH", ends=date(2024, 8, 1))
    cast.add_gathering(session, vfx, siggraph)
    refresh_foundation(session, ours, NOW)
    alone = rows(session)
    decide(session, ours, [osd], "go", "", ada, TODAY, REAL)
    follow_acts(session, REAL)
    assert rows(session) != alone
    act(session, ours, osd, ada)
    follow_acts(session, REAL)
    kept = rows(session)
    refresh_foundation(session, ours, NOW)
    assert kept == rows(session)


def test_a_match_follows_what_its_event_costs(session: Session) -> None:
    """Asked for, approved, given a rate, shared, taken off a trip: as if all were computed anew."""
    ours, ada = cast.add_clocked(session), add_person(session)
    vfx = cast.add_segment(session, ours, "vfx", software=["Houdini"])
    prices = {"booth_cost": 400, "expected_conversations": 100}
    osd = cast.add_event(session, ours, "Open Source Days", **prices)
    siggraph = cast.add_event(session, ours, "SIGGRAPH", ends=date(2024, 8, 1), **prices)
    for event in (osd, siggraph):
        cast.add_gathering(session, vfx, event)
        cast.add_decision(session, event)
        cast.name_person(session, event, ada)
    refresh_foundation(session, ours, NOW)
    seen = rows(session)
    doing = Doing(session, ours, ada, TODAY, REAL)

    def check() -> None:
        nonlocal seen
        follow_acts(session, REAL)
        kept = rows(session)
        assert kept != seen
        refresh_foundation(session, ours, NOW)
        assert rows(session) == kept
        seen = kept

    lines = (AskedLine("Flight", estimated=Money(90_000, "USD")),
             AskedLine("Hotel", estimated=Money(90_000, "EUR")))  # fmt: skip
    request = requests.ask(doing, ada, siggraph, Asked(lines))
    check()
    requests.give_rate(doing, request, request.version, "EUR", "1.1", TODAY)
    check()
    trip, _entry = make_trip(session, ours, osd, ada, REAL)
    follow_acts(session, REAL)
    typed = TypedCost("Flat", Money(100_000, "USD"))
    trip = open_trip(session, trip)
    keep_cost(session, ours, trip, None, typed, trip.version, ada, REAL)
    check()
    trip = open_trip(session, trip)
    alone = TypedTrip("Denver", (osd.id,))
    change_trip(session, ours, trip, alone, trip.version, ada, REAL)
    check()
    remove_trip(session, ours, trip, ada, REAL)
    check()
    requests.withdraw(doing, request, request.version)
    check()
