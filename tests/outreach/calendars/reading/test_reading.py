"""Calendars of others: days as they are meant, odd things alone, nothing uncaught."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from outreach.calendars.reading import entries, run
from outreach.calendars.reading.components import Property, read_components
from outreach.calendars.reading.entries import (
    CalendarEntry,
    CalendarRead,
    read_entries,
    read_moment,
)
from outreach.calendars.reading.run import read_calendar
from outreach.calendars.reading.zones import Zones, find_named
from outreach.refusal import Refused
from tests.conftest import ROOT
from tests.sampling import some

SHARED = ROOT.parent / "shared" / "data"
SINCE, UNTIL = date(2023, 1, 1), date(2028, 1, 1)


def calendar(*events: str, head: str = "") -> bytes:
    """Write a calendar with these events, each its lines but for BEGIN, END, UID and a name."""
    body = "".join(
        f"BEGIN:VEVENT\nUID:{number}@x\nSUMMARY:North Con\n{event}\nEND:VEVENT\n"
        for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\nVERSION:2.0\n{head}{body}END:VCALENDAR\n".encode()


def read(content: bytes) -> CalendarRead:
    return read_entries(read_components(content), SINCE, UNTIL)


def one(content: bytes) -> CalendarEntry:
    [entry] = read(content).entries
    return entry


BERLIN = "X-WR-TIMEZONE:Europe/Berlin\n"
DAYS: dict[str, tuple[str, str, str, str]] = {
    "a day": ("DTSTART;VALUE=DATE:20270321", "", "2027-03-21", "2027-03-21"),
    "days": (
        "DTSTART;VALUE=DATE:20270321\nDTEND;VALUE=DATE:20270324", "", "2027-03-21", "2027-03-23",
    ),
    "month end": (
        "DTSTART;VALUE=DATE:20270131\nDTEND;VALUE=DATE:20270202", "", "2027-01-31", "2027-02-01",
    ),
    "midnight UTC": (
        "DTSTART:20270321T000000Z\nDTEND:20270323T000000Z", BERLIN, "2027-03-21", "2027-03-22",
    ),
    "late UTC, shown in Berlin": (
        "DTSTART:20270321T233000Z\nDTEND:20270322T010000Z", BERLIN, "2027-03-22", "2027-03-22",
    ),
    "to midnight": (
        "DTSTART;TZID=Europe/Berlin:20270321T180000\nDTEND;TZID=Europe/Berlin:20270322T000000",
        "", "2027-03-21", "2027-03-21",
    ),
    "from one zone to another": (
        "DTSTART;TZID=America/New_York:20270321T200000\nDTEND;TZID=Europe/Berlin:20270322T033000",
        "", "2027-03-21", "2027-03-21",
    ),
    "a length": ("DTSTART;VALUE=DATE:20270321\nDURATION:P2D", "", "2027-03-21", "2027-03-22"),
    "written with dashes": ("DTSTART:2027-03-21", "", "2027-03-21", "2027-03-21"),
    "a value that is quoted": (
        'DTSTART;TZID="Europe/Berlin":20270321T090000', "", "2027-03-21", "2027-03-21",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "head", "first", "last"), DAYS.values(), ids=DAYS)
def test_days_are_those_of_its_clock(lines: str, head: str, first: str, last: str) -> None:
    entry = one(calendar(lines, head=head))
    assert (str(entry.first), str(entry.last), entry.odd) == (first, last, ())


K14 = [
    ("America/New_York", "20240310T023000"), ("America/New_York", "20241103T013000"),
    ("Australia/Lord_Howe", "20240407T014500"), ("Australia/Lord_Howe", "20241006T020500"),
    ("Africa/Casablanca", "20240414T023000"), ("Pacific/Apia", "20111230T120000"),
    ("Europe/Dublin", "20240331T013000"), ("Europe/Dublin", "20241027T013000"),
]  # fmt: skip


@pytest.mark.parametrize(("zone", "local"), K14)
def test_instants_are_those_of_the_zone(zone: str, local: str) -> None:
    given = Property("DTSTART", {"TZID": zone}, local)
    [calendar_of] = read_components(calendar("DTSTART:20240101")).calendars
    naive = datetime.strptime(local, "%Y%m%dT%H%M%S")  # noqa: DTZ007
    expected = naive.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert read_moment(given, Zones(calendar_of)).instant == expected


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("UTC", "UTC"),
        ("America", None),
        ("../../../../etc/passwd", None),
        ("x" * 300, None),
        ("", None),
    ],
)
def test_zones_are_found_by_name(name: str, key: str | None) -> None:
    found = find_named(name)
    assert (found.key if found else None) == key


def own_zone(standard: str, daylight: str) -> str:
    return (
        "BEGIN:VTIMEZONE\nTZID:Ours\nBEGIN:STANDARD\nDTSTART:19701025T030000\n"
        f"TZOFFSETFROM:{daylight}\nTZOFFSETTO:{standard}\nEND:STANDARD\nBEGIN:DAYLIGHT\n"
        f"DTSTART:19700329T020000\nTZOFFSETFROM:{standard}\nTZOFFSETTO:{daylight}\nEND:DAYLIGHT\n"
        "END:VTIMEZONE\n"
    )


def test_two_calendars_with_one_name_for_two_zones_do_not_mix() -> None:
    timed = "DTSTART;TZID=Ours:20270701T120000"
    east, west = (
        calendar(timed, head=own_zone(*offsets))
        for offsets in (("+0100", "+0200"), ("-0500", "-0400"))
    )
    expected = {
        east: datetime(2027, 7, 1, 10, tzinfo=UTC), west: datetime(2027, 7, 1, 16, tzinfo=UTC),
    }  # fmt: skip
    for files in ([east, west] * 4, [west, east] * 4):
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(one, files))
        assert [entry.starts for entry in found] == [expected[file] for file in files]


ODD: dict[str, tuple[str, str]] = {
    "no zone": ("DTSTART:20270321T090000", "its zone is not said"),
    "an unknown zone": ("DTSTART;TZID=Mars/Olympus:20270321T090000", "is not known"),
    "Windows": ("DTSTART;TZID=Romance Standard Time:20270321T090000", "was guessed"),
    "before it starts": (
        "DTSTART;VALUE=DATE:20270321\nDTEND;VALUE=DATE:20270320", "before it starts",
    ),
    "an endless length": ("DTSTART;VALUE=DATE:20270321\nDURATION:P9999W", "longer than a year"),
    "no length": ("DTSTART;VALUE=DATE:20270321\nDURATION:soon", "its length"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "word"), ODD.values(), ids=ODD)
def test_what_was_guessed_is_kept_and_said(lines: str, word: str) -> None:
    entry = one(calendar(lines))
    assert entry.first == date(2027, 3, 21) == entry.last
    assert any(word in said for said in entry.odd)


@pytest.mark.parametrize(
    "lines",
    ["", "DTSTART:soon", "DTSTART:20270230", "DTSTART:00010101T000000Z", "DTSTART:99991231",
     "DTSTART:２０２７0321", "DTSTART;VALUE=DATE:20271301"],
)  # fmt: skip
def test_what_cannot_be_read_stands_apart_with_its_reason(lines: str) -> None:
    found = read(calendar(lines, "DTSTART;VALUE=DATE:20270321"))
    assert len(found.entries) == 1 and len(found.quarantined) == 1
    assert found.quarantined[0].name == "North Con" and found.quarantined[0].reason


DAILY = "DTSTART;VALUE=DATE:20270301\nRRULE:FREQ=WEEKLY;COUNT=4"
SERIES: dict[str, tuple[str, list[str]]] = {
    "a rule": (DAILY, ["2027-03-01", "2027-03-08", "2027-03-15", "2027-03-22"]),
    "until": (
        "DTSTART:20270301T100000Z\nRRULE:FREQ=WEEKLY;UNTIL=20270309T000000Z",
        ["2027-03-01", "2027-03-08"],
    ),
    "without a day": (
        f"{DAILY}\nEXDATE;VALUE=DATE:20270308", ["2027-03-01", "2027-03-15", "2027-03-22"],
    ),
    "a day more": (
        "DTSTART;VALUE=DATE:20270301\nRDATE;VALUE=DATE:20270401", ["2027-03-01", "2027-04-01"],
    ),
    "all taken away": (f"{DAILY}\nEXRULE:FREQ=WEEKLY;COUNT=4", []),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "days"), SERIES.values(), ids=SERIES)
def test_a_series_happens_on_its_days(lines: str, days: list[str]) -> None:
    assert [str(entry.first) for entry in read(calendar(lines)).entries] == days


MOVED = "RECURRENCE-ID;VALUE=DATE:20270308\nDTSTART;VALUE=DATE:20270310"


@pytest.mark.parametrize("order", [1, -1])
def test_one_time_of_a_series_is_changed(order: int) -> None:
    events = [f"BEGIN:VEVENT\nUID:s\nSUMMARY:x\n{one}\nEND:VEVENT\n" for one in (DAILY, MOVED)]
    content = f"BEGIN:VCALENDAR\n{''.join(events[::order])}END:VCALENDAR\n".encode()
    days = [str(entry.first) for entry in read(content).entries]
    assert days == ["2027-03-01", "2027-03-10", "2027-03-15", "2027-03-22"]


def test_the_newest_of_two_with_one_name_counts() -> None:
    versions = [
        f"BEGIN:VEVENT\nUID:s\nSEQUENCE:{number}\nDTSTART;VALUE=DATE:2027030{number}\nEND:VEVENT\n"
        for number in (3, 1, 2)
    ]
    entry = one(f"BEGIN:VCALENDAR\n{''.join(versions)}END:VCALENDAR".encode())
    assert str(entry.first) == "2027-03-03"


RULES = {
    "each second": "FREQ=SECONDLY",
    "each minute, very often": "FREQ=MINUTELY;COUNT=1000000000",
    "never": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "never, each second": "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
    "at once": "FREQ=DAILY;INTERVAL=0",
    "no rule": "FREQ=SOMETIMES",
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_without_end_has_a_few_times(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "SECONDS_A_SERIES", 0.1)
    found = read(calendar(f"DTSTART:20270301T100000Z\nRRULE:{rule}", "DTSTART:20270321"))
    assert {"2027-03-01", "2027-03-21"} <= {str(entry.first) for entry in found.entries}
    assert len(found.entries) < 100


WRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "UTF-16": lambda content: content.decode().encode("utf-16"),
    "BOM": lambda content: b"\xef\xbb\xbf" + content,
    "CRLF": lambda content: content.replace(b"\n", b"\r\n"),
    "old Mac": lambda content: content.replace(b"\n", b"\r"),
    "NUL": lambda content: content.replace(b"North", b"No\0rth"),
    "folded": lambda content: content.replace(b"North", b"No\n rth"),
    "without a calendar": lambda content: content.split(b"VERSION:2.0\n")[1].split(b"END:VCAL")[0],
}


@pytest.mark.parametrize("write", WRITTEN.values(), ids=WRITTEN)
def test_text_is_read_however_it_is_written(write: Callable[[bytes], bytes]) -> None:
    entry = one(write(calendar("DTSTART;VALUE=DATE:20270321")))
    assert (entry.name, entry.first) == ("North Con", date(2027, 3, 21))


def test_a_letter_that_is_folded_apart_is_whole_again() -> None:
    content = calendar("DTSTART;VALUE=DATE:20270321\nLOCATION:Zürich").replace(
        "ü".encode(), b"\xc3\n \xbc"
    )
    assert one(content).place == "Zürich"


def test_latin_1_is_read_as_windows_writes_it() -> None:
    content = calendar("DTSTART;VALUE=DATE:20270321\nLOCATION:Zürich").decode().encode("latin-1")
    assert one(content).place == "Zürich"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "\\\\host\\share"])
def test_no_address_but_of_the_web_is_kept(url: str) -> None:
    entry = one(calendar(f"DTSTART:20270321\nURL:{url}\nDESCRIPTION:<b>Come</b>\\, all"))
    assert (entry.url, entry.note) == ("", "Come, all")


def test_a_piece_of_a_calendar_is_told_as_one() -> None:
    whole = calendar("DTSTART:20270321", "DTSTART:20270401")
    assert read(whole).is_whole
    for part in range(1, 16):
        assert not read(whole[: len(whole) * part // 16]).is_whole


def test_the_child_reads_and_refuses_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    found = read_calendar(calendar("DTSTART:20270321T090000Z"), SINCE, UNTIL)
    [entry] = found.entries
    assert entry.starts == datetime(2027, 3, 21, 9, tzinfo=UTC) and found.is_whole
    with pytest.raises(Refused, match="no calendar"):
        read_calendar(b"<html></html>", SINCE, UNTIL)
    monkeypatch.setattr(run, "SECONDS", 0.0001)
    with pytest.raises(Refused, match="too long"):
        read_calendar(calendar("DTSTART:20270321"), SINCE, UNTIL)
    monkeypatch.setattr(run, "MOST_BYTES", 10)
    with pytest.raises(Refused, match="larger"):
        read_calendar(calendar("DTSTART:20270321"), SINCE, UNTIL)


def files() -> list[Path]:
    folder = SHARED / "calendars"
    if not folder.is_dir():
        pytest.skip("the calendars are not beside this repository")
    return sorted(folder.rglob("*.ics"))


@pytest.mark.sampled
def test_no_calendar_of_others_breaks_it() -> None:
    for path in some(files(), 120, "calendars"):
        found = read(path.read_bytes())
        assert len(found.entries) <= 5_000, path.name


@pytest.mark.sampled
def test_no_mutated_calendar_breaks_it() -> None:
    chance = random.Random(11)
    paths = [path for path in files() if path.stat().st_size < 20_000]
    for number in some(range(10_000), 300, "mutations"):
        chance.seed(number)
        content = bytearray(chance.choice(paths).read_bytes())
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(content) + 1)
            piece = chance.choice([b"", b"\n", b'"', b";", b":", b"\0", b"\xff", b"99999999", b"T"])
            content[at : at + chance.randint(0, 9)] = piece
        read(bytes(content))


def test_a_second_day_with_new_names_has_the_same_entries() -> None:
    path = SHARED / "own-data" / "14-ose-calendar-events.ics"
    if not path.exists():
        pytest.skip("the lists are not beside this repository")
    content = path.read_bytes()
    second = content.replace(b"UID:", b"UID:renewed-")

    def seen(content: bytes) -> list[tuple[str, date, str]]:
        return [(entry.name, entry.first, entry.place) for entry in read(content).entries]

    assert seen(content) == seen(second) and len(seen(content)) > 100
