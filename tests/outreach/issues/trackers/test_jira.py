"""Jira is read completely and cheaply, and says what became of an issue."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from outreach.issues.trackers.asking import Denied, Odd, Wait
from outreach.issues.trackers.jira import Jira
from outreach.issues.trackers.remote import Missing, RemoteIssue
from tests.more_trackers import FakeJira
from tests.reading import LATER, NOW, cost_of_unchanged, opened, read
from tests.trackers import BEGIN, status

PROJECT = "RHEL"


@pytest.fixture
def tracker() -> FakeJira:
    return FakeJira()


@pytest.fixture
def client(tracker: FakeJira) -> Iterator[Any]:
    with opened(tracker, Jira) as client:
        yield client


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 1000])
@pytest.mark.parametrize("most", [50, 1000])
def test_every_issue_comes_once(tracker: FakeJira, client: Jira, count: int, most: int) -> None:
    tracker.fill(count)
    tracker.most_results = most
    keys = [issue.key for issue in read(client, PROJECT)[0]]
    assert len(keys) == count
    assert set(keys) == {f"RHEL-{number}" for number in range(1, count + 1)}


def test_more_changes_in_one_instant_than_a_page_holds(tracker: FakeJira, client: Jira) -> None:
    tracker.fill(250, step=timedelta(0))
    assert len(read(client, PROJECT)[0]) == 250


def test_an_issue_is_read_as_it_is(tracker: FakeJira, client: Jira) -> None:
    tracker.fill(1, title="Segfault", body="How to see it", labels=["el9"])
    ((issue,), _) = read(client, PROJECT)
    assert (issue.key, issue.title, issue.body) == ("RHEL-1", "Segfault", "How to see it")
    assert issue.labels == ("glibc", "el9")
    assert issue.url == f"{tracker.url}/browse/RHEL-1"
    assert issue.opened == BEGIN
    assert issue.updated == BEGIN + timedelta(minutes=7, milliseconds=123)
    assert (issue.state, issue.state_note, issue.visibility) == ("open", "", "public")


@pytest.mark.parametrize(
    ("columns", "state", "note"),
    [
        ({"state": "Done-Errata"}, "closed", "Done-Errata"),
        ({"state": "Won't Do"}, "closed", "Won't Do"),
        ({"state": "Done", "extra": {"resolution": None}}, "closed", "New"),
        ({"extra": {"description": None, "components": None, "labels": None}}, "open", ""),
    ],
)
def test_states(tracker: FakeJira, client: Jira, columns: Any, state: str, note: str) -> None:
    tracker.fill(1, **columns)
    ((issue,), _) = read(client, PROJECT)
    assert (issue.state, issue.state_note) == (state, note)


def test_only_what_changed_is_read_again(tracker: FakeJira, client: Jira) -> None:
    tracker.fill(300)
    cursor = read(client, PROJECT)[1]
    tracker.change(5, LATER, state="Done")
    found = {issue.key: issue.state for issue in read(client, PROJECT, cursor)[0]}
    assert found.pop("RHEL-5") == "closed"
    assert set(found) <= {"RHEL-300"}


def test_unchanged_issues_cost_little(tracker: FakeJira, client: Jira) -> None:
    again, third = cost_of_unchanged(client, tracker, PROJECT)
    print(f"jira: second reading {again:.2%}, third {third:.3%}")
    assert again <= 0.02
    assert third <= 0.01


def test_pages_that_shift_hide_nothing(tracker: FakeJira, client: Jira) -> None:
    tracker.fill(350)
    changes = iter([3, 250])

    def shift(_start: int) -> None:
        number = next(changes, None)
        if number:
            tracker.change(number, LATER + timedelta(minutes=number))
            tracker.tickets[number + 1].secret = True

    tracker.before_page = shift
    seen = {issue.key for issue in read(client, PROJECT)[0]}
    assert seen >= {f"RHEL-{number}" for number in range(1, 351) if number not in (4, 251)}


def test_what_became_of_an_issue(tracker: FakeJira, client: Jira) -> None:
    tracker.fill(5)
    tracker.tickets[2].secret = True
    tracker.moved["RHEL-3"] = "CENTOS-9"
    del tracker.tickets[4]
    keys = [f"RHEL-{number}" for number in range(1, 6)]
    assert client.still_shown(PROJECT, keys) == {"RHEL-1", "RHEL-5"}
    assert client.look(PROJECT, "RHEL-1") is None
    assert client.look(PROJECT, "RHEL-2") == Missing("RHEL-2", "private")
    assert client.look(PROJECT, "RHEL-4") == Missing("RHEL-4", "private")
    moved = client.look(PROJECT, "RHEL-3")
    assert isinstance(moved, RemoteIssue)
    assert (moved.key, moved.visibility) == ("RHEL-3", "moved")
    assert moved.url.endswith("/browse/CENTOS-9")


def test_what_is_still_shown_is_counted(tracker: FakeJira, client: Jira) -> None:
    tracker.fill(100)
    keys = [f"RHEL-{number}" for number in range(1, 101)]
    before = client.talk.line.received
    assert client.still_shown(PROJECT, keys) == set(keys)
    assert len(tracker.asked) == 1
    assert client.talk.line.received - before < 500


def test_a_server_that_closes_altogether_hides_nothing(tracker: FakeJira, client: Jira) -> None:
    tracker.fill(1)
    tracker.faults = [status(401), status(401)]
    with pytest.raises(Denied):
        client.look(PROJECT, "RHEL-1")


def test_a_token_that_sees_more_shows_no_more(tracker: FakeJira) -> None:
    tracker.fill(2)
    tracker.tickets[2].secret = True
    with opened(tracker, Jira, "right") as client:
        found = {issue.key: issue.visibility for issue in read(client, PROJECT)[0]}
        assert found == {"RHEL-1": "public", "RHEL-2": "private"}
        assert client.still_shown(PROJECT, ["RHEL-1", "RHEL-2"]) == {"RHEL-1"}
        assert client.look(PROJECT, "RHEL-2") == Missing("RHEL-2", "private")
    with opened(tracker, Jira, "wrong") as client, pytest.raises(Denied):
        read(client, PROJECT)


@pytest.mark.parametrize("name", ['RHEL" OR project = "SECRET', 'x\\" OR 1', "a\\"])
def test_a_project_is_only_a_name(tracker: FakeJira, client: Jira, name: str) -> None:
    url = client.list_url(name, None, 1)
    with pytest.raises(Odd):
        read(client, name)
    (asked,) = tracker.asked
    quoted = re.fullmatch(r'project = "((?:[^"\\]|\\.)*)" ORDER BY .*', asked.query["jql"])
    assert quoted, url
    assert re.sub(r"\\(.)", r"\1", quoted[1]) == name


def test_the_cloud_is_asked_at_its_own_address(client: Jira) -> None:
    client.url = "https://acme.atlassian.net"
    assert "/rest/api/2/search/jql?jql=" in client.list_url(PROJECT, None, 1)


@pytest.mark.parametrize("count", [0, 12, 250])
def test_the_cloud_under_an_address_of_its_own(tracker: FakeJira, client: Jira, count: int) -> None:
    """It says once that the old search is gone; from then on the new one is asked."""
    tracker.is_cloud = True
    tracker.fill(count)
    assert {issue.key for issue in read(client, PROJECT)[0]} == {
        tracker.key_of(number) for number in range(1, count + 1)
    }
    assert client.still_shown(PROJECT, ["RHEL-1"]) is None
    assert [asked.path for asked in tracker.asked].count("/rest/api/2/search") == 1


@pytest.mark.parametrize("status_there", [404, 410])
def test_a_search_that_is_gone_says_nothing_of_a_project(
    tracker: FakeJira, client: Jira, status_there: int
) -> None:
    for asks in (lambda: read(client, PROJECT), lambda: client.still_shown(PROJECT, ["RHEL-1"])):
        tracker.faults = [status(410), status(status_there)]
        with suppress(Odd):
            assert asks() is None
        assert tracker.faults == []


@pytest.mark.parametrize("more", [True, False])
def test_pages_of_the_cloud(tracker: FakeJira, client: Jira, more: bool) -> None:
    tracker.fill(3)
    rows = [tracker.row(one) for one in tracker.tickets.values()]
    reply = client.talk.get(client.list_url(PROJECT, None, 1))
    object.__setattr__(reply.answer, "content", b'{"isLast": %s}' % str(not more).lower().encode())
    assert client.has_more(reply, rows, 1) == more


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b'{"issues": 1}',
        b'{"issues": [{}]}',
        b'{"issues": [{"fields": []}], "total": "many"}',
    ],
)
def test_odd_answers_are_trouble(tracker: FakeJira, client: Jira, content: bytes) -> None:
    for asks in (lambda: read(client, PROJECT), lambda: client.look(PROJECT, "RHEL-1")):
        tracker.faults = [status(200, content)]
        with pytest.raises(Odd):
            asks()


@pytest.mark.parametrize("total", ['"many"', "null", "-1", "[]"])
def test_an_odd_total_ends_the_reading(tracker: FakeJira, client: Jira, total: str) -> None:
    tracker.faults = [status(200, b'{"issues": [], "total": %s}' % total.encode())]
    assert read(client, PROJECT)[0] == []


def test_a_limit_is_kept(tracker: FakeJira, client: Jira) -> None:
    tracker.fill(1)
    tracker.faults = [status(429, Retry_After="120")]
    for _ in range(2):
        with pytest.raises(Wait) as wait:
            read(client, PROJECT)
        assert wait.value.until == NOW + timedelta(seconds=120)
    assert len(tracker.asked) == 1
