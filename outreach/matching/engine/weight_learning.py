"""Learns from Go and No-go answers how much each of the six reasons should count."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log
from statistics import fmean

from outreach.issues.relevance.fitting import fit
from outreach.matching.engine.score import PRIOR
from outreach.matching.engine.terms import REASON_CODES, ExplainedMatch, Weights

FEWEST = 8
"""So many answers of each kind are needed. In drawn examples eight of each order two to five of
100 pairs better where the defaults are wrong and lose one where they are right; four of each gain
two, which is not worth a question to staff."""
STEEPNESS, STRAYS, LEAST = 8.0, 8.0, 1.0
"""How sharply scores are taken to part Go from No-go before anybody answered, how far the answers
may lead from that, and what is left where they follow no score: 8 means that 12 points more of 100
make a Go two and a half times as likely. Answers that follow none must not move the weights."""
MOVES = 0.125
"""How far from its default, as a part of all weights, a weight is expected to be."""
ROUNDS = 2
"""Steepness and weights depend on each other; a third round changes hardly anything."""
ALIKE = 0.02
"""Where the shares of a reason differ by less than this, the answers say nothing about it."""
PARTS = 5
"""Into so many parts the answers are split, each judged by what the other parts teach."""

Shares = tuple[float, ...]
"""What part of its weight each reason brought, 0..1, in the order of REASON_CODES."""
NOTHING_KNOWN: Shares = tuple(PRIOR[code] for code in REASON_CODES)


@dataclass(frozen=True, slots=True)
class GoAnswer:
    """A Go or a No-go, with what spoke for the event on the day of the answer."""

    event: str
    decided: date
    go: bool
    shares: Shares


@dataclass(frozen=True, slots=True)
class Lesson:
    """The weights that the answers ask for; where they are too few, the defaults.

    The two shares tell which part of all pairs of a Go and a No-go is put in the right order,
    None where nothing was fitted; the fitted weights are judged by answers that they had not seen.
    """

    weights: Weights
    goes: int
    no_goes: int
    right: float | None = None
    right_at_present: float | None = None

    @property
    def missing(self) -> tuple[int, int]:
        """Return how many Go and how many No-go answers are missing."""
        return max(0, FEWEST - self.goes), max(0, FEWEST - self.no_goes)

    @property
    def is_enough(self) -> bool:
        """Tell whether there were answers enough to fit anything."""
        return self.missing == (0, 0)


def shares_of(match: ExplainedMatch) -> Shares:
    """Return the share that each reason brings; of an unknown one what such reasons bring."""
    return tuple(
        reason.points / reason.weight if reason.known and reason.weight else PRIOR[reason.code]
        for reason in match.reasons
    )


def learn(answers: Iterable[GoAnswer], today: date, present: Weights) -> Lesson:
    """Fit the weights to what was answered up to `today`; compare them with the present ones."""
    counted = [answer for answer in answers if answer.decided <= today]
    counted.sort(key=lambda answer: (answer.decided, answer.event))
    kinds = Counter(answer.go for answer in counted)
    lesson = Lesson(Weights(), kinds[True], kinds[False])
    if not lesson.is_enough:
        return lesson
    return Lesson(
        fit_weights(counted),
        lesson.goes,
        lesson.no_goes,
        share_in_order(counted, fit_weights),
        share_in_order(counted, lambda _: present),
    )


def fit_weights(answers: Sequence[GoAnswer]) -> Weights:
    """Return the weights under which these answers are likeliest, whole points from 0.

    Logistic regression on the shares, drawn towards the defaults; what comes out below zero
    is left out and the rest fitted again. A reason that was alike in all answers keeps its
    default, and the others share what is left: all weights add up to what the defaults do.
    """
    columns = list(zip(*(answer.shares for answer in answers), strict=True))
    telling = [place for place, column in enumerate(columns) if max(column) - min(column) > ALIKE]
    weights = [Weights().of(code) for code in REASON_CODES]
    room, whole = sum(weights[place] for place in telling), sum(weights)
    goes = sum(answer.go for answer in answers)
    middle = [fmean(column) for column in columns]
    fitting = _Fitting(
        [[a.shares[place] - middle[place] for place in telling] for a in answers],
        [float(answer.go) for answer in answers],
        log(goes / (len(answers) - goes)),
        [weights[place] / whole for place in telling],
    )
    fitted = fitting.fit()
    total = sum(fitted)
    if total <= 0:
        return Weights()
    for place, weight in zip(telling, fitted, strict=True):
        weights[place] = room * weight / total
    return Weights(**dict(zip(REASON_CODES, _in_whole_points(weights), strict=True)))


@dataclass(frozen=True, slots=True)
class _Fitting:
    """The examples of a fit: shares around their middle, and what was answered, 1.0 for Go."""

    rows: Sequence[Sequence[float]]
    wanted: Sequence[float]
    odds: float
    start: Sequence[float]

    def fit(self) -> list[float]:
        """Fit steepness and weights in turn."""
        weights = list(self.start)
        for _ in range(ROUNDS):
            weights = self._weights(self._steepness(weights))
        return weights

    def _steepness(self, weights: Sequence[float]) -> float:
        inputs = [(1.0, _product(weights, row)) for row in self.rows]
        _, steepness = fit(inputs, self.wanted, (self.odds, STEEPNESS), (0.0, STRAYS**-2))
        return max(steepness, LEAST)

    def _weights(self, steepness: float) -> list[float]:
        """Fit the weights; one that comes out below zero is held at zero."""
        used = list(range(len(self.start)))
        while used:
            inputs = [(1.0, *(steepness * row[place] for place in used)) for row in self.rows]
            prior = [self.odds, *(self.start[place] for place in used)]
            _, *found = fit(inputs, self.wanted, prior, [0.0, *(MOVES**-2 for _ in used)])
            if min(found) >= 0:
                by_place = dict(zip(used, found, strict=True))
                return [by_place.get(place, 0.0) for place in range(len(self.start))]
            used = [place for place, weight in zip(used, found, strict=True) if weight >= 0]
        return [0.0 for _ in self.start]


def _product(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the sum of the products, place by place."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def _in_whole_points(weights: Sequence[float]) -> list[float]:
    """Round without changing the sum: the largest fractions are rounded up."""
    down = [floor(weight) for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (down[place] - weights[place], place))
    up = set(order[: round(sum(weights)) - sum(down)])
    return [float(whole + (place in up)) for place, whole in enumerate(down)]


def share_in_order(
    answers: Sequence[GoAnswer], weights_from: Callable[[Sequence[GoAnswer]], Weights]
) -> float:
    """Return which part of all pairs of a Go and a No-go is put in the right order, 0..1.

    Each part of the answers is judged by the weights drawn from the other parts; a tie
    counts half. Both kinds are spread evenly over the parts.
    """
    kinds = [[answer for answer in answers if answer.go is kind] for kind in (True, False)]
    right, pairs = 0.0, 0
    for part in range(PARTS):
        others = [a for kind in kinds for place, a in enumerate(kind) if place % PARTS != part]
        weights = weights_from(others)
        goes, no_goes = ([_score(a, weights) for a in kind[part::PARTS]] for kind in kinds)
        right += sum((go > no) + 0.5 * (go == no) for go in goes for no in no_goes)
        pairs += len(goes) * len(no_goes)
    return right / pairs


def _score(answer: GoAnswer, weights: Weights) -> float:
    return _product([weights.of(code) for code in REASON_CODES], answer.shares)
