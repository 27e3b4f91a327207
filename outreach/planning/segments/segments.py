"""Segments as staff write them: a name, a summary and the words the people go by."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models import (
    Ask,
    Foundation,
    Gathering,
    IssueSegment,
    Person,
    PersonSegment,
    Segment,
)
from outreach.accounts import history
from outreach.language import gettext as _
from outreach.language import ngettext
from outreach.locking import wait_for_others
from outreach.planning.segments.slugs import free_slug
from outreach.refusal import Refused

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
    with history.act(session, real, by, foundation, "added", segment):
        session.add(segment)
    return segment


def edit_segment(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    facts: dict[str, Any],
    version: int,
    by: Person,
    real: datetime,
) -> history.Entry | None:
    """Change a segment; refused when somebody else changed it since the form was opened.

    Return the line of the history; None where nothing changed.
    """
    with history.edit(session, foundation, segment, version, by, real) as act:
        for column, value in facts.items():
            setattr(segment, column, value)
    return act.changed


def count_losses(session: Session, segment: Segment) -> dict[str, int]:
    """Return how much of each kind goes with a segment."""
    columns = {
        "links": IssueSegment.segment_id,
        "asks": Ask.segment_id,
        "evidence": Gathering.segment_id,
        "notes": PersonSegment.segment_id,
    }
    counts = {
        word: select(func.count()).where(column == segment.id) for word, column in columns.items()
    }
    return {word: session.scalar(query) or 0 for word, query in counts.items()}


def say_losses(losses: Mapping[str, int]) -> str:
    """Say what goes with a segment: "Its matches go with it, 2 asks."."""
    links, asks, evidence, notes = (losses[k] for k in ("links", "asks", "evidence", "notes"))
    known = ngettext("%(num)s note of who knows it", "%(num)s notes of who knows it", notes)
    parts = [
        _("Its matches go with it"),
        ngettext("%(num)s issue link", "%(num)s issue links", links) if links else "",
        ngettext("%(num)s ask", "%(num)s asks", asks) if asks else "",
        ngettext("%(num)s piece of evidence", "%(num)s pieces of evidence", evidence)
        if evidence
        else "",
        known if notes else "",
    ]
    return _("%(losses)s.", losses=", ".join(filter(None, parts)))


def remove_segment(
    session: Session, foundation: Foundation, segment: Segment, by: Person, real: datetime
) -> history.Entry:
    """Remove a segment with its matches, evidence, links and asks; the history keeps them."""
    wait_for_others(session, foundation.id)
    with history.act(session, real, by, foundation, "removed", segment) as act:
        act.detail["name"] = segment.name
        session.execute(delete(Segment).where(Segment.id == segment.id))
    return act.entry


def add_keyword(
    session: Session,
    foundation: Foundation,
    segment: Segment,
    word: str,
    by: Person,
    real: datetime,
) -> history.Entry:
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
    with history.act(session, real, by, foundation, "added word", segment) as act:
        segment.keywords = [*segment.keywords, words[0]]
    return act.entry
