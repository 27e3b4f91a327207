"""Times portfolios: 150 candidates and 15 people, to the proof or to the gap that is named."""

import time
from datetime import date, timedelta
from random import Random

from outreach.planning.portfolio.problem import Candidate, Limits, SeasonProblem, figures
from outreach.planning.portfolio.solving import solve

CANDIDATES, PEOPLE, MOST = 150, 15, 30.0
SHAPES = ((14, 12_000, 40), (14, 30_000, 120), (30, 25_000, 90))
"""Segments, money and people-days: short, ample, and many to be reached."""


def gather_season(seed: int, segments: int, money: int, days: int) -> SeasonProblem:
    """Make a season up: one event in five makes a trip with the one before it."""
    rng, made = Random(seed), list[Candidate]()
    for number in range(1, CANDIDATES + 1):
        first, trip = date(2025, 1, 10) + timedelta(rng.randrange(340)), number
        if made and rng.random() < 0.2:
            first, trip = made[-1].first + timedelta(rng.randrange(4)), made[-1].trip
        reached = rng.sample(range(segments), rng.choice((1, 1, 2, 2, 3, 4)))
        made.append(
            Candidate(
                id=number,
                name=f"Event {number}",
                first=first,
                last=first + timedelta(rng.choice((0, 1, 1, 2, 2, 3, 4))),
                trip=trip,
                cost=rng.choice((0, 300, 500, 800, 1_200, 2_500, 4_000)),
                reaches={segment: rng.randint(20, 95) for segment in reached},
                region=rng.choice("ABCD"),
                team=frozenset(rng.sample(range(PEOPLE), rng.choice((0, 0, 0, 0, 1, 2)))),
                must=rng.choices((None, True, False), (95, 2, 3))[0],
            )
        )
    limits = Limits(money, days, 2, {"A": 4, "B": 4, "C": 5}, 2, 450)
    return SeasonProblem(tuple(made), frozenset(range(PEOPLE)), frozenset(range(segments)), limits)


def main() -> None:
    """Print a table."""
    print("| segments, money, days | seconds | reached | gap |\n|---|---|---|---|")
    for seed in range(3):
        for shape in SHAPES:
            problem, begun = gather_season(seed, *shape), time.perf_counter()
            solved = solve(problem)
            seconds = time.perf_counter() - begun
            told = figures(problem, solved.plan) if solved.plan else None
            gaps = [f"{one.name} {one.gap:.1%}" for one in solved.levels if not one.is_proven]
            met = "met" if seconds <= MOST else "MISSED"
            said = "nothing fits" if solved.is_impossible else ", ".join(gaps) or "proven"
            print(f"| {shape} | {seconds:.1f} {met} | {told and told.reached} | {said} |")


if __name__ == "__main__":
    main()
