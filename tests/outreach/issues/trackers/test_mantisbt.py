"""MantisBT is read completely and cheaply, and says what became of an issue."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from outreach.issues.trackers.asking import Absent, Odd, Wait
from outreach.issues.trackers.mantisbt import MantisBT
from outreach.issues.trackers.remote import Missing, RemoteIssue
from tests.more_trackers import FakeMantis
from tests.reading import LATER, NOW, cost_of_unchanged, opened, read
from tests.trackers import BEGIN, status

PROJECT = "3"


@pytest.fixture
def tracker() -> FakeMantis:
    return FakeMantis()


@pytest.fixture
def client(tracker: FakeMantis) -> Iterator[Any]:
    with opened(tracker, MantisBT) as client:
        yield client


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 1000])
def test_every_issue_comes_once(tracker: FakeMantis, client: MantisBT, count: int) -> None:
    tracker.fill(count)
    keys = [issue.key for issue in read(client, PROJECT)[0]]
    assert sorted(map(int, keys)) == list(range(1, count + 1))


def test_an_issue_is_read_as_it_is(tracker: FakeMantis, client: MantisBT) -> None:
    tracker.fill(1, title="Segfault", body="How to see it", labels=["el9"])
    ((issue,), _) = read(client, PROJECT)
    assert (issue.key, issue.title, issue.body) == ("1", "Segfault", "How to see it")
    assert issue.labels == ("Engine", "glibc", "el9")
    assert issue.url == f"{tracker.url}/view.php?id=1"
    assert (issue.opened, issue.updated) == (BEGIN, BEGIN + timedelta(minutes=7))
    assert (issue.state, issue.state_note, issue.visibility) == ("open", "", "public")


@pytest.mark.parametrize(
    ("columns", "state", "note"),
    [
        ({"state": "won't fix"}, "closed", "won't fix"),
        ({"state": "fixed"}, "closed", "fixed"),
        (
            {"state": "fixed", "extra": {"fixed_in_version": {"id": 1, "name": "2.34-100"}}},
            "closed",
            "fixed in 2.34-100",
        ),
        ({"extra": {"status": {"id": 79, "name": "testing"}}}, "open", ""),
        ({"extra": {"status": {"id": 80, "name": "resolved"}}}, "closed", "open"),
        ({"extra": {"category": None, "tags": None}}, "open", ""),
    ],
)
def test_states(tracker: FakeMantis, client: MantisBT, columns: Any, state: str, note: str) -> None:
    tracker.fill(1, **columns)
    ((issue,), _) = read(client, PROJECT)
    assert (issue.state, issue.state_note) == (state, note)


@pytest.mark.parametrize("changed", [1, 9, 10, 11, 35])
def test_only_what_changed_is_read_again(
    tracker: FakeMantis, client: MantisBT, changed: int
) -> None:
    tracker.fill(300)
    tracker.tickets[7].extra["sticky"] = True
    cursor = read(client, PROJECT)[1]
    asked = len(tracker.asked)
    for number in range(20, 20 + changed):
        tracker.change(number, LATER + timedelta(minutes=number), state="fixed")
    found = {issue.key: issue.state for issue in read(client, PROJECT, cursor)[0]}
    closed = {key for key, state in found.items() if state == "closed"}
    assert closed == {str(number) for number in range(20, 20 + changed)}
    assert len(tracker.asked) - asked <= changed // 10 + 2


def test_unchanged_issues_cost_little(tracker: FakeMantis, client: MantisBT) -> None:
    again, third = cost_of_unchanged(client, tracker, PROJECT)
    print(f"mantisbt: second reading {again:.2%}, third {third:.3%}")
    assert again <= 0.02
    assert third <= 0.001


def test_pages_that_shift_hide_nothing(tracker: FakeMantis, client: MantisBT) -> None:
    """An issue that changes moves to the first page, behind our back: the next reading has it."""
    tracker.fill(200)
    changes = iter([10, 30, 190])

    def shift(page: int) -> None:
        number = next(changes, None) if page > 1 else None
        if number:
            tracker.change(number, LATER + timedelta(minutes=number), state="fixed")

    tracker.before_page = shift
    first, cursor = read(client, PROJECT)
    tracker.before_page = lambda _page: None
    found = {issue.key: issue for issue in [*first, *read(client, PROJECT, cursor)[0]]}
    assert set(found) == {str(number) for number in range(1, 201)}
    assert {found[key].state for key in ("10", "30", "190")} == {"closed"}


def test_what_became_of_an_issue(tracker: FakeMantis, client: MantisBT) -> None:
    tracker.fill(3)
    tracker.tickets[2].secret = True
    del tracker.tickets[3]
    assert client.look(PROJECT, "1") is None
    assert client.look(PROJECT, "2") == Missing("2", "private")
    assert client.look(PROJECT, "3") == Missing("3", "gone")
    assert client.talk.not_before is None


def test_a_server_that_closes_altogether_hides_nothing(
    tracker: FakeMantis, client: MantisBT
) -> None:
    tracker.fill(1)
    tracker.closed_to_strangers = True
    with pytest.raises(Wait):
        client.look(PROJECT, "1")
    asked = len(tracker.asked)
    with pytest.raises(Wait):
        client.look(PROJECT, "1")
    assert len(tracker.asked) == asked


@pytest.mark.parametrize("limit", [{"Retry_After": "120"}, {"X_RateLimit_Reset": "120"}])
def test_a_limit_on_one_issue_is_a_limit(
    tracker: FakeMantis, client: MantisBT, limit: dict[str, str]
) -> None:
    tracker.fill(1)
    tracker.faults = [status(403, **limit)]
    with pytest.raises(Wait):
        client.look(PROJECT, "1")


def test_a_token_that_sees_more_shows_no_more(tracker: FakeMantis) -> None:
    tracker.fill(2)
    tracker.tickets[2].secret = True
    with opened(tracker, MantisBT, "right") as client:
        found = {issue.key: issue.visibility for issue in read(client, PROJECT)[0]}
        assert found == {"1": "public", "2": "private"}


def test_looking_costs_no_content(tracker: FakeMantis, client: MantisBT) -> None:
    tracker.fill(1)
    assert client.look(PROJECT, "1") is None
    assert tracker.sent == 0
    tracker.faults = [status(405)]
    assert client.look(PROJECT, "1") is None
    assert [asked.method for asked in tracker.asked] == ["HEAD", "HEAD", "GET"]


def test_projects_are_named_by_number(tracker: FakeMantis, client: MantisBT) -> None:
    """MantisBT takes a name for all projects."""
    tracker.fill(2)
    for name in ("Engine", "", "-1", "3 ", "\u0663"):
        with pytest.raises(Odd):
            read(client, name)
    assert len(read(client, "0")[0]) == 2
    assert "project_id" not in tracker.asked[-1].query
    with pytest.raises(Absent):
        read(client, "4")


@pytest.mark.parametrize(
    "content", [b"[]", b"{}", b'{"issues": 1}', b'{"issues": [{}]}', b'{"issues": [3]}', b"\xff"]
)
def test_odd_answers_are_trouble(tracker: FakeMantis, client: MantisBT, content: bytes) -> None:
    tracker.faults = [status(200, content), status(405), status(200, content)]
    for asks in (lambda: read(client, PROJECT), lambda: client.look(PROJECT, "1")):
        with pytest.raises(Odd):
            asks()


def test_its_cursor_keeps_the_newest_change(tracker: FakeMantis, client: MantisBT) -> None:
    tracker.fill(120)
    issues, cursor = read(client, PROJECT)
    assert isinstance(issues[0], RemoteIssue)
    assert cursor is not None
    assert cursor["since"] == (BEGIN + 120 * timedelta(minutes=7)).isoformat()
    assert NOW > BEGIN
