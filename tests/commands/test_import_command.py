"""`flask import-events` does what the page does, all or nothing, and says it."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from models import Event
from tests.conftest import Stored
from tests.sign_ins import add_foundation
from views.commands.import_events import command

RECORDS = [
    {"name": "SIGGRAPH", "startDate": "2024-07-28"},
    {"name": "SC24", "startDate": "2024-11-17"},
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.json"
    path.write_text(json.dumps(RECORDS))
    return path


def run(app: Flask, *words: str | Path) -> Any:
    return app.test_cli_runner().invoke(command, [str(word) for word in words])


def count(stored: Stored) -> int:
    with stored() as session:
        return session.scalar(select(func.count(Event.id))) or 0


def test_a_file_comes_in_and_again(app: Flask, stored: Stored, file: Path) -> None:
    with stored() as session:
        add_foundation(session)
    first = run(app, file)
    assert first.exit_code == 0
    assert "2 events added." in first.output
    assert "Nothing is new" in run(app, file).output
    assert count(stored) == 2


def test_each_bad_row_is_named_and_nothing_comes_in(app: Flask, stored: Stored, file: Path) -> None:
    with stored() as session:
        add_foundation(session)
    file.write_text(json.dumps([*RECORDS, {"name": "X"}, {"startDate": "2024-01-01"}]))
    refused = run(app, file)
    assert refused.exit_code == 1
    assert "row 3: The day on which it starts is missing." in refused.output
    assert "row 4: The name is missing." in refused.output
    assert count(stored) == 0


@pytest.mark.parametrize("content", ["{}", "no json"])
def test_what_is_no_such_file_is_refused(
    app: Flask, stored: Stored, file: Path, content: str
) -> None:
    with stored() as session:
        add_foundation(session)
    file.write_text(content)
    refused = run(app, file)
    assert refused.exit_code == 1
    assert refused.output.startswith(("Error: There is no list", "Error: Nothing was imported"))


def test_a_file_that_is_not_there(app: Flask, tmp_path: Path) -> None:
    assert run(app, tmp_path / "none.json").exit_code == 2


class TestWhose:
    """The events go to one foundation, never to a guessed one."""

    def test_the_real_one_beside_the_example(self, app: Flask, stored: Stored, file: Path) -> None:
        with stored() as session:
            add_foundation(session, "example", is_example=True)
            ours = add_foundation(session, "ours").id
        run(app, file)
        with stored() as session:
            assert set(session.scalars(select(Event.foundation_id))) == {ours}

    def test_the_named_one(self, app: Flask, stored: Stored, file: Path) -> None:
        with stored() as session:
            add_foundation(session, "ours")
            theirs = add_foundation(session, "theirs").id
        assert run(app, file, "--foundation", "theirs").exit_code == 0
        with stored() as session:
            assert set(session.scalars(select(Event.foundation_id))) == {theirs}

    @pytest.mark.parametrize("words", [[], ["--foundation", "nobody"]])
    def test_one_has_to_be_named(
        self, app: Flask, stored: Stored, file: Path, words: list[str]
    ) -> None:
        with stored() as session:
            add_foundation(session, "ours")
            add_foundation(session, "theirs")
        refused = run(app, file, *words)
        assert refused.exit_code == 1
        assert "There are: ours, theirs." in refused.output

    def test_there_has_to_be_one(self, app: Flask, file: Path) -> None:
        assert "There are: none." in run(app, file).output


def test_a_calendar_and_a_folder_of_pages_come_in(
    app: Flask, stored: Stored, tmp_path: Path
) -> None:
    with stored() as session:
        add_foundation(session)
    calendar = tmp_path / "ours.ics"
    calendar.write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:North Con\nDTSTART;VALUE=DATE:20260921\n"
        "END:VEVENT\nBEGIN:VEVENT\nSUMMARY:Odd\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    done = run(app, calendar)
    assert done.exit_code == 0 and "“Odd”: It has no day." in done.output, done.output
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "fjord.md").write_text("---\ntitle: Fjord Days\ndate: 2026-10-01\n---\n")
    assert run(app, pages).exit_code == 0
    assert count(stored) == 2


def test_a_list_without_years_is_left_to_the_page(
    app: Flask, stored: Stored, tmp_path: Path
) -> None:
    with stored() as session:
        add_foundation(session)
    listed = tmp_path / "ours.csv"
    listed.write_text("Name,Date\nNorth Con,21 March\n")
    refused = run(app, listed)
    assert refused.exit_code == 1 and "import it on the page" in refused.output
