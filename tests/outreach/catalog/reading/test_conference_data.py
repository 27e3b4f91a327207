"""A file of conference-data is read row by row; each bad row says what is wrong with it."""

import json
from datetime import date
from typing import Any

import pytest

from outreach.catalog.facts import SourceRow, event_key
from outreach.catalog.reading.conference_data import read_events
from outreach.refusal import Refused

GOOD = {"name": "SIGGRAPH", "startDate": "2024-07-28", "endDate": "2024-08-01"}


def read_one(**facts: Any) -> SourceRow:
    return read_events(json.dumps([GOOD | facts]).encode())[0]


def test_name_and_date_are_enough() -> None:
    row = read_events(b'[{"name": "FOSDEM", "startDate": "2025-02-01"}]')[0]
    assert row.facts is not None
    assert (row.facts.name, row.facts.starts_on) == ("FOSDEM", date(2025, 2, 1))
    assert row.facts.ends_on == date(2025, 2, 1)
    assert (row.facts.city, row.facts.is_online, row.facts.cfp_url) == (None, None, None)


def test_all_facts_are_read_and_unknown_keys_are_kept() -> None:
    row = read_one(
        url="https://s2024.siggraph.org",
        city="Denver, CO",
        country="U.S.A.",
        online=False,
        topics=["graphics", "general"],
        locales="EN",
        cfpUrl="https://cfp.example.org",
        cfpEndDate="2024-01-24",
        cocUrl="https://s2024.siggraph.org/coc",
        mastodon="@siggraph",
    )
    facts = row.facts
    assert facts is not None
    assert (facts.city, facts.country, facts.is_online) == ("Denver, CO", "U.S.A.", False)
    assert (facts.topics, facts.languages) == (("graphics",), "EN")
    assert (facts.cfp_url, facts.cfp_closes_on) == ("https://cfp.example.org", date(2024, 1, 24))
    assert facts.coc_url == "https://s2024.siggraph.org/coc"
    assert row.record["mastodon"] == "@siggraph"


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"name": ""}, "The name is missing"),
        ({"name": None}, "The name is missing"),
        ({"name": 7}, "name is 7, not a text"),
        ({"name": "x" * 201}, "201 characters"),
        ({"startDate": None}, "day on which it starts is missing"),
        ({"startDate": "28.07.2024"}, "startDate is “28.07.2024”"),
        ({"startDate": "2024-02-30"}, "not in the calendar"),
        ({"startDate": "0024-02-03"}, "in the year 24"),
        ({"startDate": 20240728}, "startDate is"),
        ({"endDate": "2024-07-27"}, "before it starts"),
        ({"cfpEndDate": "rolling"}, "cfpEndDate is “rolling”"),
        ({"city": ["Denver"]}, "city is"),
        ({"country": "x" * 81}, "81 characters"),
        ({"url": 5}, "url is 5"),
        ({"online": "yes"}, "neither true nor false"),
        ({"topics": "linux"}, "not a list of words"),
        ({"topics": [1]}, "not a list of words"),
    ],
)
def test_a_bad_row_says_why(facts: dict[str, Any], says: str) -> None:
    row = read_one(**facts)
    assert row.facts is None
    assert says in row.reason


def test_rows_are_numbered_from_one_and_need_not_be_objects() -> None:
    rows = read_events(json.dumps([GOOD, "FOSDEM", GOOD]).encode())
    assert [row.number for row in rows] == [1, 2, 3]
    assert rows[1].reason == "This is FOSDEM, not an object."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"7",
        b"[{]",
        b"\xff\xfe[\x00",
        b"[NaN]",
        b"[1e400]",
        b"[" * 100_000,
        b'[{"name": ' + b"9" * 5000 + b"}]",
        b"BEGIN:VCALENDAR",
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        read_events(content)
    assert refused.value.sentence.endswith((".", "]."))


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(Refused, match="20001 events"):
        read_events(b"[" + b"{}," * 20_000 + b"{}]")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://fosdem.org", "https://fosdem.org"),
        ("fosdem.org/2025", "https://fosdem.org/2025"),
        ("javascript:alert(1)", None),
        ("\x01javascript:alert(1)//.", None),
        ("data:text/html,x", None),
        ("Free, community-organized event", None),
        ("UA", None),
        ("http://[broken", None),
        ("https://" + "a." * 300 + "org", None),
        ("https://good.org\\@evil.org", None),
    ],
)
def test_an_address_is_one_that_a_page_may_link_to(text: str, address: str | None) -> None:
    row = read_one(url=text)
    assert row.facts is not None
    assert row.facts.url == address


def test_hostile_characters_become_spaces() -> None:
    row = read_one(name="SIG\x07GRAPH\u2028 \r\n2024 \x1b", city="\u202f")
    assert row.facts is not None
    assert (row.facts.name, row.facts.city) == ("SIG GRAPH 2024", None)


def test_what_no_database_stores_is_replaced_in_unknown_keys_too() -> None:
    row = read_one(odd={"\x00": ["a\x00", "\ud800", 10**30]})
    assert row.record["odd"] == {"\ufffd": ["a\ufffd", "\ufffd", 10**30]}


def test_a_name_in_any_script_has_a_key() -> None:
    assert event_key("SCaLE 22x") == event_key("scale 2023")
    assert event_key("开源年会") == "开源年会"


class TestSharedFile:
    """The dirty facts of the real file."""

    @pytest.fixture
    def rows(self, shared_data) -> list[SourceRow]:
        return read_events((shared_data / "events/events.json").read_bytes())

    def test_every_row_is_read(self, rows: list[SourceRow]) -> None:
        assert len(rows) == 2359
        assert [row.number for row in rows if row.errors] == []

    def test_absent_online_flags_stay_unknown(self, rows: list[SourceRow]) -> None:
        named = [row for row in rows if row.record.get("online") is None]
        assert named
        assert all(row.facts and row.facts.is_online is None for row in named)

    def test_events_that_are_only_online_have_no_city(self, rows: list[SourceRow]) -> None:
        online = [r for r in rows if r.facts and r.facts.is_online and not r.facts.city]
        assert len(online) >= 323

    def test_a_narrow_space_in_a_name_is_a_space(self, rows: list[SourceRow]) -> None:
        assert any(r.facts and r.facts.name == "UX Brighton" for r in rows)

    def test_general_is_no_topic(self, rows: list[SourceRow]) -> None:
        assert all(r.facts and "general" not in r.facts.topics for r in rows)

    @pytest.mark.parametrize(
        "names",
        [("SCaLE 20x", "SCaLE"), ("Fosdem", "FOSDEM"), ("Devopsdays Oslo", "DevOpsDays Oslo")],
    )
    def test_names_that_drift_between_editions_meet(self, names: tuple[str, str]) -> None:
        assert event_key(names[0]) == event_key(names[1])
