"""Looks whether issues are still shown at their tracker: a listing says nothing of hidden ones."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from outreach.issues.trackers.base import Client
from outreach.issues.trackers.remote import Missing, RemoteIssue

MOST_ASKED_FOR = 2000
"""Issues that are checked in one sync where one question covers a hundred."""
MOST_LOOKS = 20
"""Issues that are looked at one by one in one sync."""
KEPT_BACK = 10
"""Questions that the looking leaves to the host's limit."""
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Shown:
    """An issue of ours that its tracker showed when it was seen last."""

    id: int
    key: str
    project: str


Sight = RemoteIssue | Missing | None
"""What became of it; None: nothing."""


def most_looks(client: Client) -> int:
    """Return how many issues are worth handing to `look_again`."""
    return MOST_ASKED_FOR if client.sees_many else MOST_LOOKS


def look_again(client: Client, shown: Sequence[Shown]) -> Iterator[tuple[Shown, Sight]]:
    """Yield each issue that could be looked at, with what became of it. Raises Trouble.

    Where the tracker tells many at once, those it does not name are looked at one by one;
    if one of them is there after all, the list was cut short and proves nothing.
    """
    remaining = client.talk.remaining
    looks = MOST_LOOKS if remaining is None else min(MOST_LOOKS, max(0, remaining - KEPT_BACK))
    for group in _groups(shown):
        project = group[0].project
        named = client.still_shown(project, [one.key for one in group])
        for one in group:
            if named is not None and one.key in named:
                yield one, None
            elif looks > 0:
                looks -= 1
                sight = client.look(project, one.key)
                named = None if sight is None else named
                yield one, sight
            elif named is not None:
                yield one, Missing(one.key, "private")


def _groups(shown: Sequence[Shown]) -> Iterator[list[Shown]]:
    """Yield the issues by project, as many as go into one question."""
    projects: dict[str, list[Shown]] = defaultdict(list)
    for one in shown:
        projects[one.project].append(one)
    for group in projects.values():
        for start in range(0, len(group), AT_ONCE):
            yield group[start : start + AT_ONCE]
