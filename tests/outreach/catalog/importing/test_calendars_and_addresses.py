"""A calendar as a table of events, and the feeds behind addresses as people see them."""

from datetime import date

import pytest

from outreach.catalog.importing.addresses import find_feed
from outreach.catalog.importing.calendars import is_calendar, table_of_calendar
from outreach.catalog.reading.paste import read_paste
from outreach.refusal import Refused

TODAY = date(2027, 1, 10)


def calendar(*events: str) -> bytes:
    body = "".join(f"BEGIN:VEVENT\n{event}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\n{body}END:VCALENDAR\n".encode()


NORTH = (
    "UID:1\nSUMMARY:North Con\nDTSTART;VALUE=DATE:20270321\nDTEND;VALUE=DATE:20270323\n"
    "LOCATION:Hotel Passage\\, Brno\\, Czechia\nURL:https://north.example\nDESCRIPTION:Our booth"
)


def test_entries_become_events_of_the_preview() -> None:
    table = table_of_calendar(calendar(NORTH, NORTH.replace("UID:1", "UID:2")), TODAY)
    [row] = read_paste(table.text).rows
    facts = row.row.facts
    assert facts is not None
    assert (facts.name, str(facts.starts_on), str(facts.ends_on)) == (
        "North Con", "2027-03-21", "2027-03-22",
    )  # fmt: skip
    assert (facts.city, facts.country, facts.url) == ("Brno", "Czechia", "https://north.example")
    assert table.remarks == ()


def test_what_is_left_out_is_said() -> None:
    content = calendar(
        NORTH,
        "UID:2\nSUMMARY:No day",
        "UID:3\nSUMMARY:Off\nSTATUS:CANCELLED\nDTSTART:20270401",
        "UID:4\nSUMMARY:Ends first\nDTSTART:20270402\nDTEND:20270401",
        "UID:5\nSUMMARY:Long ago\nDTSTART:20150101",
    )[:-15]
    table = table_of_calendar(content, TODAY)
    said = " ".join(table.remarks)
    assert "ends too soon" in said and "One entry cannot be read as it is." in said
    assert "“No day”: It has no day." in said
    assert "One cancelled entry is left out." in said and "Look at the days of Ends first" in said
    assert "Long ago" not in table.text and "Off" not in table.text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (calendar(), "no entry"),
        (calendar("SUMMARY:Old\nDTSTART:20150101"), "no entry"),
        (calendar("SUMMARY:Odd\nDTSTART:x"), "“x” is no day"),
    ],
)
def test_a_calendar_with_nothing_to_show_is_refused(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        table_of_calendar(content, TODAY)


@pytest.mark.parametrize(
    ("content", "is_one"),
    [
        (b"\xef\xbb\xbf begin:vcalendar\n", True),
        ("BEGIN:VCALENDAR\n".encode("utf-16"), True),
        (b"BEGIN:VEVENT\n", True),
        (b"Name,Date\nNorth Con,2027-03-21", False),
        (b"", False),
    ],
)
def test_a_calendar_is_told_by_how_it_begins(content: bytes, is_one: bool) -> None:
    assert is_calendar(content) is is_one


ICAL = "https://calendar.google.com/calendar/ical/foss%40group.calendar.google.com/public/basic.ics"
SHEET = "https://docs.google.com/spreadsheets/d"
FEEDS = [
    ("webcal://feeds.example/a.ics", "https://feeds.example/a.ics"),
    (
        "https://calendar.google.com/calendar/embed?src=foss%40group.calendar.google.com&ctz=UTC",
        ICAL,
    ),
    (
        "https://calendar.google.com/calendar/u/0?cid=Zm9zc0Bncm91cC5jYWxlbmRhci5nb29nbGUuY29t",
        ICAL,
    ),
    (ICAL, ICAL),
    (f"{SHEET}/1aB_c/edit?gid=7#gid=7", f"{SHEET}/1aB_c/export?format=csv&gid=7"),
    (f"{SHEET}/1aB_c/edit#gid=0", f"{SHEET}/1aB_c/export?format=csv&gid=0"),
    (f"{SHEET}/1aB_c/edit?usp=sharing", f"{SHEET}/1aB_c/export?format=csv&gid=0"),
    (f"{SHEET}/e/2PACX-x/pubhtml", f"{SHEET}/e/2PACX-x/pub?output=csv"),
    (
        "https://github.com/our/list/blob/main/data/events%202027.csv",
        "https://raw.githubusercontent.com/our/list/main/data/events%202027.csv",
    ),
    ("https://gitlab.com/a/b/c/-/blob/main/e.yml", "https://gitlab.com/a/b/c/-/raw/main/e.yml"),
    (
        "https://codeberg.org/a/b/src/branch/main/e.md",
        "https://codeberg.org/a/b/raw/branch/main/e.md",
    ),
    ("https://ossna2027.sched.com/", "https://ossna2027.sched.com/all.ics"),
    ("https://www.meetup.com/our-group/events/", "https://www.meetup.com/our-group/events/ical/"),
    ("https://www.meetup.com/de-DE/our-group/", "https://www.meetup.com/our-group/events/ical/"),
    ("https://indico.cern.ch/category/12/", "https://indico.cern.ch/category/12/events.ics"),
    ("https://indico.cern.ch/event/34/timetable/", "https://indico.cern.ch/event/34/event.ics"),
    ("https://example.org/events.json", "https://example.org/events.json"),
    ("https://calendar.google.com/calendar/embed?src=none", None),
    ("https://calendar.google.com/calendar/u/0?cid=%%%", None),
    ("https://github.com/our/list", None),
    ("https://example.org/event/34/", None),
    ("no address", None),
    ("https://[broken", None),
]


@pytest.mark.parametrize(("address", "feed"), FEEDS)
def test_an_address_leads_to_its_feed(address: str, feed: str | None) -> None:
    assert find_feed(address)[0] == (feed or address)
