"""Each tracker is read completely, cheaply and in order, whatever happens while it is read."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from outreach.fetching import Fetcher, HostAnswer
from outreach.issues.trackers.asking import Absent, Reply
from outreach.issues.trackers.base import Client, Cursor, IssuesPage
from outreach.issues.trackers.bugzilla import Bugzilla
from outreach.issues.trackers.forgejo import Forgejo
from outreach.issues.trackers.github import GitHub
from outreach.issues.trackers.gitlab import GitLab
from outreach.issues.trackers.jira import Jira
from outreach.issues.trackers.mantisbt import MantisBT
from tests.more_trackers import FakeBugzilla, FakeJira, FakeMantis
from tests.trackers import (
    BEGIN,
    FakeForgejo,
    FakeGitea,
    FakeGitHub,
    FakeGitLab,
    FakeTracker,
    other_host,
    served,
)

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAIRS = {
    "github": (FakeGitHub, GitHub),
    "gitlab": (FakeGitLab, GitLab),
    "forgejo": (FakeForgejo, Forgejo),
    "gitea": (FakeGitea, Forgejo),
    "bugzilla": (FakeBugzilla, Bugzilla),
    "mantisbt": (FakeMantis, MantisBT),
    "jira": (FakeJira, Jira),
}
Pair = tuple[FakeTracker, Client]


@pytest.fixture(params=PAIRS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Return a served tracker of each kind and its client."""
    fake, client_type = PAIRS[request.param]
    with served(fake()) as (tracker, fetcher):
        client = open_on(client_type, tracker, fetcher)
        yield tracker, client
        client.close()


def open_on(client_type: type[Client], tracker: FakeTracker, fetcher: Fetcher) -> Client:
    return client_type(tracker.url, None, fetcher, lambda: NOW)


def read(client: Client, cursor: Cursor | None = None) -> list[IssuesPage]:
    project = next(fake.project for fake, kind in PAIRS.values() if isinstance(client, kind))
    return list(client.read(project, cursor))


def number_of(key: str) -> int:
    found = re.search(r"\d+$", key)
    assert found is not None
    return int(found[0])


def keys(batches: list[IssuesPage]) -> list[int]:
    return [number_of(issue.key) for batch in batches for issue in batch.issues]


def named(*numbers: int) -> set[int]:
    return set(numbers)


def last_cursor(batches: list[IssuesPage]) -> Cursor | None:
    return next((batch.cursor for batch in reversed(batches) if batch.cursor), None)


@pytest.mark.parametrize("count", [0, 1, 50, 51, 99, 100, 101, 1000])
def test_every_issue_comes_once(pair: Pair, count: int) -> None:
    tracker, client = pair
    tracker.fill(count)
    found = keys(read(client))
    assert len(found) == count
    assert set(found) == named(*range(1, count + 1))


def test_an_issue_is_read_as_it_is(pair: Pair) -> None:
    tracker, client = pair
    tracker.fill(1, title="Segfault in libfoo", body="How to see it", labels=["crash", "el9"])
    (issue,) = read(client)[0].issues
    assert (issue.key, issue.title, issue.body) == (
        tracker.key_of(1),
        "Segfault in libfoo",
        "How to see it",
    )
    assert set(issue.labels) >= {"crash", "el9"}
    assert (issue.state, issue.visibility) == ("open", "public")
    assert issue.opened == BEGIN
    assert issue.updated.replace(microsecond=0) == BEGIN + timedelta(minutes=7)
    assert issue.url.startswith(f"{tracker.url}/")


@pytest.mark.parametrize("changed", [1, 50, 100])
def test_only_what_changed_is_read_again(pair: Pair, changed: int) -> None:
    tracker, client = pair
    tracker.fill(100)
    cursor = last_cursor(read(client))
    tracker.change(changed, BEGIN + timedelta(days=30), state="closed")
    again = [issue for batch in read(client, cursor) for issue in batch.issues]
    found = {number_of(issue.key): issue.state for issue in again}
    assert found.pop(changed) == "closed"
    assert set(found) <= named(*range(81, 101))


