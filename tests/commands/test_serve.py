"""Commands that prepare, print a link and serve: clear sentences instead of traces."""

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from models import Foundation, Person, SignInLink
from tests import live as program
from tests.conftest import Stored
from tests.ports import find_port
from tests.sign_ins import add_foundation, add_person

LINK = re.compile(r"^http://localhost/sign-in/[\w-]{20,}$", re.MULTILINE)


def flask(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person does, with a database of its own."""
    environment = program.environment_for(folder / "w.db", folder / "home", find_port())
    return subprocess.run(
        [sys.executable, "-m", "flask", *words],
        cwd=program.ROOT,
        env=environment | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


def run(app: Flask, *words: str) -> Result:
    """Run a command on a program that is loaded, as `flask` does."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=words)


class TestPrepare:
    """It can be run again and again."""

    def test_without_the_example(self, app: Flask, stored: Stored) -> None:
        for _ in range(2):
            done = run(app, "prepare", "--no-example")
            assert (done.exit_code, done.output) == (0, "")
        with stored() as session:
            assert session.scalars(select(Foundation.id)).all() == []

    def test_the_example_comes_into_an_empty_database_alone(
        self, app: Flask, stored: Stored
    ) -> None:
        with stored() as session:
            add_foundation(session)
        assert run(app, "prepare").exit_code == 0
        with stored() as session:
            assert session.scalars(select(Foundation.slug)).all() == ["ours"]

    def test_a_newer_schema_is_a_sentence(self, app: Flask, stored: Stored) -> None:
        with stored() as session:
            session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        done = run(app, "prepare")
        assert done.exit_code == 1
        assert "revision 9999, which this version does not know" in done.output
        assert "Traceback" not in done.output


class TestLink:
    """A link for whoever is named, else for the first of the staff."""

    @pytest.fixture(autouse=True)
    def people(self, stored: Stored) -> None:
        with stored() as session:
            example = add_foundation(session, "example", is_example=True)
            add_person(session, "Kim Sample", foundation=example)
            add_person(session, "Bob Example", "volunteer")
            add_person(session, "Ada Example")

    def who(self, stored: Stored) -> str:
        with stored() as session:
            links = select(Person.name).join(SignInLink, SignInLink.person_id == Person.id)
            return session.scalars(links.where(SignInLink.ended_at.is_(None))).one()

    @pytest.mark.parametrize(
        ("words", "name"),
        [
            ([], "Ada Example"),
            (["--email", "bob@example.org"], "Bob Example"),
            (["--email", " KIM@Example.ORG "], "Kim Sample"),
        ],
    )
    def test_it_is_printed(self, app: Flask, stored: Stored, words: list[str], name: str) -> None:
        done = run(app, "sign-in-link", *words)
        assert done.exit_code == 0
        assert LINK.fullmatch(done.output.strip())
        assert self.who(stored) == name

    @pytest.mark.parametrize("email", ["nobody@example.org", "x", "''"])
    def test_nobody_is_a_sentence(self, app: Flask, email: str) -> None:
        done = run(app, "sign-in-link", "--email", email)
        assert done.exit_code == 1
        assert "Error: " in done.output
        assert "Traceback" not in done.output


class TestServe:
    """What stands in the way of serving is said before anything else happens."""

    def test_a_port_in_use(self, tmp_path: Path) -> None:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = str(other.getsockname()[1])
            done = flask(tmp_path, "serve", PORT=port)
        assert done.returncode == 1
        assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
        assert "make run PORT=8001" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "80 80"])
    def test_a_port_that_is_none(
        self, app: Flask, monkeypatch: pytest.MonkeyPatch, port: str
    ) -> None:
        monkeypatch.setenv("PORT", port)
        done = run(app, "serve")
        assert done.exit_code == 1
        assert f"PORT is “{port}”; it must be a number from 1 to 65535." in done.output

    def test_a_setting_that_cannot_be(self, tmp_path: Path) -> None:
        done = flask(tmp_path, "prepare", SECRET_KEY="short")
        assert done.returncode != 0
        assert "SECRET_KEY is shorter than 32 characters." in done.stderr
        assert "Traceback" not in done.stderr

    def test_help_explains_each_command_in_a_line(self, tmp_path: Path) -> None:
        said = flask(tmp_path, "--help").stdout
        for name in ("prepare", "serve", "sign-in-link", "import-events", "match-files"):
            line = re.search(rf"^  {name} +(\S.*)$", said, re.MULTILINE)
            assert line is not None, said
            assert not line[1].endswith("...")
