"""What health says is true: each thing that fails is told, and the write that proves is rare."""

import sqlite3
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, text

import migrations
from models import Heartbeat, Message
from models.database import make_sessions
from outreach.operations import health
from outreach.operations.health import OLDEST, Check, Installation, examine, note_round
from tests.cast import REAL, add_tracker
from tests.conftest import Stored
from tests.sign_ins import add_foundation, add_person, sign_in


@pytest.fixture
def installation(engine: Engine, database_url: str, tmp_path: Path) -> Installation:
    reading = make_sessions(engine, writes=False)
    return Installation(reading, make_sessions(engine), database_url, tmp_path, has_mail=True)


@pytest.fixture
def rounds(stored: Stored) -> None:
    with stored() as session:
        for name in OLDEST:
            note_round(session, name, REAL, went_well=True)


def unwell(found: list[Check]) -> dict[str, str]:
    return {one.name: one.words for one in found if not one.is_well}


def test_the_newest_revision_is_that_of_the_migrations() -> None:
    assert health.newest_revision() == migrations.head()


@pytest.mark.usefixtures("rounds")
def test_all_is_well(installation: Installation) -> None:
    found = examine(installation, REAL)
    assert unwell(found) == {}
    assert {"database", "schema", "disk", "outbox", "trackers"} < {one.name for one in found}
    assert health.say_health(found) == "All is well"


@pytest.mark.usefixtures("rounds")
def test_a_write_proves_it_and_is_not_repeated_at_once(
    installation: Installation, stored: Stored
) -> None:
    for seconds, written in ((0, 0), (14, 0), (16, 16), (17, 16)):
        examine(installation, REAL + timedelta(seconds=seconds))
        with stored() as session:
            done = session.get_one(Heartbeat, health.WRITTEN).done_at
            assert done == REAL + timedelta(seconds=written)


def test_what_cannot_be_written_is_down(
    installation: Installation, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_words: object, **_named: object) -> None:
        raise health.DatabaseError("INSERT", {}, sqlite3.OperationalError("disk is full"))

    monkeypatch.setattr(health, "note_round", refuse)
    (down, _disk) = examine(installation, REAL)
    assert (down.name, down.is_well, down.stops) == ("database", False, True)


def test_another_schema_is_down(installation: Installation, stored: Stored) -> None:
    with stored() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    found = examine(installation, REAL)
    assert [one.name for one in found if one.stops] == ["schema"]
    assert "at 0003, this version needs" in unwell(found)["schema"]


def test_a_round_that_fails_and_one_that_is_late_are_told(
    installation: Installation, stored: Stored, rounds: None
) -> None:
    later = REAL + timedelta(minutes=6)
    with stored() as session:
        for name in OLDEST.keys() - {"mail", "offers"}:
            note_round(session, name, later, went_well=True)
        for at in (REAL + timedelta(minutes=2), later):
            note_round(session, "mail", at, went_well=False)
    found = unwell(examine(installation, later))
    assert found.keys() == {"worker: mail", "worker: offers"}
    assert found["worker: offers"] == "It went well 6 minutes ago."
    assert "It fails since" in found["worker: mail"]
    assert "12:02" in found["worker: mail"]


def test_no_worker_at_all_is_one_sentence(installation: Installation) -> None:
    assert unwell(examine(installation, REAL)) == {"worker": "No worker has done anything yet."}


@pytest.mark.usefixtures("rounds")
def test_letters_that_wait_long_and_trackers_that_fail(
    installation: Installation, stored: Stored
) -> None:
    with stored() as session:
        ours, example = add_foundation(session), add_foundation(session, "ex", is_example=True)
        for number, foundation in enumerate((ours, example)):
            add_tracker(session, foundation).failing_since = REAL
            session.add(
                Message(
                    foundation_id=foundation.id,
                    to_address="ada@example.org",
                    subject="s",
                    body="b",
                    fact_key=str(number),
                    created_at=REAL - timedelta(hours=2),
                    due_at=REAL,
                )
            )
    found = unwell(examine(installation, REAL))
    assert found["outbox"] == "1 letter waits, the oldest for 2 hours."
    assert found["trackers"] == "1 tracker cannot be read."


@pytest.mark.usefixtures("rounds")
def test_a_disk_that_fills(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _folder: usage(100_000_000))
    assert unwell(examine(installation, REAL)) == {"disk": "100 MB are free."}


class TestPages:
    """Programs read the first line, staff a page."""

    def test_healthz_names_what_to_look_at_and_no_more(self, client: FlaskClient) -> None:
        answer = client.get("/healthz")
        assert answer.status_code == 200
        head, *lines = answer.text.splitlines()
        assert head == "look at: worker"
        assert "database: It can be written." in lines

    def test_healthz_is_503_where_pages_do_not_work(
        self, client: FlaskClient, stored: Stored
    ) -> None:
        with stored() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        answer = client.get("/healthz")
        assert answer.status_code == 503
        assert answer.text.startswith("down: schema\n")

    def test_staff_see_the_same(self, client: FlaskClient, stored: Stored) -> None:
        with stored() as session:
            sign_in(client, session, add_person(session))
        page = client.get("/health").text
        assert "One thing wants a look" in page
        assert "No worker has done anything yet." in page

    def test_the_worker_notes_its_rounds(self, client: FlaskClient, stored: Stored) -> None:
        app = client.application
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["work", "--once"]).exit_code == 0
        with stored() as session:
            noted = set(session.scalars(select(Heartbeat.name)))
        assert noted >= OLDEST.keys()
        assert client.get("/healthz").text.startswith("ok\n")
