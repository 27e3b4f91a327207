"""One small client per kind of tracker, over one base that meets all that can go wrong."""

from outreach.fetching import Fetcher
from outreach.issues.trackers.asking import Clock
from outreach.issues.trackers.base import Client
from outreach.issues.trackers.bugzilla import Bugzilla
from outreach.issues.trackers.forgejo import Forgejo
from outreach.issues.trackers.github import GitHub
from outreach.issues.trackers.gitlab import GitLab
from outreach.issues.trackers.jira import Jira
from outreach.issues.trackers.mantisbt import MantisBT

CLIENTS: dict[str, type[Client]] = {
    client.kind: client for client in (GitHub, GitLab, Forgejo, Bugzilla, MantisBT, Jira)
}


def open_client(kind: str, url: str, token: str | None, fetcher: Fetcher, clock: Clock) -> Client:
    """Open the client of a tracker; the token travels over safe connections only."""
    safe = url.lower().startswith("https://")
    return CLIENTS[kind](url, token if safe else None, fetcher, clock)
