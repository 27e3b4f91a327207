"""What tests of a tracker's client ask again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from outreach.issues.trackers.base import Client, Cursor
from outreach.issues.trackers.remote import RemoteIssue
from tests.trackers import BEGIN, FakeTracker, served

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = BEGIN + timedelta(days=40)


@contextmanager
def opened(tracker: FakeTracker, kind: type[Client], token: str | None = None) -> Iterator[Client]:
    """Serve the tracker and open a client on it."""
    with served(tracker) as (_, fetcher):
        client = kind(tracker.url, token, fetcher, lambda: NOW)
        yield client
        client.close()


def read(
    client: Client, project: str, cursor: Cursor | None = None
) -> tuple[list[RemoteIssue], Cursor | None]:
    """Read what changed since the cursor; return it with the cursor behind it."""
    issues: list[RemoteIssue] = []
    for batch in client.read(project, cursor):
        issues += batch.issues
        cursor = batch.cursor or cursor
    return issues, cursor


def cost_of_unchanged(client: Client, tracker: FakeTracker, project: str) -> tuple[float, float]:
    """Return what a second and a third reading cost, as shares of the first one's bytes."""
    tracker.fill(1000)
    costs: list[int] = []
    cursor: Cursor | None = None
    for _ in range(3):
        before = client.talk.line.received
        cursor = read(client, project, cursor)[1]
        costs.append(client.talk.line.received - before)
    return costs[1] / costs[0], costs[2] / costs[0]
