"""An empty shift soon needs somebody: which shifts are short, and how Season says it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from models import Event, Foundation, Person, Shift
from outreach.planning.season.booth_gaps import (
    BoothGap,
    Short,
    Staffing,
    find_staffing,
    short_events,
)
from outreach.planning.season.run_sheet import headline, plan_season
from outreach.staffing.roster.coverage import Places
from tests.cast import (
    NOW,
    TODAY,
    add_booth,
    add_decision,
    add_event,
    add_shift,
    add_sign_up,
)
from tests.sign_ins import add_person

WEDNESDAY_AT_THREE = datetime(2024, 7, 31, 21, tzinfo=UTC)


@pytest.fixture
def event(session: Session, ours: Foundation) -> Event:
    return add_event(session, ours, ends=date(2024, 8, 1))


@pytest.fixture
def shift(session: Session, event: Event) -> Shift:
    """A shift that needs two."""
    return add_shift(session, add_booth(session, event), WEDNESDAY_AT_THREE, hours=1)


def people(session: Session, ours: Foundation, count: int) -> list[Person]:
    return [add_person(session, f"P{n} Example", foundation=ours) for n in range(count)]


def staffing(session: Session, event: Event, now: datetime = NOW) -> Staffing:
    return find_staffing(session, [event.id], now)[event.id]


class TestGaps:
    """Only who said yes fills a place."""

    @pytest.mark.parametrize(("there", "missing"), [(0, 2), (1, 1), (2, 0), (3, 0)])
    def test_fewer_than_it_needs(
        self,
        session: Session,
        ours: Foundation,
        event: Event,
        shift: Shift,
        there: int,
        missing: int,
    ) -> None:
        for person in people(session, ours, there):
            add_sign_up(session, shift, person)
        assert staffing(session, event).missing == missing

    @pytest.mark.parametrize("state", ["offered", "waiting", "left", "removed", "passed"])
    def test_who_has_not_said_yes_fills_nothing(
        self, session: Session, ours: Foundation, event: Event, shift: Shift, state: str
    ) -> None:
        (person,) = people(session, ours, 1)
        add_sign_up(session, shift, person, state, queue_no=1, offer_ends_at=NOW)
        assert staffing(session, event).missing == 2

    def test_the_day_is_the_venues(self, session: Session, event: Event, shift: Shift) -> None:
        found = staffing(session, event)
        assert found.words == "2 missing, Wed 15:00"
        assert found.gaps[0].sentence == "15:00–16:00 has nobody."

    def test_what_is_over_or_cancelled_is_no_gap(
        self, session: Session, event: Event, shift: Shift
    ) -> None:
        assert staffing(session, event, shift.ends_at - timedelta(seconds=1)).missing == 2
        assert staffing(session, event, shift.ends_at).missing == 0
        shift.cancelled_at = NOW
        session.flush()
        assert find_staffing(session, [event.id], NOW) == {}

    def test_an_event_without_shifts_is_left_out(self, session: Session, event: Event) -> None:
        assert find_staffing(session, [event.id], NOW) == {}
        assert find_staffing(session, [], NOW) == {}


class TestWords:
    """One line an event, with its first gap."""

    @pytest.mark.parametrize(
        ("count", "words"),
        [
            (1, "15:00–16:00 has nobody."),
            (2, "15:00–16:00 has nobody. One more shift is short."),
            (3, "15:00–16:00 has nobody. Two more are short."),
        ],
    )
    def test_the_first_gap_and_how_many_more(self, count: int, words: str) -> None:
        starts = datetime(2024, 7, 31, 15, tzinfo=UTC)
        gap = BoothGap(1, starts, starts + timedelta(hours=1), ZoneInfo("UTC"), Places(2, 3))
        assert Short(1, "SIGGRAPH", (gap,) * count).sentence == words

    @pytest.mark.parametrize(("ahead", "told"), [(60, True), (61, False)])
    def test_only_what_comes_soon(self, ahead: int, told: bool) -> None:
        starts = datetime.combine(TODAY + timedelta(days=ahead), datetime.min.time(), UTC)
        gap = BoothGap(
            1, starts, starts + timedelta(hours=1), ZoneInfo("UTC"), Places(2, 3, taken=1)
        )
        found = short_events({7: "SIGGRAPH"}, {7: Staffing(1, (gap,))}, TODAY)
        assert bool(found) is told


class TestSeason:
    """Season says it at once: as a need, in the headline, beside the event."""

    def test_a_gap_of_a_trip_that_is_decided(
        self, session: Session, ours: Foundation, event: Event, shift: Shift
    ) -> None:
        add_decision(session, event)
        season = plan_season(session, ours, 2024, NOW)
        (need,) = (need for need in season.needs if need.act == "cover")
        assert (need.title, need.due) == ("Find people for SIGGRAPH, 2 missing", date(2024, 7, 31))
        assert (need.shift_id, need.button) == (shift.id, "Ask somebody")
        assert headline(season)[1] == "On Wednesday at 15:00, nobody is at the booth."

    def test_an_event_we_do_not_go_to_needs_nobody(
        self, session: Session, ours: Foundation, event: Event, shift: Shift
    ) -> None:
        add_decision(session, event, "cancelled")
        season = plan_season(session, ours, 2024, NOW)
        assert [need.act for need in season.needs] == []
