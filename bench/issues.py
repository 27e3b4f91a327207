"""Issues of the benchmark's foundation: trackers, their issues, whom they hit, what is asked."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from bench.world_size import NOW, Ground
from models import Ask, Issue, IssueSegment, Tracker

TRACKERS = 5
KINDS = ("github", "gitlab", "bugzilla", "forgejo", "jira")
ASKS = ("test", "reproduce", "review", "tell", "good_news")


class Issues(Ground):
    """Writes the issues of the foundation."""

    def add_issues(self) -> None:
        trackers = (
            self._own(
                number,
                kind=KINDS[number % len(KINDS)],
                name=f"Tracker {number}",
                url=f"https://tracker{number}.example.org",
                synced_at=NOW,
            )
            for number in range(1, TRACKERS + 1)
        )
        self._add(Tracker, trackers)
        self._add(Issue, self._issues())
        links = list(self._issue_links())
        self._add(IssueSegment, iter(links))
        self._add(Ask, self._asks(links))

    def _issues(self) -> Iterator[dict[str, Any]]:
        for number in range(1, self.size.issues + 1):
            row = self.rows[number * 37 % len(self.rows)]
            yield self._own(
                number,
                tracker_id=number % TRACKERS + 1,
                key=f"BENCH-{number}",
                title=f"{', '.join(row.about[:2])}: crash after the update of {number}",
                url=f"https://tracker.example.org/{number}",
                body="It worked before the update and fails after it. " * 20,
                labels=["bug"],
                state="closed" if number % 5 == 0 else "open",
                state_note="",
                opened_on=NOW.date() - timedelta(number % 900),
            )

    def _issue_links(self) -> Iterator[dict[str, Any]]:
        for issue in range(1, self.size.issues + 1):
            for segment in {self._some_segment() for _ in range(1 + issue % 2)}:
                yield {
                    "issue_id": issue,
                    "segment_id": segment,
                    "phrases": ["render farm", "glibc"],
                    "state": "suggested",
                    "matched_at": NOW - timedelta(hours=7 * (issue % 700) + 1),
                }

    def _asks(self, links: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for number, link in enumerate(links[::4], start=1):
            yield self._own(
                number,
                issue_id=link["issue_id"],
                segment_id=link["segment_id"],
                kind=ASKS[number % len(ASKS)],
                question="Does it still crash for you with the new package?",
                audience="Whoever renders on our builds",
                symptom="The renderer crashes at its start",
                steps=["dnf update glibc", "start the renderer"],
                helper_id=self._some_person(),
            )
