"""Segments as staff write them: a name, a summary and the words the people go by."""

import re
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import (
    Ask,
    AuditEntry,
    Foundation,
    Gathering,
    IssueSegment,
    Person,
    PersonSegment,
    Segment,
)
from outreach.accounts.audit import find_entry, record
from outreach.locking import wait_for_others
from outreach.planning.segments.slugs import free_slug
from outreach.refusal import ChangedMeanwhile, Refused

MOST_WORDS = 200
LONGEST_WORD = 80


def read_words(text: str) -> list[str]:
    """Read words and phrases, one a line or separated by commas, each once."""
    parts = (" ".join(part.split()) for part in re.split(r"[,\n;]", text))
    words = list(dict.fromkeys(part for part in parts if part))
    if len(words) > MOST_WORDS:
        raise Refused(f"At most {MOST_WORDS} words; the rarest say the most.")
    if any(len(word) > LONGEST_WORD for word in words):
        raise Refused(f"Keep each word or phrase under {LONGEST_WORD} characters.")
    return words


def add_segment(
    session: Session, foundation: Foundation, facts: dict[str, Any], by: Person, real: datetime
) -> Segment:
    """Add a segment; its address is made of its name and stays when the name changes."""
    wait_for_others(session, foundation.id)
    taken = session.scalars(select(Segment.slug).where(Segment.foundation_id == foundation.id))
    slug = free_slug(facts["name"], set(taken), "segment")
    segment = Segment(foundation_id=foundation.id, slug=slug, **facts)
    session.add(segment)
    session.flush()
    record(session, real, by, foundation, "added", "segment", segment.id, {"name": segment.name})
    return segment


def edit_segment(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    facts: dict[str, Any],
    version: int,
    by: Person,
    real: datetime,
) -> AuditEntry | None:
    """Change a segment; refused when somebody else changed it since the form was opened.

    Return the audit's line for Undo; None where nothing changed.
    """
    wait_for_others(session, foundation.id)
    if version != segment.version:
        raise ChangedMeanwhile
    before = {column: getattr(segment, column) for column in facts}
    for column, value in facts.items():
        setattr(segment, column, value)
    changed = {k: v for k, v in before.items() if v != facts[k]}
    if not changed:
        return None
    try:
        session.flush()
    except StaleDataError:
        raise ChangedMeanwhile from None
    detail = {"before": changed, "version": segment.version}
    return record(session, real, by, foundation, "changed", "segment", segment.id, detail)


def find_change(session: Session, foundation: Foundation, entry_id: int) -> AuditEntry | None:
    """Return the audit's line about a change of a segment here, if it is one to undo."""
    entry = find_entry(session, foundation, entry_id, "changed", "segment")
    return entry if entry and "version" in entry.detail else None


def count_losses(session: Session, segment: Segment) -> dict[str, int]:
    """Return how much of each kind goes with a segment."""
    columns = {
        "issue link": IssueSegment.segment_id,
        "ask": Ask.segment_id,
        "piece of evidence": Gathering.segment_id,
        "note of who knows it": PersonSegment.segment_id,
    }
    counts = {
        word: select(func.count()).where(column == segment.id) for word, column in columns.items()
    }
    return {word: session.scalar(query) or 0 for word, query in counts.items()}


def remove_segment(
    session: Session, foundation: Foundation, segment: Segment, by: Person, real: datetime
) -> None:
    """Forget a segment with its matches, evidence, links and asks; there is no way back."""
    wait_for_others(session, foundation.id)
    detail = {"name": segment.name, "slug": segment.slug}
    record(session, real, by, foundation, "removed", "segment", segment.id, detail)
    session.execute(delete(Segment).where(Segment.id == segment.id))


def add_keyword(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    word: str,
    by: Person,
    real: datetime,
) -> None:
    """Add one word or phrase to the segment's keywords. Refuses what is no new word."""
    wait_for_others(session, foundation.id)
    words = read_words(word)
    if len(words) != 1:
        raise Refused("Choose a word to add.")
    known = {one.casefold() for one in (*segment.keywords, *segment.projects, *segment.software)}
    if words[0].casefold() in known:
        raise Refused(f"“{words[0]}” is one of their words already.")
    if len(segment.keywords) >= MOST_WORDS:
        raise Refused(f"At most {MOST_WORDS} words; the rarest say the most.")
    segment.keywords = [*segment.keywords, words[0]]
    detail = {"word": words[0]}
    record(session, real, by, foundation, "added word", "segment", segment.id, detail)


def drop_keyword(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    word: str,
    by: Person,
    real: datetime,
) -> None:
    """Take one of the segment's keywords away."""
    wait_for_others(session, foundation.id)
    if word not in segment.keywords:
        raise Refused(f"“{word[:LONGEST_WORD]}” is not one of their keywords.")
    segment.keywords = [one for one in segment.keywords if one != word]
    detail = {"word": word}
    record(session, real, by, foundation, "dropped word", "segment", segment.id, detail)
