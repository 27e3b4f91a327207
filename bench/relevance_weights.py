"""Fits the weights of the signals to labelled issues (logistic regression)."""

from outreach.issues.relevance.evidence import gather
from outreach.issues.relevance.files import IssueRow
from outreach.issues.relevance.fitting import fit
from outreach.issues.relevance.judging import THRESHOLD, Relevance
from outreach.issues.relevance.signals import Signals, probability, read_signals
from outreach.issues.relevance.subjects import Finding

# Keeps weights small where the labels say little; the bias is free.
RIDGE = (0.0, *(1.0 for _ in Signals._fields))
Vector = list[float]
Found = dict[str, list[Finding]]


def judge_with(relevance: Relevance, rows: list[IssueRow], weights: list[float]) -> Found:
    """Judge the issues with other weights, the bias first, than those that ship."""
    found = {}
    for row in rows:
        evidence = gather(row.issue, relevance.table)
        signals = read_signals((m, m.step.segments) for m in evidence.values())
        scores = {
            slug: probability(sum(w * v for w, v in zip(weights, (1.0, *values), strict=True)))
            for slug, values in signals.items()
        }
        found[row.issue.id] = [
            Finding(slug, score, score >= THRESHOLD, ()) for slug, score in scores.items()
        ]
    return found


def report(relevance: Relevance, rows: list[IssueRow]) -> None:
    """Print the weights as signals.py writes them."""
    bias, *fitted = fit_weights(relevance, rows)
    named = zip(Signals._fields, fitted, strict=True)
    print("WEIGHTS", ", ".join(f"{name}={weight:.2f}" for name, weight in named))
    print(f"BIAS {bias:.2f}")


def fit_weights(relevance: Relevance, rows: list[IssueRow]) -> list[float]:
    """Return the weights under which the labels are likeliest, the bias first."""
    return fit(*list_examples(relevance, rows), [0.0] * len(RIDGE), RIDGE)


def list_examples(relevance: Relevance, rows: list[IssueRow]) -> tuple[list[Vector], Vector]:
    """Return the signals of every issue and segment that meet, and whether they belong together."""
    inputs, wanted = [], []
    for row in rows:
        evidence = gather(row.issue, relevance.table)
        signals = read_signals((m, m.step.segments) for m in evidence.values())
        for slug, signal in signals.items():
            inputs.append([1.0, *signal])
            wanted.append(float(slug in (row.audiences or ())))
    return inputs, wanted