def test_a_thousand_unchanged_issues_cost_two_percent_at_most(pair: Pair) -> None:
    tracker, client = pair
    tracker.fill(1000)
    cursor = last_cursor(read(client))
    first = client.talk.line.received
    again = read(client, cursor)
    second = client.talk.line.received - first
    print(f"{client.kind}: first {first:,} bytes, then {second:,}: {second / first:.2%}")
    assert second <= 0.02 * first
    read(client, last_cursor(again))
    third = client.talk.line.received - first - second
    print(f"{client.kind}: with the ETag {third:,}: {third / first:.3%}")
    assert third <= 0.001 * first


def test_the_third_reading_is_answered_with_not_modified(pair: Pair) -> None:
    tracker, client = pair
    tracker.fill(10)
    cursor = last_cursor(read(client, last_cursor(read(client))))
    assert read(client, cursor) == []
    assert "if-none-match" in tracker.asked[-1].headers


def test_what_changes_while_pages_are_read_is_not_missed(pair: Pair) -> None:
    """An issue of the first page moves to the end: all others move up by one place."""
    tracker, client = pair
    tracker.fill(250)
    moved = iter([3, 7, 11])

    def shift(_page: int) -> None:
        number = next(moved, None)
        if number and len(tracker.asked) > 1:
            tracker.change(number, BEGIN + timedelta(days=40 + number), state="closed")

    tracker.before_page = shift
    first = read(client)
    tracker.before_page = lambda _page: None
    batches = [*first, *read(client, last_cursor(first))]
    found = {number_of(one.key): one for batch in batches for one in batch.issues}
    assert set(found) == named(*range(1, 251))
    assert {found[key].state for key in named(7, 11)} == {"closed"}


def test_an_issue_that_goes_while_pages_are_read_hides_no_other(pair: Pair) -> None:
    tracker, client = pair
    if not client.walks_up:
        pytest.skip("numbered pages cannot tell; the next change of the issue brings it")
    tracker.fill(250)

    def remove(_page: int) -> None:
        if len(tracker.asked) == 2:
            del tracker.tickets[5]

    tracker.before_page = remove
    assert set(keys(read(client))) >= named(*range(6, 251))


def test_more_changes_in_one_instant_than_a_page_holds(pair: Pair) -> None:
    tracker, client = pair
    tracker.fill(320, step=timedelta(0))
    found = keys(read(client))
    assert len(found) == len(set(found)) == 320


def test_reading_goes_on_where_it_broke_off(pair: Pair) -> None:
    tracker, client = pair
    if not client.walks_up:
        pytest.skip("its cursor moves when all pages are read")
    tracker.fill(300)
    first = next(client.read(tracker.project, None))
    rest = read(client, first.cursor)
    assert set(keys([first])) | set(keys(rest)) == named(*range(1, 301))
    assert len(keys(rest)) < 210


def test_a_clock_that_is_ahead_hides_no_later_change(pair: Pair) -> None:
    tracker, client = pair
    tracker.fill(3)
    tracker.change(2, NOW + timedelta(days=3000))
    cursor = last_cursor(read(client))
    tracker.change(1, NOW + timedelta(minutes=1), title="Changed after")
    assert named(1) <= set(keys(read(client, cursor)))


def test_a_next_page_on_another_host_is_not_asked_for(pair: Pair) -> None:
    tracker, client = pair
    tracker.fill(120)
    tracker.faults = [other_host]
    assert set(keys(read(client))) == named(*range(1, 121))


def test_a_server_that_gives_smaller_pages(pair: Pair) -> None:
    tracker, client = pair
    if client.kind == "bugzilla":
        pytest.skip("it tells no total, and no server of it gives fewer than the 100 asked for")
    tracker.most_per_page = 20
    tracker.fill(75)
    assert set(keys(read(client))) == named(*range(1, 76))


