"""Fits the weights of the signals to labelled issues (logistic regression by Newton's method)."""

from math import exp

from outreach.issues.relevance import Relevance
from outreach.issues.relevance.evidence import gather
from outreach.issues.relevance.files import Row
from outreach.issues.relevance.signals import Signals, read_signals

# Keeps weights small where the labels say little.
RIDGE = 1.0
ROUNDS = 15
Vector = list[float]


def report(relevance: Relevance, rows: list[Row]) -> None:
    """Print the weights as signals.py writes them."""
    bias, *fitted = fit(*list_examples(relevance, rows))
    named = zip(Signals._fields, fitted, strict=True)
    print("WEIGHTS", ", ".join(f"{name}={weight:.2f}" for name, weight in named))
    print(f"BIAS {bias:.2f}")


def list_examples(relevance: Relevance, rows: list[Row]) -> tuple[list[Vector], Vector]:
    """Return the signals of every issue and segment that meet, and whether they belong together."""
    inputs, wanted = [], []
    for row in rows:
        evidence = gather(row.issue, relevance.table)
        signals = read_signals((m, m.step.segments) for m in evidence.values())
        for slug, signal in signals.items():
            inputs.append([1.0, *signal])
            wanted.append(float(slug in (row.audiences or ())))
    return inputs, wanted


def fit(inputs: list[Vector], wanted: Vector) -> Vector:
    """Return the weights, the bias first, under which the labels are likeliest."""
    size = len(inputs[0])
    weights = [0.0] * size
    for _ in range(ROUNDS):
        slope = [-RIDGE * weight if i else 0.0 for i, weight in enumerate(weights)]
        curve = [[RIDGE if i == j and i else 0.0 for j in range(size)] for i in range(size)]
        for values, target in zip(inputs, wanted, strict=True):
            odds = sum(w * v for w, v in zip(weights, values, strict=True))
            chance = 1.0 / (1.0 + exp(-odds))
            spread = max(chance * (1.0 - chance), 1e-6)
            for i, value in enumerate(values):
                slope[i] += (target - chance) * value
                for j, other in enumerate(values):
                    curve[i][j] += spread * value * other
        weights = [w + s for w, s in zip(weights, solve(curve, slope), strict=True)]
    return weights


def solve(matrix: list[Vector], right: Vector) -> Vector:
    """Solve the linear equations by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows:
            if row is not pivot:
                factor = row[i] / pivot[i]
                row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
    return [row[-1] / row[i] for i, row in enumerate(rows)]
