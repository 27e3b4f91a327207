"""Editions of a series are recognised under all the names that people give them."""

import pytest

from outreach.catalog.series.edition_names import name_key, name_words
from outreach.catalog.series.known import SeriesIndex, SeriesRow, read_series

GAZETTEER = [
    SeriesRow(
        "SCaLE",
        aliases=("Southern California Linux Expo",),
        url="https://www.socallinuxexpo.org/",
    ),
    SeriesRow("FOSDEM"),
    SeriesRow("SC", aliases=("Supercomputing",)),
    SeriesRow("OLF Conference", past_names=("Ohio LinuxFest",)),
    SeriesRow("Ceph Days", url="https://ceph.io/en/community/events/"),
    SeriesRow("Cephalocon", url="https://ceph.io/en/community/events/"),
    SeriesRow("Open Source Summit Europe"),
    SeriesRow("Open Source Summit North America"),
    SeriesRow("KubeCon + CloudNativeCon", aliases=("KubeCon",)),
    SeriesRow("openSUSE Conference", aliases=("oSC",)),
    SeriesRow("Texas Linux Festival", aliases=("Texas LinuxFest",)),
    SeriesRow("Nordic Days", places=("Trondheim",)),
    SeriesRow("UX Brighton"),
    SeriesRow("BarCamp", aliases=("BarCamp *",)),
    SeriesRow("August Penguin", aliases=("אוגוסט פינגווין",)),
]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("SCaLE 22x", ["scale"]),
        ("oSC22", ["osc"]),
        ("The 14th Annual Foo Conference 2024", ["the", "foo", "conference"]),
        ("EKON 28", ["ekon"]),
        ("Open Source 101", ["open", "source", "101"]),
        ("SFSCON XXIV", ["sfscon"]),
        ("P99 CONF", ["p99", "conf"]),
        ("2024", ["2024"]),
    ],
)
def test_a_name_loses_its_edition_and_nothing_else(name: str, words: list[str]) -> None:
    assert name_words(name) == words


def test_spellings_meet_under_one_key() -> None:
    keys = {name_key(name) for name in ("DevOpsDays", "Devops Days", "DEVOPSDAYS 2024")}
    assert keys == {"devopsdays"}


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("SCaLE 22x", "SCaLE"),
        ("SCaLE", "SCaLE"),
        ("Southern California Linux Expo 2024", "SCaLE"),
        ("Fosdem", "FOSDEM"),
        ("FOSDEM 2025", "FOSDEM"),
        ("SC24 (Supercomputing)", "SC"),
        ("OLF Conference (Ohio LinuxFest)", "OLF Conference"),
        ("Ohio Linux Fest", "OLF Conference"),
        ("Open Source Summit Europe 2025", "Open Source Summit Europe"),
        ("KubeCon + CloudNativeCon Europe", "KubeCon + CloudNativeCon"),
        ("KubeCon India", "KubeCon + CloudNativeCon"),
        ("oSC22", "openSUSE Conference"),
        ("Texas LinuxFest 2025", "Texas Linux Festival"),
        ("Nordic Days Trondheim", "Nordic Days"),
        ("UX\u202fBrighton", "UX Brighton"),
        ("Barcamp Graz", "BarCamp"),
        ("BarCamp", "BarCamp"),
        ("אוגוסט פינגווין 2024", "August Penguin"),
        ("Scale By The Bay", None),
        ("Open Source Summit Mars Colony", None),
        ("SC Something Else", None),
        ("", None),
    ],
)
def test_finds_the_series_of_an_edition(name: str, series: str | None) -> None:
    assert SeriesIndex(GAZETTEER).find(name) == series


@pytest.mark.parametrize(
    ("name", "url", "series"),
    [
        ("Southern California Linux", "https://www.socallinuxexpo.org", "SCaLE"),
        ("Ceph Days NYC", "https://ceph.io/en/community/events/2023/ceph-days-nyc/", "Ceph Days"),
        ("Ceph Virtual", "https://ceph.io/en/community/events/2022/ceph-virtual/", None),
        ("A day at the expo", "https://socallinuxexpo.org/workshops/children", None),
        ("FOSDEM", "http://[broken", "FOSDEM"),
    ],
)
def test_an_address_helps_where_it_belongs_to_one_series(
    name: str, url: str, series: str | None
) -> None:
    assert SeriesIndex(GAZETTEER).find(name, url) == series


def test_a_city_after_the_series_name_is_no_other_series() -> None:
    index = SeriesIndex([SeriesRow("DevOpsDays")])
    assert index.find("Devopsdays Tel Aviv", city="Tel Aviv") == "DevOpsDays"
    assert index.find("Devopsdays Tel Aviv") is None


def test_a_name_of_our_own_wins_over_the_gazetteer() -> None:
    ours = SeriesRow("Ohio LinuxFest", about=("linux",))
    index = SeriesIndex([ours, *GAZETTEER])
    assert index.find("Ohio LinuxFest 2024") == "Ohio LinuxFest"


def test_an_absent_gazetteer_is_an_empty_one(tmp_path) -> None:
    assert read_series(tmp_path / "none.json") == []


def test_reads_every_file_of_a_folder(tmp_path) -> None:
    (tmp_path / "a.json").write_text('[{"name": "A", "about": ["linux"], "asOf": 2024}]')
    (tmp_path / "b.json").write_text('[{"name": "B", "pastNames": ["Old B"], "size": null}]')
    first, second = read_series(tmp_path)
    assert (first.name, first.about, first.as_of, first.community) == ("A", ("linux",), 2024, None)
    assert second.names == ("B", "Old B")
