"""The few numbers by which an issue is judged for a segment."""

from collections.abc import Iterable
from math import exp
from typing import NamedTuple

from outreach.issues.relevance.elsewhere import ELSEWHERE
from outreach.issues.relevance.evidence import PhraseMention
from outreach.issues.relevance.phrases import Claim, Claims

# Phrases below this strength count as vague.
TELLING = 0.5
# A vague phrase weighs this much when it stands beside one of the other kind.
COMPANION = 0.3


class Signals(NamedTuple):
    """What speaks for one segment in one issue; every number is at least 0."""

    telling: float
    vague: float
    anchored: float
    greatest: float
    paired: float
    share: float


# What a segment without rivals is measured against.
LONELY = 0.3
# Fitted on the labelled issues by `python -m bench.relevance --fit`.
WEIGHTS = Signals(telling=2.29, vague=1.29, anchored=1.19, greatest=2.28, paired=1.80, share=3.41)
BIAS = -4.11


class MentionSum:
    """Adds up the mentions that speak for one segment."""

    __slots__ = ("activity", "anchored", "greatest", "names", "telling", "vague")

    def __init__(self) -> None:
        """Start at nothing."""
        self.telling = self.vague = self.anchored = self.greatest = 0.0
        self.activity = self.names = 0.0

    def add(self, claim: Claim, presence: float, anchored: bool) -> None:
        """Add one mention with its presence in the issue, 0 to 1."""
        value = claim.strength * presence
        if claim.strength >= TELLING:
            self.telling += value
        else:
            self.vague += value
        if anchored:
            self.anchored += value
        self.greatest = max(self.greatest, value)
        companion = presence * max(claim.strength, COMPANION)
        if claim.names:
            self.names += companion
        else:
            self.activity += companion

    def total(self) -> float:
        """Return everything that speaks for the segment."""
        return self.telling + self.vague


def read_signals(said: Iterable[tuple[PhraseMention, Claims]]) -> dict[str, Signals]:
    """Return the signals of every segment of which a mention is a phrase."""
    tallies: dict[str, MentionSum] = {}
    for mention, claims in said:
        for segment, claim in claims.items():
            tally = tallies.get(segment)
            if tally is None:
                tally = tallies[segment] = MentionSum()
            tally.add(claim, mention.presence, mention.where != "body")
    ranked = sorted((tally.total() for tally in tallies.values()), reverse=True)
    tallies.pop(ELSEWHERE.slug, None)
    return {slug: _summarise(tally, [*ranked[:2], 0.0]) for slug, tally in tallies.items()}


def _summarise(tally: MentionSum, ranked: list[float]) -> Signals:
    """Return the signals; `ranked` are the two greatest totals of the issue, or one and 0."""
    total = tally.total()
    rival = ranked[1] if total == ranked[0] else ranked[0]
    return Signals(
        telling=min(tally.telling, 2.0),
        vague=min(tally.vague, 1.0),
        anchored=min(tally.anchored, 2.0),
        greatest=tally.greatest,
        paired=min(tally.activity, tally.names, 1.0),
        share=total / (total + rival + LONELY),
    )


def probability(odds: float) -> float:
    """Return the probability for log odds."""
    return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))


def log_odds(signals: Signals) -> float:
    """Return the log odds that an issue with these signals concerns the segment."""
    return BIAS + sum(weight * value for weight, value in zip(WEIGHTS, signals, strict=True))


def estimate(signals: Signals) -> float:
    """Return the probability that an issue with these signals concerns the segment."""
    return probability(log_odds(signals))
