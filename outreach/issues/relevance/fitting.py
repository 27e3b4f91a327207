"""Logistic regression by Newton's method, for a handful of weights."""

from collections.abc import Sequence

from outreach.issues.relevance.signals import probability

ROUNDS = 15
# Steps smaller than this change no judgement.
CLOSE = 1e-3
# Keeps the equations solvable where the examples say nothing about a weight.
FLOOR = 1e-6
Vector = Sequence[float]


def fit(inputs: Sequence[Vector], wanted: Vector, prior: Vector, ridge: Vector) -> list[float]:
    """Return the weights under which the wanted answers are likeliest.

    Each weight is drawn towards its prior, the more the greater its ridge.
    """
    size = len(prior)
    weights = list(prior)
    for _ in range(ROUNDS):
        slope = [r * (p - w) for r, p, w in zip(ridge, prior, weights, strict=True)]
        curve = [[ridge[i] + FLOOR if i == j else 0.0 for j in range(size)] for i in range(size)]
        for values, target in zip(inputs, wanted, strict=True):
            chance = probability(sum(w * v for w, v in zip(weights, values, strict=True)))
            spread = max(chance * (1.0 - chance), FLOOR)
            for i, value in enumerate(values):
                slope[i] += (target - chance) * value
                for j, other in enumerate(values):
                    curve[i][j] += spread * value * other
        steps = solve(curve, slope)
        weights = [weight + step for weight, step in zip(weights, steps, strict=True)]
        if max(map(abs, steps)) < CLOSE:
            break
    return weights


def solve(matrix: Sequence[Vector], right: Vector) -> list[float]:
    """Solve linear equations with a positive definite matrix by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows:
            if row is not pivot:
                factor = row[i] / pivot[i]
                row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return [row[-1] / row[i] for i, row in enumerate(rows)]
