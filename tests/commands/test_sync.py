"""`flask sync` reads every tracker of one's own, says so line by line, and never the example's."""

from collections.abc import Iterator
from typing import Any

import pytest
import stamina
from flask import Flask
from sqlalchemy import func, select

from models import Issue, Match, Tracker
from outreach.matching.store.stored import refresh_foundation
from tests.cast import NOW, add_clocked, add_event, add_gathering, add_segment, add_tracker
from tests.conftest import MakeApp, Stored
from tests.trackers import FakeGitHub, FakeTracker, served, status
from views.commands.sync import command

Served = tuple[FakeTracker, Flask]
CANARY = "ghp_canary4711canary"


@pytest.fixture
def at_github(make_app: MakeApp) -> Iterator[Served]:
    """Return a tracker on loopback, and the program with leave to reach it."""
    fake = FakeGitHub()
    fake.fill(120, title="Houdini crashes")
    with served(fake) as (tracker, fetcher), stamina.set_testing(True, attempts=2):
        yield tracker, make_app(WTF_CSRF_ENABLED=False, FETCHER=fetcher)


def run(app: Flask, *words: str) -> Any:
    return app.test_cli_runner().invoke(command, list(words))


def watch(stored: Stored, fake: FakeTracker, slug: str = "ours", **columns: Any) -> None:
    """Watch the tracker for a foundation whose visual-effects people gather in Denver."""
    with stored() as session:
        foundation = add_clocked(session, slug, **columns)
        segment = add_segment(session, foundation, f"vfx-{slug}", software=["Houdini"])
        add_gathering(session, segment, add_event(session, foundation))
        refresh_foundation(session, foundation, NOW)
        add_tracker(
            session, foundation, kind="github", name="Code", url=fake.url, projects=[fake.project]
        )


def rank(stored: Stored) -> float:
    with stored() as session:
        return session.scalars(select(Match.rank)).one()


def test_it_reads_matches_and_tells(at_github: Served, stored: Stored) -> None:
    fake, app = at_github
    watch(stored, fake)
    before = rank(stored)
    done = run(app)
    assert done.exit_code == 0, done.output
    assert "Code: 120 new and 0 changed (" in done.output
    with stored() as session:
        assert session.scalar(select(func.count(Issue.id))) == 120
        assert session.scalars(select(Tracker)).one().due_segments == []
    assert rank(stored) > before
    assert "Code: 0 new and 0 changed" in run(app).output


def test_a_tracker_in_trouble_is_told_and_counts_as_failed(
    at_github: Served, stored: Stored
) -> None:
    fake, app = at_github
    watch(stored, fake)
    fake.faults = [status(500)] * 2
    done = run(app)
    assert done.exit_code == 1
    assert "Code: 0 new and 0 changed" in done.output
    assert "It is broken for now (answer 500)." in done.output


def test_what_was_left_undone_is_made_up_for(at_github: Served, stored: Stored) -> None:
    fake, app = at_github
    watch(stored, fake)
    with stored() as session:
        tracker = session.scalars(select(Tracker)).one()
        tracker.due_segments = [1]
        tracker.projects = []
    assert "It watches no project yet." in run(app).output
    with stored() as session:
        assert session.scalars(select(Tracker)).one().due_segments == []


class TestWhose:
    def test_the_example_is_not_read(self, at_github: Served, stored: Stored) -> None:
        fake, app = at_github
        watch(stored, fake, "example", is_example=True)
        refused = run(app)
        assert refused.exit_code == 1
        assert "clock stands still" in refused.output
        assert fake.asked == []
        assert run(app, "--example").exit_code == 0
        assert fake.asked

    def test_beside_the_example_ones_own_is(self, at_github: Served, stored: Stored) -> None:
        fake, app = at_github
        watch(stored, fake, "example", is_example=True)
        watch(stored, fake)
        assert run(app).output.count("Code:") == 1
        assert "clock stands still" in run(app, "--foundation", "example").output

    def test_the_named_one(self, at_github: Served, stored: Stored) -> None:
        fake, app = at_github
        watch(stored, fake)
        assert run(app, "--tracker", "Code").exit_code == 0
        assert "There is no such tracker." in run(app, "--tracker", "Cod").output

    def test_none(self, at_github: Served) -> None:
        assert "There is no such tracker." in run(at_github[1]).output


@pytest.mark.parametrize("code", [200, 401, 403, 500])
def test_a_token_is_neither_told_nor_sent_in_the_open(
    at_github: Served, stored: Stored, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    fake, app = at_github
    port = fake.url.rpartition(":")[2]
    monkeypatch.setenv(f"WHEREABOUTS_TOKEN_127_0_0_1_{port}", CANARY)
    watch(stored, fake)
    fake.faults = [status(code, CANARY.encode())] * 2
    done = run(app)
    assert CANARY not in done.output
    assert all(CANARY not in str(asked.headers) for asked in fake.asked)


def test_a_token_that_is_none_stops_no_other_tracker(
    at_github: Served, stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake, app = at_github
    watch(stored, fake)
    with stored() as session:
        tracker = session.scalars(select(Tracker)).one()
        foundation = add_clocked(session)
        add_tracker(session, foundation, kind="github", name="A", url="https://a.example")
        assert tracker.foundation_id == foundation.id
    monkeypatch.setenv("WHEREABOUTS_TOKEN_A_EXAMPLE", f"{CANARY}\u00e9")
    done = run(app)
    assert "WHEREABOUTS_TOKEN_A_EXAMPLE holds characters that no token has." in done.output
    assert "Code: 120 new" in done.output
    assert CANARY not in done.output
