"""One odd issue ends the reading of no other, whatever is odd about it and whose it is."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from outreach.issues.trackers import CLIENTS
from outreach.issues.trackers.asking import Odd
from outreach.issues.trackers.remote import RemoteIssue
from tests.more_trackers import FakeBugzilla, FakeJira, FakeMantis
from tests.reading import opened
from tests.trackers import Answer, Asked, FakeForgejo, FakeGitHub, FakeGitLab, FakeTracker

KINDS = [FakeGitHub, FakeGitLab, FakeForgejo, FakeBugzilla, FakeMantis, FakeJira]
KIND_OF = dict(
    zip(KINDS, ["github", "gitlab", "forgejo", "bugzilla", "mantisbt", "jira"], strict=True)
)
NAMES = ("number", "iid", "key", "id")
Row = dict[str, Any]


def bare(row: Row) -> Row:
    return {name: row[name] for name in NAMES if name in row}


def undated(row: Row) -> Row:
    dates = dict.fromkeys(("updated_at", "last_change_time"), "soon")
    return row | ({"fields": row["fields"] | {"updated": "soon"}} if "fields" in row else dates)


def nested(row: Row) -> Row:
    return dict.fromkeys(row, {"value": [1]}) | bare(row)


SPOILT: dict[Callable[[Row], Any], bool] = {
    bare: True, undated: True, nested: True,
    lambda _row: None: False, lambda _row: 7: False, lambda _row: []: False, lambda _row: {}: False,
}  # fmt: skip
"""Ways in which a row is odd, and whether it still has a name."""


def spoiling(spoil: Callable[[Row], Any], *places: int) -> Callable[[FakeTracker, Asked], Answer]:
    """Answer as the tracker would, but for the rows in these places."""

    def answer(tracker: FakeTracker, asked: Asked) -> Answer:
        status, _, content = tracker.answer(asked)
        said = json.loads(content)
        rows = said if isinstance(said, list) else said.get("issues", said.get("bugs"))
        for place in places:
            rows[place] = spoil(rows[place])
        return status, {}, json.dumps(said).encode()

    return answer


def read(tracker: FakeTracker, kind: str) -> tuple[list[RemoteIssue], list[str], Any]:
    with opened(tracker, CLIENTS[kind]) as client:
        batches = list(client.read(tracker.project, None))
    issues = [issue for batch in batches for issue in batch.issues]
    return issues, [name for batch in batches for name in batch.odd], batches[-1].cursor


@pytest.mark.parametrize("fake", KIND_OF)
@pytest.mark.parametrize("spoil", SPOILT)
def test_the_others_are_read(fake: type[FakeTracker], spoil: Callable[[Row], Any]) -> None:
    tracker = fake()
    tracker.fill(3)
    tracker.faults = [spoiling(spoil, 1)]
    issues, odd, cursor = read(tracker, KIND_OF[fake])
    assert {issue.key for issue in issues} == {tracker.key_of(1), tracker.key_of(3)}
    assert [name[-1:] for name in odd] == (["2"] if SPOILT[spoil] else [""])
    assert cursor["since"] == max(issue.updated for issue in issues).isoformat()


@pytest.mark.parametrize("fake", KIND_OF)
@pytest.mark.parametrize("place", [0, 49, -1])
def test_pages_go_on_behind_it(fake: type[FakeTracker], place: int) -> None:
    """At the edges of a page too; what is odd on two pages is told once."""
    tracker = fake()
    tracker.fill(250)
    tracker.faults = [spoiling(bare, place)]
    issues, odd, _ = read(tracker, KIND_OF[fake])
    assert len({issue.key for issue in issues}) >= 249
    assert len(odd) == 1


@pytest.mark.parametrize("fake", KIND_OF)
def test_where_all_are_odd_it_answers_with_something_else(fake: type[FakeTracker]) -> None:
    tracker = fake()
    tracker.fill(3)
    tracker.faults = [spoiling(bare, 0, 1, 2)]
    with opened(tracker, CLIENTS[KIND_OF[fake]]) as client, pytest.raises(Odd, match="not underst"):
        list(client.read(tracker.project, None))
