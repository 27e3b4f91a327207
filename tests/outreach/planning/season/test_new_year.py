"""The season across the new year: what is ahead stays in sight, a year counts what it holds."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from models import Foundation
from outreach.planning.season.lines import find_sheet
from outreach.planning.season.run_sheet import Season, headline, plan_season
from tests.cast import add_decision, add_event, own_events

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOW.date()
UNDECIDED = ("Nothing is decided for 2026 yet.", "See where your people gather.")


def add(session: Session, ours: Foundation, name: str, day: date, state: str | None) -> None:
    """Add an event in a city of its own name, far from the others."""
    nowhere = {"city": name, "latitude": None, "longitude": None}
    event = add_event(session, ours, name, day, best_rank=40, **nowhere)
    if state:
        add_decision(session, event, state, reason="far", decided_on=date(2026, 11, 1))


def plan(session: Session, ours: Foundation, year: int = 2026) -> Season:
    own_events(session, ours)
    return plan_season(session, ours, year, NOW)


class TestAcrossTheNewYear:
    """On 23 November the event of the end of January is near, whatever year is looked at."""

    @pytest.mark.parametrize("year", [2025, 2026, 2027])
    def test_needs_and_trip_are_those_of_every_year(
        self, session: Session, ours: Foundation, year: int
    ) -> None:
        add(session, ours, "Brussels", date(2027, 1, 30), "proposed")
        season = plan(session, ours, year)
        assert [need.title for need in season.needs] == ["Decide on Brussels"]
        assert season.next_trip is not None
        assert season.next_trip.city == "Brussels"
        assert bool(season.lines) is (year == 2027)

    def test_the_headline_is_the_trip_now_and_in_its_year(
        self, session: Session, ours: Foundation
    ) -> None:
        add(session, ours, "Brussels", date(2027, 1, 30), "proposed")
        opening = ("Brussels opens on 30 January.", "Nobody has said Go yet.")
        assert headline(plan(session, ours)) == headline(plan(session, ours, 2027)) == opening
        assert headline(plan(session, ours, 2025))[0] == "Nothing is decided for 2025 yet."

    @pytest.mark.parametrize(
        ("day", "is_ahead"), [(date(2027, 12, 28), True), (date(2027, 12, 29), False)]
    )
    def test_four_hundred_days_ahead(
        self, session: Session, ours: Foundation, day: date, is_ahead: bool
    ) -> None:
        add(session, ours, "Hamburg", day, "go")
        assert bool(plan(session, ours).ahead) is is_ahead

    def test_it_opens_on_the_ruler_of_the_week(self, session: Session, ours: Foundation) -> None:
        add(session, ours, "Brussels", date(2027, 1, 2), "go")
        season = plan_season(session, ours, 2026, datetime(2026, 12, 30, tzinfo=UTC))
        assert [line.name for day in season.week for line in day.opening] == ["Brussels"]

    def test_the_first_year_shown_stays(self, session: Session, ours: Foundation) -> None:
        add(session, ours, "Berlin", date(2026, 3, 1), "go")
        add(session, ours, "Brussels", date(2027, 1, 30), "proposed")
        assert find_sheet(session, ours, None, NOW).opening.year == 2026


class TestOtherYears:
    """A year in which the next trip is not says what it holds."""

    def test_nothing_is_decided_only_where_nothing_is(
        self, session: Session, ours: Foundation
    ) -> None:
        add(session, ours, "Idea", date(2026, 12, 1), None)
        assert headline(plan(session, ours)) == UNDECIDED
        add(session, ours, "Bonn", date(2026, 12, 2), "no_go")
        assert headline(plan(session, ours)) == ("2026: one turned down.", "")

    def test_past_and_coming_years_are_counted(self, session: Session, ours: Foundation) -> None:
        for name, day, state in (
            ("Berlin", date(2025, 3, 1), "go"),
            ("Bonn", date(2025, 4, 1), "go"),
            ("Ghent", date(2025, 5, 1), "cancelled"),
            ("Kiel", date(2024, 5, 1), "proposed"),
            ("Next", date(2026, 12, 1), "go"),
            ("Brussels", date(2028, 1, 30), "proposed"),
        ):
            add(session, ours, name, day, state)
        said = [headline(plan(session, ours, year))[0] for year in (2024, 2025, 2027, 2028)]
        assert said == [
            "2024: nothing done.",
            "2025: two done, one turned down.",
            "Nothing is decided for 2027 yet.",
            "2028: one to come.",
        ]

    def test_only_what_is_decided_is_counted(self, session: Session, ours: Foundation) -> None:
        add(session, ours, "Idea", date(2026, 12, 1), None)
        add(session, ours, "Never answered", date(2026, 2, 1), "proposed")
        add(session, ours, "Done", date(2026, 3, 1), "go")
        add(session, ours, "Pending", date(2026, 12, 3), "proposed")
        assert plan(session, ours).counts == {"done": 1, "coming": 1, "turned_down": 0}
