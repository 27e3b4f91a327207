"""The container: two stages, nobody's root, one folder to write in, and whole without an engine."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests import container_steps
from tests.container_steps import ROOT, USER, argument, read_steps, settings_of

STEPS = read_steps()
PARTS = ("app.py", "settings.py", "alembic.ini", "migrations", "templates", "static", "data")


def files_of_the_program() -> set[Path]:
    """Name what the steps copy, which the program must leave alone."""
    copies = (step.rest for step in STEPS if (step.stage, step.word) == (0, "COPY"))
    folders = [ROOT / rest.split()[0] for rest in copies]
    return {path for one in folders for path in one.rglob("*") if "__pycache__" not in path.parts}


def rest_of(word: str, stage: int = 1) -> list[str]:
    return [step.rest for step in STEPS if (step.stage, step.word) == (stage, word)]


def test_there_are_two_stages_on_a_base_with_a_version() -> None:
    bases = [step.rest for step in STEPS if step.word == "FROM"]
    assert len(bases) == 2
    assert all(re.search(r":3\.1[123]-slim-\w+( AS build)?$", base) for base in bases)
    assert bases[0].removesuffix(" AS build") == bases[1]


def test_only_locked_libraries_of_both_databases_come_in() -> None:
    (install, _compile) = rest_of("RUN", 0)
    assert "--require-hashes -r requirements.txt -r requirements-postgres.txt" in install
    assert "pip" not in rest_of("RUN")[0]
    assert "postgresql-client" in rest_of("RUN")[0]


def test_every_part_of_the_program_is_copied_and_nothing_else() -> None:
    copied = {source for rest in rest_of("COPY", 0) for source in rest.split()[:-1]}
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"bench"}
    assert copied >= packages | set(PARTS)
    assert not copied & {".", "tests", "instance", "bench"}
    assert all((ROOT / source).exists() for source in copied)
    sent = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[0] == "!"
    }
    assert {source.partition("/")[0] for source in copied} == sent


def test_it_is_not_root_and_writes_in_its_home_alone() -> None:
    last = max(place for place, step in enumerate(STEPS) if step.word in ("RUN", "COPY"))
    assert STEPS.index(next(step for step in STEPS if step.word == "USER")) > last
    assert rest_of("USER") == [f"{USER}:{USER}"]
    assert argument(STEPS, "VOLUME") == ["/home/whereabouts"]
    home = {name for name, value in settings_of(STEPS, 1).items() if value == "/home/whereabouts"}
    assert home == {"WHEREABOUTS_HOME", "TMPDIR"}


def test_it_holds_no_secret() -> None:
    words = " ".join(settings_of(STEPS, 0) | settings_of(STEPS, 1))
    assert not re.search("KEY|PASSWORD|TOKEN|DATABASE_URL", words)


def test_it_starts_as_its_user_is_healthy_and_writes_nowhere_else(database_url: str) -> None:
    if container_steps.as_user([]) and shutil.which("setpriv") is None:
        pytest.skip("there is no setpriv to be another user with")
    before = files_of_the_program()
    kept = {"whereabouts.db", "secret_key", "database"}
    settings = {"WORKER": "0"}
    if database_url.startswith("postgresql"):
        kept, settings = kept - {"whereabouts.db"}, settings | {"DATABASE_URL": database_url}
    with container_steps.serving(ROOT, **settings) as environment:
        assert container_steps.is_healthy(ROOT, environment)
        home = Path(environment["WHEREABOUTS_HOME"])
        assert {one.name for one in home.iterdir()} & {*kept, "whereabouts.db"} == kept
        command = container_steps.as_user(argument(STEPS, "HEALTHCHECK"))
        other = {**environment, "TRUSTED_HOSTS": "elsewhere.example"}
        done = subprocess.run(command, cwd=ROOT, env=other, capture_output=True)
        assert done.returncode == 1
    assert files_of_the_program() == before
