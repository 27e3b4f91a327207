"""Adds reasons up: a score over what is known, and a rank that also weighs what is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.matching.engine.evidence_on import EvidenceOn
from outreach.matching.engine.gates import clashes
from outreach.matching.engine.terms import (
    Aside,
    EventText,
    ExplainedMatch,
    Reason,
    ReasonCode,
    Weights,
)
from outreach.matching.engine.trips import GAP_DAYS, are_neighbours, gap_days

# What share of its points a reason brings on average where nothing is known about it.
PRIOR: dict[ReasonCode, float] = {
    "community": 0.02,
    "issue": 0.0,
    "talk": 0.1,
    "local": 0.2,
    "cost": 0.4,
    "recap": 0.5,
}
NEAR_A_GO = 6.0
CLASH_WITH_A_GO = -15.0


def score_known(reasons: Sequence[Reason]) -> float | None:
    """Return 0..100: the points reached of those that could be reached by what is known."""
    weight = sum(reason.weight for reason in reasons if reason.known)
    if weight <= 0:
        return None
    points = sum(reason.points for reason in reasons if reason.known)
    return round(100.0 * points / weight, 1)


def expected_score(reasons: Sequence[Reason], weights: Weights) -> float:
    """Return the value to order by, 0..100: what to expect once everything is known.

    A known reason brings its points, an unknown one what such reasons bring on average
    (`PRIOR`). So a match known only by one weak sign stays low: the weak sign is all that
    speaks for it, while a match with the same score from several reasons keeps its height.
    """
    total = sum(weights.of(reason.code) for reason in reasons)
    if total <= 0:
        return 0.0
    expected = sum(
        reason.points if reason.known else PRIOR[reason.code] * reason.weight for reason in reasons
    )
    return 100.0 * expected / total


def asides(event: EventText, ground: EvidenceOn, going: dict[str, EventText]) -> tuple[Aside, ...]:
    """Return what the decisions about other events change: one trip gains, a clash loses."""
    found: list[Aside] = []
    for other in going.values():
        if other.key == event.key or gap_days(event, other) > GAP_DAYS:
            continue
        row = ground.decisions[other.key]
        if are_neighbours(event, other):
            sentence = f"One trip with {other.name}, which is a Go."
            found.append(Aside(sentence, NEAR_A_GO, (row,)))
        elif clashes(event, other):
            sentence = f"The team is at {other.name} on these days."
            found.append(Aside(sentence, CLASH_WITH_A_GO, (row,)))
    return tuple(found)


# What would make a reason as strong as it can be, for the person who can bring it about.
_WOULD_HELP: dict[ReasonCode, str] = {
    "community": "Somebody tells whether they gather here",
    "issue": "An open issue is linked to them",
    "talk": "One talk is accepted",
    "local": "Three people and an expert live near",
    "cost": "The price and the expected conversations are known, and low",
    "recap": "A recap says: go again, and bigger",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """A fact that would move a match: what it is and how far the rank would rise with it.

    `points` is the most that it would add; then the score would be `high`, and with the least
    that it can add `low`: an unknown reason that turns out badly lowers the score.
    """

    code: ReasonCode
    sentence: str
    gain: float
    points: float
    low: float
    high: float


def find_openings(match: ExplainedMatch, most: int = 3) -> list[Opening]:
    """Return the facts that would lift a match most, the greatest first.

    `gain` is in points of the rank: from what an unknown reason is expected to bring, or a
    known one brings, to all it can bring. Less than one point is not worth a sentence.
    """
    if match.total_weight <= 0:
        return []
    found = []
    for reason in match.reasons:
        now = reason.points if reason.known else PRIOR[reason.code] * reason.weight
        gain = 100.0 * (reason.weight - now) / match.total_weight
        if gain >= 1.0:
            found.append(_opening(match, reason, round(gain, 1)))
    return sorted(found, key=lambda opening: (-opening.gain, -opening.points))[:most]


def _opening(match: ExplainedMatch, reason: Reason, gain: float) -> Opening:
    had = reason.points if reason.known else 0.0
    known = match.known_weight + (0.0 if reason.known else reason.weight)
    return Opening(
        reason.code,
        _WOULD_HELP[reason.code],
        gain,
        points=round(reason.weight - had, 1),
        low=round(100.0 * match.points / known, 1),
        high=round(100.0 * (match.points - had + reason.weight) / known, 1),
    )
