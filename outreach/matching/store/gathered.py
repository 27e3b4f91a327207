"""Spells stored rows in the terms of the engine, and gathers the evidence of a match."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Event, Foundation, Segment, Series
from outreach.matching.engine import terms
from outreach.matching.store.evidence import (
    EvidenceWanted,
    read_costs,
    read_decisions,
    read_gatherings,
    read_issue_kinds,
    read_issues,
    read_means,
    read_talks,
    read_visits,
)
from outreach.matching.store.nearby import find_people_near

EVENT_FACTS = select(
    Event.id,
    Event.name,
    Event.starts_on,
    Event.ends_on,
    Series.name.label("series"),
    Event.city,
    Event.country,
    Event.latitude,
    Event.longitude,
    Event.is_online,
    Event.topics,
    Event.url,
    Event.programme,
    Event.coc_url,
).outerjoin(Series, Series.id == Event.series_id)


def as_facts(row: Any) -> terms.EventText:
    """Spell a row of EVENT_FACTS in the terms of the engine."""
    return terms.EventText(
        key=str(row.id),
        name=row.name,
        starts=row.starts_on,
        ends=row.ends_on,
        series=row.series,
        city=row.city,
        country=row.country,
        latitude=row.latitude,
        longitude=row.longitude,
        online=row.is_online,
        topics=tuple(row.topics),
        url=row.url,
        programme=row.programme,
        conduct_url=row.coc_url,
    )


def as_segment(segment: Segment) -> terms.SegmentText:
    """Spell a stored segment in the terms of the engine."""
    return terms.SegmentText(
        slug=segment.slug,
        name=segment.name,
        summary=segment.summary,
        keywords=tuple(segment.keywords),
        projects=tuple(segment.projects),
        software=tuple(segment.software),
        regions=tuple(segment.regions),
    )


def gather_sayings(
    session: Session, foundation: Foundation, segment_ids: Collection[int] | None, today: date
) -> terms.EvidenceRows:
    """Read only where these segments are said to gather: enough to find their events."""
    asked = EvidenceWanted(foundation, (), segment_ids, today)
    return terms.EvidenceRows(gatherings=tuple(read_gatherings(session, asked)))


def gather_evidence(
    session: Session,
    foundation: Foundation,
    events: Sequence[terms.EventText],
    today: date,
    segment_ids: Collection[int] | None = None,
    *,
    for_scores: bool = False,
) -> terms.EvidenceRows:
    """Read the evidence that may bear on these events and segments (None: all segments).

    What is left out could not change a match of an asked event with an asked segment.
    `for_scores` reads no issue one by one: their sentences are nowhere in a list.
    """
    asked = EvidenceWanted(foundation, events, segment_ids, today)
    issues = read_issue_kinds if for_scores else read_issues
    attendances, recaps = read_visits(session, asked)
    return terms.EvidenceRows(
        gatherings=tuple(read_gatherings(session, asked)),
        attendances=attendances,
        issues=tuple(issues(session, asked)),
        talks=tuple(read_talks(session, asked)),
        people=tuple(find_people_near(session, foundation, events, today)),
        costs=tuple(read_costs(session, asked)),
        recaps=recaps,
        decisions=tuple(read_decisions(session, asked)),
        means=tuple(read_means(session, asked)),
    )
