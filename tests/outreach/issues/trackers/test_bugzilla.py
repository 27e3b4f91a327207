"""Bugzilla is read completely and cheaply, and says what became of a bug."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from outreach.issues.trackers.asking import Denied, Odd, Wait
from outreach.issues.trackers.bugzilla import Bugzilla
from outreach.issues.trackers.remote import Missing, RemoteIssue
from tests.more_trackers import FakeBugzilla
from tests.reading import LATER, NOW, cost_of_unchanged, opened, read
from tests.trackers import BEGIN, status

PRODUCT = "Acme Engine"


@pytest.fixture
def tracker() -> FakeBugzilla:
    return FakeBugzilla()


@pytest.fixture
def client(tracker: FakeBugzilla) -> Iterator[Any]:
    with opened(tracker, Bugzilla) as client:
        yield client


def only(client: Bugzilla) -> RemoteIssue:
    (issue,) = read(client, PRODUCT)[0]
    return issue


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 1000])
def test_every_bug_comes_once(tracker: FakeBugzilla, client: Bugzilla, count: int) -> None:
    tracker.fill(count)
    keys = [issue.key for issue in read(client, PRODUCT)[0]]
    assert sorted(map(int, keys)) == list(range(1, count + 1))


def test_more_changes_in_one_second_than_a_page_holds(
    tracker: FakeBugzilla, client: Bugzilla
) -> None:
    tracker.fill(350, step=timedelta(0))
    assert len(read(client, PRODUCT)[0]) == 350


def test_a_bug_is_read_as_it_is(tracker: FakeBugzilla, client: Bugzilla) -> None:
    tracker.fill(1, title="Segfault", body="How to see it", labels=["Regression"])
    issue = only(client)
    assert (issue.key, issue.title, issue.body) == ("1", "Segfault", "How to see it")
    assert issue.labels == (PRODUCT, "libfoo", "Regression")
    assert issue.url == f"{tracker.url}/show_bug.cgi?id=1"
    assert (issue.opened, issue.updated) == (BEGIN, BEGIN + timedelta(minutes=7))
    assert (issue.state, issue.state_note, issue.visibility) == ("open", "", "public")


@pytest.mark.parametrize(
    ("columns", "state", "note", "visibility"),
    [
        ({"state": "CURRENTRELEASE"}, "closed", "currentrelease", "public"),
        ({"state": "WONTFIX"}, "closed", "wontfix", "public"),
        (
            {"state": "DUPLICATE", "extra": {"dupe_of": 7}},
            "closed",
            "duplicate of 7",
            "public",
        ),
        ({"extra": {"component": ["glibc", "locale"]}}, "open", "", "public"),
        ({"extra": {"groups": ["private"]}}, "open", "", "private"),
    ],
)
def test_states(
    tracker: FakeBugzilla, client: Bugzilla, columns: Any, state: str, note: str, visibility: str
) -> None:
    tracker.fill(1, **columns)
    issue = only(client)
    assert (issue.state, issue.state_note, issue.visibility) == (state, note, visibility)


def test_only_what_changed_is_read_again(tracker: FakeBugzilla, client: Bugzilla) -> None:
    tracker.fill(300)
    cursor = read(client, PRODUCT)[1]
    tracker.change(5, LATER, state="FIXED")
    found = {issue.key: issue.state for issue in read(client, PRODUCT, cursor)[0]}
    assert found.pop("5") == "closed"
    assert set(found) <= {"300"}


def test_unchanged_bugs_cost_little(tracker: FakeBugzilla, client: Bugzilla) -> None:
    again, third = cost_of_unchanged(client, tracker, PRODUCT)
    print(f"bugzilla: second reading {again:.2%}, third {third:.3%}")
    assert again <= 0.02
    assert third <= 0.01


def test_pages_that_shift_hide_nothing(tracker: FakeBugzilla, client: Bugzilla) -> None:
    tracker.fill(350)
    changes = iter([3, 250])

    def shift(_start: int) -> None:
        number = next(changes, None)
        if number:
            tracker.change(number, LATER + timedelta(minutes=number))
            tracker.tickets[number + 1].secret = True

    tracker.before_page = shift
    seen = {issue.key for issue in read(client, PRODUCT)[0]}
    assert seen >= {str(number) for number in range(1, 351) if number not in (4, 251)}


def test_what_became_of_a_bug(tracker: FakeBugzilla, client: Bugzilla) -> None:
    tracker.fill(5)
    tracker.tickets[2].secret = True
    tracker.tickets[3].extra = {"product": "Acme Wheel"}
    del tracker.tickets[4]
    assert client.still_shown(PRODUCT, ["1", "2", "3", "4", "5"]) == {"1", "5"}
    assert client.look(PRODUCT, "1") is None
    assert client.look(PRODUCT, "2") == Missing("2", "private")
    assert client.look(PRODUCT, "4") == Missing("4", "private")
    moved = client.look(PRODUCT, "3")
    assert isinstance(moved, RemoteIssue)
    assert (moved.key, moved.visibility) == ("3", "moved")


def test_a_key_that_sees_more_shows_no_more(tracker: FakeBugzilla) -> None:
    tracker.fill(2)
    tracker.tickets[2].secret = True
    with opened(tracker, Bugzilla, "right") as client:
        found = {issue.key: issue.visibility for issue in read(client, PRODUCT)[0]}
        assert found == {"1": "public", "2": "private"}
        assert client.still_shown(PRODUCT, ["1", "2"]) == {"1"}
        assert client.look(PRODUCT, "2") == Missing("2", "private")
    with opened(tracker, Bugzilla, "wrong") as client, pytest.raises(Denied):
        read(client, PRODUCT)


def test_red_hats_key_goes_into_the_usual_header(tracker: FakeBugzilla, client: Bugzilla) -> None:
    assert client.headers("abc") == {"X-BUGZILLA-API-KEY": "abc"}
    client.url = "https://bugzilla.redhat.com"
    assert client.headers("abc") == {"Authorization": "Bearer abc"}
    assert client.headers(None) == {}


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"bugs": 1}', b'{"bugs": [{}]}', b'"x"'])
def test_odd_answers_are_trouble(tracker: FakeBugzilla, client: Bugzilla, content: bytes) -> None:
    for asks in (lambda: read(client, PRODUCT), lambda: client.look(PRODUCT, "1")):
        tracker.faults = [status(200, content)]
        with pytest.raises(Odd):
            asks()


def test_a_limit_is_kept(tracker: FakeBugzilla, client: Bugzilla) -> None:
    tracker.fill(1)
    tracker.faults = [status(429, Retry_After="120")]
    for _ in range(2):
        with pytest.raises(Wait) as wait:
            read(client, PRODUCT)
        assert wait.value.until == NOW + timedelta(seconds=120)
    assert len(tracker.asked) == 1


def test_a_product_in_another_spelling_is_the_same(tracker: FakeBugzilla, client: Bugzilla) -> None:
    tracker.fill(1)
    [row] = client.rows(client.talk.get(client.issue_url(PRODUCT, "1")))
    bug = client.issue(PRODUCT.upper(), row)
    assert bug is not None and bug.visibility == "public"
