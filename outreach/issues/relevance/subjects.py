"""What goes into a judgement and what comes out of it."""

from dataclasses import dataclass
from typing import Literal

Where = Literal["title", "repository", "label", "body"]


@dataclass(frozen=True)
class Profile:
    """A segment in words: what its people call themselves, what they use and build on."""

    slug: str
    name: str
    summary: str = ""
    keywords: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    software: tuple[str, ...] = ()


@dataclass(frozen=True)
class IssueText:
    """The text of an issue; `repository` is "owner/name", or what its tracker has instead."""

    id: str
    repository: str
    title: str
    body: str = ""
    labels: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """Return who owns the repository: issues of one owner resemble each other."""
        return self.repository.split("/")[0].lower()


@dataclass(frozen=True)
class LinkAnswer:
    """What staff said about one link: the issue concerns the segment, or it does not."""

    issue: IssueText
    segment: str
    accepted: bool


@dataclass(frozen=True)
class Finding:
    """How much an issue concerns a segment, 0 to 1, and the phrases of the issue that say so.

    Phrases are quoted as the issue spells them, the weightiest first, each with its place.
    """

    segment: str
    score: float
    concerns: bool
    phrases: tuple[tuple[str, Where], ...]
