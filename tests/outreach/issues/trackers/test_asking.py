"""Trackers are asked politely and within bounds; a token goes to its own host and nowhere else."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import stamina

from outreach.fetching import Fetcher
from outreach.issues.trackers import open_client
from outreach.issues.trackers.asking import Absent, Denied, Down, Odd, Trouble, Wait
from outreach.issues.trackers.github import GitHub
from outreach.issues.trackers.remote import MOST_BODY, MOST_LABELS, RemoteIssue
from outreach.issues.trackers.tokens import find_token, token_name
from outreach.refusal import Refused
from tests.trackers import Answer, Asked, FakeGitHub, FakeTracker, bomb, drip, served, status

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SOON = int((NOW + timedelta(minutes=30)).timestamp())
PAST = int((NOW - timedelta(minutes=30)).timestamp())
TOKEN = "ghp_canary4711canary4711"


class Time:
    """A clock that a test can put forward."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Try as often as in real life, without the pauses in between."""
    with stamina.set_testing(True, attempts=3):
        yield


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def tracker() -> Iterator[FakeTracker]:
    fake = FakeGitHub()
    fake.fill(3)
    with served(fake) as (tracker, fetcher):
        tracker.fetcher = fetcher  # type: ignore[attr-defined]
        yield tracker


@pytest.fixture
def client(tracker: FakeTracker, clock: Time) -> Iterator[GitHub]:
    client = GitHub(tracker.url, TOKEN, tracker.fetcher, clock)  # type: ignore[attr-defined]
    yield client
    client.close()


def read(client: GitHub) -> list[RemoteIssue]:
    return [issue for batch in client.read("acme/engine", None) for issue in batch.issues]


