"""Spells stored issues and segments as relevance reads them."""

import re
from typing import Any

from outreach.issues.relevance.subjects import IssueText, Profile

_NUMBER = re.compile(r"[#!]\d+$|-\d+$|^\d+$")
"""What follows the repository or project in a key: "owner/name#7", "group/name!7", "RHEL-7"."""


def as_text(issue: Any) -> IssueText:
    """Spell an issue, or a row with its columns."""
    return IssueText(
        id=str(issue.id),
        repository=_NUMBER.sub("", issue.key),
        title=issue.title,
        body=issue.body,
        labels=tuple(issue.labels),
    )


def as_profile(segment: Any) -> Profile:
    """Spell a segment, or a row with its columns."""
    return Profile(
        slug=segment.slug,
        name=segment.name,
        summary=segment.summary,
        keywords=tuple(segment.keywords),
        projects=tuple(segment.projects),
        software=tuple(segment.software),
    )
