"""The thread of a fit: four half sentences that read as one, each with its source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models import Ask, Event, Issue, Segment
from outreach.calendars.clock import say_coming, say_date, say_days, say_list, say_number
from outreach.matching.engine import terms


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence comes from."""

    words: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class FitSentence:
    """One of the four half sentences that read as one; `known` False is shown as unknown."""

    head: str
    text: str
    source: Source | None
    known: bool = True
    hits: bool = False
    """An open issue of theirs: it is what to look at first."""


def _source_of(row: terms.EvidenceRow) -> Source:
    dated = f", {say_date(row.dated)}" if row.dated else ""
    return Source(f"{row.source}{dated}", row.url)


def say_who(segment: Segment, match: terms.ExplainedMatch) -> FitSentence:
    """Say who they are, by what they work with."""
    community = match.reasons[0]
    stated = [row for row in community.evidence if isinstance(row, terms.GatheringRow)]
    source = _source_of(stated[0]) if stated else Source("segment profile")
    tools = say_list(segment.software[:3])
    text = f"They work with {tools}." if tools else segment.summary.partition(". ")[0]
    return FitSentence(segment.who or segment.short_name, text, source)


def say_where(events: Sequence[Event], match: terms.ExplainedMatch, today: date) -> FitSentence:
    """Say where they gather and when."""
    first = events[0]
    place = first.city or first.name
    stops = [f"{one.name} ({say_days(one.starts_on, one.ends_on)})" for one in events]
    known = match.reasons[0].known
    verb = "gather in" if known else "may gather in"
    count = say_number(len(events))
    trip = f": {count} events, one city, one trip." if len(events) > 1 else "."
    coming = say_coming(first.starts_on, today)
    return FitSentence(
        f"{verb} {place} {coming.replace('on ', 'from ', 1)},",
        f"{say_list(stops)}{trip}",
        _source_of(match.reasons[0].evidence[0]) if known else None,
        known,
    )


def say_what(issue: Issue | None, ask: Ask | None, match: terms.ExplainedMatch) -> FitSentence:
    """Say which open issue hits them."""
    if issue is None:
        return FitSentence(
            "with no open issue of theirs", "None is linked to this segment yet.", None, False
        )
    head = (
        "where a fix waits for testers,"
        if ask and ask.kind == "test"
        else "where an open issue hits them,"
    )
    live = next(reason for reason in match.reasons if reason.code == "issue")
    source = _source_of(live.evidence[0]) if live.known else Source(issue.key, issue.url)
    text = ask.symptom if ask and ask.symptom else issue.title
    return FitSentence(head, f"{text.rstrip('.')}: {issue.key}, {issue.state}.", source, hits=True)


def say_with_whom(
    names: Sequence[str], knowing: set[str], ask: Ask | None, segment: Segment
) -> FitSentence:
    """Say who of us goes and knows them."""
    asked = "ask them to try it" if ask and ask.kind == "test" else "meet them"
    if not names:
        return FitSentence(f"and nobody yet to {asked}.", "No one is named for it.", None, False)
    first = [name.split()[0] for name in names]
    experts = [name.split()[0] for name in names if name in knowing]
    know = "knows" if len(experts) == 1 else "know"
    text = f"{say_list(first)}." + (
        f" {say_list(experts)} {know} {segment.short_name.lower()}." if experts else ""
    )
    count = "one of us" if len(names) == 1 else f"{say_number(len(names))} of us"
    return FitSentence(f"and {count} can {asked}.", text, Source("people list"))