@pytest.mark.parametrize(
    ("code", "head", "pause"),
    [
        (429, {"Retry_After": "90"}, 90),
        (403, {"Retry_After": "90"}, 90),
        (503, {"Retry_After": "90"}, 90),
        (429, {"Retry_After": format_datetime(NOW + timedelta(minutes=5), usegmt=True)}, 300),
        (403, {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": str(SOON)}, 1800),
        (429, {"RateLimit_Remaining": "0", "RateLimit_Reset": "120"}, 120),
        (403, {}, 60),
        (429, {}, 60),
        (429, {"Retry_After": "soon"}, 60),
        (429, {"Retry_After": "9" * 400}, 7 * 86400),
        (403, {"X_RateLimit_Remaining": "12", "X_RateLimit_Reset": str(SOON)}, 60),
    ],
)
def test_a_host_that_asks_for_a_pause_is_left_alone(
    tracker: FakeTracker,
    client: GitHub,
    clock: Time,
    code: int,
    head: dict[str, str],
    pause: int,
) -> None:
    tracker.faults = [status(code, **head)]
    with pytest.raises(Wait) as waits:
        read(client)
    assert waits.value.until == client.talk.not_before == NOW + timedelta(seconds=pause)
    clock.now = NOW + timedelta(seconds=pause - 1)
    with pytest.raises(Wait):
        read(client)
    assert len(tracker.asked) == 1
    clock.now = NOW + timedelta(seconds=pause)
    assert len(read(client)) == 3


def test_a_limit_that_is_used_up_ends_the_reading_before_it_is_broken(
    tracker: FakeTracker, client: GitHub
) -> None:
    def last(tracker: FakeTracker, asked: Asked) -> Answer:
        code, head, body = tracker.answer(asked)
        limits = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(SOON)}
        return code, head | limits, body

    tracker.fill(250)
    tracker.faults = [last]
    batches = client.read("acme/engine", None)
    assert len(next(batches).issues) == 100
    with pytest.raises(Wait):
        next(batches)
    assert len(tracker.asked) == 1
    assert client.talk.not_before == datetime.fromtimestamp(SOON, UTC)


def test_a_limit_that_began_anew_is_no_pause(tracker: FakeTracker, client: GitHub) -> None:
    tracker.faults = [
        status(200, b"[]", X_RateLimit_Remaining="0", X_RateLimit_Reset=str(PAST)),
    ]
    assert read(client) == []
    assert client.talk.not_before is None


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_a_broken_host_is_asked_three_times(
    tracker: FakeTracker, client: GitHub, code: int
) -> None:
    tracker.faults = [status(code)] * 2
    assert len(read(client)) == 3
    tracker.faults = [status(code)] * 3
    with pytest.raises(Down):
        read(client)
    assert len(tracker.asked) == 6


@pytest.mark.parametrize(
    ("code", "trouble"),
    [(401, Denied), (404, Absent), (410, Absent), (451, Absent), (400, Odd), (422, Odd)],
)
def test_other_answers_are_not_asked_for_again(
    tracker: FakeTracker, client: GitHub, code: int, trouble: type[Trouble]
) -> None:
    tracker.faults = [status(code)]
    with pytest.raises(trouble):
        read(client)
    assert len(tracker.asked) == 1


def test_a_host_that_is_not_there() -> None:
    client = GitHub("http://127.0.0.1:1", None, Fetcher(lambda _one: True, ports=[1]), Time())
    with pytest.raises(Down, match="cannot be reached"):
        read(client)
    client.close()


def test_a_private_address_is_never_asked(tracker: FakeTracker) -> None:
    """The guard is the program's own; a test has to bring another to reach its server."""
    client = GitHub("http://127.0.0.1", None, Fetcher(), Time())
    with pytest.raises(Odd, match="cannot be fetched"):
        read(client)
    client.close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"{",
        b"7",
        b"null",
        b'"text"',
        b"{}",
        b'{"message": "hello"}',
        b"[1]",
        b"[null]",
        b"[{}]",
        b'[{"updated_at": 7}]',
        b'[{"updated_at": "yesterday"}]',
        b'[{"updated_at": "2024-01-01T00:00:00Z"}]',
        b'[{"updated_at": "2024-01-01T00:00:00Z", "number": 1, "title": 5, "html_url": 1}]',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_nonsense_is_told_and_nothing_else(
    tracker: FakeTracker, client: GitHub, content: bytes
) -> None:
    tracker.faults = [status(200, content)]
    with pytest.raises(Odd) as odd:
        read(client)
    assert odd.value.sentence.startswith("It ")


@pytest.mark.parametrize(
    "target", ["http://10.0.0.1/", "http://127.0.0.2/x", "https://evil.example/"]
)
def test_a_redirect_to_another_host_is_not_followed(
    tracker: FakeTracker, client: GitHub, target: str
) -> None:
    tracker.faults = [status(302, Location=target)]
    with pytest.raises(Trouble, match="not followed"):
        read(client)
    assert len(tracker.asked) == 1


def test_a_circle_of_redirects_ends(tracker: FakeTracker, client: GitHub) -> None:
    tracker.faults = [status(301, Location="/round")] * 9
    with pytest.raises(Odd):
        read(client)
    assert len(tracker.asked) == 3


def test_a_bomb_is_stopped(tracker: FakeTracker, client: GitHub) -> None:
    tracker.faults = [bomb] * 3
    with pytest.raises(Odd, match="larger than 10 MB"):
        read(client)


def test_a_drip_ends_with_its_time(tracker: FakeTracker, clock: Time) -> None:
    guard = tracker.fetcher  # type: ignore[attr-defined]
    short = Fetcher(guard.allows, guard.ports, seconds=0.2)
    client = GitHub(tracker.url, None, short, clock)
    tracker.faults = [drip] * 3
    with pytest.raises(Trouble):
        read(client)
    client.close()


def test_long_texts_and_many_labels_are_cut(tracker: FakeTracker, client: GitHub) -> None:
    labels = [f"label {number} " + "x" * 300 for number in range(10_000)]
    tracker.change(1, NOW, body="é" * 2**20, labels=labels, title="T" * 9000)
    issue = next(issue for issue in read(client) if issue.key == "acme/engine#1")
    assert (len(issue.body), len(issue.title), len(issue.labels)) == (MOST_BODY, 500, MOST_LABELS)
    assert max(map(len, issue.labels)) == 100


def test_many_long_texts_are_read_in_smaller_pages(tracker: FakeTracker, client: GitHub) -> None:
    """Anybody may write long texts into a public tracker; they must not end its reading."""
    tracker.fill(45, body="x" * 2**20)
    assert {issue.key for issue in read(client)} == {f"acme/engine#{n}" for n in range(1, 46)}
    tracker.fill(1, body="x" * 11 * 2**20)
    with pytest.raises(Odd, match="larger than 10 MB"):
        read(client)


def test_a_name_without_an_address_leads_to_the_tracker(
    tracker: FakeTracker, client: GitHub
) -> None:
    tracker.fill(1, extra={"html_url": "javascript:alert(1)"})
    assert read(client)[0].url == tracker.url


@pytest.mark.parametrize("tag", ["x" * 300, "\u00e9"])
def test_an_odd_etag_is_not_kept(tracker: FakeTracker, client: GitHub, tag: str) -> None:
    def tagged(tracker: FakeTracker, asked: Asked) -> Answer:
        code, head, body = tracker.answer(asked)
        return code, head | {"ETag": tag}, body

    tracker.faults = [tagged]
    (batch,) = client.read("acme/engine", None)
    assert batch.cursor is not None
    assert "etag" not in batch.cursor


def test_what_no_column_holds_is_dropped() -> None:
    issue = RemoteIssue("k", "a\0b\ud800\x1b[2J\nc", "javascript:alert(1)", NOW, body="\0")
    assert (issue.title, issue.url, issue.body) == ("ab?[2J c", "", "")
    assert RemoteIssue("k", " \0 ", "https://a.example/1", NOW).title == "k"


class TestToken:
    def test_it_travels_in_a_header(self, tracker: FakeTracker, client: GitHub) -> None:
        read(client)
        assert tracker.asked[0].headers["authorization"] == f"Bearer {TOKEN}"

    @pytest.mark.parametrize("code", [200, 301, 401, 403, 404, 500])
    def test_it_is_in_no_log_and_no_sentence(
        self, tracker: FakeTracker, client: GitHub, caplog: pytest.LogCaptureFixture, code: int
    ) -> None:
        caplog.set_level(logging.DEBUG)
        tracker.faults = [status(code, TOKEN.encode(), Location="http://10.0.0.1/")] * 3
        with pytest.raises(Trouble) as trouble:
            read(client)
        assert TOKEN not in caplog.text
        assert TOKEN not in repr(trouble.value) + trouble.value.sentence
        assert TOKEN not in str(trouble.value.__cause__) + str(trouble.value.__context__)

    def test_no_other_host_is_asked(self, client: GitHub) -> None:
        with pytest.raises(Odd):
            client.talk.ask("GET", "http://127.0.0.2/")

    def test_it_needs_a_safe_connection(self, tracker: FakeTracker, clock: Time) -> None:
        guard = tracker.fetcher  # type: ignore[attr-defined]
        client = open_client("github", tracker.url, TOKEN, guard, clock)
        list(client.read("acme/engine", None))
        client.close()
        assert "authorization" not in tracker.asked[0].headers
        safe = open_client("github", "https://github.com", TOKEN, guard, clock)
        assert safe.talk.headers["Authorization"] == f"Bearer {TOKEN}"

    @pytest.mark.parametrize(
        ("url", "name"),
        [
            ("https://github.com", "GITHUB_COM"),
            ("https://GitHub.com/", "GITHUB_COM"),
            ("https://bugs.alma-linux.org/x", "BUGS_ALMA__LINUX_ORG"),
            ("https://git.example.org:8443", "GIT_EXAMPLE_ORG_8443"),
        ],
    )
    def test_its_variable_is_named_after_the_host(self, url: str, name: str) -> None:
        assert token_name(url) == f"WHEREABOUTS_TOKEN_{name}"

    def test_no_other_host_gets_it(self) -> None:
        kept = {"WHEREABOUTS_TOKEN_GIT_LAB_EXAMPLE": TOKEN}
        assert find_token("https://git.lab.example", kept) == TOKEN
        for host in ("git-lab.example", "git_lab.example", "git.lab.example.evil.example"):
            assert find_token(f"https://{host}", kept) is None

    def test_one_that_is_no_header_is_refused_without_being_shown(self) -> None:
        with pytest.raises(Refused) as refused:
            find_token("https://a.example", {"WHEREABOUTS_TOKEN_A_EXAMPLE": f"{TOKEN}\nX: y"})
        assert TOKEN not in refused.value.sentence
