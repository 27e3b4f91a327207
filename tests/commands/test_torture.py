"""Sign-up over HTTP keeps its promises under a crowd: a sample of what `make torture` does."""

import os

import pytest

from bench import torture, torture_imports
from tests.sampling import SEED


@pytest.fixture(autouse=True)
def database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the server that the tests use, where there is one."""
    monkeypatch.setenv("DATABASE_URL", os.environ.get("TEST_DATABASE_URL", ""))
    for name in ("BASE_URL", "PORT", "TRUSTED_HOSTS"):
        monkeypatch.delenv(name, raising=False)


def test_a_rush_oversells_nothing_and_turns_nobody_away_with_an_error() -> None:
    assert torture.last_places(300, shifts=30, people=60, seed=SEED) == []


def test_newcomers_behind_one_address_hold_their_share_until_they_are_let_in() -> None:
    assert torture.hall(shifts=20) == []


def test_everything_at_once_tells_one_story() -> None:
    assert torture.churned(120) == []


def test_what_was_acknowledged_outlives_a_kill() -> None:
    assert torture.killed(1, shifts=60, people=120, seed=SEED) == []


def test_a_large_import_turns_nobody_away_and_goes_back() -> None:
    assert torture_imports.beside_crowd(600, people=60)[2] == []


def test_an_import_that_is_killed_is_never_seen_by_half() -> None:
    assert torture_imports.killed(1, 700, 2.0, seed=SEED) == []
