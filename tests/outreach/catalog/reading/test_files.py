"""One file with a list of events, of whatever kind, becomes a table that is read by sight."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from outreach.catalog.facts import EventFacts
from outreach.catalog.reading import files
from outreach.catalog.reading.files import read_file, read_folder
from outreach.catalog.reading.paste import read_paste
from outreach.catalog.reading.records import read_records
from outreach.refusal import Refused
from tests.conftest import ROOT

OWN = ROOT.parent / "shared" / "data" / "own-data"


def events_in(text: str) -> list[EventFacts]:
    table = read_paste(text)
    return [one.row.facts for one in table.rows if one.row.facts]


def said(content: bytes) -> list[tuple[object, ...]]:
    """Return name, days, city, country and where its call is of each event of a file."""
    return [
        (one.name, str(one.starts_on), str(one.ends_on), one.city, one.country, one.cfp_url)
        for one in events_in(read_file(content))
    ]


NORTH = ("North Con", "2027-03-21", "2027-03-22", "Brno", "Czechia", "https://cfp.example/north")
YAML = """\
# our list
---

- conference: North Con
  link: https://north.example
  cfp_link: https://cfp.example/north
  place: Brno, Czechia
  start: 2027-03-21
  end: 2027-03-22
- conference: Fjord Days
  country: no
  start: 2027-05-01
"""
TOML = """\
# sorted by day
year = 2027

[[events]]
name = "North Con"
startDate = 2027-03-21
endDate = "2027-03-22"
cfp-url = "https://cfp.example/north"

[events.venue]
city = "Brno"
country = "Czechia"
"""
KEYED = {
    "title": "North Con", "dateStart": "2027-03-21T09:00:00", "dateEnd": "2027-03-22",
    "location": "Brno, Czechia", "cfpUrl": "https://cfp.example/north", "tags": ["a", "b"],
}  # fmt: skip
DEVELOPERS = [
    {
        "name": "North Con", "date": [1805587200000, 1805673600000], "hyperlink": "https://n.example",
        "city": "Brno", "country": "Czechia", "cfp": {"link": "https://cfp.example/north"},
    }
]  # fmt: skip
CALLING = {
    "cfps": [
        {
            "name": "North Con", "uri": "https://cfp.example/north", "location": "Brno, Czechia",
            "dateEventStart": "2027-03-21T00:00:00+00:00", "eventUri": "https://n.example",
            "dateEventEnd": "2027-03-22T00:00:00+00:00", "dateCfpEnd": "2026-10-01T00:00:00+00:00",
        }
    ],
    "meta": {"generated": "x"},
}  # fmt: skip
MATTER = "---\n" + "\n".join(f"{key}: {value}" for key, value in KEYED.items()) + "\n---\nText\n"


def workbook() -> bytes:
    """Write a workbook whose second sheet has the events, with days as days."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream)
    book.add_worksheet("About").write(0, 0, "What this is about")
    sheet, day = book.add_worksheet("Events"), book.add_format({"num_format": "d mmm yy"})
    sheet.write_row(0, 0, ["Event", "Start", "End", "City", "Country", "CFP link"])
    sheet.write_row(1, 0, ["North Con", None, None, "Brno", "Czechia", NORTH[5]])
    sheet.write_datetime(1, 1, datetime(2027, 3, 21, tzinfo=UTC).replace(tzinfo=None), day)
    sheet.write_number(1, 2, (date(2027, 3, 22) - date(1899, 12, 30)).days)
    book.close()
    return stream.getvalue()


def zipped(pages: Mapping[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in pages.items():
            packed.writestr(name, text)
    return stream.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "YAML": lambda: YAML.encode(),
    "TOML": lambda: TOML.encode(),
    "JSON": lambda: json.dumps([KEYED]).encode(),
    "JSON below a key": lambda: json.dumps({"data": {"events": [KEYED]}}).encode(),
    "developers.events": lambda: json.dumps(DEVELOPERS).encode(),
    "CallingAllPapers": lambda: json.dumps(CALLING).encode(),
    "workbook": workbook,
    "a page": lambda: MATTER.encode(),
    "pages": lambda: zipped({"events/north.md": MATTER, "about.txt": "no page"}),
    "UTF-16": lambda: TOML.encode("utf-16"),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_a_list_of_any_kind_is_read_by_its_keys(content: Callable[[], bytes]) -> None:
    assert said(content())[0] == NORTH


def test_a_word_stays_as_it_is_written() -> None:
    assert said(YAML.encode())[1][:5] == ("Fjord Days", "2027-05-01", "2027-05-01", None, "no")


def test_pages_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "2027").mkdir()
    (tmp_path / "2027/north.md").write_text(MATTER)
    (tmp_path / "readme.md").write_text("# Our events\n")
    assert events_in(read_folder(tmp_path))[0].name == "North Con"
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match="no page"):
        read_folder(tmp_path / "empty")


