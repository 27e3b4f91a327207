"""Task 6: my shifts in my calendar, and a moved shift moves there too."""

import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from dateutil.tz import tzical
from icalendar import Calendar
from playwright.sync_api import expect
from sqlalchemy import select

from models import AuditEntry, Person, Shift
from outreach.staffing.signups.change_shift import cancel_shift, change_shift
from tests.journeys.conftest import OpenPage
from tests.journeys.test_sign_up import PHONE, beside, shift_at, sign_up
from tests.journeys.test_sign_up import decided as decided
from tests.live import Live

DENVER = ZoneInfo("America/Denver")
STARTS = datetime(2024, 7, 31, 15, tzinfo=DENVER)
HOUR = timedelta(hours=1)


def plainly(content: bytes) -> list[dict[str, Any]]:
    """Read entries without the library that wrote them: lines, unfolded, and dateutil's zones."""
    text = content.decode().replace("\r\n ", "")
    zones = tzical(io.StringIO(text))
    entries = []
    for part in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", text, re.DOTALL):
        entry: dict[str, Any] = {}
        for line in part.strip().split("\r\n"):
            name, _, value = line.partition(":")
            name, _, zone = name.partition(";TZID=")
            if name in {"DTSTART", "DTEND"}:
                moment = datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007
                entry[name] = moment.replace(tzinfo=zones.get(zone) if zone else UTC)
            else:
                entry[name] = value
        entries.append(entry)
    return entries


def change(live: Live, number: int, facts: dict[str, Any] | None) -> AuditEntry:
    """Let staff move the shift, or cancel it."""
    now = datetime(2024, 7, 25, 15, 14, tzinfo=UTC)
    with beside(live) as session:
        shift = session.get_one(Shift, number)
        lead = session.scalars(select(Person).where(Person.role == "staff")).first()
        assert lead is not None
        if facts is None:
            return cancel_shift(session, shift, lead, now, now)
        return change_shift(session, shift, facts, lead, now, now)


def fetch(url: str, etag: str = "") -> tuple[int, bytes, str]:
    """Ask for a feed as a calendar program does."""
    request = Request(url, headers={"If-None-Match": etag} if etag else {})
    try:
        with urlopen(request) as answer:
            return answer.status, answer.read(), answer.headers["ETag"]
    except OSError as error:
        status = getattr(error, "code", 0)
        getattr(error, "close", lambda: None)()
        return status, b"", ""


@pytest.mark.parametrize("scripts", [True, False])
def test_one_tap_puts_a_shift_into_the_calendar(
    open_page: OpenPage, decided: Live, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts, accept_downloads=True, **PHONE)
    sign_up(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Add Wed 31 Jul").tap()
    content = waiting.value.path().read_bytes()
    assert waiting.value.suggested_filename.endswith(".ics")
    [entry] = Calendar.from_ical(content).walk("VEVENT")
    assert (entry.start, entry.end) == (STARTS, STARTS + HOUR)
    assert entry["DTSTART"].params["TZID"] == "America/Denver"
    assert "SIGGRAPH" in entry["SUMMARY"] and "Denver" in entry["LOCATION"]
    [plain] = plainly(content)
    assert (plain["DTSTART"], plain["DTEND"]) == (STARTS, STARTS + HOUR)
    assert b"@" not in content.replace(str(entry["UID"]).encode(), b"")


def test_a_subscribed_calendar_follows_what_staff_change(
    open_page: OpenPage, decided: Live
) -> None:
    page = open_page(java_script_enabled=False, **PHONE)
    sign_up(page)
    address = page.get_by_role("link", name="Subscribe to all my shifts").get_attribute("href")
    assert address is not None and address.startswith("webcal://")
    url = address.replace("webcal://", "http://")
    with beside(decided) as session:
        number = shift_at(session, 15).id
    status, first, etag = fetch(url)
    assert status == 200
    assert fetch(url, etag)[0] == 304
    assert fetch(url)[1] == first

    change(decided, number, {"starts_at": STARTS + HOUR, "ends_at": STARTS + 2 * HOUR})
    status, second, moved_tag = fetch(url, etag)
    assert (status, moved_tag != etag) == (200, True)
    [before], [after] = plainly(first), plainly(second)
    assert before["UID"] == after["UID"]
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1
    assert after["DTSTART"] == STARTS + HOUR
    [seen] = recurring_ical_events.of(Calendar.from_ical(second)).at((2024, 7, 31))
    assert seen.start == STARTS + HOUR
    page.reload()
    expect(page.locator("main")).to_contain_text("16:00–17:00")

    change(decided, number, None)
    [gone] = plainly(fetch(url)[1])
    assert (gone["UID"], gone["STATUS"]) == (before["UID"], "CANCELLED")
    assert int(gone["SEQUENCE"]) > int(after["SEQUENCE"])
    page.reload()
    expect(page.locator("main")).to_contain_text("was cancelled")
