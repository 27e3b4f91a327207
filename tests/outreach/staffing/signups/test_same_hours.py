"""Shifts keep their hours by the clock: on other days, through its changes, in another zone."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from outreach.staffing.signups.change_shift import same_hours


def _at(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("starts", "ends", "was", "zone", "days", "first", "last"),
    [
        # The clocks go forward in the night of the new day: an hour less, the hands the same.
        ("2027-03-20 23:00", "2027-03-21 04:00", "Europe/Berlin", "Europe/Berlin", 7,
         "2027-03-27 23:00", "2027-03-28 04:00"),
        ("2027-03-07 10:00", "2027-03-07 12:00", "America/Los_Angeles", "America/Los_Angeles", 7,
         "2027-03-14 10:00", "2027-03-14 12:00"),
        ("2027-04-04 10:00", "2027-04-04 12:00", "Pacific/Auckland", "Pacific/Auckland", -1,
         "2027-04-03 10:00", "2027-04-03 12:00"),
        # By half an hour, in zones of quarters and halves.
        ("2027-10-02 10:00", "2027-10-02 12:00", "Australia/Lord_Howe", "Australia/Lord_Howe", 1,
         "2027-10-03 10:00", "2027-10-03 12:00"),
        ("2027-05-03 10:00", "2027-05-03 12:00", "UTC", "Asia/Kathmandu", 0,
         "2027-05-03 10:00", "2027-05-03 12:00"),
        ("2027-05-05 23:00", "2027-05-06 01:00", "UTC", "Asia/Kolkata", 1,
         "2027-05-06 23:00", "2027-05-07 01:00"),
        ("2027-05-05 10:00", "2027-05-05 12:00", "Australia/Eucla", "Pacific/Chatham", 0,
         "2027-05-05 10:00", "2027-05-05 12:00"),
    ],
)  # fmt: skip
def test_the_hands_of_the_clock_stay(
    starts: str, ends: str, was: str, zone: str, days: int, first: str, last: str
) -> None:
    found = same_hours(_at(starts, was), _at(ends, was), ZoneInfo(was), ZoneInfo(zone), days)
    assert found == (_at(first, zone), _at(last, zone))


def test_a_shift_in_the_hour_that_the_clock_skips_has_a_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    starts, ends = (
        _at("2027-03-27 02:30", "Europe/Berlin"),
        _at("2027-03-27 03:00", "Europe/Berlin"),
    )
    first, last = same_hours(starts, ends, berlin, berlin, 1)
    assert first < last
