"""The year as a table says what its line shows: calls, trips, gaps."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from models import Trip, TripStop
from outreach.planning.season.run_sheet import plan_season
from tests import cast
from tests.cast import NOW, TODAY


def test_calls_trips_and_gaps_are_told(session: Session) -> None:
    ours = cast.add_clocked(session)
    first = cast.add_event(session, ours, "Open Source Days")
    second = cast.add_event(session, ours, ends=date(2024, 8, 1))
    alone = cast.add_event(session, ours, "SeaGL", date(2024, 11, 8), city=None, latitude=None)
    for event in (first, second, alone):
        cast.add_decision(session, event)
    cast.add_call(session, alone, date(2024, 7, 30))
    cast.add_call(session, alone, date(2024, 8, 15), kind="travel")
    booth = cast.add_booth(session, second)
    cast.add_shift(session, booth, datetime(2024, 7, 31, 21, tzinfo=UTC))
    told = {row.line.name: row for row in plan_season(session, ours, 2024, NOW).table}
    assert [row.trip for row in told.values()] == ["Denver", "Denver", ""]
    trip = Trip(foundation_id=ours.id, name="Across")
    session.add(trip)
    session.flush()
    session.add_all(TripStop(trip_id=trip.id, event_id=one.id) for one in (second, alone))
    session.flush()
    season = plan_season(session, ours, 2024, NOW)
    assert [row.trip for row in season.table] == ["", "Across", "Across"]
    assert [len(group) for group in season.groups] == [1, 2]
    assert told["SIGGRAPH"].gap == "Wed 31 Jul, 15:00–17:00"
    assert told["SeaGL"].calls == [
        "talks, through Tue 30 Jul", "travel money, through Thu 15 Aug",
    ]  # fmt: skip


def test_a_full_year_shows_what_is_near_and_counts_it_all(session: Session) -> None:
    """Twenty were, fifty come; a filter, or whoever asks, gets every one."""
    ours = cast.add_clocked(session)
    for number in range(70):
        day = TODAY + timedelta(days=2 * (number - 20))
        cast.add_decision(session, cast.add_event(session, ours, f"E{number}", day, city=None))
    season = plan_season(session, ours, 2024, NOW)
    names = [line.name for line in season.lines]
    assert (names[0], names[-1], len(names)) == ("E5", "E64", 60)
    assert season.say_more_decided == "and ten more decided events"
    assert season.counts == {"done": 20, "coming": 50, "turned_down": 0}
    for asked in ({"state": "go"}, {"whole": True}):
        season = plan_season(session, ours, 2024, NOW, **asked)
        assert season.say_more_decided == ""