def test_a_project_that_is_not_there(pair: Pair) -> None:
    tracker, client = pair
    if not tracker.tells_absence:
        pytest.skip("it answers as if the project were empty; looking at its issues tells")
    tracker.has_project = False
    with pytest.raises(Absent):
        read(client)


class TestGitHub:
    """What is GitHub's alone."""

    @pytest.fixture
    def github(self) -> Iterator[tuple[FakeGitHub, GitHub]]:
        with served(FakeGitHub()) as (tracker, fetcher):
            client = GitHub(tracker.url, None, fetcher, lambda: NOW)
            assert isinstance(tracker, FakeGitHub)
            yield tracker, client
            client.close()

    def test_the_public_one_has_an_api_host_of_its_own(self) -> None:
        client = GitHub("https://github.com/", None, Fetcher(), lambda: NOW)
        assert client.list_url("a/b", None, 1).startswith("https://api.github.com/repos/a/b/")

    def test_pull_requests_are_no_issues(self, github: tuple[FakeGitHub, GitHub]) -> None:
        tracker, client = github
        tracker.fill(230)
        for number in range(1, 200):
            tracker.tickets[number].extra = {"pull_request": {"url": "x"}}
        assert set(keys(read(client))) == named(*range(200, 231))

    @pytest.mark.parametrize(
        ("extra", "note"),
        [
            ({"state_reason": "not_planned"}, "not planned"),
            ({"state_reason": "completed"}, ""),
            ({"locked": True}, "locked"),
            ({"state_reason": "duplicate", "locked": True}, "duplicate, locked"),
        ],
    )
    def test_what_a_state_means(
        self, github: tuple[FakeGitHub, GitHub], extra: dict[str, object], note: str
    ) -> None:
        tracker, client = github
        tracker.fill(1, extra=extra)
        assert read(client)[0].issues[0].state_note == note

    def test_a_renamed_repository_is_followed_on_its_host(
        self, github: tuple[FakeGitHub, GitHub]
    ) -> None:
        tracker, client = github
        tracker.fill(3)
        there = f"{tracker.url}/api/v3/repos/acme/engine/issues?per_page=100&state=all"
        tracker.faults = [lambda _tracker, _asked: (301, {"Location": there}, b"")]
        assert set(keys(read(client))) == named(1, 2, 3)


class TestForgejo:
    def test_gitea_lists_in_another_order(self) -> None:
        fake = FakeGitea()
        fake.fill(130)
        fake.change(3, BEGIN + timedelta(days=9))
        with served(fake) as (tracker, fetcher):
            client = open_on(Forgejo, tracker, fetcher)
            first = read(client)
            assert set(keys(first)) == named(*range(1, 131))
            tracker.change(60, BEGIN + timedelta(days=10), state="closed")
            assert named(60) <= set(keys(read(client, last_cursor(first)))) <= named(60, 3)
            client.close()


@pytest.mark.parametrize(
    ("headers", "rows", "page", "more"),
    [
        ({}, 100, 1, True),
        ({}, 50, 1, False),
        ({"x-total-count": "120"}, 50, 1, True),
        ({"x-total-count": "120"}, 50, 2, True),
        ({"x-total-count": "100"}, 50, 2, False),
        ({"x-total": "51"}, 50, 1, True),
        ({"x-total-count": "120"}, 0, 3, False),
        ({"x-total-count": "many"}, 50, 1, False),
        ({"link": '<x>; rel="next"', "x-total-count": "1"}, 1, 1, True),
        ({"link": '<x>; rel="last"'}, 100, 1, False),
    ],
)
def test_a_page_that_is_shorter_than_asked_for_believes_its_total(
    headers: dict[str, str], rows: int, page: int, more: bool
) -> None:
    reply = Reply(HostAnswer(200, httpx2.Headers(headers), b"[]"))
    client = GitHub("https://github.com", None, Fetcher(), lambda: NOW)
    assert client.has_more(reply, [{}] * rows, page) is more
