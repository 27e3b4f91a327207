"""Lists of a calendar's events by address: the same rows in six forms, read back unchanged."""

import csv
import io
import json
import tomllib

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient

from models import Event
from outreach.catalog.reading.files import read_file
from outreach.catalog.reading.paste import read_paste
from tests.conftest import CountQueries, Stored
from tests.views.calendars.test_feeds import asked, go, made
from tests.views.planned import Owned, text_of

HOSTILE = 'Con | [x](y) <b> "q" \\ *a*'


@pytest.fixture
def path(app: Flask, staff: FlaskClient, owned: Owned, stored: Stored) -> str:
    """Return the address of the season's lists, without the form."""
    go(staff, owned.event)
    with stored() as session:
        event = session.get_one(Event, owned.event)
        event.name, event.country, event.url = HOSTILE, "USA", "https://s.example/a b"
    return made(staff, app, stored, "season").removesuffix(".ics")


def read(app: Flask, path: str, form: str) -> bytes:
    answer = asked(app, f"{path}/events.{form}")
    assert answer.status_code == 200
    content: bytes = answer.data
    return content


def test_every_form_has_the_same_rows(app: Flask, path: str) -> None:
    found = json.loads(read(app, path, "json"))
    assert HOSTILE in [row["name"] for row in found]
    assert yaml.safe_load(read(app, path, "yaml")) == found
    assert tomllib.loads(read(app, path, "toml").decode())["events"] == found
    rows = list(csv.DictReader(io.StringIO(read(app, path, "csv").decode("utf-8-sig"))))
    assert [row["Name"] for row in rows] == [row["name"] for row in found]
    assert rows[0]["First day"] == found[0]["startDate"]
    lines = read(app, path, "md").decode().splitlines()
    assert len(lines) == 2 + len(found) and "(https://s.example/a%20b)" in "".join(lines)
    table = read(app, path, "html").decode()
    assert table.count("<tr>") == 1 + len(found) and "<b>" not in table


@pytest.mark.parametrize("form", ["csv", "json", "yaml", "toml"])
def test_what_is_written_is_read_back(
    app: Flask, path: str, form: str, stored: Stored, owned: Owned
) -> None:
    with stored() as session:
        session.get_one(Event, owned.event).name = 'SIGGRAPH "Denver", a | b: c'
    content = read(app, path, form)
    rows = read_paste(read_file(content)).rows
    facts = [one.row.facts for one in rows if one.row.facts]
    expected = json.loads(read(app, path, "json"))
    assert [(one.name, str(one.starts_on), str(one.ends_on), one.city) for one in facts] == [
        (row["name"], row["startDate"], row["endDate"], row["city"]) for row in expected
    ]


def test_an_export_imports_without_a_change(
    app: Flask, staff: FlaskClient, path: str, stored: Stored
) -> None:
    text = "Name,First day,Last day,City,Country,Web address\n" + "".join(
        f"Con {number},2024-09-0{number},2024-09-0{number + 1},Brno,Czechia,https://c{number}.example\n"
        for number in (1, 2)
    )
    staff.post("/import", data={"text": text})
    with stored() as session:
        events = [one.id for one in session.query(Event) if one.name.startswith("Con ") and one.url]
    for event in events:
        go(staff, event)
    written = read(app, path, "csv").decode("utf-8-sig")
    ours = "".join(line for line in written.splitlines(keepends=True) if "[x]" not in line)
    shown = text_of(staff.post("/import/preview", data={"text": ours}))
    assert "Con 1" in ours and "2 rows are ready. 2 here already." in shown


def test_unchanged_lists_are_not_read_again(
    app: Flask, path: str, staff: FlaskClient, owned: Owned, count_queries: CountQueries
) -> None:
    first = asked(app, f"{path}/events.json")
    with count_queries() as queries:
        again = asked(app, f"{path}/events.json", first.headers["ETag"])
    assert again.status_code == 304 and len(queries) <= 3
    assert asked(app, f"{path}/events.csv", first.headers["ETag"]).status_code == 200
    go(staff, owned.event, "no_go", reason="No money")
    after = asked(app, f"{path}/events.json", first.headers["ETag"])
    assert after.status_code == 200 and HOSTILE not in after.text


@pytest.mark.parametrize("form", ["xml", "ics", "exe"])
def test_other_forms_are_none(app: Flask, path: str, form: str) -> None:
    assert asked(app, f"{path}/events.{form}").status_code == 404


def test_other_calendars_are_no_lists(
    app: Flask, path: str, staff: FlaskClient, stored: Stored, owned: Owned
) -> None:
    for what in ("deadlines", f"event:{owned.event}"):
        other = made(staff, app, stored, what).removesuffix(".ics")
        assert asked(app, f"{other}/events.json").status_code == 404
    assert asked(app, f"/feeds/{'x' * 43}/events.json").status_code == 404
    assert f"{path}/events.md" in staff.get("/feeds").text