@pytest.mark.parametrize(
    "text",
    [
        "Name,Date\nNorth Con,2027-03-21",
        "- [North Con](https://n.example), Brno, 21 March 2027",
        "[North Con](https://n.example), 21 March 2027",
        "[ ] North Con, 21 March 2027",
        "[[North Con]], 21 March 2027",
        "North Con: 21 March 2027",
        "---\ntitle: our events\n---\n| Name | Date |\n|---|---|\n| North Con | 2027-03-21 |",
        "",
    ],
)
def test_a_table_or_a_list_of_points_is_none(text: str) -> None:
    assert read_records(text) is None


LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\n- name: x"
REFUSED: dict[str, tuple[bytes, str]] = {
    "aliases": (b"- name: &a x\n  date: 2027-01-01\n- name: *a\n", "repeats parts"),
    "an object": (b"- name: !!python/object/apply:os.system [x]\n  date: [", "no YAML"),
    "many parts": (b"- a:\n" * 200_000, "too many parts"),
    "many events": (b"- name: a\n" * 30_000, "at most 20000"),
    "deep YAML": (b"- name: " + b"[" * 5000, "nest"),
    "deep JSON": (b'[{"name":' + b"[" * 100_000, "JSON"),
    "broken JSON": (b'[{"name": "x",}', "line 1"),
    "broken TOML": (b"[[events]]\nname = \n", "no TOML"),
    "no events": (b'[{"id": 1, "colour": "red"}]', "no list of events"),
    "a programme": (
        b'[{"title": "Talk", "start": "2027-01-01", "room": "A", "speakers": []}]', "programme",
    ),
    "no zip": (b"PK\x03\x04 and then nothing", "damaged"),
    "a zip of something else": (zipped({"photo.jpg": "x"}), "no page"),
    "pages without anything before": (zipped({"a.md": "# Text"}), "no page with front matter"),
    "very much before the text": (
        zipped({f"{n}.md": "---\n" + "a: b\n" * 50_000 + "---\n" for n in range(9)}), "too much",
    ),
    "no workbook": (zipped({"xl/workbook.xml": "<workbook/>"}), "cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_list_of_events_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_file(content)


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_UNPACKED", 1000)
    for pages in ({"a.md": "x" * 2000}, {"xl/workbook.xml": "x" * 2000}):
        with pytest.raises(Refused, match="too large"):
            read_file(zipped(pages))


def test_who_lies_about_its_length_is_read_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(zipped({"a.md": MATTER + "x" * 5000}))
    monkeypatch.setattr(files, "MOST_UNPACKED", 1000)
    real = zipfile.ZipFile.infolist

    def short(packed: zipfile.ZipFile) -> list[Any]:
        found = real(packed)
        for one in found:
            one.file_size = 10
        return found

    monkeypatch.setattr(zipfile.ZipFile, "infolist", short)
    with pytest.raises(Refused):
        read_file(bytes(content))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("01-rocky-events-table.md", 14),
        ("04-python-deadlines-conferences.yml", 58),
        ("08-nodejs-travel-fund-2019.md", 36),
        ("11-open-source-events-2026.md", 171),
        ("17-fedora-ticket-clt-2026.md", 1),
        ("17-fedora-ticket-fosdem-2026.md", 1),
        ("19-freebsd-events2024.toml", 4),
    ],
)
def test_lists_of_foundations_are_read(name: str, count: int) -> None:
    if not OWN.is_dir():
        pytest.skip("the lists are not beside this repository")
    text = read_file((OWN / name).read_bytes())
    table = read_paste(text)
    if table.asks_year:
        table = read_paste(text, year=table.year_guess)
    assert len([one for one in table.rows if one.row.facts]) == count
