"""Replays what spoke for each event on the day when somebody answered Go or No-go."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Decision, Event, Foundation, Segment
from outreach.matching.engine import terms
from outreach.matching.engine.match import Engine
from outreach.matching.engine.reasons import NEAR_KM
from outreach.matching.engine.weight_learning import (
    FEWEST,
    NOTHING_KNOWN,
    GoAnswer,
    Lesson,
    Shares,
    learn,
    shares_of,
)
from outreach.matching.store.gathered import EVENT_FACTS, as_facts, as_segment, gather_evidence
from outreach.matching.store.stored import known_series, weights_of

MOST = 100
"""So many answers of each kind count, the newest: what moved staff years ago may not today."""


def learn_weights(session: Session, foundation: Foundation, now: datetime) -> Lesson:
    """Learn from the answers of a foundation up to the planning day.

    The newest Go or No-go about an event is its answer; that the event was cancelled later
    changes nothing about what spoke for it.
    """
    today = now.date()
    rows = [row for go in (True, False) for row in _answered(session, foundation, go, today)]
    kinds = Counter(row.state for row in rows)
    enough = min(kinds["go"], kinds["no_go"]) >= FEWEST
    shares = _replay(session, foundation, rows, today) if enough else {}
    answers = [
        GoAnswer(
            str(row.event_id),
            row.decided_on,
            row.state == "go",
            shares.get(row.event_id, NOTHING_KNOWN),
        )
        for row in rows
    ]
    return learn(answers, today, weights_of(foundation))


def _answered(session: Session, foundation: Foundation, go: bool, today: date) -> Sequence[Any]:
    newest = (
        select(func.max(Decision.id))
        .join(Event, Event.id == Decision.event_id)
        .where(
            Event.foundation_id == foundation.id,
            Decision.state.in_(["go", "no_go"]),
            Decision.decided_on <= today,
        )
        .group_by(Decision.event_id)
    )
    return session.execute(
        select(Decision.event_id, Decision.state, Decision.decided_on)
        .where(Decision.id.in_(newest), Decision.state == ("go" if go else "no_go"))
        .order_by(Decision.decided_on.desc(), Decision.id.desc())
        .limit(MOST)
    ).all()


def _replay(
    session: Session, foundation: Foundation, rows: Iterable[Any], today: date
) -> dict[int, Shares]:
    """Return the shares of each event's reasons on the day of its answer, by the event's id."""
    days = {str(row.event_id): row.decided_on for row in rows}
    query = EVENT_FACTS.where(Event.id.in_([int(key) for key in days])).order_by(Event.id)
    events = [as_facts(row) for row in session.execute(query)]
    segments = session.scalars(
        select(Segment).where(Segment.foundation_id == foundation.id).order_by(Segment.id)
    ).all()
    if not segments:
        return {}
    evidence = _as_then(gather_evidence(session, foundation, events, today))
    engine = Engine(
        [as_segment(segment) for segment in segments],
        events,
        evidence,
        as_of=today,
        gazetteer=known_series(),
        organisation=foundation.name,
    )
    found = {}
    for day in sorted(set(days.values())):
        engine.as_of = day
        engine.put_evidence(evidence)
        for key in (key for key, decided in days.items() if decided == day):
            found[int(key)] = shares_of(_best_match(engine, key))
    return found


def _best_match(engine: Engine, key: str) -> terms.ExplainedMatch:
    """Return the match with the segment that the event fits best, of those that may be there."""
    there = [slug for slug in engine.segments if engine.known.standing(slug, key).strength]
    slugs = there or list(engine.segments)[:1]
    return max((engine.match(slug, key) for slug in slugs), key=lambda match: match.rank)


def _as_then(evidence: terms.EvidenceRows) -> terms.EvidenceRows:
    """Take out what an answer brought about: the team, the talk written, the answers themselves.

    Nobody wrote down since when a person lives where they live, so it counts for every day;
    an expert from afar is known by the team only, and a talk counts from the day of its answer.
    """
    people = [
        replace(row, dated=None, expert_in=row.expert_in if row.km <= NEAR_KM else ())
        for row in evidence.people
    ]
    talks = tuple(row for row in evidence.talks if row.dated is not None)
    return replace(evidence, people=tuple(people), talks=talks, decisions=(), means=())
