"""A season's money by month: planned where it is approved or Go, spent where it is known."""

import pytest
from sqlalchemy.orm import Session

from outreach.planning.money.requests import AskedLine
from outreach.planning.money.season_months import SeasonMonths
from outreach.planning.money.season_sums import read_season
from tests.outreach.planning.money.desk import Desk, eur, usd


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


@pytest.mark.parametrize(
    ("state", "planned", "spent"),
    [
        ("wanted", 600, 0),
        ("withdrawn", 600, 0),
        ("approved", 1210, 0),
        ("accepted", 1210, 0),
        ("spent", 1210, 610),
        ("settled", 1210, 610),
    ],
)
def test_the_month_of_a_trip_holds_it_as_far_as_it_has_come(
    desk: Desk, session: Session, state: str, planned: int, spent: int
) -> None:
    """The booth of one of its events costs 600."""
    desk.to(state)
    season = SeasonMonths(read_season(session, desk.ours, 2024))
    (july,) = season.told
    assert (july.number, july.planned.sum, july.spent.sum) == (7, usd(planned), usd(spent))
    assert season.say() == f"2024: {planned:,} USD planned, {spent:,} USD spent"
    assert season.say_apart() == ""
    assert not SeasonMonths(read_season(session, desk.ours, 2025)).told


def test_what_no_rate_leads_from_is_named_outside_the_sums(desk: Desk, session: Session) -> None:
    desk.to("spent", AskedLine("Flight", estimated=usd(610)), AskedLine("Hotel", estimated=eur(90)))
    season = SeasonMonths(read_season(session, desk.ours, 2024))
    assert (season.planned.sum, season.spent.sum) == (usd(1210), usd(610))
    assert season.say_apart() == ("In no sum, for want of a rate: 90 EUR planned and 90 EUR spent.")
