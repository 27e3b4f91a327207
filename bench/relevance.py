"""Measures how well issues find their segments, on labelled issues, by repository owner.

`python -m bench.relevance` prints the figures; `--fit` also prints freshly fitted weights.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench import relevance_weights as weights
from outreach.issues.relevance.files import IssueRow, load_templates, read_answers, read_issues
from outreach.issues.relevance.judging import Relevance
from outreach.issues.relevance.subjects import Finding, LinkAnswer, Profile

ISSUES = Path(__file__).parents[2] / "shared" / "data" / "issues"
FOLDS = 10
Found = dict[str, list[Finding]]


@dataclass(frozen=True)
class Figures:
    """What one run reached: mean and lowest average precision, micro-F1, false alarms."""

    mean: float
    lowest: float
    weakest: str
    f1: float
    alarms: float

    def __str__(self) -> str:
        """Return the figures as one line of the table."""
        return (
            f"MAP {self.mean:.3f}  F1 {self.f1:.3f}  none flagged {self.alarms:.3f}  "
            f"lowest AP {self.lowest:.2f} ({self.weakest})"
        )


def main() -> None:
    """Print the figures for the clean and the noisy issues."""
    if not ISSUES.exists():
        print(f"relevance: skipped, the labelled issues are not at {ISSUES}")
        return
    templates = load_templates()
    clean = read_issues(ISSUES / "issues-open.jsonl")
    noisy = read_issues(ISSUES / "issues-open-noisy.jsonl")
    plain = Relevance.build(templates, templates)
    brief = tuple(Profile(p.slug, p.name, b) for p, b in pair_briefs(templates))
    print(f"relevance: {len(clean)} issues, {len(templates)} segments, {FOLDS} folds by owner")
    print("no answer, and no weight of the plain templates, comes from the owner that is judged")
    for name, rows in (("clean", clean), ("noisy", noisy)):
        refitted = cross_fit(plain, rows, [*clean, *noisy])
        print(f"{name}  templates           {measure(rows, refitted)}")
        learnt = cross_validate(rows, lambda: plain, templates)
        print(f"{name}  templates, answers  {measure(rows, learnt)}")
        learnt = cross_validate(rows, lambda: Relevance.build(brief, templates), brief)
        print(f"{name}  briefs, answers     {measure(rows, learnt)}")
        learnt = cross_validate(rows, lambda: Relevance.build(brief), brief)
        print(f"{name}  same, no vocabulary {measure(rows, learnt)}")
        print(f"{name}  {speed(plain, rows):,.0f} issues a second")
    if "--fit" in sys.argv:
        weights.report(plain, [*clean, *noisy])


def pair_briefs(templates: Iterable[Profile]) -> Iterable[tuple[Profile, str]]:
    """Yield each template with the one-line brief of its audience."""
    text = (ISSUES / "audiences.json").read_text(encoding="utf-8")
    briefs = {entry["slug"]: entry["brief"] for entry in json.loads(text)}
    return [(template, briefs[template.slug]) for template in templates]


def deal_folds(rows: list[IssueRow]) -> dict[str, int]:
    """Return the fold of each owner."""
    owners = sorted({row.issue.owner for row in rows})
    random.Random(5).shuffle(owners)
    return {name: place % FOLDS for place, name in enumerate(owners)}


def cross_validate(
    rows: list[IssueRow], build: Callable[[], Relevance], profiles: tuple[Profile, ...]
) -> Found:
    """Judge the issues of each fold by an index that learnt the answers of the others."""
    folds, found = deal_folds(rows), {}
    for fold in range(FOLDS):
        others = [row for row in rows if folds[row.issue.owner] != fold]
        answers: list[LinkAnswer] = read_answers(others, profiles)
        judged = [row for row in rows if folds[row.issue.owner] == fold]
        found.update(judge_all(build().learn(answers), judged))
    return found


def cross_fit(relevance: Relevance, rows: list[IssueRow], examples: list[IssueRow]) -> Found:
    """Judge the issues of each fold with weights fitted to the examples of the others."""
    folds, found = deal_folds(rows), {}
    for fold in range(FOLDS):
        fitted = weights.fit_weights(
            relevance, [r for r in examples if folds[r.issue.owner] != fold]
        )
        judged = [row for row in rows if folds[row.issue.owner] == fold]
        found.update(weights.judge_with(relevance, judged, fitted))
    return found


def judge_all(relevance: Relevance, rows: list[IssueRow]) -> Found:
    """Return the findings of every issue."""
    return {row.issue.id: relevance.judge(row.issue) for row in rows}


def measure(rows: list[IssueRow], found: Found) -> Figures:
    """Compare the findings with the labels."""
    labels = {row.issue.id: row.audiences or frozenset() for row in rows}
    scores = {key: {f.segment: f.score for f in findings} for key, findings in found.items()}
    precisions = {}
    for slug in sorted({slug for wanted in labels.values() for slug in wanted}):
        ranked = sorted(labels, key=lambda key: (-scores[key].get(slug, 0.0), key))
        precisions[slug] = average_precision([slug in labels[key] for key in ranked])
    given = {key: {f.segment for f in findings if f.concerns} for key, findings in found.items()}
    hits = sum(len(given[key] & labels[key]) for key in labels)
    named = sum(len(given[key]) + len(labels[key]) for key in labels)
    unconcerned = [key for key in labels if not labels[key]]
    weakest = min(precisions, key=lambda slug: precisions[slug])
    return Figures(
        mean=sum(precisions.values()) / len(precisions),
        lowest=precisions[weakest],
        weakest=weakest,
        f1=2 * hits / named,
        alarms=sum(1 for key in unconcerned if given[key]) / len(unconcerned),
    )


def average_precision(relevant: list[bool]) -> float:
    """Return the average precision of a ranking."""
    hits, total = 0, 0.0
    for place, hit in enumerate(relevant, 1):
        if hit:
            hits += 1
            total += hits / place
    return total / hits


def speed(relevance: Relevance, rows: list[IssueRow]) -> float:
    """Return how many issues one core judges in a second, the best of five rounds."""
    best = 0.0
    for _ in range(5):
        start = time.process_time()
        judge_all(relevance, rows)
        best = max(best, len(rows) / (time.process_time() - start))
    return best


if __name__ == "__main__":
    main()
