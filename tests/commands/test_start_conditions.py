"""What keeps the program from starting is a sentence that says what to do, never a trace."""

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

import migrations
from app import create_app
from models import Foundation
from models.database import make_engine, make_sessions
from outreach.operations import presence
from tests import live as program
from tests.cast import REAL
from tests.commands.test_serve import flask, run
from tests.conftest import MakeApp, Stored
from tests.sign_ins import add_foundation

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"


def start(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    """Build the program with these settings and return with what it ends."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        create_app()
    assert isinstance(ended.value.code, str)
    return ended.value.code


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "whereabouts.db", "DATABASE_URL cannot be read. It looks like sqlite"),
        ("DATABASE_URL", "postgres://x/y", "not like postgres://"),
        ("DATABASE_URL", "mysql://x/y", "not like mysql://"),
        ("DATABASE_URL", "sqlite://", "not like sqlite://"),
        ("DATABASE_URL", "postgresql://x:y:z/w", "DATABASE_URL cannot be read"),
        ("WEB_CONCURRENCY", "two", "WEB_CONCURRENCY is “two”; it must be a whole number"),
        ("WEB_CONCURRENCY", "0", "WEB_CONCURRENCY is 0"),
        ("BASE_URL", "events.example.org", "BASE_URL is “events.example.org”; it looks like"),
        ("BASE_URL", "https://[x", "BASE_URL is “https://[x”"),
        ("WHEREABOUTS_HOME", "here", "WHEREABOUTS_HOME is “here”; it must begin with a slash"),
    ],
)
def test_a_bad_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, said: str
) -> None:
    settings = {"WHEREABOUTS_HOME": str(tmp_path), "SECRET_KEY": SECRET, name: value}
    assert said in start(monkeypatch, **settings)


def test_the_driver_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("settings.find_spec", lambda _name: None)
    settings = {"WHEREABOUTS_HOME": str(tmp_path), "DATABASE_URL": "postgresql://x/y"}
    assert "Add it: make postgres" in start(monkeypatch, **settings)


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = start(monkeypatch, WHEREABOUTS_HOME=str(tmp_path / "file" / "home"))
    assert "can be neither read nor made" in said
    assert "Set WHEREABOUTS_HOME to a folder that its user may write in." in said


class TestDatabase:
    """It is opened by `flask prepare`, and by every other command."""

    @pytest.fixture
    def run(self, make_app: MakeApp, tmp_path: Path) -> Callable[..., Result]:
        """Run a command on a database of another place."""

        def run(url: str, *words: str) -> Result:
            app = make_app(DATABASE_URL=url)
            engine = make_engine(url)
            for kind in ("READING_SESSIONS", "WRITING_SESSIONS"):
                app.extensions[kind] = make_sessions(engine, writes=kind == "WRITING_SESSIONS")
            with app.app_context():
                done = app.test_cli_runner().invoke(args=words)
            engine.dispose()
            assert "Traceback" not in done.output
            assert not isinstance(done.exception, Exception), done.exception
            return done

        return run

    @pytest.mark.parametrize("words", [("sign-in-link",), ("work", "--once"), ("backup",)])
    def test_it_is_not_there_and_none_is_made(
        self, run: Callable[..., Result], tmp_path: Path, words: tuple[str, ...]
    ) -> None:
        done = run(f"sqlite:///{tmp_path}/none.db", *words)
        assert (done.exit_code, (tmp_path / "none.db").exists()) == (1, False)
        assert f"There is no database at {tmp_path}/none.db" in done.output

    def test_it_is_none(self, run: Callable[..., Result], tmp_path: Path) -> None:
        (tmp_path / "w.db").write_text("not a database, but a text of some length " * 50)
        done = run(f"sqlite:///{tmp_path}/w.db", "prepare")
        assert done.exit_code == 1
        assert "is no SQLite database, or is broken: restore a backup." in done.output

    def test_it_is_a_folder(self, run: Callable[..., Result], tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        done = run(f"sqlite:///{tmp_path}/folder", "prepare")
        assert done.exit_code == 1
        assert "cannot be opened: it is no file that may be read" in done.output

    def test_it_was_never_prepared(self, run: Callable[..., Result], tmp_path: Path) -> None:
        (tmp_path / "w.db").touch()
        done = run(f"sqlite:///{tmp_path}/w.db", "sign-in-link")
        assert (done.exit_code, "flask prepare" in done.output) == (1, True)

    def test_it_is_older_or_newer(self, app: Flask, stored: Stored) -> None:
        with stored() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["work", "--once"])
        assert done.exit_code == 1
        assert "The database is at 0001, this version needs" in done.output

    def test_postgresql_is_not_there(self, run: Callable[..., Result], tmp_path: Path) -> None:
        done = run(f"postgresql://w:canary@/w?host={tmp_path}", "prepare")
        assert done.exit_code == 1
        assert "does not answer: " in done.output
        assert "canary" not in done.output

    def test_it_is_locked(
        self, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("models.database.BUSY_SECONDS", 0)
        url = f"sqlite:///{tmp_path}/w.db"
        migrations.upgrade(url)
        other = make_engine(url)
        with other.begin():
            done = run(url, "prepare")
        other.dispose()
        assert (done.exit_code, "busy with something else" in done.output) == (1, True)

    def test_the_disk_is_full(self, tmp_path: Path) -> None:
        """No file may become larger than the schema, which is what a full disk comes to."""
        environment = program.environment_for(tmp_path / "w.db", tmp_path / "home", 8000)
        done = subprocess.run(
            [sys.executable, "-m", "flask", "prepare"],
            cwd=program.ROOT,
            env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536)),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        assert "The disk is full, or cannot be written" in done.stderr


class TestLost:
    """A database that was here is never replaced by an empty one or the example."""

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return tmp_path / "home"

    def test_a_new_installation_may_begin(self, home: Path, database_url: str) -> None:
        presence.refuse_lost(home, database_url)

    @pytest.mark.parametrize("loss", ["rows", "file", "tables"])
    def test_what_was_here_and_is_not_is_refused(
        self, app: Flask, stored: Stored, home: Path, database_url: str, loss: str
    ) -> None:
        with app.app_context():
            assert app.test_cli_runner().invoke(args=["prepare"]).exit_code == 0
        file = Path(database_url.removeprefix("sqlite:///"))
        if loss == "rows":
            with stored() as session:
                session.execute(text("DELETE FROM foundation"))
        else:
            app.extensions["ENGINE"].dispose()
            file.unlink()
            if loss == "tables":
                file.touch()
        with app.app_context():
            done = app.test_cli_runner().invoke(args=["prepare"])
            assert done.exit_code == 1
            assert "is gone or empty, and one with rows was here before" in done.output
            assert loss != "file" or not file.exists()
            assert app.test_cli_runner().invoke(args=["prepare", "--new"]).exit_code == 0
        with stored() as session:
            assert session.scalars(select(Foundation.is_example)).all() == [True]

    def test_another_address_is_no_new_installation(
        self, home: Path, stored: Stored, database_url: str, tmp_path: Path
    ) -> None:
        with stored() as session:
            add_foundation(session)
        presence.keep_in_mind(home, database_url)
        with pytest.raises(presence.Refused, match=f"was {database_url}; the one at .* is empty"):
            presence.refuse_lost(home, f"sqlite:///{tmp_path}/typo.db")
        presence.refuse_lost(home, database_url)

    def test_no_password_is_kept(self, home: Path) -> None:
        assert "canary" not in presence.spell("postgresql://w:canary@host/w")


def test_a_backup_and_the_way_back_by_hand(app: Flask, tmp_path: Path) -> None:
    """The commands, as whoever runs the program types them."""
    assert flask(tmp_path, "prepare", "--no-example").returncode == 0
    made = tmp_path / "b.db"
    done = flask(tmp_path, "backup", str(made))
    assert (done.returncode, "Without the key" in done.stdout) == (0, True)
    (tmp_path / "w.db").unlink()
    done = flask(tmp_path, "restore", str(made))
    assert done.returncode == 0, done.stderr
    assert "is as it was" in done.stdout
    with make_sessions(make_engine(f"sqlite:///{tmp_path}/w.db")).begin() as session:
        add_foundation(session, created_at=REAL)
    done = flask(tmp_path, "restore", str(made))
    assert (done.returncode, "--replace" in done.stderr) == (1, True)
    assert "postgresql://… and nowhere else" in run(app, "move", "mysql://x/y").output
