"""Times proposed rosters: the first at once, the best with its proof, and the gap that remains."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.crowds import LARGE, SMALL, Shape, gather
from outreach.staffing.proposed_rosters.explanation import explain
from outreach.staffing.proposed_rosters.problem import Problem
from outreach.staffing.proposed_rosters.propose import (
    EXPLAINED_AT_ONCE,
    MOST_SEARCH_SECONDS,
    ROUNDS,
    ROUNDS_BEFORE_PROOF,
)
from outreach.staffing.proposed_rosters.solvers import exact
from outreach.staffing.proposed_rosters.solvers.board import Board
from outreach.staffing.proposed_rosters.solvers.bounds import bound_missing, bound_unmet
from outreach.staffing.proposed_rosters.solvers.draft import Draft
from outreach.staffing.proposed_rosters.solvers.greedy import fill
from outreach.staffing.proposed_rosters.solvers.ruin import better

MOST_FIRST, MOST_COVERAGE, MOST_WHOLE, MOST_LARGE = 1.0, 2.0, 20.0, 30.0
MOST_GAP = 0.02
LOOK_EVERY = 500
"""Rounds of search between two looks at whether the coverage is proven."""


@dataclass(frozen=True)
class First:
    """A first roster as a request answers it, and how long it took."""

    draft: Draft
    seconds: float


def propose_first(sought: Problem) -> First:
    """Do what the request does, without the database."""
    begun = time.perf_counter()
    draft = fill(Board(sought))
    explain(draft, EXPLAINED_AT_ONCE // len(sought.people))
    bound_missing(draft)
    return First(draft, time.perf_counter() - begun)


def say_met(figure: float, most: float) -> str:
    """Say a figure, and whether it is what it should be."""
    return f"{figure:.2f} {'met' if figure <= most else 'MISSED'}"


def time_small(shape: Shape) -> str:
    """Search, then prove: a row of the table."""
    first = propose_first(gather(shape, 1))
    score, begun = tuple(first.draft.score()), time.perf_counter() - first.seconds
    draft, proven = search(first.draft, begun)
    solved = exact.prove(draft)
    whole = time.perf_counter() - begun
    if solved is None:
        return f"| {shape.name} | {say_met(first.seconds, MOST_FIRST)} | too large | | | | |"
    coverage, last = solved.levels[0], solved.levels[-1]
    if not proven:
        proven = whole - last.seconds + coverage.seconds if coverage.is_proven else float("inf")
    gap = max(level.gap for level in solved.levels)
    fine = "met" if gap <= MOST_GAP and whole <= MOST_WHOLE else "MISSED"
    return (
        f"| {shape.name} | {say_met(first.seconds, MOST_FIRST)} | {say_met(proven, MOST_COVERAGE)}"
        f" | {whole:.1f} {fine} | {say_gaps(solved)} | {score}"
        f" | {tuple(solved.draft.score())} |"
    )


def search(draft: Draft, begun: float) -> tuple[Draft, float]:
    """Search as the worker does; return also when the coverage was as good as any, 0 if never."""
    proven = 0.0
    for seed in range(ROUNDS_BEFORE_PROOF // LOOK_EVERY):
        draft = better(draft, LOOK_EVERY, seed)
        if not proven and bound_missing(draft) == draft.score().missing:
            proven = time.perf_counter() - begun
    return draft, proven


def say_gaps(solved: exact.Solved) -> str:
    """Say what is proven best, and of the rest how far from it at most."""
    gaps = [f"{one.name} {one.gap:.2%}" for one in solved.levels if not one.is_proven]
    return ", ".join(gaps) or "proven best"


def time_large(shape: Shape) -> str:
    """Search by rounds, as the worker does, and compare with what no roster can fill."""
    first = propose_first(gather(shape, 1))
    score, begun = tuple(first.draft.score()), time.perf_counter()
    until = begun + MOST_SEARCH_SECONDS
    draft = better(first.draft, ROUNDS, 1, should_stop=lambda: time.perf_counter() > until)
    least, left = bound_missing(draft), draft.score().missing
    needs = f"{draft.score().unmet} of at least {bound_unmet(draft)}"
    whole = first.seconds + time.perf_counter() - begun
    fine = "met" if left == least and whole <= MOST_LARGE else "MISSED"
    return (
        f"| {shape.name} | {say_met(first.seconds, MOST_FIRST)} | {whole:.1f} {fine}"
        f" | {left} | {least} | {needs} | {score} | {tuple(draft.score())} |"
    )


def report() -> Iterator[str]:
    """Yield the lines of both tables."""
    score = "missing, needs unmet, below target, unfairness, visits, wishes passed"
    sizes = f"{SMALL[0].slots} shifts × {SMALL[0].people} people"
    yield f"\n| {sizes} | first, s | coverage proven, s | whole, s | gap | first | best |"
    yield "|---|---:|---:|---:|---:|---|---|"
    yield from map(time_small, SMALL)
    sizes = f"{LARGE[0].slots} shifts × {LARGE[0].people} people"
    yield f"\n| {sizes} | first, s | whole, s | empty | must be | needs unmet | first | best |"
    yield "|---|---:|---:|---:|---:|---:|---|---|"
    yield from map(time_large, LARGE)
    yield f"\nScores are {score}. To reach: first {MOST_FIRST:g} s, coverage {MOST_COVERAGE:g} s,"
    yield f"whole {MOST_WHOLE:g} s within {MOST_GAP:.0%}, large {MOST_LARGE:g} s, empty = must be."


def main() -> None:
    """Print it."""
    for line in report():
        print(line, flush=True)


if __name__ == "__main__":
    main()
