"""Sign-up over HTTP keeps its promises under a crowd: `make torture` in a short form."""

import os

import pytest

from bench import torture


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the server that the tests use, where there is one."""
    monkeypatch.setenv("DATABASE_URL", os.environ.get("TEST_DATABASE_URL", ""))
    for name in ("BASE_URL", "PORT", "TRUSTED_HOSTS"):
        monkeypatch.delenv(name, raising=False)


def test_a_rush_oversells_nothing_and_turns_nobody_away_with_an_error() -> None:
    assert torture.last_places(5_000, shifts=500, people=1000) == []


def test_everything_at_once_tells_one_story() -> None:
    assert torture.churned(1_600) == []


def test_what_was_acknowledged_outlives_a_kill() -> None:
    assert torture.killed(4, shifts=100, people=300) == []
