"""Under which days a shift is shown: its own, and each into which it goes on past midnight."""

from datetime import date, datetime

from outreach.calendars.spans import days_of
from outreach.staffing.booth.hours import BoothDays


def shown_under(
    booth_days: BoothDays, starts: datetime, ends: datetime, kind: str = "booth"
) -> list[date]:
    """Return the days that show a shift, its own first."""
    own = booth_days.day_of(starts, kind)
    return [own, *(day for day in days_of(starts, ends, booth_days.zone) if day != own)]
